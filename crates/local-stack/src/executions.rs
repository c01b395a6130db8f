//! Executions of state machines, and copies of state machines that differ from the deployed ones.

use crate::aws::{Aws, AwsError, Service};
use crate::dynamodb::text;
use crate::wait::{self, Look, WaitError};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a start may be throttled. The emulator waits for two seconds before it throttles.
const MOST_THROTTLES: u32 = 30;

/// An execution that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    pub status: String,
    /// The output; `Null` unless it succeeded.
    pub output: Value,
    /// The error's name, if it failed.
    pub error: Option<String>,
    /// The error's cause, if it failed.
    pub cause: Option<String>,
    /// From its start to its end.
    pub duration: Duration,
}

/// A copy of a state machine, deleted when the value is dropped.
pub struct StateMachineCopy {
    aws: Aws,
    /// The copy's ARN.
    pub arn: String,
}

impl Aws {
    /// Starts an execution, again as long as Step Functions throttles, and answers its ARN.
    pub fn start_execution(&self, state_machine: &str, input: &Value) -> Result<String, AwsError> {
        let input = json!({"stateMachineArn": state_machine, "input": input.to_string()});
        let mut throttles = 0;
        loop {
            let started = self.call(Service::StepFunctions, "StartExecution", &input);
            if started.as_ref().is_err_and(is_throttle) && throttles < MOST_THROTTLES {
                throttles += 1;
                continue;
            }
            return Ok(text(started?.get("executionArn")).to_owned());
        }
    }

    /// Waits until the execution has ended, in whatever way.
    pub fn wait_for_end(&self, execution: &str, limit: Duration) -> Result<Ended, WaitError> {
        let awaited = format!("the end of the execution {execution}");
        wait::until(&awaited, limit, || {
            let input = json!({"executionArn": execution});
            let seen = self.call(Service::StepFunctions, "DescribeExecution", &input)?;
            Ok::<_, AwsError>(match seen["status"].as_str() {
                Some("RUNNING") | None => Look::Waiting(seen["status"].to_string()),
                Some(_) => Look::Done(Ended::read(&seen)),
            })
        })
    }

    /// Makes a copy of a state machine whose definition `change` has changed: a deployed timeout
    /// may be a day, and nobody who wants to see it pass changes the deployment for that.
    pub fn copy_state_machine(
        &self,
        state_machine: &str,
        change: impl FnOnce(&mut Value),
    ) -> Result<StateMachineCopy, AwsError> {
        let input = json!({"stateMachineArn": state_machine});
        let original = self.call(Service::StepFunctions, "DescribeStateMachine", &input)?;
        let parsed = serde_json::from_str(text(original.get("definition")));
        let mut definition: Value = parsed.map_err(|source| AwsError::Answer {
            call: "states DescribeStateMachine".to_owned(),
            source,
        })?;
        change(&mut definition);
        let input = json!({
            "name": format!("copy-{:x}", nanoseconds()),
            "definition": definition.to_string(),
            "roleArn": original["roleArn"],
            "type": original["type"],
        });
        let copy = self.call(Service::StepFunctions, "CreateStateMachine", &input)?;
        Ok(StateMachineCopy {
            aws: self.clone(),
            arn: text(copy.get("stateMachineArn")).to_owned(),
        })
    }
}

impl Drop for StateMachineCopy {
    fn drop(&mut self) {
        let input = json!({"stateMachineArn": self.arn});
        // A copy that stays behind is in nobody's way.
        let _ = self
            .aws
            .call(Service::StepFunctions, "DeleteStateMachine", &input);
    }
}

fn is_throttle(error: &AwsError) -> bool {
    matches!(error, AwsError::Refused { body, .. } if body.contains("ThrottlingException"))
}

impl Ended {
    fn read(seen: &Value) -> Self {
        let optional = |name: &str| seen[name].as_str().map(str::to_owned);
        let seconds = |name: &str| seen[name].as_f64().unwrap_or_default();
        let duration = (seconds("stopDate") - seconds("startDate")).max(0.0);
        Self {
            status: text(seen.get("status")).to_owned(),
            output: serde_json::from_str(text(seen.get("output"))).unwrap_or_default(),
            error: optional("error"),
            cause: optional("cause"),
            duration: Duration::try_from_secs_f64(duration).unwrap_or_default(),
        }
    }
}

fn nanoseconds() -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_execution_has_its_error_and_cause_and_no_output() {
        let ended = Ended::read(&json!({
            "status": "FAILED", "error": "OutOfStock", "cause": "None left.",
            "startDate": 10.0, "stopDate": 12.5,
        }));
        assert_eq!(ended.status, "FAILED");
        assert_eq!(ended.output, Value::Null);
        assert_eq!(ended.error.as_deref(), Some("OutOfStock"));
        assert_eq!(ended.cause.as_deref(), Some("None left."));
        assert_eq!(ended.duration, Duration::from_millis(2500));
    }

    #[test]
    fn an_output_is_read_as_json() {
        let ended = Ended::read(&json!({"status": "SUCCEEDED", "output": "{\"status\":200}"}));
        assert_eq!(ended.output, json!({"status": 200}));
        assert_eq!(ended.error, None);
    }
}
