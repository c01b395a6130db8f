//! An order waits for its shipping service, which answers by the partner API.

use crate::logs::Logs;
use crate::order_flow::{CALLBACK_PATH, Order};
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::{Answer, Subscriber};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::thread;

/// What a shipping service sends, to the byte.
const CALLBACK: &str = include_str!("../../../../events/partner/shipping-callback.json");
const ORDER_ID: &str = "a96cbeed-cbd7-4711-815c-0913113c6064";

#[test]
fn an_order_gets_its_tracking_number_and_the_token_never_leaves() {
    let test = StackUnderTest::shared("shipped");
    let logs = Logs::from_now_on(&test);
    let topic = test.stack.output("ShippingTopicArn").unwrap();
    let shipping_service = Subscriber::subscribe(&test.aws, topic).unwrap();
    let order = Order::place(&test, ORDER_ID.to_owned());
    let message = shipping_service
        .wait_for("the order", LIMIT, |message| {
            message["order_id"] == ORDER_ID
        })
        .unwrap();
    let token = order.wait_for_token();
    assert_eq!(message["task_type"], "ORDER_SHIPPING_SERVICE");
    assert_eq!(message["payload"]["item"], "Hex bolts");
    assert_eq!(message.as_object().unwrap().len(), 3);
    assert!(!message.to_string().contains(&token));

    let headers = [("content-type", "application/json")];
    let answer = test
        .api
        .send("POST", CALLBACK_PATH, &headers, CALLBACK.into());
    assert_eq!(answer.unwrap().status, 200);
    let ended = order.wait_for_end();
    assert_eq!(ended.status, "SUCCEEDED", "{:?}", ended.cause);
    assert!(ended.output["process_order_output"].is_object());
    assert_eq!(
        ended.output["shipping_service_output"],
        json!({"shipping_status": "PROCESSING", "tracking_number": "1ZA1B2C3D4"})
    );
    assert!(ended.output["process_results_output"].is_object());

    assert_eq!(order.row()["tracking_number"], "1ZA1B2C3D4");
    assert_eq!(order.row()["shipping_status"], "PROCESSING");
    let task = order.task().unwrap();
    assert_eq!(task["task_status"], "COMPLETED");
    assert!(!Value::from(task).to_string().contains(&token));
    // The last function's line has come, and so have those of the functions before it.
    logs.wait_for(&["A shipment was recorded.", ORDER_ID]);
    assert!(!logs.lines().iter().any(|line| line.contains(&token)));
}

#[test]
fn a_failed_callback_fails_the_workflow_with_the_callers_words() {
    let test = StackUnderTest::shared("failed");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let failed = order.failed(&json!("OutOfStock"), &json!("The last box was sold."));
    assert_accepted(&order.call_back(&failed));

    let ended = order.wait_for_end();
    assert_eq!(ended.status, "FAILED");
    assert_eq!(ended.error.as_deref(), Some("OutOfStock"));
    assert_eq!(ended.cause.as_deref(), Some("The last box was sold."));
    assert!(!order.row().contains_key("tracking_number"));
}

#[test]
fn a_cause_that_is_an_object_arrives_as_its_json() {
    let test = StackUnderTest::shared("failed-object");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let cause = json!({"shelf": 7, "left": 0});
    assert_accepted(&order.call_back(&order.failed(&json!("OutOfStock"), &cause)));

    let seen = order.wait_for_end().cause.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&seen).unwrap(), cause);
}

#[test]
fn an_answer_with_one_of_its_fields_is_stored_as_far_as_it_goes() {
    let test = StackUnderTest::shared("partly");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let mut callback = order.shipped("1Z1");
    callback["task_output"] = json!({"tracking_number": "1Z1"});
    assert_accepted(&order.call_back(&callback));

    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    assert_eq!(order.row()["tracking_number"], "1Z1");
    assert!(!order.row().contains_key("shipping_status"));
}

#[test]
fn the_same_callback_twice_at_once_is_taken_once_and_answered_twice() {
    let test = StackUnderTest::shared("at-once");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let callback = order.shipped("1Z2");
    let answers = thread::scope(|scope| {
        let calls = [(); 2].map(|()| scope.spawn(|| order.call_back(&callback)));
        calls.map(|call| call.join().unwrap())
    });
    answers.iter().for_each(assert_accepted);
    assert_eq!(answers[0].body, answers[1].body);
    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    assert_eq!(order.row()["tracking_number"], "1Z2");
    assert_eq!(order.endings_of_the_task(), ["TaskSucceeded"]);
}

#[test]
fn two_callbacks_that_contradict_each_other_at_once_are_an_outcome_and_a_conflict() {
    let test = StackUnderTest::shared("contradicting");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let callbacks = [
        order.shipped("1Z3"),
        order.failed(&json!("OutOfStock"), &json!("None left.")),
    ];
    let statuses = thread::scope(|scope| {
        let calls = callbacks
            .each_ref()
            .map(|callback| scope.spawn(|| order.call_back(callback)));
        calls.map(|call| call.join().unwrap().status)
    });
    let ended = order.wait_for_end();
    match statuses {
        [200, 409] => {
            assert_eq!(ended.status, "SUCCEEDED");
            assert_eq!(order.row()["tracking_number"], "1Z3");
            assert_eq!(order.endings_of_the_task(), ["TaskSucceeded"]);
        }
        [409, 200] => {
            assert_eq!(ended.error.as_deref(), Some("OutOfStock"));
            assert!(!order.row().contains_key("tracking_number"));
            assert_eq!(order.endings_of_the_task(), ["TaskFailed"]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_hundred_orders_wait_at_once_and_each_gets_its_own_answer() {
    let test = StackUnderTest::shared("crowd");
    let mut orders: Vec<_> = (1..=200)
        .map(|number| Order::place(&test, test.id(number)))
        .collect();
    for order in &orders {
        order.wait_for_token();
    }
    // A hash of ids that differ between runs is an order that nobody chose.
    orders.sort_by_key(|order| Sha256::digest(&order.id).to_vec());
    thread::scope(|scope| {
        for (place, order) in orders.iter().enumerate() {
            let doubled = place % 10 == 0;
            let calls = (0..=u8::from(doubled)).map(|_| {
                scope.spawn(|| order.call_back(&order.shipped(&format!("1Z-{}", order.id))))
            });
            for call in calls.collect::<Vec<_>>() {
                assert_accepted(&call.join().unwrap());
            }
        }
    });
    for order in &orders {
        assert_eq!(order.wait_for_end().status, "SUCCEEDED", "{}", order.id);
        assert_eq!(order.row()["tracking_number"], format!("1Z-{}", order.id));
        assert_eq!(order.task().unwrap()["task_status"], "COMPLETED");
        let endings = order.endings_of_the_task();
        assert_eq!(endings, ["TaskSucceeded"], "{}", order.id);
    }
}

pub fn assert_accepted(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.body);
}
