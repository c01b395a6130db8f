//! Turns the end of a simulated API's work into the callback to its caller.
//!
//! The simulator's workflow waits as long as the request says and then invokes this function,
//! which answers the caller's task with success or failure. A caller whose patience has ended is
//! told so by the result, `{"delivered":false}`, and is not called again.

mod config;

use callback_task::{CallbackError, TaskToken};
use lambda_failure::Failure;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

pub use config::Adapters;

/// What the workflow hands over: `{"taskToken","payload":{"waitTime","status"}}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    task_token: String,
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    wait_time: Seconds,
    status: Status,
}

/// A whole number however it is written: 3, 3.0 and 3e0 are one number in JSON, and Step Functions
/// may write any of them.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Number")]
struct Seconds(u64);

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    Success,
    Failure,
}

/// Whether the caller took the callback of this invocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// False where the caller waits no more: its patience has ended, or it took the callback of an
    /// earlier invocation whose answer was lost. Step Functions calls both a task that timed out.
    pub delivered: bool,
    /// Why it was not delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A payload of another kind. The library's error may quote it, and so it is not kept.
#[derive(Debug, thiserror::Error)]
#[error("The payload is not a call of the simulated API.")]
struct InvalidCall;

impl TryFrom<Number> for Seconds {
    type Error = InvalidCall;

    fn try_from(number: Number) -> Result<Self, InvalidCall> {
        // Rust writes a whole f64 without a fraction, and never with an exponent.
        let whole = || number.as_f64()?.to_string().parse().ok();
        number.as_u64().or_else(whole).map(Self).ok_or(InvalidCall)
    }
}

/// Calls the caller back, by the outcome that the request asked for.
///
/// # Errors
/// `InvalidCall`, and `CallbackUnavailable` where Step Functions was busy or silent, which the
/// workflow repeats.
pub async fn handle(adapters: &Adapters, payload: Value) -> Result<Delivery, Failure> {
    let invalid = || Failure::new("InvalidCall", InvalidCall);
    let call: Call = serde_json::from_value(payload).map_err(|_| invalid())?;
    let token = TaskToken::parse(call.task_token).map_err(|_| invalid())?;
    let callbacks = &adapters.callbacks;
    let sent = match call.payload.status {
        Status::Success => {
            callbacks
                .succeed(&token, &answer(call.payload.wait_time.0))
                .await
        }
        Status::Failure => {
            let cause = "The API was asked to fail.";
            callbacks.fail(&token, "AsyncApiFailed", Some(cause)).await
        }
    };
    match sent {
        Ok(()) => Ok(delivered()),
        Err(error) if error.refuses_token() => Ok(late(&error)),
        Err(error) => Err(Failure::new("CallbackUnavailable", error)),
    }
}

/// The API's own answer, on whose `status` the caller chooses.
fn answer(seconds: u64) -> String {
    json!({"status": 200, "waitedSeconds": seconds}).to_string()
}

fn delivered() -> Delivery {
    tracing::info!("The caller was called back.");
    Delivery {
        delivered: true,
        reason: None,
    }
}

fn late(error: &CallbackError) -> Delivery {
    let reason = error.to_string();
    tracing::warn!(reason, "The caller waits no more.");
    Delivery {
        delivered: false,
        reason: Some(reason),
    }
}
