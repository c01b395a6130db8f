//! An order waits for an external shipping service, which reads of it from a topic and answers by
//! the partner API.
//!
//! The shipping service is an example of such a system: it listens on this machine, knows the
//! topic, the callback route and the partner's token, and nothing of the workflow.

use crate::console;
use crate::table::{self, Column};
use anyhow::{Context, Result, ensure};
use local_stack::{Api, Aws, Ended, Row, Service, StackFile, Subscriber, key, text};
use serde_json::{Value, json};
use std::time::Duration;

/// What the shipping service answers. It also names the order.
const CALLBACK: &str = include_str!("../../../../events/partner/shipping-callback.json");

/// How long each step may take; a second is usual.
const LIMIT: Duration = Duration::from_mins(1);

/// The order and its task, as the tables have them at the end.
struct Outcome {
    order: Row,
    task: Row,
    execution: Ended,
}

/// Places the order, starts its workflow, ships it, prints and checks what became of it.
pub fn run(stack: &StackFile) -> Result<()> {
    let aws = Aws::of(stack);
    let callback: Value = serde_json::from_str(CALLBACK).context("The callback is not JSON.")?;
    let order_id = text(callback.get("order_id"));
    let shipping_service = Subscriber::subscribe(&aws, stack.output("ShippingTopicArn")?)?;
    console::line("The shipping service has subscribed to the shipping topic by HTTP.");

    place(stack, &aws, order_id)?;
    let workflow = stack.output("OrderWorkflowArn")?;
    let execution = aws.start_execution(workflow, &json!({"order_id": order_id}))?;
    console::line(format!("Placed order {order_id} and started its workflow."));

    let message = shipping_service.wait_for("the order", LIMIT, |message| {
        message["order_id"] == order_id
    })?;
    check_message(&message, &callback)?;
    console::line("The shipping service has read of the order; the workflow waits for it.");
    call_back(stack)?;

    let execution = aws.wait_for_end(&execution, LIMIT)?;
    let outcome = Outcome {
        order: row(stack, &aws, "OrdersTableName", [("order_id", order_id)])?,
        task: row(
            stack,
            &aws,
            "CallbackTasksTableName",
            [
                ("order_id", order_id),
                ("task_type", text(callback.get("task_type"))),
            ],
        )?,
        execution,
    };
    print(&outcome);
    check(&outcome, &callback["task_output"])
}

/// Puts the order in place of an earlier demonstration's, so that it has no tracking number yet.
fn place(stack: &StackFile, aws: &Aws, order_id: &str) -> Result<()> {
    let input = json!({
        "TableName": stack.output("OrdersTableName")?,
        "Item": {
            "order_id": {"S": order_id},
            "item": {"S": "Hex bolts M8, box of 100"},
            "quantity": {"N": "3"},
        },
    });
    aws.call(Service::DynamoDb, "PutItem", &input)?;
    Ok(())
}

fn check_message(message: &Value, callback: &Value) -> Result<()> {
    ensure!(
        message["task_type"] == callback["task_type"],
        "The shipping topic's message names another task than the callback."
    );
    ensure!(
        message["payload"]["order_id"] == callback["order_id"],
        "The shipping topic's message does not hold the order."
    );
    Ok(())
}

/// The answer is sent twice, as a service does that did not hear the first one's.
fn call_back(stack: &StackFile) -> Result<()> {
    let headers = [("content-type", "application/json")];
    let api = Api::of(stack)?;
    let post = || api.send("POST", "/externalCallback", &headers, CALLBACK.into());
    for answer in [post()?, post()?] {
        ensure!(
            answer.status == 200,
            "The API answered {} {} to the callback, but 200 is right.",
            answer.status,
            answer.body
        );
    }
    console::line("The shipping service called back, twice, and was answered 200 both times.");
    Ok(())
}

fn row<const N: usize>(
    stack: &StackFile,
    aws: &Aws,
    table: &str,
    attributes: [(&str, &str); N],
) -> Result<Row> {
    let row = aws.get_item(stack.output(table)?, &key(attributes))?;
    row.with_context(|| format!("The row of {table} is gone."))
}

fn print(outcome: &Outcome) {
    let columns = [
        Column::Text("order"),
        Column::Text("tracking number"),
        Column::Text("status"),
        Column::Text("task"),
        Column::Text("execution"),
        Column::Number("seconds"),
    ];
    let attribute = |row: &Row, name: &str| {
        let value = row.get(name).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let row = [
        attribute(&outcome.order, "order_id"),
        attribute(&outcome.order, "tracking_number"),
        attribute(&outcome.order, "shipping_status"),
        attribute(&outcome.task, "task_status"),
        outcome.execution.status.clone(),
        format!("{:.1}", outcome.execution.duration.as_secs_f64()),
    ];
    table::print(&columns, [row]);
}

fn check(outcome: &Outcome, sent: &Value) -> Result<()> {
    let status = &outcome.execution.status;
    ensure!(
        status == "SUCCEEDED",
        "The order's workflow ended {status}."
    );
    for attribute in ["tracking_number", "shipping_status"] {
        ensure!(
            outcome.order.get(attribute) == Some(&sent[attribute]),
            "The order's {attribute} is not the one that the shipping service sent."
        );
    }
    ensure!(
        outcome.task.get("task_status") == Some(&json!("COMPLETED")),
        "The order's task is not COMPLETED."
    );
    ensure!(
        !outcome.task.contains_key("task_token"),
        "The task's row still holds its token."
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome() -> Outcome {
        let object = |value: Value| value.as_object().unwrap().clone();
        Outcome {
            order: object(
                json!({"tracking_number": "1ZA1B2C3D4", "shipping_status": "PROCESSING"}),
            ),
            task: object(json!({"task_status": "COMPLETED"})),
            execution: Ended {
                status: "SUCCEEDED".to_owned(),
                output: Value::Null,
                error: None,
                cause: None,
                duration: Duration::ZERO,
            },
        }
    }

    fn sent() -> Value {
        serde_json::from_str::<Value>(CALLBACK).unwrap()["task_output"].take()
    }

    #[test]
    fn a_shipped_order_passes_and_a_token_that_is_left_does_not() {
        let mut outcome = outcome();
        check(&outcome, &sent()).unwrap();
        outcome.task.insert("task_token".to_owned(), json!("TOKEN"));
        let error = check(&outcome, &sent()).unwrap_err().to_string();
        assert_eq!(error, "The task's row still holds its token.");
    }

    #[test]
    fn an_order_without_its_tracking_number_is_named() {
        let mut outcome = outcome();
        outcome.order.remove("tracking_number");
        let error = check(&outcome, &sent()).unwrap_err().to_string();
        assert!(error.starts_with("The order's tracking_number"), "{error}");
    }
}
