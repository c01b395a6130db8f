//! The catalogue's queue, which nobody but a test reads.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Service};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// The queue with what comes from now on.
pub struct EventQueue<'a> {
    test: &'a StackUnderTest,
    url: &'a str,
}

impl<'a> EventQueue<'a> {
    pub fn emptied(test: &'a StackUnderTest) -> Self {
        let url = test.stack.output("EventQueueUrl").unwrap();
        test.call(Service::Sqs, "PurgeQueue", &json!({"QueueUrl": url}));
        Self { test, url }
    }

    /// Waits until the events with these ids have come.
    pub fn wait_for(&self, mut ids: BTreeSet<String>) {
        let input = json!({"QueueUrl": self.url, "MaxNumberOfMessages": 10});
        wait::until("the events in the catalogue's queue", LIMIT, || {
            let received = self.test.aws.call(Service::Sqs, "ReceiveMessage", &input)?;
            for message in received["Messages"].as_array().into_iter().flatten() {
                let event: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
                ids.remove(event["detail"]["event_id"].as_str().unwrap());
            }
            Ok::<_, AwsError>(if ids.is_empty() {
                Look::Done(())
            } else {
                Look::Waiting(format!("not {ids:?}"))
            })
        })
        .unwrap();
    }
}

/// The catalogue's queue without a policy, until the value is dropped.
pub struct BrokenQueue<'a> {
    test: &'a StackUnderTest,
    policy: String,
}

impl<'a> BrokenQueue<'a> {
    pub fn without_policy(test: &'a StackUnderTest) -> Self {
        let queue = test.stack.output("EventQueueUrl").unwrap();
        let input = json!({"QueueUrl": queue, "AttributeNames": ["Policy"]});
        let answer = test.call(Service::Sqs, "GetQueueAttributes", &input);
        let policy = answer["Attributes"]["Policy"].as_str().unwrap().to_owned();
        let broken = Self { test, policy };
        broken.set("");
        broken
    }

    fn set(&self, policy: &str) {
        let queue = self.test.stack.output("EventQueueUrl").unwrap();
        let input = json!({"QueueUrl": queue, "Attributes": {"Policy": policy}});
        self.test.call(Service::Sqs, "SetQueueAttributes", &input);
    }
}

impl Drop for BrokenQueue<'_> {
    fn drop(&mut self) {
        self.set(&self.policy);
    }
}

/// The catalogue's dead letters, taken out of their queue.
pub struct DeadLetters<'a> {
    test: &'a StackUnderTest,
    letters: RefCell<Vec<Value>>,
}

impl<'a> DeadLetters<'a> {
    pub fn of(test: &'a StackUnderTest) -> Self {
        Self {
            test,
            letters: RefCell::default(),
        }
    }

    /// Those of the event with that id so far, with their attributes.
    pub fn about(&self, event_id: &str) -> Vec<Value> {
        let letters = self.letters.borrow();
        let is_about = |letter: &&Value| {
            let event = serde_json::from_str(letter["Body"].as_str().unwrap_or_default());
            let event: Value = event.unwrap_or_default();
            event["detail"]["event_id"] == event_id
        };
        letters.iter().filter(is_about).cloned().collect()
    }

    /// Waits until one of that event is there.
    pub fn wait_for(&self, event_id: &str) {
        wait::until(&format!("a dead letter of {event_id}"), LIMIT, || {
            self.receive()?;
            Ok::<_, AwsError>(if self.about(event_id).is_empty() {
                Look::Waiting(format!("{} dead letters", self.letters.borrow().len()))
            } else {
                Look::Done(())
            })
        })
        .unwrap();
    }

    fn receive(&self) -> Result<(), AwsError> {
        let url = self.test.stack.output("EventDeadLetterQueueUrl").unwrap();
        let input =
            json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]});
        loop {
            let received = self.test.aws.call(Service::Sqs, "ReceiveMessage", &input)?;
            let letters = received["Messages"].as_array().cloned().unwrap_or_default();
            if letters.is_empty() {
                return Ok(());
            }
            for letter in letters {
                let handle = json!({"QueueUrl": url, "ReceiptHandle": letter["ReceiptHandle"]});
                self.test.aws.call(Service::Sqs, "DeleteMessage", &handle)?;
                self.letters.borrow_mut().push(letter);
            }
        }
    }
}
