//! The deployed splitter, invoked beside its events, and watched.

use crate::stack_under_test::StackUnderTest;
use serde_json::{Value, json};

pub struct Splitter<'a> {
    test: &'a StackUnderTest,
    function: String,
}

impl<'a> Splitter<'a> {
    pub fn of(test: &'a StackUnderTest) -> Self {
        let functions = test.aws.functions().unwrap();
        let mut names = functions.into_iter();
        let function = names.find(|name| name.contains("BatchSplitter")).unwrap();
        Self { test, function }
    }

    /// Delivers the event of an upload once more, and answers the summary.
    pub fn repeat(&self, path: &str) -> Value {
        let event = json!({
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {
                "bucket": {"name": self.test.stack.output("UploadsBucketName").unwrap()},
                "object": {"key": format!("{}{path}", self.test.partner())},
                "reason": "PutObject",
            },
        });
        self.test.aws.invoke(&self.function, &event).unwrap()
    }

    /// The largest resident set (`VmHWM` of `proc_pid_status`) of the splitter's processes, in KiB;
    /// `None` when there is none.
    pub fn peak_kilobytes(&self) -> Option<u64> {
        let processes = self
            .test
            .aws
            .processes_of(&self.function)
            .unwrap()
            .into_iter();
        let statuses =
            processes.map(|process| std::fs::read_to_string(format!("/proc/{process}/status")));
        statuses
            .flatten()
            .filter_map(|status| peak_of(&status))
            .max()
    }
}

/// The line is `VmHWM:`, blanks, a number and `kB`.
fn peak_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
