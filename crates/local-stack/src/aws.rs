//! AWS API calls to the emulator, without an SDK.
//!
//! The requests carry a header of Signature Version 4's shape, which the emulator reads for the
//! service and the region and does not verify.

use crate::http;
use crate::stack_file::StackFile;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response};

/// A service whose API is JSON bodies under an `X-Amz-Target` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Amazon `DynamoDB`.
    DynamoDb,
    /// Amazon `EventBridge`.
    EventBridge,
    /// Amazon `CloudWatch` Logs.
    Logs,
    /// AWS Secrets Manager.
    SecretsManager,
    /// Amazon SQS.
    Sqs,
    /// AWS Step Functions.
    StepFunctions,
}

impl Service {
    /// The name that requests are signed for, the target's prefix, and the protocol's version.
    fn protocol(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::DynamoDb => ("dynamodb", "DynamoDB_20120810", "1.0"),
            Self::EventBridge => ("events", "AWSEvents", "1.1"),
            Self::Logs => ("logs", "Logs_20140328", "1.1"),
            Self::SecretsManager => ("secretsmanager", "secretsmanager", "1.1"),
            Self::Sqs => ("sqs", "AmazonSQS", "1.0"),
            Self::StepFunctions => ("states", "AWSStepFunctions", "1.0"),
        }
    }
}

/// Why a call to an AWS API brought no result.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// The emulator did not answer.
    #[error("{call} was not answered by the emulator.")]
    Send {
        /// Service and operation.
        call: String,
        /// The reason.
        source: ureq::Error,
    },
    /// The service answered with an error.
    #[error("{call} was refused with status {status}: {body}")]
    Refused {
        /// Service and operation.
        call: String,
        /// The HTTP status.
        status: u16,
        /// The service's own words.
        body: String,
    },
    /// The answer does not have the form that the operation promises.
    #[error("{call} was answered with something else than JSON.")]
    Answer {
        /// Service and operation.
        call: String,
        /// The reason.
        source: serde_json::Error,
    },
}

/// The emulator's AWS APIs.
#[derive(Clone)]
pub struct Aws {
    agent: Agent,
    pub(crate) endpoint_url: String,
    region: String,
}

impl Aws {
    /// A client for the emulator at `endpoint_url` (without a slash at its end).
    #[must_use]
    pub fn new(endpoint_url: &str, region: &str) -> Self {
        Self {
            agent: http::agent(),
            endpoint_url: endpoint_url.to_owned(),
            region: region.to_owned(),
        }
    }

    /// A client for the stack that the file describes.
    #[must_use]
    pub fn of(stack: &StackFile) -> Self {
        Self::new(&stack.endpoint_url, &stack.region)
    }

    /// Calls one operation of a JSON service.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), local_stack::AwsError> {
    /// # let aws = local_stack::Aws::new("http://127.0.0.1:4566", "us-east-1");
    /// use local_stack::Service;
    /// let tables = aws.call(Service::DynamoDb, "ListTables", &serde_json::json!({}))?;
    /// # Ok(()) }
    /// ```
    pub fn call(
        &self,
        service: Service,
        operation: &str,
        input: &Value,
    ) -> Result<Value, AwsError> {
        let (signing_name, target, version) = service.protocol();
        let request = self
            .request("POST", "/", signing_name)
            .header("content-type", format!("application/x-amz-json-{version}"))
            .header("x-amz-target", format!("{target}.{operation}"));
        let call = format!("{signing_name} {operation}");
        let body = self.send(&call, request, input.to_string().into_bytes())?;
        read_json(call, &body)
    }

    /// Calls one operation of a service with the query protocol; the answer is its XML.
    pub fn query(
        &self,
        signing_name: &str,
        operation: &str,
        version: &str,
        input: &[(&str, &str)],
    ) -> Result<String, AwsError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", operation)
            .append_pair("Version", version)
            .extend_pairs(input)
            .finish();
        let request = self
            .request("POST", "/", signing_name)
            .header("content-type", "application/x-www-form-urlencoded");
        let call = format!("{signing_name} {operation}");
        let body = self.send(&call, request, form.into_bytes())?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        signing_name: &str,
    ) -> ureq::http::request::Builder {
        let scope = format!("test/20260101/{}/{signing_name}/aws4_request", self.region);
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.endpoint_url))
            .header("x-amz-date", "20260101T000000Z")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
            )
    }

    /// Sends somebody else's request to the emulator, and answers whatever it answers.
    pub(crate) fn forward(
        &self,
        path: &str,
        request: ureq::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Response<Vec<u8>>, ureq::Error> {
        self.run(request.uri(format!("{}{path}", self.endpoint_url)), body)
    }

    pub(crate) fn send(
        &self,
        call: &str,
        request: ureq::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, AwsError> {
        let answer = self.send_for_answer(call, request, body)?;
        Ok(answer.into_body())
    }

    /// The same with the answer's headers.
    pub(crate) fn send_for_answer(
        &self,
        call: &str,
        request: ureq::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Response<Vec<u8>>, AwsError> {
        let answer = self.run(request, body).map_err(|source| AwsError::Send {
            call: call.to_owned(),
            source,
        })?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(AwsError::Refused {
            call: call.to_owned(),
            status: answer.status().as_u16(),
            body: shortened(&String::from_utf8_lossy(answer.body())),
        })
    }

    fn run(
        &self,
        request: ureq::http::request::Builder,
        body: Vec<u8>,
    ) -> Result<Response<Vec<u8>>, ureq::Error> {
        let (parts, mut body) = self.agent.run(request.body(body)?)?.into_parts();
        let body = body.with_config().limit(u64::MAX).read_to_vec()?;
        Ok(Response::from_parts(parts, body))
    }
}

/// The text of the first element of that name. What is read here holds no entities.
pub(crate) fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

/// Some refusals repeat the whole request; what was wrong stands at its beginning or at its end.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 500;
    let count = text.chars().count();
    if count <= 2 * SHOWN {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(SHOWN).collect();
    let end: String = text.chars().skip(count - SHOWN).collect();
    format!("{beginning} … {end}")
}

/// Some operations answer with no body at all.
pub(crate) fn read_json(call: String, body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|source| AwsError::Answer { call, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_found_by_its_name() {
        let xml = "<A><SubscriptionArn>arn:aws:sns:1</SubscriptionArn></A>";
        assert_eq!(element(xml, "SubscriptionArn"), Some("arn:aws:sns:1"));
        assert_eq!(element(xml, "Token"), None);
    }
}
