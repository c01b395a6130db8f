//! A queue that receives what the catalogue's queue receives, and nothing else reads.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{Aws, AwsError, Service};
use serde_json::{Value, json};
use std::cell::RefCell;

/// A rule of its own, and a queue behind it; both are deleted when the value is dropped.
pub struct EventListener {
    aws: Aws,
    bus: String,
    rule: String,
    queue_url: String,
    events: RefCell<Vec<Value>>,
}

impl EventListener {
    /// Listens from now on, by the pattern of the deployed catalogue rule.
    pub fn start(test: &StackUnderTest) -> Self {
        let pattern = catalogue_rule(test)["EventPattern"]
            .as_str()
            .unwrap()
            .to_owned();
        Self::start_with(test, &pattern)
    }

    /// Listens from now on to sources that the catalogue leaves out. No other test may look at the
    /// rules of the bus meanwhile.
    pub fn start_for(test: &StackUnderTest, sources: &[&str]) -> Self {
        Self::start_with(test, &json!({"source": sources}).to_string())
    }

    fn start_with(test: &StackUnderTest, pattern: &str) -> Self {
        let bus = test.stack.output("EventBusName").unwrap().to_owned();
        let name = test.id("listener");
        let listener = Self {
            queue_url: create_queue(test, &name),
            aws: test.aws.clone(),
            bus,
            rule: name,
            events: RefCell::default(),
        };
        let input =
            json!({"Name": listener.rule, "EventBusName": listener.bus, "EventPattern": pattern});
        test.call(Service::EventBridge, "PutRule", &input);
        let target = json!({"Id": "queue", "Arn": queue_arn(test, &listener.queue_url)});
        let input =
            json!({"Rule": listener.rule, "EventBusName": listener.bus, "Targets": [target]});
        test.call(Service::EventBridge, "PutTargets", &input);
        listener
    }

    /// All events so far, each as it was delivered.
    pub fn events(&self) -> Vec<Value> {
        self.receive().unwrap();
        self.events.borrow().clone()
    }

    /// Waits until `find` finds what it looks for in all events so far.
    pub fn wait_for<T>(&self, awaited: &str, find: impl Fn(&[Value]) -> Option<T>) -> T {
        wait::until(awaited, LIMIT, || {
            self.receive()?;
            let events = self.events.borrow();
            let waiting = || Look::Waiting(format!("{} events", events.len()));
            Ok::<_, AwsError>(find(&events).map_or_else(waiting, Look::Done))
        })
        .unwrap()
    }

    /// Waits for an event of that type about that account.
    pub fn wait_for_account(&self, detail_type: &str, account_id: &str) -> Value {
        self.wait_for(&format!("{detail_type} of {account_id}"), |events| {
            let mut events = events.iter();
            let is_awaited = |event: &&Value| {
                event["detail-type"] == detail_type && event["detail"]["account_id"] == account_id
            };
            events.find(is_awaited).cloned()
        })
    }

    /// Waits for the event with that id.
    pub fn wait_for_event(&self, event_id: &str) -> Value {
        self.wait_for(&format!("the event {event_id}"), |events| {
            let mut events = events.iter();
            events
                .find(|event| event["detail"]["event_id"] == event_id)
                .cloned()
        })
    }

    /// Takes from the queue all that is there.
    fn receive(&self) -> Result<(), AwsError> {
        let input = json!({"QueueUrl": self.queue_url, "MaxNumberOfMessages": 10});
        loop {
            let received = self.aws.call(Service::Sqs, "ReceiveMessage", &input)?;
            let messages = received["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return Ok(());
            }
            for message in messages {
                let event = serde_json::from_str(message["Body"].as_str().unwrap_or_default());
                self.events.borrow_mut().push(event.unwrap());
                let handle = json!({
                    "QueueUrl": self.queue_url,
                    "ReceiptHandle": message["ReceiptHandle"],
                });
                self.aws.call(Service::Sqs, "DeleteMessage", &handle)?;
            }
        }
    }
}

impl Drop for EventListener {
    fn drop(&mut self) {
        let rule = json!({"Rule": self.rule, "EventBusName": self.bus, "Ids": ["queue"]});
        let _ = self.aws.call(Service::EventBridge, "RemoveTargets", &rule);
        let rule = json!({"Name": self.rule, "EventBusName": self.bus});
        let _ = self.aws.call(Service::EventBridge, "DeleteRule", &rule);
        let queue = json!({"QueueUrl": self.queue_url});
        let _ = self.aws.call(Service::Sqs, "DeleteQueue", &queue);
    }
}

/// The deployed rule of the event catalogue.
fn catalogue_rule(test: &StackUnderTest) -> Value {
    let bus = test.stack.output("EventBusName").unwrap();
    let rules = test.call(
        Service::EventBridge,
        "ListRules",
        &json!({"EventBusName": bus}),
    );
    let rules = rules["Rules"].as_array().unwrap();
    let is_catalogue = |rule: &&Value| {
        rule["Name"]
            .as_str()
            .is_some_and(|name| name.contains("EventCatalogueRule"))
    };
    rules.iter().find(is_catalogue).unwrap().clone()
}

/// A queue that takes what any rule sends it.
fn create_queue(test: &StackUnderTest, name: &str) -> String {
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    });
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let input = json!({"QueueName": name, "Attributes": {"Policy": policy}});
    let created = test.call(Service::Sqs, "CreateQueue", &input);
    created["QueueUrl"].as_str().unwrap().to_owned()
}

pub fn queue_arn(test: &StackUnderTest, queue_url: &str) -> Value {
    let input = json!({"QueueUrl": queue_url, "AttributeNames": ["QueueArn"]});
    let answer = test.call(Service::Sqs, "GetQueueAttributes", &input);
    answer["Attributes"]["QueueArn"].clone()
}
