//! An order and its workflow, as the tests of callbacks drive them.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{Answer, Aws, AwsError, Ended, Row, Service, key};
use serde_json::{Value, json};

pub const CALLBACK_PATH: &str = "/externalCallback";
pub const TASK_TYPE: &str = "ORDER_SHIPPING_SERVICE";

/// The order workflow's state that waits.
pub const WAITING_STATE: &str = "ShippingServiceCallback";

/// An order that stands in the table, and whose workflow runs.
pub struct Order<'a> {
    test: &'a StackUnderTest,
    pub id: String,
    pub execution: String,
}

impl<'a> Order<'a> {
    /// Places an order of the first partner and starts the deployed workflow.
    pub fn place(test: &'a StackUnderTest, id: String) -> Self {
        let workflow = test.stack.output("OrderWorkflowArn").unwrap();
        Self::place_in(test, id, workflow)
    }

    /// The same with another workflow.
    pub fn place_in(test: &'a StackUnderTest, id: String, workflow: &str) -> Self {
        let input = json!({
            "TableName": test.stack.output("OrdersTableName").unwrap(),
            "Item": {"order_id": {"S": id}, "item": {"S": "Hex bolts"}, "quantity": {"N": "3"}},
        });
        test.call(Service::DynamoDb, "PutItem", &input);
        let input = json!({"order_id": id});
        let execution = test.aws.start_execution(workflow, &input).unwrap();
        Self {
            test,
            id,
            execution,
        }
    }

    pub fn row(&self) -> Row {
        let table = self.test.stack.output("OrdersTableName").unwrap();
        let key = key([("order_id", &self.id)]);
        self.test.aws.get_item(table, &key).unwrap().unwrap()
    }

    pub fn task(&self) -> Option<Row> {
        let table = self.test.stack.output("CallbackTasksTableName").unwrap();
        self.test.aws.get_item(table, &task_key(&self.id)).unwrap()
    }

    /// Waits until the order's task waits, and answers its token.
    pub fn wait_for_token(&self) -> String {
        self.wait_for_token_but("")
    }

    /// The same, but for a token that is known.
    pub fn wait_for_token_but(&self, known: &str) -> String {
        let awaited = format!("a task of order {} that waits", self.id);
        let table = self.test.stack.output("CallbackTasksTableName").unwrap();
        wait::until(&awaited, LIMIT, || {
            Ok::<_, AwsError>(match token_of(&self.test.aws, table, &self.id)? {
                Some(token) if token != known => Look::Done(token),
                _ => Look::Waiting("none".to_owned()),
            })
        })
        .unwrap()
    }

    /// The callback that reports this order as shipped.
    pub fn shipped(&self, tracking_number: &str) -> Value {
        json!({
            "order_id": self.id,
            "task_type": TASK_TYPE,
            "task_status": "SUCCESS",
            "task_output": {"shipping_status": "PROCESSING", "tracking_number": tracking_number},
        })
    }

    /// The callback that reports the task as failed.
    pub fn failed(&self, error: &Value, cause: &Value) -> Value {
        json!({
            "order_id": self.id,
            "task_type": TASK_TYPE,
            "task_status": "FAILURE",
            "task_error": error,
            "task_cause": cause,
        })
    }

    /// The sign of life for this order's task.
    pub fn in_progress(&self) -> Value {
        json!({"order_id": self.id, "task_type": TASK_TYPE, "task_status": "IN_PROGRESS"})
    }

    pub fn call_back(&self, callback: &Value) -> Answer {
        self.test.api.post_json(CALLBACK_PATH, callback).unwrap()
    }

    pub fn wait_for_end(&self) -> Ended {
        self.test.aws.wait_for_end(&self.execution, LIMIT).unwrap()
    }

    /// What the waiting task has ended with so far, by the execution's history: one event for each
    /// of its attempts.
    pub fn endings_of_the_task(&self) -> Vec<String> {
        let input = json!({"executionArn": self.execution, "maxResults": 1000});
        let history = self
            .test
            .call(Service::StepFunctions, "GetExecutionHistory", &input);
        let events = history["events"].as_array().unwrap().iter();
        let of_the_task = events.filter(|event| {
            let mut details = event.as_object().unwrap().values();
            details.any(|details| details["resource"] == "invoke.waitForTaskToken")
        });
        let types = of_the_task.map(|event| event["type"].as_str().unwrap().to_owned());
        types
            .filter(|kind| ["TaskSucceeded", "TaskFailed", "TaskTimedOut"].contains(&&**kind))
            .collect()
    }

    /// Whether the workflow runs.
    pub fn is_running(&self) -> bool {
        let input = json!({"executionArn": self.execution});
        let execution = self
            .test
            .call(Service::StepFunctions, "DescribeExecution", &input);
        execution["status"] == "RUNNING"
    }

    /// Ends the workflow, as an operator would.
    pub fn stop(&self) {
        let input = json!({"executionArn": self.execution});
        self.test
            .call(Service::StepFunctions, "StopExecution", &input);
        assert_eq!(self.wait_for_end().status, "ABORTED");
    }
}

/// The token that stands in the row of the order's task.
pub fn token_of(aws: &Aws, table: &str, order_id: &str) -> Result<Option<String>, AwsError> {
    let task = aws.get_item(table, &task_key(order_id))?;
    let token = task.as_ref().and_then(|task| task.get("task_token"));
    Ok(token.and_then(Value::as_str).map(str::to_owned))
}

fn task_key(order_id: &str) -> Value {
    key([("order_id", order_id), ("task_type", TASK_TYPE)])
}
