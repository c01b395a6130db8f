//! Executions that do not store their transaction end in one rejection.

use crate::event_listener::EventListener;
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::{Aws, Service};
use serde_json::{Value, json};

fn transaction(partner: &str, id: &str) -> Value {
    json!({
        "id": id,
        "transaction_message": "Once.",
        "partner": partner,
        "upload_id": null,
        "ordinal": null,
        "received_at": "2026-01-01T00:00:00Z",
    })
}

#[test]
fn the_transaction_of_a_stopped_execution_is_rejected() {
    let test = StackUnderTest::alone("stopped");
    let listener = EventListener::start(&test);
    let id = test.id(1);
    let formatter = Throttled::throttle(&test, "TransactionFormatter");
    let input = transaction(test.partner(), &id);
    let workflow = test.workflows("Standard").remove(0);
    let execution = test.aws.start_execution(&workflow, &input).unwrap();
    let stop = json!({"executionArn": execution});
    test.call(Service::StepFunctions, "StopExecution", &stop);
    let ended = test.aws.wait_for_end(&execution, LIMIT).unwrap();
    assert_eq!(ended.status, "ABORTED");

    let rejection = test.wait_for_rejection(&id);
    let name = execution.rsplit(':').next().unwrap();
    assert_eq!(rejection["rejection_id"], name);
    assert_eq!(rejection["code"], "EXECUTION_ABORTED");
    let event = listener.wait_for_event(&format!("TransactionRejected#{name}"));
    assert_eq!(event["detail"]["code"], "EXECUTION_ABORTED");
    assert_eq!(event["detail"]["rejected_at"], rejection["rejected_at"]);
    drop(formatter);
    test.let_an_upload_pass();
    assert_eq!(test.row(&id), None);
}

#[test]
fn a_transaction_of_a_partner_without_a_row_is_rejected() {
    let test = StackUnderTest::shared("nobody");
    let id = test.id(1);
    let message = transaction("nobody", &id).to_string();
    let queue = test.stack.output("TransactionQueueUrl").unwrap();
    let input = json!({"QueueUrl": queue, "MessageBody": message});
    test.call(Service::Sqs, "SendMessage", &input);
    let rejection = test.wait_for_rejection(&id);
    assert_eq!(rejection["partner"], "nobody");
    assert_eq!(rejection["code"], "ENRICHMENT_FAILED");
}

/// A function that refuses every invocation until the value is dropped.
struct Throttled {
    aws: Aws,
    function: String,
}

impl Throttled {
    fn throttle(test: &StackUnderTest, function: &str) -> Self {
        let functions = test.aws.functions().unwrap().into_iter();
        let mut found = functions.filter(|name| name.contains(function));
        let throttled = Self {
            aws: test.aws.clone(),
            function: found.next().unwrap(),
        };
        let reserved = throttled.aws.reserve_concurrency(&throttled.function, 0);
        reserved.unwrap();
        throttled
    }
}

impl Drop for Throttled {
    fn drop(&mut self) {
        // A function that stays throttled fails every test behind this one.
        let _ = self.aws.release_concurrency(&self.function);
    }
}
