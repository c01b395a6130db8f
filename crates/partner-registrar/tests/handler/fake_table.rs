//! A partners table in memory that evaluates conditions and updates as `DynamoDB` does, as far as
//! the registrar uses them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::{UpdateItemError, UpdateItemInput, UpdateItemOutput},
    types::{
        AttributeValue,
        error::{ConditionalCheckFailedException, InternalServerError},
    },
};
use aws_smithy_mocks::{MockResponse, Rule, mock};

pub type Row = HashMap<String, AttributeValue>;

#[derive(Clone, Default)]
pub struct FakeTable(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rows: BTreeMap<String, Row>,
    /// How many more writes succeed; none of those after them.
    writes_left: Option<usize>,
}

impl FakeTable {
    pub fn rule(&self) -> Rule {
        let table = self.clone();
        mock!(Client::update_item).then_compute_response(move |write| table.state().write(write))
    }

    /// Every partner's status, in the order of their ids.
    pub fn statuses(&self) -> Vec<(String, String)> {
        let state = self.state();
        let rows = state.rows.iter();
        rows.map(|(id, row)| (id.clone(), string(&row["status"]).to_owned()))
            .collect()
    }

    pub fn row(&self, id: &str) -> Row {
        self.state().rows[id].clone()
    }

    /// Writes an attribute past the registrar, as an operator does.
    pub fn set(&self, id: &str, attribute: &str, value: &str) {
        let mut state = self.state();
        let row = state.rows.entry(id.to_owned()).or_default();
        row.insert(attribute.to_owned(), AttributeValue::S(value.to_owned()));
    }

    pub fn fail_after(&self, writes: usize) {
        self.state().writes_left = Some(writes);
    }

    pub fn mend(&self) {
        self.state().writes_left = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no other test has panicked with it")
    }
}

impl State {
    fn write(
        &mut self,
        write: &UpdateItemInput,
    ) -> MockResponse<UpdateItemOutput, UpdateItemError> {
        match &mut self.writes_left {
            Some(0) => {
                let error = InternalServerError::builder().build();
                return MockResponse::Error(UpdateItemError::InternalServerError(error));
            }
            Some(left) => *left -= 1,
            None => {}
        }
        let key = write.key().expect("a write has a key");
        let id = string(&key["partner_id"]).to_owned();
        let before = self.rows.get(&id).cloned().unwrap_or_default();
        let condition = write.condition_expression();
        if condition.is_some_and(|condition| !holds(condition, &before, write)) {
            let refused = ConditionalCheckFailedException::builder().build();
            return MockResponse::Error(UpdateItemError::ConditionalCheckFailedException(refused));
        }
        let mut row = before.clone();
        row.extend(key.clone());
        let update = write.update_expression().expect("a write has an update");
        let (set, removed) = update.split_once(" REMOVE ").unwrap_or((update, ""));
        for action in set.trim_start_matches("SET ").split(", #") {
            let (name, value) = action.split_once(" = ").expect("an action sets a value");
            row.insert(attribute(name, write), evaluated(value, &before, write));
        }
        if !removed.is_empty() {
            row.remove(&attribute(removed, write));
        }
        self.rows.insert(id, row.clone());
        MockResponse::Output(
            UpdateItemOutput::builder()
                .set_attributes(Some(row))
                .build(),
        )
    }
}

/// A condition has one operator, and no parentheses around its parts.
fn holds(condition: &str, row: &Row, write: &UpdateItemInput) -> bool {
    let is_true = |part: &str| {
        if let Some(name) = argument(part, "attribute_exists(") {
            return row.contains_key(&attribute(name, write));
        }
        if let Some(name) = argument(part, "attribute_not_exists(") {
            return !row.contains_key(&attribute(name, write));
        }
        let (name, value) = part.split_once(" = ").expect("a comparison is left");
        row.get(&attribute(name, write)) == Some(&literal(value, write))
    };
    match condition.split_once(" OR ") {
        Some((one, other)) => is_true(one) || is_true(other),
        None => condition.split(" AND ").all(is_true),
    }
}

fn evaluated(value: &str, row: &Row, write: &UpdateItemInput) -> AttributeValue {
    let Some(arguments) = argument(value, "if_not_exists(") else {
        return literal(value, write);
    };
    let (name, default) = arguments.split_once(", ").expect("there are two arguments");
    let own = row.get(&attribute(name, write)).cloned();
    own.unwrap_or_else(|| literal(default, write))
}

fn argument<'a>(call: &'a str, function: &str) -> Option<&'a str> {
    call.strip_prefix(function)?.strip_suffix(')')
}

fn attribute(name: &str, write: &UpdateItemInput) -> String {
    let names = write.expression_attribute_names().expect("names are given");
    names[&format!("#{}", name.trim_start_matches('#'))].clone()
}

fn literal(value: &str, write: &UpdateItemInput) -> AttributeValue {
    let values = write
        .expression_attribute_values()
        .expect("values are given");
    values[value].clone()
}

fn string(value: &AttributeValue) -> &str {
    value.as_s().expect("the attribute is a string")
}
