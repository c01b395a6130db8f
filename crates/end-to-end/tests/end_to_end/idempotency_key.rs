//! A request that carries an `Idempotency-Key`: the same again, another, and while the first is under way.

use crate::api::{PATH, assert_accepted, assert_refused};
use crate::stack_under_test::StackUnderTest;
use local_stack::{Answer, Api, Fate, FaultyEndpoint};
use serde_json::json;
use std::sync::mpsc;
use std::thread;

#[test]
fn the_same_request_under_a_key_is_queued_once_and_another_is_a_conflict() {
    let test = StackUnderTest::shared("key");
    let (id, key) = (test.id(1), test.id("key"));
    let first = post(&test.api, &key, &id, "Once.");
    assert_accepted(&first, &id);
    test.wait_for_row(&id);
    let again = post(&test.api, &key, &id, "Once.");
    assert_accepted(&again, &id);
    assert_eq!(again.body, first.body);

    assert_refused(&post(&test.api, &key, &id, "Something else."), 409);
    test.let_an_upload_pass();
    let executions = test.executions().into_iter();
    assert_eq!(executions.filter(|name| name.starts_with(&id)).count(), 1);
}

#[test]
fn a_request_whose_first_is_under_way_is_to_come_again() {
    let test = StackUnderTest::alone("under-way");
    let (id, key) = (test.id(1), test.id("key"));
    let (release, held) = mpsc::channel();
    let (began, under_way) = mpsc::channel();
    let mut held = Some(held);
    let endpoint = FaultyEndpoint::before(&test.aws, "SqsWriter", move |operation| {
        let held = (operation == "SendMessage").then(|| held.take()).flatten();
        held.map_or(Fate::Passes, |held| {
            began.send(()).unwrap();
            Fate::Held(held)
        })
    });
    let endpoint = endpoint.unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| post(&test.api, &key, &id, "Once."));
        under_way.recv().unwrap();
        let second = post(&test.api, &key, &id, "Once.");
        drop(release);
        assert_refused(&second, 409);
        assert!(second.header("retry-after").is_some());
        assert_accepted(&first.join().unwrap(), &id);
    });
    drop(endpoint);
    assert_accepted(&post(&test.api, &key, &id, "Once."), &id);
}

fn post(api: &Api, key: &str, id: &str, message: &str) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let body = json!({"transactionId": id, "transactionMessage": message});
    let body = body.to_string().into_bytes();
    api.send("POST", PATH, &headers, body).unwrap()
}
