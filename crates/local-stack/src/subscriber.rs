//! A subscriber of a topic by HTTP, as an external system is one: it listens on a free port of
//! 127.0.0.1, confirms its subscription, and hands over what arrives.

use crate::aws::{Aws, AwsError, element};
use serde_json::Value;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tiny_http::{Method, Request, Response, Server};

/// The version of the Amazon SNS API.
const SNS_VERSION: &str = "2010-03-31";

/// How long the topic may take to ask for the confirmation; a second is much.
const CONFIRMATION_LIMIT: Duration = Duration::from_secs(15);

/// A message has 256 KiB at most; as a JSON string in its envelope it may have six times as much.
const LARGEST_POST: u64 = 2 * 1024 * 1024;

/// Messages that wait to be taken. When there are more, the topic is told to come again.
const WAITING_MESSAGES: usize = 1000;

/// A subscription that lasts as long as the value.
pub struct Subscriber {
    aws: Aws,
    server: Arc<Server>,
    posts: Receiver<Post>,
    listening: Option<JoinHandle<()>>,
    subscription_arn: Option<String>,
}

/// Why there is no subscription, or no message.
#[derive(Debug, thiserror::Error)]
pub enum SubscriberError {
    /// No port is free.
    #[error("No port of 127.0.0.1 can be listened on.")]
    Listen(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The topic refused the subscription or its confirmation.
    #[error("The topic did not take the subscription.")]
    Subscribe(#[from] AwsError),
    /// The topic did not ask for the confirmation.
    #[error("The topic did not ask for the subscription's confirmation.")]
    NotAsked,
    /// The message that was waited for did not come.
    #[error("Waited {} seconds for {awaited}, but the topic did not send it.", .waited.as_secs())]
    NoMessage {
        /// What was waited for.
        awaited: String,
        /// How long.
        waited: Duration,
    },
}

/// What a topic posts.
enum Post {
    Confirmation { token: String },
    Notification { message: String },
}

impl Subscriber {
    /// Subscribes to the topic and confirms the subscription. What is published from now on
    /// arrives.
    pub fn subscribe(aws: &Aws, topic_arn: &str) -> Result<Self, SubscriberError> {
        let server = Server::http("127.0.0.1:0").map_err(SubscriberError::Listen)?;
        let server = Arc::new(server);
        let (sender, posts) = mpsc::sync_channel(WAITING_MESSAGES);
        let listener = Arc::clone(&server);
        let mut subscriber = Self {
            aws: aws.clone(),
            posts,
            listening: Some(std::thread::spawn(move || listen(&listener, &sender))),
            server,
            subscription_arn: None,
        };
        subscriber.confirm(topic_arn)?;
        Ok(subscriber)
    }

    /// The next message that `is_awaited` takes; those before it are dropped. `awaited` names it
    /// so that it fits after "waited for".
    pub fn wait_for(
        &self,
        awaited: &str,
        limit: Duration,
        mut is_awaited: impl FnMut(&Value) -> bool,
    ) -> Result<Value, SubscriberError> {
        let deadline = Instant::now() + limit;
        while let Ok(post) = self.receive(deadline) {
            let Post::Notification { message } = post else {
                continue;
            };
            // Anybody who may publish to the topic may publish text that is not JSON.
            let message = serde_json::from_str(&message).unwrap_or(Value::String(message));
            if is_awaited(&message) {
                return Ok(message);
            }
        }
        Err(SubscriberError::NoMessage {
            awaited: awaited.to_owned(),
            waited: limit,
        })
    }

    fn confirm(&mut self, topic_arn: &str) -> Result<(), SubscriberError> {
        let endpoint = format!("http://{}/", self.server.server_addr());
        let input = [
            ("TopicArn", topic_arn),
            ("Protocol", "http"),
            ("Endpoint", &endpoint),
        ];
        self.aws.query("sns", "Subscribe", SNS_VERSION, &input)?;
        let asked = self.receive(Instant::now() + CONFIRMATION_LIMIT);
        let Ok(Post::Confirmation { token }) = asked else {
            return Err(SubscriberError::NotAsked);
        };
        let input = [("TopicArn", topic_arn), ("Token", &token)];
        let confirmed = self
            .aws
            .query("sns", "ConfirmSubscription", SNS_VERSION, &input)?;
        self.subscription_arn = element(&confirmed, "SubscriptionArn").map(str::to_owned);
        Ok(())
    }

    fn receive(&self, deadline: Instant) -> Result<Post, RecvTimeoutError> {
        let left = deadline.saturating_duration_since(Instant::now());
        self.posts.recv_timeout(left)
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        if let Some(arn) = &self.subscription_arn {
            // A topic that keeps the subscription finds nobody there and gives up by itself.
            let input = [("SubscriptionArn", arn.as_str())];
            let _ = self.aws.query("sns", "Unsubscribe", SNS_VERSION, &input);
        }
        self.server.unblock();
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

/// Ends when the server is unblocked.
fn listen(server: &Server, posts: &SyncSender<Post>) {
    for mut request in server.incoming_requests() {
        let status = match read(&mut request).map(|post| posts.try_send(post)) {
            Some(Ok(())) => 200,
            // Amazon SNS sends again what a 5xx has answered.
            Some(Err(_)) => 503,
            None => 400,
        };
        // A topic that has hung up sends again.
        let _ = request.respond(Response::empty(status));
    }
}

/// The body's form is that of the developer guide, "Parsing Amazon SNS message formats".
fn read(request: &mut Request) -> Option<Post> {
    if *request.method() != Method::Post {
        return None;
    }
    let mut body = Vec::new();
    let mut reader = request.as_reader().take(LARGEST_POST);
    reader.read_to_end(&mut body).ok()?;
    post(&body)
}

fn post(body: &[u8]) -> Option<Post> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    match body["Type"].as_str()? {
        "SubscriptionConfirmation" => text("Token").map(|token| Post::Confirmation { token }),
        "Notification" => text("Message").map(|message| Post::Notification { message }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_and_a_notification_are_told_apart() {
        let confirmation = post(br#"{"Type":"SubscriptionConfirmation","Token":"t"}"#);
        assert!(matches!(confirmation, Some(Post::Confirmation { token }) if token == "t"));
        let notification = post(br#"{"Type":"Notification","Message":"{}"}"#);
        assert!(matches!(notification, Some(Post::Notification { message }) if message == "{}"));
    }

    #[test]
    fn anything_else_is_refused() {
        let bodies: [&[u8]; 4] = [
            b"",
            b"{}",
            br#"{"Type":"Notification"}"#,
            br#"{"Type":"UnsubscribeConfirmation","Token":"t"}"#,
        ];
        assert!(bodies.into_iter().all(|body| post(body).is_none()));
    }
}
