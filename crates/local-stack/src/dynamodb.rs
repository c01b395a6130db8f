//! Rows of a table, with their attribute values unwrapped.

use crate::aws::{Aws, AwsError, Service};
use serde_json::{Map, Value, json};

/// One row: its string, number, boolean and null attributes by name, as plain JSON. A number
/// stays the string that the service sends; maps, lists, sets and binaries keep their typed form.
pub type Row = Map<String, Value>;

/// The text of an attribute or member; empty where there is none.
#[must_use]
pub fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

impl Aws {
    /// Every row of the table, page by page.
    pub fn scan(&self, table: &str) -> Result<Vec<Row>, AwsError> {
        let mut rows = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut input = json!({"TableName": table, "ConsistentRead": true});
            if !start.is_null() {
                input["ExclusiveStartKey"] = start;
            }
            let page = self.call(Service::DynamoDb, "Scan", &input)?;
            rows.extend(items(&page).map(unwrap_row));
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return Ok(rows);
            }
        }
    }

    /// How many rows the table has.
    pub fn count(&self, table: &str) -> Result<u64, AwsError> {
        let mut count = 0;
        let mut start = Value::Null;
        loop {
            let mut input = json!({"TableName": table, "Select": "COUNT", "ConsistentRead": true});
            if !start.is_null() {
                input["ExclusiveStartKey"] = start;
            }
            let page = self.call(Service::DynamoDb, "Scan", &input)?;
            count += page["Count"].as_u64().unwrap_or_default();
            start = page["LastEvaluatedKey"].clone();
            if start.is_null() {
                return Ok(count);
            }
        }
    }

    /// The row with this key, read consistently; `None` when there is none.
    pub fn get_item(&self, table: &str, key: &Value) -> Result<Option<Row>, AwsError> {
        let input = json!({"TableName": table, "Key": key, "ConsistentRead": true});
        let answer = self.call(Service::DynamoDb, "GetItem", &input)?;
        Ok(answer.get("Item").map(unwrap_row))
    }

    /// Deletes the row with this key; it need not be there.
    pub fn delete_item(&self, table: &str, key: &Value) -> Result<(), AwsError> {
        let input = json!({"TableName": table, "Key": key});
        self.call(Service::DynamoDb, "DeleteItem", &input)?;
        Ok(())
    }
}

/// A key of string attributes, in the form that the service reads.
///
/// ```
/// let key = local_stack::key([("id", "12"), ("partner", "acme")]);
/// assert_eq!(key, serde_json::json!({"id": {"S": "12"}, "partner": {"S": "acme"}}));
/// ```
#[must_use]
pub fn key<const N: usize>(attributes: [(&str, &str); N]) -> Value {
    attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!({"S": value})))
        .collect::<Map<_, _>>()
        .into()
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["Items"].as_array().into_iter().flatten()
}

fn unwrap_row(item: &Value) -> Row {
    let attributes = item.as_object().into_iter().flatten();
    attributes
        .map(|(name, value)| (name.clone(), unwrap_attribute(value)))
        .collect()
}

fn unwrap_attribute(value: &Value) -> Value {
    if value.get("NULL").is_some() {
        return Value::Null;
    }
    ["S", "N", "BOOL"]
        .into_iter()
        .find_map(|kind| value.get(kind))
        .unwrap_or(value)
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalar_attributes_are_unwrapped_and_others_kept() {
        let item = json!({
            "id": {"S": "12"}, "ordinal": {"N": "3"}, "done": {"BOOL": true},
            "upload_id": {"NULL": true}, "tags": {"SS": ["a"]},
        });
        let row = unwrap_row(&item);
        assert_eq!(row["id"], "12");
        assert_eq!(row["ordinal"], "3");
        assert_eq!(row["done"], true);
        assert_eq!(row["upload_id"], Value::Null);
        assert_eq!(row["tags"], json!({"SS": ["a"]}));
    }
}
