use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_smithy_mocks::mock;
use serde_json::json;

use crate::{answer_to, event, failing_table, table_with, text, token};

#[tokio::test]
async fn a_delete_disables_the_partner_of_the_physical_id() {
    let table = mock!(aws_sdk_dynamodb::Client::update_item)
        .match_requests(|request| {
            request.key() == Some(&[("partner_id".to_owned(), text("globex"))].into())
                && request.update_expression() == Some("SET #status = :disabled, #removed = :true")
        })
        .then_output(|| UpdateItemOutput::builder().build());
    let mut event = event("delete.json");
    event["PhysicalResourceId"] = json!("globex");
    let secret = token();
    let answer = answer_to(event, &secret, &table).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "globex");
    assert_eq!(table.num_calls(), 1);
    assert_eq!(secret.num_calls(), 0);
}

#[tokio::test]
async fn a_delete_succeeds_although_the_table_fails() {
    let table = failing_table();
    let answer = answer_to(event("delete.json"), &token(), &table).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "acme");
    assert_eq!(table.num_calls(), 1);
}

#[tokio::test]
async fn a_delete_of_what_was_never_registered_touches_no_row() {
    for id in [json!("unregistered/FirstPartner"), json!(null)] {
        let mut event = event("delete.json");
        event["PhysicalResourceId"] = id;
        let table = table_with("acme", "ACTIVE");
        let answer = answer_to(event, &token(), &table).await;
        assert_eq!(answer["Status"], "SUCCESS");
        assert_eq!(answer["PhysicalResourceId"], "unregistered/FirstPartner");
        assert_eq!(table.num_calls(), 0);
    }
}

#[tokio::test]
async fn a_delete_succeeds_with_nothing_but_a_response_url() {
    let event = json!({
        "RequestType": "Delete",
        "ResponseURL": event("delete.json")["ResponseURL"],
        "ResourceProperties": [1],
    });
    let answer = answer_to(event, &token(), &table_with("acme", "ACTIVE")).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["StackId"], "");
}
