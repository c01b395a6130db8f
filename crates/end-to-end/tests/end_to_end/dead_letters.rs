//! A message that cannot be started does not hold up its neighbours.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::Service;
use local_stack::wait::{self, Look};
use serde_json::{Value, json};

/// Eight tries at the deployed visibility timeout would take eight minutes.
const QUICK_VISIBILITY_SECONDS: &str = "1";

#[test]
fn of_ten_messages_with_one_bad_nine_start_and_the_bad_one_is_set_aside() {
    let test = StackUnderTest::alone("dead-letter");
    let queue = test.stack.output("TransactionQueueUrl").unwrap();
    let visibility = Visibility::lower(&test, queue);
    let bad = format!("{{\"not a transaction\": \"{}\"}}", test.id("bad"));
    let entries: Vec<_> = (1..=10)
        .map(|number| match number {
            5 => json!({"Id": "5", "MessageBody": bad}),
            _ => json!({"Id": number.to_string(), "MessageBody": message(&test, number)}),
        })
        .collect();
    let sent = test.call(
        Service::Sqs,
        "SendMessageBatch",
        &json!({"QueueUrl": queue, "Entries": entries}),
    );
    assert_eq!(sent["Successful"].as_array().unwrap().len(), 10);

    for number in (1..=10).filter(|number| *number != 5) {
        test.wait_for_row(&test.id(number));
    }
    assert_eq!(test.executions().len(), 9);
    let dead = wait_for_dead_letter(&test, &bad);
    let receives = &dead["Attributes"]["ApproximateReceiveCount"];
    let receives: u32 = receives.as_str().unwrap().parse().unwrap();
    assert!(
        receives > 8,
        "received {receives} times, the last time from the dead-letter queue"
    );
    drop(visibility);
}

fn message(test: &StackUnderTest, number: u32) -> String {
    json!({
        "id": test.id(number),
        "transaction_message": format!("Message {number}."),
        "partner": test.partner(),
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-01-01T00:00:00Z",
    })
    .to_string()
}

fn wait_for_dead_letter(test: &StackUnderTest, body: &str) -> Value {
    let queue = test.stack.output("TransactionDeadLetterQueueUrl").unwrap();
    let receive = json!({
        "QueueUrl": queue,
        "MaxNumberOfMessages": 10,
        "VisibilityTimeout": 5,
        "AttributeNames": ["ApproximateReceiveCount"],
    });
    let dead = wait::until("the bad message in the dead-letter queue", LIMIT, || {
        let received = test.aws.call(Service::Sqs, "ReceiveMessage", &receive)?;
        let messages = received["Messages"].as_array().into_iter().flatten();
        let ours = messages.into_iter().find(|message| message["Body"] == body);
        Ok::<_, local_stack::AwsError>(match ours {
            Some(message) => Look::Done(message.clone()),
            None => Look::Waiting("none".to_owned()),
        })
    })
    .unwrap();
    test.call(
        Service::Sqs,
        "DeleteMessage",
        &json!({"QueueUrl": queue, "ReceiptHandle": dead["ReceiptHandle"]}),
    );
    dead
}

/// The queue's visibility timeout, lowered until the value is dropped.
struct Visibility<'a> {
    test: &'a StackUnderTest,
    queue: &'a str,
    deployed: String,
}

impl<'a> Visibility<'a> {
    fn lower(test: &'a StackUnderTest, queue: &'a str) -> Self {
        let input = json!({"QueueUrl": queue, "AttributeNames": ["VisibilityTimeout"]});
        let answer = test.call(Service::Sqs, "GetQueueAttributes", &input);
        let deployed = answer["Attributes"]["VisibilityTimeout"].as_str().unwrap();
        let visibility = Self {
            test,
            queue,
            deployed: deployed.to_owned(),
        };
        visibility.set(QUICK_VISIBILITY_SECONDS);
        visibility
    }

    fn set(&self, seconds: &str) {
        let attributes = json!({"VisibilityTimeout": seconds});
        let input = json!({"QueueUrl": self.queue, "Attributes": attributes});
        self.test.call(Service::Sqs, "SetQueueAttributes", &input);
    }
}

impl Drop for Visibility<'_> {
    fn drop(&mut self) {
        self.set(&self.deployed);
    }
}
