//! Three calls of the asynchronous API: one that succeeds, one that fails, and one that takes
//! longer than its caller waits. Each ends with a notification.
//!
//! The caller's workflow waits for minutes as it is deployed. The third call therefore goes
//! through a copy of that workflow, which is deleted afterwards and differs in nothing but its
//! patience. No parameter of the stack is changed for the demonstration.

use crate::console;
use crate::table::{self, Column};
use anyhow::{Context, Result, ensure};
use local_stack::wait::{self, Look};
use local_stack::{Aws, Ended, Service, StackFile, StateMachineCopy, Subscriber, text};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a step may take beyond what the call itself waits.
const LIMIT: Duration = Duration::from_mins(1);

/// Seconds that the copy waits, and the longer time that the API takes then.
const PATIENCE_SECONDS: u32 = 2;
const LATE_SECONDS: u32 = 4;

/// The caller's state that waits.
const WAITING_STATE: &str = "Call Async API";

/// What is asked, and what must come of it.
struct Case {
    name: &'static str,
    input: Value,
    status: u16,
    message: &'static str,
    error: Option<&'static str>,
}

/// A call that has ended, and its notification.
struct Call {
    case: Case,
    notification: Value,
    execution: Ended,
}

/// Makes the three calls, prints and checks their notifications, and sees what the late callback
/// was told.
pub fn run(stack: &StackFile) -> Result<()> {
    let aws = Aws::of(stack);
    let notifications = Subscriber::subscribe(&aws, stack.output("NotificationTopicArn")?)?;
    let deployed = stack.output("AsyncApiWorkflowArn")?;
    let impatient = impatient_copy(stack, &aws)?;
    let began = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let mut calls = Vec::new();
    for (workflow, case) in [
        (deployed, success()),
        (deployed, failure()),
        (impatient.arn.as_str(), timeout()),
    ] {
        // One after the other: a notification does not name its execution.
        let execution = aws.start_execution(workflow, &case.input)?;
        let notification = notifications.wait_for("the call's notification", LIMIT, |_| true)?;
        let execution = aws.wait_for_end(&execution, LIMIT)?;
        calls.push(Call {
            case,
            notification,
            execution,
        });
    }
    print(&calls);
    for call in &calls {
        check(call)?;
    }
    check_late_callback(stack, &aws, began)
}

fn success() -> Case {
    Case {
        name: "success",
        input: json!({"waitTime": 3, "status": "success"}),
        status: 200,
        message: "API Executed Successfully",
        error: None,
    }
}

fn failure() -> Case {
    Case {
        name: "failure",
        input: json!({"waitTime": 1, "status": "failure"}),
        status: 500,
        message: "API Failed",
        error: Some("AsyncApiFailed"),
    }
}

fn timeout() -> Case {
    Case {
        name: "timeout",
        input: json!({"waitTime": LATE_SECONDS, "status": "success"}),
        status: 500,
        message: "API Failed",
        error: Some("States.Timeout"),
    }
}

fn impatient_copy(stack: &StackFile, aws: &Aws) -> Result<StateMachineCopy> {
    let mut deployed = Value::Null;
    let copy = aws.copy_state_machine(stack.output("AsyncApiWorkflowArn")?, |definition| {
        let state = &mut definition["States"][WAITING_STATE];
        deployed = std::mem::replace(&mut state["TimeoutSeconds"], PATIENCE_SECONDS.into());
    })?;
    console::line(format!(
        "The caller's workflow waits for {} s as it is deployed; a copy of it that waits for \
         {PATIENCE_SECONDS} s shows the timeout.",
        digits(&deployed)
    ));
    Ok(copy)
}

/// The deployed timeout is a number, or a JSONata expression around one.
fn digits(timeout: &Value) -> String {
    let text = timeout.to_string();
    text.chars().filter(char::is_ascii_digit).collect()
}

fn print(calls: &[Call]) {
    let columns = [
        Column::Text("call"),
        Column::Text("input"),
        Column::Number("status"),
        Column::Text("notification"),
        Column::Text("error"),
        Column::Number("seconds"),
    ];
    let rows = calls.iter().map(|call| {
        [
            call.case.name.to_owned(),
            call.case.input.to_string(),
            call.notification["status"].to_string(),
            text(call.notification.get("message")).to_owned(),
            text(call.notification["body"].get("Error")).to_owned(),
            format!("{:.1}", call.execution.duration.as_secs_f64()),
        ]
    });
    table::print(&columns, rows);
}

fn check(call: &Call) -> Result<()> {
    let Case { name, error, .. } = call.case;
    let seen = &call.notification;
    ensure!(
        seen["status"] == call.case.status && seen["message"] == call.case.message,
        "The notification of the call \"{name}\" is not {} {}.",
        call.case.status,
        call.case.message
    );
    ensure!(
        seen["body"]["Error"].as_str() == error,
        "The notification of the call \"{name}\" does not hold the right error."
    );
    let status = &call.execution.status;
    ensure!(
        status == "SUCCEEDED",
        "The execution of the call \"{name}\" ended {status}, though it has told of its outcome."
    );
    Ok(())
}

/// The API's own workflow answers a caller that waits no more, and must end all the same.
fn check_late_callback(stack: &StackFile, aws: &Aws, began: Duration) -> Result<()> {
    let simulator = stack.output("AsyncApiSimulatorArn")?;
    let ended = wait::until("the late callback", LIMIT, || -> Result<_> {
        let started = started_since(aws, simulator, began)?;
        let running = started.iter().any(|each| each["status"] == "RUNNING");
        if running || started.len() < 3 {
            let count = started.len();
            return Ok(Look::Waiting(format!("{count} of 3 calls, or one at work")));
        }
        let ended = started.iter().map(|each| {
            let execution = text(each.get("executionArn"));
            Ok(aws.wait_for_end(execution, LIMIT)?)
        });
        Ok(Look::Done(ended.collect::<Result<Vec<_>>>()?))
    })?;
    let told = ended
        .iter()
        .filter(|execution| execution.output["delivered"] == false);
    ensure!(
        told.count() == 1,
        "It is not the late callback alone that was told that nobody waits for it."
    );
    console::line("The late callback was told that nobody waits for it, and was not repeated.");
    Ok(())
}

fn started_since(aws: &Aws, state_machine: &str, began: Duration) -> Result<Vec<Value>> {
    let input = json!({"stateMachineArn": state_machine});
    let listed = aws.call(Service::StepFunctions, "ListExecutions", &input)?;
    let executions = listed["executions"].as_array();
    let mut executions = executions
        .context("ListExecutions answered without executions.")?
        .clone();
    executions.retain(|each| each["startDate"].as_f64() >= Some(began.as_secs_f64()));
    Ok(executions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployed_timeout_is_read_from_a_number_and_from_an_expression() {
        assert_eq!(digits(&json!(300)), "300");
        assert_eq!(digits(&json!("{% $number('300') %}")), "300");
    }
}
