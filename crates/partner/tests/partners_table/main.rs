//! The partners table over scripted answers of Amazon `DynamoDB`.

mod reads;
mod writes;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_mocks::{Rule, mock_client};
use partner::{PartnerId, PartnersTable, TokenHash};

type Row = HashMap<String, AttributeValue>;

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn row(id: &str, status: &str) -> Row {
    [
        ("partner_id", id),
        ("name", "Acme"),
        ("email", "orders@acme.example"),
        ("status", status),
        ("api_token_sha256", TokenHash::of("token").as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), text(value)))
    .into()
}

fn table(rule: &Rule) -> PartnersTable {
    PartnersTable::new(
        mock_client!(aws_sdk_dynamodb, [rule]),
        "partners".to_owned(),
    )
}

fn acme() -> PartnerId {
    PartnerId::parse("acme").expect("`acme` is a partner id")
}
