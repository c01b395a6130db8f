//! An uploads table that keeps its rows and weighs the conditions of its writers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_sdk_dynamodb::{
    Client,
    error::ErrorMetadata,
    operation::{
        put_item::{PutItemError, PutItemOutput},
        update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    },
    types::{
        AttributeValue::{self, N, S},
        error::ConditionalCheckFailedException,
    },
};
use aws_smithy_mocks::{MockResponse, Rule, mock};

type Row = HashMap<String, AttributeValue>;

/// Rows by upload, and how many updates are still to fail.
#[derive(Clone, Default)]
pub(super) struct StatefulLedger {
    rows: Arc<Mutex<HashMap<String, Row>>>,
    failures: Arc<Mutex<u32>>,
    /// How many transactions of an upload have ended before it is split.
    ended: u32,
}

impl StatefulLedger {
    /// A ledger whose first updates fail.
    pub(super) fn failing_at_first(failures: u32) -> Self {
        Self {
            failures: Arc::new(Mutex::new(failures)),
            ..Self::default()
        }
    }

    /// A ledger in which `ended` transactions of each upload have ended as soon as it is entered.
    pub(super) fn of_ended(ended: u32) -> Self {
        Self {
            ended,
            ..Self::default()
        }
    }

    /// An attribute of an upload's row, as text.
    pub(super) fn attribute(&self, upload: &str, name: &str) -> Option<String> {
        text(self.rows.lock().unwrap().get(upload)?.get(name)?)
    }

    pub(super) fn rules(&self) -> Vec<Rule> {
        let (puts, updates) = (self.clone(), self.clone());
        vec![
            mock!(Client::put_item).then_compute_response(move |request| {
                let row = request.item().unwrap().clone();
                puts.enter(row)
            }),
            mock!(Client::update_item)
                .then_compute_response(move |request| updates.update(request)),
        ]
    }

    fn enter(&self, mut row: Row) -> MockResponse<PutItemOutput, PutItemError> {
        let mut rows = self.rows.lock().unwrap();
        let upload = text(&row["upload_id"]).unwrap();
        if let Some(standing) = rows.get(&upload) {
            let refused = refused(standing);
            return MockResponse::Error(PutItemError::ConditionalCheckFailedException(refused));
        }
        for name in ["ended", "stored"] {
            row.insert(name.to_owned(), N(self.ended.to_string()));
        }
        rows.insert(upload, row);
        MockResponse::Output(PutItemOutput::builder().build())
    }

    fn update(&self, request: &UpdateItemInput) -> MockResponse<UpdateItemOutput, UpdateItemError> {
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            let denied = ErrorMetadata::builder().code("AccessDeniedException");
            return MockResponse::Error(UpdateItemError::generic(denied.build()));
        }
        let mut rows = self.rows.lock().unwrap();
        let upload = text(&request.key().unwrap()["upload_id"]).unwrap();
        let row = rows.get_mut(&upload).unwrap();
        if !holds(request, row) {
            let refused = refused(row);
            return MockResponse::Error(UpdateItemError::ConditionalCheckFailedException(refused));
        }
        let sets = request.update_expression().unwrap();
        for set in sets.strip_prefix("SET ").unwrap().split(", ") {
            let (name, value) = set.split_once(" = ").unwrap();
            let name = name.trim_start_matches('#').to_owned();
            row.insert(name, value_of(request, value));
        }
        let updated = UpdateItemOutput::builder().set_attributes(Some(row.clone()));
        MockResponse::Output(updated.build())
    }
}

/// Whether the row has one of the condition's statuses and, where that is asked for, has ended.
fn holds(request: &UpdateItemInput, row: &Row) -> bool {
    let condition = request.condition_expression().unwrap();
    let (statuses, ended) = match condition.split_once(" AND ") {
        Some((statuses, rest)) => (statuses, Some(rest)),
        None => (condition, None),
    };
    assert!(ended.is_none_or(|rest| rest == "ended >= transactions"));
    let mut names = statuses.split([' ', ',', '(', ')']);
    let number = |name: &str| -> u32 { text(&row[name]).unwrap().parse().unwrap() };
    names.any(|name| name.starts_with(':') && value_of(request, name) == row["status"])
        && (ended.is_none() || number("ended") >= number("transactions"))
}

fn value_of(request: &UpdateItemInput, name: &str) -> AttributeValue {
    request.expression_attribute_values().unwrap()[name].clone()
}

fn refused(row: &Row) -> ConditionalCheckFailedException {
    let refused = ConditionalCheckFailedException::builder();
    refused.set_item(Some(row.clone())).build()
}

fn text(value: &AttributeValue) -> Option<String> {
    match value {
        S(text) | N(text) => Some(text.clone()),
        _ => None,
    }
}
