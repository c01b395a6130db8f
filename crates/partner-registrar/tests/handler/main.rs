//! The registrar over scripted answers of Secrets Manager, Amazon `DynamoDB`, Amazon S3 and the
//! `ResponseURL`.

mod answers;
mod create;
mod delete;
mod fake_bucket;
mod fake_table;
mod inbox;
mod malformed;
mod replacement;
mod response_url;
mod update;
mod wire;

use std::{collections::HashMap, path::Path};

use answers::Answers;
use aws_sdk_dynamodb::{
    operation::update_item::{UpdateItemError, UpdateItemOutput},
    types::{AttributeValue, error::ResourceNotFoundException},
};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use fake_bucket::FakeBucket;
use lambda_failure::Failure;
use partner::PartnersTable;
use partner_registrar::{Adapters, Inboxes, Responder, TokenSecrets, handle};
use serde_json::Value;

const TOKEN: &str = "7Qm2vXc9LkZr4TnWb8YsJd3HfGp6EaUo1NiMxKtR";

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/partner-registrar");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

async fn run(event: Value, secret: &Rule, table: &Rule, answers: &Answers) -> Result<(), Failure> {
    run_beside(&FakeBucket::default(), event, secret, table, answers).await
}

async fn run_beside(
    bucket: &FakeBucket,
    event: Value,
    secret: &Rule,
    table: &Rule,
    answers: &Answers,
) -> Result<(), Failure> {
    let adapters = Adapters::new(
        PartnersTable::new(
            mock_client!(aws_sdk_dynamodb, RuleMode::MatchAny, [table]),
            "partners".to_owned(),
        ),
        TokenSecrets::new(mock_client!(aws_sdk_secretsmanager, [secret])),
        Inboxes::new(bucket.client(), "uploads".to_owned()),
        Responder::new(answers.http_client()),
    );
    handle(&adapters, event).await
}

/// Runs an event whose answer is taken at once, and returns that answer.
async fn answer_to(event: Value, secret: &Rule, table: &Rule) -> Value {
    answer_beside(&FakeBucket::default(), event, secret, table).await
}

async fn answer_beside(bucket: &FakeBucket, event: Value, secret: &Rule, table: &Rule) -> Value {
    let answers = Answers::in_turn([Ok(200)]);
    run_beside(bucket, event, secret, table, &answers)
        .await
        .expect("the answer is taken");
    answers.only().body
}

fn secret(value: Option<&'static str>) -> Rule {
    mock!(aws_sdk_secretsmanager::Client::get_secret_value)
        .match_requests(|request| {
            request.secret_id()
                == Some(
                    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:\
                     PartnerToken-AbCdEf123456-GhIjKl",
                )
        })
        .then_output(move || {
            GetSecretValueOutput::builder()
                .set_secret_string(value.map(str::to_owned))
                .build()
        })
}

fn token() -> Rule {
    secret(Some(TOKEN))
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

/// The row that a registration leaves, as the table answers it.
fn row(id: &str, status: &str) -> HashMap<String, AttributeValue> {
    [
        ("partner_id", id),
        ("name", "Acme"),
        ("email", "orders@acme.example"),
        ("status", status),
    ]
    .map(|(name, value)| (name.to_owned(), text(value)))
    .into()
}

fn table_with(id: &'static str, status: &'static str) -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_output(move || {
        UpdateItemOutput::builder()
            .set_attributes(Some(row(id, status)))
            .build()
    })
}

fn failing_table() -> Rule {
    mock!(aws_sdk_dynamodb::Client::update_item).then_error(|| {
        UpdateItemError::ResourceNotFoundException(
            ResourceNotFoundException::builder()
                .message("Requested resource not found")
                .build(),
        )
    })
}
