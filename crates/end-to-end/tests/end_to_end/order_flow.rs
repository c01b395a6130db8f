//! An order and its workflow, as the tests of callbacks drive them.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{Answer, Api, AwsError, Ended, Row, Service, key};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CALLBACK_PATH: &str = "/externalCallback";
pub const TASK_TYPE: &str = "ORDER_SHIPPING_SERVICE";

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
        let key = key([("order_id", &self.id), ("task_type", TASK_TYPE)]);
        self.test.aws.get_item(table, &key).unwrap()
    }

    /// Waits until the order's task waits, and answers its token.
    pub fn wait_for_token(&self) -> String {
        let awaited = format!("the pending task of order {}", self.id);
        wait::until(&awaited, LIMIT, || {
            let task = self.task();
            let token = task.as_ref().and_then(|task| task.get("task_token"));
            Ok::<_, AwsError>(match token.and_then(Value::as_str) {
                Some(token) => Look::Done(token.to_owned()),
                None => Look::Waiting("none".to_owned()),
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

    /// Ends the workflow, as an operator would.
    pub fn stop(&self) {
        let input = json!({"executionArn": self.execution});
        self.test
            .call(Service::StepFunctions, "StopExecution", &input);
        assert_eq!(self.wait_for_end().status, "ABORTED");
    }
}

/// An active partner beside the first one. Its row is written as an operator would write it.
pub fn other_partner(test: &StackUnderTest) -> Api {
    let token = test.id("other-partner");
    let hash = hex::encode(Sha256::digest(&token));
    let input = json!({
        "TableName": test.stack.output("PartnersTableName").unwrap(),
        "Item": {
            "partner_id": {"S": format!("partner-{}", &hash[..16])},
            "name": {"S": "Another partner"},
            "email": {"S": "orders@another.example"},
            "status": {"S": "ACTIVE"},
            "api_token_sha256": {"S": hash},
        },
    });
    test.call(Service::DynamoDb, "PutItem", &input);
    test.api.with_token(&token)
}
