//! The asynchronous API: what its caller is notified of.

use crate::logs::Logs;
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Ended, Service, Subscriber};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A notification does not name its execution: one test after the other makes calls.
static TURN: Mutex<()> = Mutex::new(());

/// "At once": much less than the 300 s that a caller waits, and the queue's 60 s.
const AT_ONCE: Duration = Duration::from_secs(20);

const WAITING_STATE: &str = "Call Async API";
const PATIENCE_SECONDS: u32 = 2;

/// The stack, and what is notified of on it.
struct Caller {
    notifications: Subscriber,
    test: StackUnderTest,
    _turn: MutexGuard<'static, ()>,
}

impl Caller {
    fn new(name: &str) -> Self {
        let test = StackUnderTest::shared(name);
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let topic = test.stack.output("NotificationTopicArn").unwrap();
        Self {
            notifications: Subscriber::subscribe(&test.aws, topic).unwrap(),
            test,
            _turn: turn,
        }
    }

    fn workflow(&self) -> &str {
        self.test.stack.output("AsyncApiWorkflowArn").unwrap()
    }

    /// One call; its notification, and its execution, which succeeds either way.
    fn call(&self, workflow: &str, input: &Value) -> (Value, Ended) {
        let execution = self.test.aws.start_execution(workflow, input).unwrap();
        let notification = self
            .notifications
            .wait_for("a notification", LIMIT, |_| true);
        let ended = self.test.aws.wait_for_end(&execution, LIMIT).unwrap();
        assert_eq!(ended.status, "SUCCEEDED", "{input}: {:?}", ended.cause);
        (notification.unwrap(), ended)
    }
}

#[test]
fn a_success_is_notified_of_and_logged() {
    let caller = Caller::new("async-success");
    let logs = Logs::from_now_on(&caller.test);
    let input = json!({"waitTime": 3, "status": "success"});
    let (notification, ended) = caller.call(caller.workflow(), &input);
    assert_eq!(notification["status"], 200);
    assert_eq!(notification["message"], "API Executed Successfully");
    assert_eq!(notification["body"]["status"], 200);
    assert!(ended.duration >= Duration::from_secs(3), "{ended:?}");
    logs.wait_for(&["API Executed Successfully"]);
}

#[test]
fn a_failure_is_notified_of_and_logged() {
    let caller = Caller::new("async-failure");
    let logs = Logs::from_now_on(&caller.test);
    let input = json!({"waitTime": 0, "status": "failure"});
    let (notification, _) = caller.call(caller.workflow(), &input);
    assert_failed(&notification, "AsyncApiFailed");
    logs.wait_for(&["API Failed"]);
}

#[test]
fn a_request_that_the_api_does_not_take_is_notified_of_at_once() {
    let caller = Caller::new("async-invalid");
    let invalid = [
        json!({"waitTime": -1, "status": "success"}),
        json!({"waitTime": 1.5, "status": "success"}),
        json!({"waitTime": "3", "status": "success"}),
        json!({"waitTime": 100_000_000, "status": "success"}),
        json!({"waitTime": 3, "status": "maybe"}),
        json!({"waitTime": 3}),
        json!({"status": "success"}),
        json!({}),
    ];
    for input in invalid {
        let (notification, ended) = caller.call(caller.workflow(), &input);
        assert_failed(&notification, "InvalidRequest");
        assert!(ended.duration < AT_ONCE, "{input}: {ended:?}");
    }
}

#[test]
fn a_wait_longer_than_the_timeout_is_an_error_and_the_late_callback_is_told_so() {
    let caller = Caller::new("async-timeout");
    let impatient = caller
        .test
        .aws
        .copy_state_machine(caller.workflow(), |definition| {
            definition["States"][WAITING_STATE]["TimeoutSeconds"] = PATIENCE_SECONDS.into();
        });
    let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let input = json!({"waitTime": PATIENCE_SECONDS + 2, "status": "success"});
    let (notification, _) = caller.call(&impatient.unwrap().arn, &input);
    assert_failed(&notification, "States.Timeout");

    let late = wait_for_simulation(&caller.test, began);
    assert_eq!(late.status, "SUCCEEDED");
    assert_eq!(late.output["delivered"], false);
}

fn assert_failed(notification: &Value, error: &str) {
    assert_eq!(notification["status"], 500, "{notification}");
    assert_eq!(notification["message"], "API Failed");
    assert_eq!(notification["body"]["Error"], error, "{notification}");
}

/// The one execution of the simulator that has begun since then, at its end.
fn wait_for_simulation(test: &StackUnderTest, began: Duration) -> Ended {
    let input = json!({"stateMachineArn": test.stack.output("AsyncApiSimulatorArn").unwrap()});
    let simulation = wait::until("the simulator's execution", LIMIT, || {
        let listed = test
            .aws
            .call(Service::StepFunctions, "ListExecutions", &input)?;
        let mut executions = listed["executions"].as_array().unwrap().iter();
        let ours = executions.find(|each| each["startDate"].as_f64() >= Some(began.as_secs_f64()));
        Ok::<_, AwsError>(match ours {
            Some(ours) => Look::Done(ours["executionArn"].as_str().unwrap().to_owned()),
            None => Look::Waiting("none".to_owned()),
        })
    });
    test.aws.wait_for_end(&simulation.unwrap(), LIMIT).unwrap()
}
