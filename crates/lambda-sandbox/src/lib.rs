//! For tests: runs a function's binary as AWS Lambda does, before AWS endpoints with scripted answers.
//!
//! What is not as it should be in the sandbox itself ends the test with a panic.

mod aws_endpoint;
mod lines;
mod runtime_api;

use std::{
    io::Read,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::RecvTimeoutError,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use aws_endpoint::AwsEndpoint;
use runtime_api::RuntimeApi;
use serde_json::Value;

pub use aws_endpoint::{AwsAnswer, AwsCall};
pub use lines::Lines;
pub use runtime_api::Outcome;

/// Longer than any function takes here.
const PATIENCE: Duration = Duration::from_mins(1);

/// A function's process between its start and its end. Dropping the value kills it.
pub struct Sandbox {
    process: Child,
    runtime_api: RuntimeApi,
    aws: AwsEndpoint,
    output: Vec<JoinHandle<String>>,
}

impl Sandbox {
    /// Starts `binary` with its own variables beside those of Lambda; `answer` stands for every AWS
    /// service. Lambda's log level is the most talkative, so that a test sees all there is to log.
    ///
    /// # Panics
    /// Where the binary cannot be started.
    pub fn start(
        binary: &str,
        variables: &[(&str, &str)],
        answer: impl Fn(&AwsCall) -> AwsAnswer + Send + 'static,
    ) -> Self {
        let runtime_api = RuntimeApi::listen();
        let aws = AwsEndpoint::listen(answer);
        let mut process = Command::new(binary)
            .env_clear()
            .envs(variables.iter().copied())
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.address())
            .env("AWS_ENDPOINT_URL", format!("http://{}", aws.address()))
            .env("AWS_LAMBDA_FUNCTION_NAME", "function")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret-access-key")
            .env("AWS_SESSION_TOKEN", "session-token")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let output = vec![
            gathered(process.stdout.take().expect("standard output is a pipe")),
            gathered(process.stderr.take().expect("standard error is a pipe")),
        ];
        Self {
            process,
            runtime_api,
            aws,
            output,
        }
    }

    /// Hands the function an event and waits for what it says.
    ///
    /// # Panics
    /// Where the function says nothing for a minute, or ends.
    pub fn invoke(&self, event: &Value) -> Outcome {
        match self.runtime_api.invoke(event, PATIENCE) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => panic!("The function did not answer."),
            Err(RecvTimeoutError::Disconnected) => panic!("The Runtime API has ended."),
        }
    }

    /// The calls of AWS services so far, in their order.
    #[must_use]
    pub fn calls(&self) -> Vec<AwsCall> {
        self.aws.calls()
    }

    /// Kills the function and answers all that it wrote.
    ///
    /// # Panics
    /// Where its output cannot be read.
    #[must_use]
    pub fn end(mut self) -> String {
        let _ = self.process.kill();
        self.output()
    }

    /// Waits for a function that ends by itself, and answers its status and all that it wrote.
    ///
    /// # Panics
    /// Where it does not end within a minute, or its output cannot be read.
    #[must_use]
    pub fn wait(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        loop {
            let status = self.process.try_wait();
            if let Some(status) = status.expect("the process can be waited for") {
                return (status, self.output());
            }
            assert!(began.elapsed() < PATIENCE, "The function does not end.");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn output(&mut self) -> String {
        let texts = self.output.drain(..);
        texts
            .map(|reader| reader.join().expect("the output is text"))
            .collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn gathered(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).expect("the output is text");
        text
    })
}
