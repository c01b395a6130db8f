//! Whose requests are taken.

use crate::api::assert_refused;
use crate::stack_under_test::StackUnderTest;
use local_stack::{Api, Service};
use serde_json::json;
use sha2::{Digest, Sha256};

#[test]
fn a_request_without_a_token_is_unauthorized() {
    let test = StackUnderTest::shared("no-token");
    assert_unauthorized(&test, &test.api.without_token());
}

#[test]
fn an_unknown_token_is_unauthorized() {
    let test = StackUnderTest::shared("wrong-token");
    assert_unauthorized(&test, &test.api.with_token("not-a-token-of-anybody"));
}

#[test]
fn a_disabled_partner_is_forbidden_and_an_active_one_is_not() {
    let test = StackUnderTest::shared("disabled");
    let token = test.id("token");
    let partner = format!("partner-{}", hex::encode(&Sha256::digest(&token)[..8]));
    register(&test, &partner, &token, "ACTIVE");
    let api = test.api.with_token(&token);
    let id = test.id(1);
    let request = json!({"transactionId": id, "transactionMessage": "Of another partner."});
    assert_eq!(
        api.post_json("/transactions", &request).unwrap().status,
        202
    );

    register(&test, &partner, &token, "DISABLED");
    assert_refused(&api.post_json("/transactions", &request).unwrap(), 403);
}

fn assert_unauthorized(test: &StackUnderTest, api: &Api) {
    let request = json!({"transactionId": test.id(1), "transactionMessage": "Nobody's."});
    let answer = api.post_json("/transactions", &request).unwrap();
    assert_refused(&answer, 401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

/// Writes the partner's row, as an operator would.
fn register(test: &StackUnderTest, partner: &str, token: &str, status: &str) {
    let input = json!({
        "TableName": test.stack.output("PartnersTableName").unwrap(),
        "Item": {
            "partner_id": {"S": partner},
            "name": {"S": "Another partner"},
            "email": {"S": "orders@another.example"},
            "status": {"S": status},
            "api_token_sha256": {"S": hex::encode(Sha256::digest(token))},
        },
    });
    test.call(Service::DynamoDb, "PutItem", &input);
}
