//! The transaction queue without its consumer, so that its messages can be counted.

use crate::stack_under_test::StackUnderTest;
use local_stack::Service;
use serde_json::json;

/// The trigger takes no messages until the value is dropped; those that wait then are thrown
/// away, since they stand for nothing but the test.
pub struct PausedTrigger<'a> {
    test: &'a StackUnderTest,
    queue: &'a str,
    mappings: Vec<String>,
}

impl<'a> PausedTrigger<'a> {
    pub fn pause(test: &'a StackUnderTest) -> Self {
        let queue = test.stack.output("TransactionQueueUrl").unwrap();
        let arn = attribute(test, queue, "QueueArn");
        let mappings = test.aws.event_source_mappings(&arn).unwrap();
        assert!(!mappings.is_empty(), "the queue has no consumer");
        let trigger = Self {
            test,
            queue,
            mappings,
        };
        trigger.enable(false);
        trigger
    }

    pub fn waiting_messages(&self) -> u64 {
        attribute(self.test, self.queue, "ApproximateNumberOfMessages")
            .parse()
            .unwrap()
    }

    fn enable(&self, enabled: bool) {
        for mapping in &self.mappings {
            let outcome = self.test.aws.enable_event_source_mapping(mapping, enabled);
            outcome.unwrap();
        }
    }
}

impl Drop for PausedTrigger<'_> {
    fn drop(&mut self) {
        let input = json!({"QueueUrl": self.queue});
        self.test.call(Service::Sqs, "PurgeQueue", &input);
        self.enable(true);
    }
}

fn attribute(test: &StackUnderTest, queue: &str, name: &str) -> String {
    let input = json!({"QueueUrl": queue, "AttributeNames": [name]});
    let answer = test.call(Service::Sqs, "GetQueueAttributes", &input);
    answer["Attributes"][name].as_str().unwrap().to_owned()
}
