//! How long an order waits for its shipping service: with signs of life, and without.

use crate::api::assert_refused;
use crate::callbacks::assert_accepted;
use crate::order_flow::{Order, WAITING_STATE};
use crate::stack_under_test::StackUnderTest;
use local_stack::StateMachineCopy;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// How long copies of the workflow wait for an answer, and for a sign of life.
const TIMEOUT_SECONDS: u32 = 3;
const HEARTBEAT_SECONDS: u32 = 5;

/// The order workflow with its waiting state changed.
fn copy(test: &StackUnderTest, change: impl FnOnce(&mut Value)) -> StateMachineCopy {
    let workflow = test.stack.output("OrderWorkflowArn").unwrap();
    let copy = test.aws.copy_state_machine(workflow, |definition| {
        change(&mut definition["States"][WAITING_STATE]);
    });
    copy.unwrap()
}

/// The order workflow as a deployment with another `CallbackTimeoutSeconds` makes it.
fn with_timeout_alone_lowered(test: &StackUnderTest) -> StateMachineCopy {
    copy(test, |state| {
        let timeout = state["TimeoutSeconds"].as_str().unwrap();
        let deployed = timeout.trim_matches(|character: char| !character.is_ascii_digit());
        let deployed = format!("'{deployed}'");
        for field in ["TimeoutSeconds", "HeartbeatSeconds"] {
            let expression = state[field].as_str().unwrap();
            assert!(expression.contains(&deployed), "{expression}");
            let lowered = expression.replace(&deployed, &format!("'{TIMEOUT_SECONDS}'"));
            state[field] = lowered.into();
        }
    })
}

fn assert_gone(order: &Order) {
    assert_refused(&order.call_back(&order.in_progress()), 410);
    assert_refused(&order.call_back(&order.shipped("1Z1")), 410);
    assert!(!order.task().unwrap().contains_key("task_token"));
}

#[test]
fn a_silent_shipping_service_times_the_order_out_and_is_too_late_then() {
    let test = StackUnderTest::shared("silent");
    let workflow = with_timeout_alone_lowered(&test);
    let order = Order::place_in(&test, test.id(1), &workflow.arn);
    order.wait_for_token();
    let ended = order.wait_for_end();
    assert_ne!(ended.status, "SUCCEEDED");
    assert_eq!(ended.error.as_deref(), Some("States.HeartbeatTimeout"));
    assert_eq!(order.endings_of_the_task(), ["TaskTimedOut"]);
    assert_gone(&order);
}

#[test]
fn signs_of_life_keep_an_order_waiting_and_their_absence_ends_it() {
    // Alone: the first sign of life is due within seconds of the dispatch.
    let test = StackUnderTest::alone("heartbeat");
    let workflow = copy(&test, |state| {
        state["HeartbeatSeconds"] = HEARTBEAT_SECONDS.into();
    });
    let [silent, alive] = [1, 2].map(|number| {
        let order = Order::place_in(&test, test.id(number), &workflow.arn);
        order.wait_for_token();
        order
    });
    for _ in 0..=HEARTBEAT_SECONDS {
        assert_accepted(&alive.call_back(&alive.in_progress()));
        assert_eq!(alive.task().unwrap()["task_status"], "PENDING");
        thread::sleep(Duration::from_secs(1));
    }
    assert!(alive.is_running());
    assert_accepted(&alive.call_back(&alive.shipped("1Z1")));
    assert_eq!(alive.wait_for_end().status, "SUCCEEDED");

    let ended = silent.wait_for_end();
    assert_eq!(ended.error.as_deref(), Some("States.HeartbeatTimeout"));
    assert_gone(&silent);
}
