//! A request as it stands on the queue.

use callback_task::TaskToken;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The longest wait in seconds, which is also the longest of a Step Functions Wait state.
const LONGEST_WAIT: u64 = 99_999_999;

/// A message `{"taskToken","payload"}`: who is to be answered, and what is asked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) token: TaskToken,
    payload: Value,
}

/// A checked request, without any further fields: a small text.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Call {
    wait_time: u64,
    status: &'static str,
}

/// A message without a usable token: nobody could be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The message is not {{\"taskToken\",\"payload\"}} with a usable token.")]
pub(crate) struct NoRequest;

/// What the API would not understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidRequest {
    #[error("waitTime must be a whole number of seconds, 0 to 99999999.")]
    WaitTime,
    #[error("status must be success or failure.")]
    Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    task_token: String,
    payload: Value,
}

impl Request {
    /// The library's error may quote the message, and with it the token, and so it is not kept.
    pub(crate) fn from_json(body: &str) -> Result<Self, NoRequest> {
        let message: Message = serde_json::from_str(body).map_err(|_| NoRequest)?;
        Ok(Self {
            token: TaskToken::parse(message.task_token).map_err(|_| NoRequest)?,
            payload: message.payload,
        })
    }

    /// Checks what is asked: `{"waitTime": 3, "status": "success"}`.
    pub(crate) fn call(&self) -> Result<Call, InvalidRequest> {
        let wait_time = whole_number(&self.payload["waitTime"])
            .filter(|seconds| *seconds <= LONGEST_WAIT)
            .ok_or(InvalidRequest::WaitTime)?;
        let status = match self.payload["status"].as_str() {
            Some("success") => "success",
            Some("failure") => "failure",
            _ => return Err(InvalidRequest::Status),
        };
        Ok(Call { wait_time, status })
    }
}

impl Call {
    /// The input of the simulator's execution.
    pub(crate) fn to_json(&self, token: &TaskToken) -> String {
        json!({"taskToken": token.expose(), "payload": self}).to_string()
    }
}

/// A number that is whole however it is written: 3, 3.0 and 3e0 are one number in JSON. Step
/// Functions itself may write any of them.
fn whole_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| {
        // Rust writes a whole f64 without a fraction, and never with an exponent.
        value.as_f64()?.to_string().parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(payload: &Value) -> Result<Call, InvalidRequest> {
        let body = json!({"taskToken": "token", "payload": payload}).to_string();
        Request::from_json(&body).expect("a request").call()
    }

    #[test]
    fn a_wait_of_whole_seconds_and_one_of_two_outcomes_is_a_request() {
        for wait_time in [0, 3, 99_999_999] {
            for status in ["success", "failure"] {
                assert_eq!(
                    checked(&json!({"waitTime": wait_time, "status": status})),
                    Ok(Call { wait_time, status })
                );
            }
        }
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written() {
        for (written, wait_time) in [("3.0", 3), ("1e3", 1000), ("9.9999999e7", 99_999_999)] {
            let body = format!(
                r#"{{"taskToken":"t","payload":{{"waitTime":{written},"status":"success"}}}}"#
            );
            let request = Request::from_json(&body).unwrap();
            let call = request.call().unwrap();
            assert_eq!(call.wait_time, wait_time);
            let input: Value = serde_json::from_str(&call.to_json(&request.token)).unwrap();
            assert_eq!(input["payload"]["waitTime"].as_u64(), Some(wait_time));
        }
    }

    #[test]
    fn any_other_wait_is_invalid() {
        for wait in [
            json!(-1),
            json!(-1.0),
            json!(1.5),
            json!(1e300),
            json!("3"),
            json!(100_000_000),
            json!(null),
            json!(true),
        ] {
            let payload = json!({"waitTime": wait, "status": "success"});
            assert_eq!(checked(&payload), Err(InvalidRequest::WaitTime), "{wait}");
        }
        assert_eq!(
            checked(&json!({"status": "success"})),
            Err(InvalidRequest::WaitTime)
        );
        assert_eq!(checked(&json!("text")), Err(InvalidRequest::WaitTime));
    }

    #[test]
    fn any_other_outcome_is_invalid() {
        for status in [json!("maybe"), json!("SUCCESS"), json!(1), json!(null)] {
            let payload = json!({"waitTime": 1, "status": status});
            assert_eq!(checked(&payload), Err(InvalidRequest::Status), "{status}");
        }
        assert_eq!(
            checked(&json!({"waitTime": 1})),
            Err(InvalidRequest::Status)
        );
    }

    #[test]
    fn a_message_without_a_usable_token_is_no_request() {
        for body in [
            "",
            "{}",
            r#"{"taskToken":"","payload":{}}"#,
            r#"{"taskToken":"t"}"#,
            "[1]",
        ] {
            assert_eq!(Request::from_json(body).err(), Some(NoRequest), "{body}");
        }
    }
}
