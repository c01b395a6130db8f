//! Condition and update expressions, as far as the table of callback tasks uses them. Anything
//! else panics: a test never passes on an expression that was not understood.

use serde_json::{Map, Value, json};

use super::dynamodb::Item;

type Values = Map<String, Value>;

/// Whether the condition holds for an item.
pub fn holds(condition: &str, item: &Item, values: &Values) -> bool {
    let spaced = condition.replace('(', " ( ").replace(')', " ) ");
    let mut parser = Parser {
        tokens: spaced.split_whitespace().collect(),
        item,
        values,
    };
    parser.tokens.reverse();
    let result = parser.any();
    assert!(parser.tokens.is_empty(), "not understood: {condition}");
    result
}

struct Parser<'a> {
    /// The next token stands last.
    tokens: Vec<&'a str>,
    item: &'a Item,
    values: &'a Values,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> bool {
        let mut result = self.all();
        while self.tokens.pop_if(|token| *token == "OR").is_some() {
            result |= self.all();
        }
        result
    }

    fn all(&mut self) -> bool {
        let mut result = self.one();
        while self.tokens.pop_if(|token| *token == "AND").is_some() {
            result &= self.one();
        }
        result
    }

    fn one(&mut self) -> bool {
        match self.next() {
            "(" => {
                let result = self.any();
                assert_eq!(self.next(), ")");
                result
            }
            "attribute_not_exists" => {
                assert_eq!(self.next(), "(");
                let attribute = self.next();
                assert_eq!(self.next(), ")");
                !self.item.contains_key(attribute)
            }
            left => {
                let operator = self.next();
                let right = self.next();
                self.compare(left, operator, right)
            }
        }
    }

    fn compare(&self, left: &str, operator: &str, right: &str) -> bool {
        let right = &self.values[right];
        let left = self.item.get(left);
        match operator {
            "=" => left == Some(right),
            // In DynamoDB an absent attribute differs from everything.
            "<>" => left != Some(right),
            ">" => left.is_some_and(|left| number(left) > number(right)),
            _ => panic!("not understood: {operator}"),
        }
    }

    fn next(&mut self) -> &'a str {
        self.tokens.pop().expect("the expression goes on")
    }
}

/// Carries an update out.
pub fn apply(update: &str, item: &mut Item, values: &Values) {
    let mut clause = "";
    for action in &split(update) {
        let action = match action.split_once(' ') {
            Some((keyword @ ("SET" | "REMOVE" | "ADD" | "DELETE"), action)) => {
                clause = keyword;
                action
            }
            _ => action,
        };
        match clause {
            "SET" => set(action, item, values),
            "REMOVE" => drop(item.remove(action)),
            "ADD" | "DELETE" => change_set(clause, action, item, values),
            _ => panic!("not understood: {update}"),
        }
    }
}

/// The update's actions, the first of each clause behind its keyword.
fn split(update: &str) -> Vec<String> {
    let mut actions = vec![String::new()];
    for token in update.split_whitespace() {
        let is_keyword = matches!(token, "SET" | "REMOVE" | "ADD" | "DELETE");
        let last = actions.last_mut().expect("there is an action");
        let in_parentheses = last.contains('(') && !last.contains(')');
        if is_keyword || (last.ends_with(',') && !in_parentheses) {
            actions.push(token.to_owned());
        } else {
            last.push(' ');
            last.push_str(token);
        }
    }
    actions.remove(0);
    actions
        .iter()
        .map(|action| action.trim_end_matches(',').trim().to_owned())
        .collect()
}

fn set(action: &str, item: &mut Item, values: &Values) {
    let (attribute, value) = action.split_once(" = ").expect("an assignment");
    let value = match value.strip_prefix("if_not_exists(attempt, :zero) + ") {
        Some(step) => {
            let count = item.get(attribute).map_or(0, number) + number(&values[step]);
            json!({"N": count.to_string()})
        }
        None => values[value].clone(),
    };
    item.insert(attribute.to_owned(), value);
}

/// Adds members to a string set, or takes them out; a set without members is no attribute.
fn change_set(clause: &str, action: &str, item: &mut Item, values: &Values) {
    let (attribute, operand) = action.split_once(' ').expect("a set and its members");
    let members = |set: &Value| set["SS"].as_array().cloned().unwrap_or_default();
    let operand = members(&values[operand]);
    let mut set = item.get(attribute).map(members).unwrap_or_default();
    set.retain(|member| !operand.contains(member));
    if clause == "ADD" {
        set.extend(operand);
    }
    if set.is_empty() {
        item.remove(attribute);
    } else {
        item.insert(attribute.to_owned(), json!({"SS": set}));
    }
}

fn number(value: &Value) -> i64 {
    let number = value["N"].as_str().expect("a number");
    number.parse().expect("a whole number")
}
