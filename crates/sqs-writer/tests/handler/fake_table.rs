//! A table in memory that evaluates conditions and updates as `DynamoDB` does, as far as the writer
//! uses them, and can be told to fail. It stands behind the SDK's HTTP connector.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use aws_sdk_dynamodb::{Client, config::retry::RetryConfig};
use aws_smithy_http_client::test_util::infallible_client_fn;
use http::Response;
use serde_json::{Map, Value, json};
use sqs_writer::IdempotencyTable;

/// Attributes as `DynamoDB` writes them: `{"partner":{"S":"acme"}}`.
pub type Row = Map<String, Value>;

#[derive(Clone, Default)]
pub struct FakeTable(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rows: HashMap<(String, String), Row>,
    /// Each with the beginning of the update expression that it is for.
    faults: Vec<(&'static str, Fault)>,
    calls: usize,
}

/// What happens to a write.
#[derive(Clone)]
pub enum Fault {
    /// It never succeeds.
    Down,
    /// It is committed, and its first answer does not arrive.
    AnswerLost,
    /// Another request was faster and left this row of the key.
    Race(Option<Row>),
}

impl FakeTable {
    pub fn fault(&self, expression: &'static str, fault: Fault) {
        self.state().faults.push((expression, fault));
    }

    pub fn mend(&self) {
        self.state().faults.clear();
    }

    pub fn calls(&self) -> usize {
        self.state().calls
    }

    pub fn row(&self, partner: &str, key: &str) -> Option<Row> {
        let rows = &self.state().rows;
        rows.get(&(partner.to_owned(), key.to_owned())).cloned()
    }

    /// Writes a row past the writer.
    pub fn put(&self, partner: &str, key: &str, row: Row) {
        let rows = &mut self.state().rows;
        rows.insert((partner.to_owned(), key.to_owned()), row);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no other test has panicked with it")
    }

    pub fn adapter(&self) -> IdempotencyTable {
        let table = self.clone();
        let http_client = infallible_client_fn(move |request| {
            let target = &request.headers()["x-amz-target"];
            assert_eq!(target, "DynamoDB_20120810.UpdateItem");
            let write = request.body().bytes().expect("the body is in memory");
            let write = serde_json::from_slice(write).expect("the body is JSON");
            let (status, body) = table.state().write(&write);
            let response = Response::builder().status(status).body(body.to_string());
            response.expect("a status and a body are a response")
        });
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let config = aws_sdk_dynamodb::Config::builder()
            .with_test_defaults_v2()
            .retry_config(retries)
            .http_client(http_client)
            .build();
        IdempotencyTable::new(Client::from_conf(config), "idempotency-keys".to_owned())
    }
}

impl State {
    /// Answers one call with a status and a body.
    fn write(&mut self, write: &Value) -> (u16, Value) {
        self.calls += 1;
        assert_eq!(write["TableName"], "idempotency-keys");
        assert_eq!(write["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
        let part = |name: &str| string(&write["Key"][name]["S"]).to_owned();
        let key = (part("partner"), part("idempotency_key"));
        match self.take_fault(string(&write["UpdateExpression"])) {
            Some(Fault::Down) => return no_answer(),
            Some(Fault::AnswerLost) => {
                self.apply(key, write);
                return no_answer();
            }
            Some(Fault::Race(Some(row))) => drop(self.rows.insert(key.clone(), row)),
            Some(Fault::Race(None)) => drop(self.rows.remove(&key)),
            None => {}
        }
        self.apply(key, write)
    }

    /// The fault of a write; all but `Down` happen once.
    fn take_fault(&mut self, update: &str) -> Option<Fault> {
        let mut faults = self.faults.iter();
        let place = faults.position(|(expression, _)| update.starts_with(expression))?;
        match &self.faults[place].1 {
            Fault::Down => Some(Fault::Down),
            _ => Some(self.faults.remove(place).1),
        }
    }

    fn apply(&mut self, key: (String, String), write: &Value) -> (u16, Value) {
        let values = &write["ExpressionAttributeValues"];
        let condition = string(&write["ConditionExpression"]);
        let expression = string(&write["UpdateExpression"]);
        assert_all_are_used(values, &format!("{condition} {expression}"));
        let row = self.rows.get(&key);
        if !holds(condition, row, values) {
            let kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
            let mut refused = json!({"__type": kind});
            if let Some(row) = row {
                refused["Item"] = json!(row);
            }
            return (400, refused);
        }
        let row = self.rows.entry(key).or_default();
        row.extend(write["Key"].as_object().cloned().into_iter().flatten());
        update(row, expression, values);
        (200, json!({}))
    }
}

/// `DynamoDB` refuses a write with a value that no expression uses.
fn assert_all_are_used(values: &Value, expressions: &str) {
    let words: Vec<_> = expressions.split([' ', ',']).collect();
    for name in values.as_object().into_iter().flat_map(Map::keys) {
        assert!(words.contains(&name.as_str()), "{name} is not used");
    }
}

fn no_answer() -> (u16, Value) {
    (500, json!({}))
}

/// Evaluates `a AND b OR c`, each of them `attribute_not_exists(name)` or `name operator :value`.
fn holds(condition: &str, row: Option<&Row>, values: &Value) -> bool {
    let is_true = |term: &str| {
        if let Some(name) = term.strip_prefix("attribute_not_exists(") {
            return row.is_none_or(|row| !row.contains_key(name.trim_end_matches(')')));
        }
        let [name, operator, value] = term.split(' ').collect::<Vec<_>>()[..] else {
            panic!("unknown term {term}");
        };
        let (Some(found), value) = (row.and_then(|row| row.get(name)), &values[value]) else {
            return false;
        };
        match operator {
            "=" => found == value,
            "<=" => number(found) <= number(value),
            ">" => number(found) > number(value),
            _ => panic!("unknown operator {operator}"),
        }
    };
    condition
        .split(" OR ")
        .any(|terms| terms.split(" AND ").all(is_true))
}

/// Carries out `SET name = :value, … REMOVE name, …`.
fn update(row: &mut Row, expression: &str, values: &Value) {
    let (set, remove) = expression
        .split_once(" REMOVE ")
        .unwrap_or((expression, ""));
    let set = set
        .strip_prefix("SET ")
        .expect("every update sets something");
    for assignment in set.split(", ") {
        let (name, value) = assignment.split_once(" = ").expect("an assignment");
        row.insert(name.to_owned(), values[value].clone());
    }
    for name in remove.split(", ") {
        row.remove(name);
    }
}

/// The value of a number attribute. `DynamoDB` compares a number with nothing else.
pub fn number(value: &Value) -> i64 {
    let digits = string(&value["N"]);
    digits.parse().expect("the number is whole")
}

fn string(value: &Value) -> &str {
    value.as_str().expect("it is a string")
}

pub fn text(value: &str) -> Value {
    json!({"S": value})
}

pub fn seconds(value: i64) -> Value {
    json!({"N": value.to_string()})
}
