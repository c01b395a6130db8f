//! What a callback is answered: once, again, against an earlier one, too late, too large.

use crate::api::assert_refused;
use crate::callbacks::assert_accepted;
use crate::order_flow::{CALLBACK_PATH, Order, TASK_TYPE};
use crate::other_partner::OtherPartner;
use crate::stack_under_test::StackUnderTest;
use serde_json::{Value, json};

/// The limit of a callback's output, in bytes.
const LARGEST_OUTPUT: usize = 128 * 1024;

#[test]
fn a_repetition_is_answered_alike_and_another_outcome_is_a_conflict() {
    let test = StackUnderTest::shared("repeated");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let callback = order.shipped("1Z1");
    let first = order.call_back(&callback);
    assert_accepted(&first);
    let again = order.call_back(&callback);
    assert_accepted(&again);
    assert_eq!(first.body, again.body);

    assert_refused(&order.call_back(&order.shipped("1Z2")), 409);
    let failed = order.failed(&json!("OutOfStock"), &json!("None left."));
    assert_refused(&order.call_back(&failed), 409);
    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    assert_accepted(&order.call_back(&callback));
    assert_eq!(order.row()["tracking_number"], "1Z1");
}

#[test]
fn an_unknown_task_and_another_partners_task_are_not_found() {
    let test = StackUnderTest::shared("not-found");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let mut callback = order.shipped("1Z1");
    callback["order_id"] = test.id("unknown").into();
    assert_refused(&order.call_back(&callback), 404);
    let mut callback = order.shipped("1Z1");
    callback["task_type"] = "ANOTHER_SERVICE".into();
    assert_refused(&order.call_back(&callback), 404);

    let other = OtherPartner::join(&test).api;
    for callback in [order.shipped("1Z1"), order.in_progress()] {
        let answer = other.post_json(CALLBACK_PATH, &callback).unwrap();
        assert_refused(&answer, 404);
    }
    assert_eq!(order.task().unwrap()["task_status"], "PENDING");
    order.stop();
}

#[test]
fn a_task_whose_workflow_was_stopped_is_gone() {
    let test = StackUnderTest::shared("stopped");
    let order = Order::place(&test, test.id(1));
    let token = order.wait_for_token();
    order.stop();
    // The second answer comes from what the first has written down.
    for _ in 0..2 {
        assert_refused(&order.call_back(&order.shipped("1Z1")), 410);
    }
    assert_refused(&order.call_back(&order.in_progress()), 410);
    let task = Value::from(order.task().unwrap());
    assert!(!task.to_string().contains(&token));
}

#[test]
fn an_error_by_which_the_workflow_repeats_its_dispatch_is_refused() {
    let test = StackUnderTest::shared("reserved-error");
    let order = Order::place(&test, test.id(1));
    let token = order.wait_for_token();
    for error in [
        "Lambda.Unknown",
        "Dispatcher.TaskNotStored",
        "Sandbox.Timedout",
    ] {
        let answer = order.call_back(&order.failed(&json!(error), &json!("None left.")));
        assert_refused(&answer, 400);
        assert_eq!(answer.body["error"]["field"], "task_error");
    }
    assert_eq!(order.task().unwrap()["task_token"], token.as_str());

    let failed = order.failed(&json!("States.TaskFailed"), &json!("None left."));
    assert_accepted(&order.call_back(&failed));
    let ended = order.wait_for_end();
    assert_eq!(ended.error.as_deref(), Some("States.TaskFailed"));
    assert_eq!(order.endings_of_the_task(), ["TaskFailed"]);
}

#[test]
fn the_largest_output_is_taken_and_one_byte_more_is_not() {
    let test = StackUnderTest::shared("large-output");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let shipped = |bytes: usize| {
        let mut callback = order.shipped("1Z1");
        callback["task_output"]["label"] = "".into();
        let empty = callback["task_output"].to_string().len();
        callback["task_output"]["label"] = "x".repeat(bytes - empty).into();
        callback
    };
    for status in ["SUCCESS", "FAILURE", "IN_PROGRESS"] {
        let mut callback = shipped(LARGEST_OUTPUT + 1);
        callback["task_status"] = status.into();
        assert_refused(&order.call_back(&callback), 413);
    }
    assert_eq!(order.task().unwrap()["task_status"], "PENDING");

    assert_accepted(&order.call_back(&shipped(LARGEST_OUTPUT)));
    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
}

#[test]
fn an_order_keeps_what_the_answer_has_of_it() {
    let test = StackUnderTest::shared("kept");
    for (number, output, tracking_number) in [
        (1, json!({"tracking_number": 1234}), json!("1234")),
        (2, json!({"label": "none yet"}), Value::Null),
    ] {
        let order = Order::place(&test, test.id(number));
        order.wait_for_token();
        let mut callback = order.shipped("1Z1");
        callback["task_output"] = output;
        assert_accepted(&order.call_back(&callback));
        assert_eq!(order.wait_for_end().status, "SUCCEEDED");
        let row = Value::from(order.row());
        assert_eq!(row["tracking_number"], tracking_number);
    }
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    let test = StackUnderTest::shared("schema");
    let order = Order::place(&test, test.id(1));
    order.wait_for_token();
    let without = |field: &str| {
        let mut callback = order.shipped("1Z1");
        callback.as_object_mut().unwrap().remove(field);
        callback
    };
    let with = |field: &str, value: Value| {
        let mut callback = order.shipped("1Z1");
        callback[field] = value;
        callback
    };
    let misfits = [
        without("order_id"),
        without("task_type"),
        without("task_status"),
        without("task_output"),
        with("order_id", json!("")),
        with("order_id", json!(7)),
        with("task_status", json!("MAYBE")),
        with("task_output", json!("shipped")),
        with("task_output", json!(["shipped"])),
        with("task_output", json!({"tracking_number": {"carrier": "1Z"}})),
        with("task_output", json!({"shipping_status": ""})),
        with("task_error", json!(7)),
        with("task_cause", json!([])),
        json!([]),
        json!({"order_id": order.id, "task_type": TASK_TYPE}),
    ];
    for callback in misfits {
        let answer = order.call_back(&callback);
        assert_eq!(answer.status, 400, "{callback}: {}", answer.body);
        assert_refused(&answer, 400);
    }
    let headers = [("content-type", "application/json")];
    let body = b"{\"order_id\": ".to_vec();
    let answer = test.api.send("POST", CALLBACK_PATH, &headers, body);
    assert_refused(&answer.unwrap(), 400);
    assert_eq!(order.task().unwrap()["task_status"], "PENDING");
    order.stop();
}

#[test]
fn a_body_of_text_that_may_have_been_none_is_refused() {
    let test = StackUnderTest::shared("callback-no-text");
    let callback =
        json!({"order_id": "Caf\u{fffd}", "task_type": TASK_TYPE, "task_status": "FAILED"});
    let answer = test.api.post_json(CALLBACK_PATH, &callback).unwrap();
    assert_refused(&answer, 400);
    assert_eq!(answer.body["error"]["code"], "BODY_NOT_TEXT");
}
