//! Callbacks while something breaks: the dispatcher, the handler, or the services that they call.

use crate::api::assert_refused;
use crate::callbacks::assert_accepted;
use crate::order_flow::{Order, token_of};
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::{Fate, FaultyEndpoint, Service, Subscriber};
use serde_json::json;
use std::sync::mpsc;

const DISPATCHER: &str = "SnsCallbackDispatcher";
const HANDLER: &str = "ExternalCallbackHandler";

/// The handler's calls for an answer: it remembers the outcome, sends it, and marks the task.
const CALLS_OF_AN_ANSWER: usize = 3;

#[test]
fn a_dispatcher_that_is_retried_leaves_the_old_token_dead_and_the_new_one_works() {
    let test = StackUnderTest::alone("redispatched");
    let id = test.id(1);
    let (stored, old_token) = mpsc::sync_channel(1);
    let mut first = Some((stored, test.aws.clone(), id.clone()));
    let table = test.stack.output("CallbackTasksTableName").unwrap();
    let table = table.to_owned();
    // The token is stored before the topic is told. The first publication is refused.
    let endpoint = FaultyEndpoint::before(&test.aws, DISPATCHER, move |operation| {
        let first = (operation == "Publish").then(|| first.take()).flatten();
        let Some((stored, aws, id)) = first else {
            return Fate::Passes;
        };
        let token = token_of(&aws, &table, &id).unwrap();
        stored.send(token.unwrap()).unwrap();
        Fate::Refused(400, "InvalidParameter")
    });
    let endpoint = endpoint.unwrap();
    let order = Order::place(&test, id);
    let old_token = old_token.recv_timeout(LIMIT).unwrap();
    order.wait_for_token_but(&old_token);

    let late = json!({"taskToken": old_token, "output": "{}"});
    let refused = test
        .aws
        .call(Service::StepFunctions, "SendTaskSuccess", &late);
    assert!(refused.unwrap_err().to_string().contains("TaskTimedOut"));
    assert_accepted(&order.call_back(&order.shipped("1Z-NEW")));
    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    assert_eq!(order.row()["tracking_number"], "1Z-NEW");
    drop(endpoint);
}

#[test]
fn a_callback_may_arrive_before_the_dispatcher_has_returned() {
    let test = StackUnderTest::alone("early");
    let (release, held) = mpsc::channel();
    let mut held = Some(held);
    let endpoint = FaultyEndpoint::before(&test.aws, DISPATCHER, move |operation| {
        let held = (operation == "Publish").then(|| held.take()).flatten();
        held.map_or(Fate::Passes, Fate::Held)
    });
    let endpoint = endpoint.unwrap();
    let topic = test.stack.output("ShippingTopicArn").unwrap();
    let shipping_service = Subscriber::subscribe(&test.aws, topic).unwrap();
    let order = Order::place(&test, test.id(1));
    shipping_service
        .wait_for("the order", LIMIT, |message| {
            message["order_id"] == order.id.as_str()
        })
        .unwrap();

    assert_accepted(&order.call_back(&order.shipped("1Z-EARLY")));
    assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    drop(release);
    assert_eq!(order.row()["tracking_number"], "1Z-EARLY");
    assert_eq!(order.task().unwrap()["task_status"], "COMPLETED");
    drop(endpoint);
}

#[test]
fn a_handler_that_was_killed_at_any_call_carries_the_repetition_out() {
    let test = StackUnderTest::alone("killed");
    for point in 0..2 * CALLS_OF_AN_ANSWER {
        let order = Order::place(&test, test.id(point));
        order.wait_for_token();
        let callback = order.shipped(&format!("1Z-{point}"));
        let mut call = 0;
        let endpoint = FaultyEndpoint::before(&test.aws, HANDLER, move |_| {
            call += 1;
            match point {
                before if before + 1 == call => Fate::KillsBefore,
                after if after + 1 == call + CALLS_OF_AN_ANSWER => Fate::KillsAfter,
                _ => Fate::Passes,
            }
        });
        let endpoint = endpoint.unwrap();
        assert_refused(&order.call_back(&callback), 502);
        drop(endpoint);

        assert_accepted(&order.call_back(&callback));
        assert_eq!(order.wait_for_end().status, "SUCCEEDED", "{point}");
        assert_eq!(order.row()["tracking_number"], format!("1Z-{point}"));
        assert_eq!(order.task().unwrap()["task_status"], "COMPLETED");
    }
}

#[test]
fn a_busy_service_is_answered_with_a_time_to_come_again() {
    let test = StackUnderTest::alone("busy");
    for (number, status, error) in [
        (1, 400, "ThrottlingException"),
        (2, 500, "InternalServerError"),
    ] {
        let order = Order::place(&test, test.id(number));
        order.wait_for_token();
        let callback = order.shipped("1Z-BUSY");
        let endpoint = FaultyEndpoint::before(&test.aws, HANDLER, move |operation| {
            if operation.starts_with("SendTask") {
                return Fate::Refused(status, error);
            }
            Fate::Passes
        });
        let endpoint = endpoint.unwrap();
        let answer = order.call_back(&callback);
        assert_refused(&answer, 503);
        let seconds = answer.header("retry-after").unwrap();
        assert!(seconds.parse::<u32>().unwrap() > 0);
        drop(endpoint);

        assert_accepted(&order.call_back(&callback));
        assert_eq!(order.wait_for_end().status, "SUCCEEDED");
    }
}
