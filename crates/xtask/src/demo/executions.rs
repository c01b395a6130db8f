//! The executions of the transaction workflow that a run has started.

use crate::table::{self, Column};
use anyhow::{Result, bail, ensure};
use local_stack::wait::{self, Look};
use local_stack::{Aws, Service, StackFile};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the executions may go on once their rows stand.
const LIMIT: Duration = Duration::from_secs(30);

/// One execution that has ended.
pub struct Execution {
    name: String,
    status: String,
    /// Seconds since the epoch.
    started: f64,
    stopped: f64,
}

/// Whether uploads run in the Express workflow. Then the API's executions, which are always
/// Standard, do not stand in one list with theirs.
pub fn uploads_run_express(stack: &StackFile, aws: &Aws) -> Result<bool> {
    let input = json!({"stateMachineArn": stack.output("TransactionWorkflowArn")?});
    let workflow = aws.call(Service::StepFunctions, "DescribeStateMachine", &input)?;
    Ok(workflow["type"] == "EXPRESS")
}

/// Every execution since `began` (the time since the epoch), once none of them runs any more.
pub fn wait_for_end(stack: &StackFile, aws: &Aws, began: Duration) -> Result<Vec<Execution>> {
    let input = json!({"stateMachineArn": stack.output("TransactionWorkflowArn")?});
    let mut executions = wait::until("the end of every execution", LIMIT, || -> Result<_> {
        let answer = aws.call(Service::StepFunctions, "ListExecutions", &input)?;
        let Some(executions) = answer["executions"].as_array() else {
            bail!("ListExecutions answered without executions.");
        };
        let mut executions: Vec<_> = executions.iter().map(Execution::read).collect();
        executions.retain(|execution| execution.started >= began.as_secs_f64());
        let running = executions
            .iter()
            .filter(|each| each.status == "RUNNING")
            .count();
        Ok(match running {
            0 => Look::Done(executions),
            _ => Look::Waiting(format!("{running} running")),
        })
    })?;
    executions.sort_by_key(|execution| execution.id().parse::<u32>().unwrap_or_default());
    Ok(executions)
}

/// Prints them as a table.
pub fn print(executions: &[Execution]) {
    let columns = [
        Column::Text("execution"),
        Column::Text("status"),
        Column::Number("ms"),
    ];
    let rows = executions.iter().map(|execution| {
        let milliseconds = (execution.stopped - execution.started) * 1000.0;
        [
            execution.name.clone(),
            execution.status.clone(),
            format!("{milliseconds:.0}"),
        ]
    });
    table::print(&columns, rows);
}

/// Each transaction has one execution, and each execution succeeded.
pub fn check<'a>(
    executions: &[Execution],
    ids: impl IntoIterator<Item = &'a String>,
) -> Result<()> {
    for execution in executions {
        let Execution { name, status, .. } = execution;
        ensure!(
            status == "SUCCEEDED",
            "The execution {name} ended {status}."
        );
    }
    for id in ids {
        let count = executions
            .iter()
            .filter(|execution| execution.id() == id)
            .count();
        ensure!(
            count == 1,
            "Transaction {id} has {count} executions instead of one."
        );
    }
    Ok(())
}

impl Execution {
    fn read(execution: &Value) -> Self {
        let text = |name: &str| execution[name].as_str().unwrap_or_default().to_owned();
        let seconds = |name: &str| execution[name].as_f64().unwrap_or_default();
        Self {
            name: text("name"),
            status: text("status"),
            started: seconds("startDate"),
            stopped: seconds("stopDate"),
        }
    }

    /// The transaction's id: the name is `<id>-<16 hexadecimal digits>`.
    fn id(&self) -> &str {
        self.name.rsplit_once('-').map_or(&self.name, |(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(name: &str, status: &str) -> Execution {
        Execution::read(&json!({"name": name, "status": status, "startDate": 1.0, "stopDate": 2.0}))
    }

    #[test]
    fn a_missing_execution_is_named() {
        let executions = [ended("1-0123456789abcdef", "SUCCEEDED")];
        check(&executions, &["1".to_owned()]).unwrap();
        let error = check(&executions, &["2".to_owned()]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Transaction 2 has 0 executions instead of one."
        );
    }

    #[test]
    fn a_failed_execution_is_named() {
        let error = check(&[ended("1-0123456789abcdef", "FAILED")], []).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The execution 1-0123456789abcdef ended FAILED."
        );
    }
}
