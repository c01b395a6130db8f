//! One table with the key `order_id` and `task_type`: consistent reads, and conditional updates
//! whose expressions are evaluated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Answer, expression};

pub type Item = Map<String, Value>;

#[derive(Debug, Default)]
pub struct Table {
    items: BTreeMap<(String, String), Item>,
}

impl Table {
    /// The only row's attribute, without its type.
    pub fn attribute(&self, name: &str) -> Option<Value> {
        let item = self.items.values().next()?;
        let (_, value) = item.get(name)?.as_object()?.iter().next()?;
        Some(value.clone())
    }

    /// Changes the only row's attribute.
    pub fn set(&mut self, name: &str, value: Value) {
        let item = self.items.values_mut().next().expect("there is a row");
        item.insert(name.to_owned(), value);
    }

    /// Takes an attribute out of the only row.
    pub fn remove(&mut self, name: &str) {
        let item = self.items.values_mut().next().expect("there is a row");
        item.remove(name);
    }

    pub fn get(&self, input: &Value) -> Value {
        assert_eq!(input["ConsistentRead"], true);
        match self.items.get(&key(input)) {
            Some(item) => json!({"Item": item}),
            None => json!({}),
        }
    }

    pub fn update(&mut self, input: &Value) -> Answer {
        let found = self.items.get(&key(input));
        let before = found.cloned().unwrap_or_default();
        let values = input["ExpressionAttributeValues"]
            .as_object()
            .expect("the update has values");
        assert_eq!(names(input), values.keys().cloned().collect());
        if !expression::holds(text(input, "ConditionExpression"), &before, values) {
            let mut refusal = json!({"__type": "ConditionalCheckFailedException"});
            if found.is_some() {
                refusal["Item"] = json!(before);
            }
            return Err((400, refusal));
        }
        let mut after = before.clone();
        after.extend(input["Key"].as_object().cloned().unwrap_or_default());
        expression::apply(text(input, "UpdateExpression"), &mut after, values);
        let existed = found.is_some();
        self.items.insert(key(input), after);
        Ok(if existed {
            json!({"Attributes": before})
        } else {
            json!({})
        })
    }
}

/// The values that the expressions name. `DynamoDB` refuses one that is missing or not used.
fn names(input: &Value) -> BTreeSet<String> {
    ["ConditionExpression", "UpdateExpression"]
        .iter()
        .flat_map(|member| text(input, member).split([' ', ',', '(', ')']))
        .filter(|token| token.starts_with(':'))
        .map(str::to_owned)
        .collect()
}

/// Partition and sort key.
fn key(input: &Value) -> (String, String) {
    let key = &input["Key"];
    (
        text(&key["order_id"], "S").to_owned(),
        text(&key["task_type"], "S").to_owned(),
    )
}

fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().expect("the text is there")
}
