//! Everything that the stack logs while a test runs.

use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Service};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The lines of all log groups of the account, from one moment on.
pub struct Logs<'a> {
    test: &'a StackUnderTest,
    /// Milliseconds since the epoch.
    since: u64,
}

impl<'a> Logs<'a> {
    /// What is logged from now on. Earlier runs may have logged the same.
    pub fn from_now_on(test: &'a StackUnderTest) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            test,
            since: u64::try_from(now.as_millis()).unwrap(),
        }
    }

    /// Every line.
    pub fn lines(&self) -> Vec<String> {
        let groups = self.pages("DescribeLogGroups", json!({}), "logGroups");
        let events = groups.iter().flat_map(|group| {
            let input = json!({"logGroupName": group["logGroupName"], "startTime": self.since});
            self.pages("FilterLogEvents", input, "events")
        });
        events
            .filter_map(|event| event["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// Waits for a line that contains all of `words`: the emulator takes a moment to hand logs
    /// over.
    pub fn wait_for(&self, words: &[&str]) {
        self.wait_for_several(1, words);
    }

    /// Waits for `number` lines that contain all of `words` each.
    pub fn wait_for_several(&self, number: usize, words: &[&str]) {
        let awaited = format!("{number} log lines with {words:?}");
        wait::until(&awaited, LIMIT, || {
            let lines = self.lines();
            let has_all = |line: &&String| words.iter().all(|each| line.contains(each));
            let found = lines.iter().filter(has_all).count();
            Ok::<_, AwsError>(if found >= number {
                Look::Done(())
            } else {
                Look::Waiting(format!("{found} of {} lines", lines.len()))
            })
        })
        .unwrap();
    }

    fn pages(&self, operation: &str, mut input: Value, list: &str) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let page = self.test.call(Service::Logs, operation, &input);
            all.extend_from_slice(page[list].as_array().unwrap());
            let Value::String(token) = &page["nextToken"] else {
                return all;
            };
            input["nextToken"] = token.as_str().into();
        }
    }
}
