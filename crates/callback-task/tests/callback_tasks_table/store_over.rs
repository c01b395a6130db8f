use aws_sdk_dynamodb::{Client, operation::get_item::GetItemOutput, types::AttributeValue};
use aws_smithy_mocks::{Rule, mock};
use callback_task::{CallbackTask, Stored, TaskStatus};

use crate::{
    key, now, refuses, row,
    store::{number, pending},
    table, takes, token, value,
};

async fn store_over(rule: &Rule, seen: Option<&CallbackTask>) -> Option<Stored> {
    let stored = table(rule).store_over(seen, &pending(), now()).await;
    stored.expect("the table answers")
}

#[tokio::test]
async fn a_task_is_stored_over_the_one_that_was_seen_and_over_no_other() {
    let rule = mock!(Client::get_item).then_output(|| {
        let mut seen = row("PENDING");
        seen.insert("attempt".to_owned(), number(3));
        GetItemOutput::builder().set_item(Some(seen)).build()
    });
    let seen = table(&rule).find(&key()).await.unwrap();
    let rule = takes(
        |request| {
            request.condition_expression()
                == Some("attempt = :seen AND task_token_sha256 <> :sha256")
                && value(request, ":seen") == &number(3)
        },
        Some(row("PENDING")),
    );
    assert_eq!(store_over(&rule, seen.as_ref()).await, Some(Stored::Now));
    let rule = takes(
        |request| request.condition_expression() == Some("attribute_not_exists(attempt)"),
        None,
    );
    assert_eq!(store_over(&rule, None).await, Some(Stored::Now));
}

#[tokio::test]
async fn another_token_in_the_row_has_overtaken_this_one_and_its_own_was_stored_before() {
    let stored_token = |sha256: String| {
        let mut found = row("PENDING");
        found.insert("task_token_sha256".to_owned(), AttributeValue::S(sha256));
        refuses(Some(found))
    };
    for (rule, expected) in [
        (stored_token("00ff".to_owned()), None),
        (refuses(None), None),
        (
            stored_token(token().sha256()),
            Some(Stored::Before(TaskStatus::Pending)),
        ),
    ] {
        assert_eq!(store_over(&rule, None).await, expected);
    }
}
