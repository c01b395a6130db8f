//! Tasks that wait for their token: the first answer ends a task, and every later one reads that
//! it timed out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Answer;

#[derive(Debug, Default)]
pub struct Tasks {
    /// By token: whether the task still waits.
    waiting: BTreeMap<String, bool>,
    /// What the workflows were told: operation and input without the token.
    pub told: Vec<(String, Value)>,
}

impl Tasks {
    pub fn open(&mut self, token: &str) {
        self.waiting.insert(token.to_owned(), true);
    }

    /// The task's patience, or its execution, ends.
    pub fn time_out(&mut self, token: &str) {
        self.waiting.insert(token.to_owned(), false);
    }

    /// Step Functions forgets that the token ever was.
    pub fn forget(&mut self, token: &str) {
        self.waiting.remove(token);
    }

    pub fn answer(&mut self, operation: &str, input: &Value) -> Answer {
        let token = input["taskToken"].as_str().expect("a token is sent");
        let waiting = self.waiting.get_mut(token);
        let waiting = waiting.ok_or_else(|| refusal("InvalidToken"))?;
        if !*waiting {
            return Err(refusal("TaskTimedOut"));
        }
        *waiting = operation == "SendTaskHeartbeat";
        let mut told = input.clone();
        told.as_object_mut().expect("an object").remove("taskToken");
        self.told.push((operation.to_owned(), told));
        Ok(json!({}))
    }
}

fn refusal(code: &str) -> (u16, Value) {
    (400, json!({"__type": code, "message": "Refused."}))
}
