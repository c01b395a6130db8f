//! The catalogue's queue, which nobody but a test reads.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Service};
use serde_json::{Value, json};
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
