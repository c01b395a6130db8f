use aws_sdk_sfn::{
    config::retry::RetryConfig,
    operation::{
        send_task_failure::SendTaskFailureOutput, send_task_heartbeat::SendTaskHeartbeatOutput,
        send_task_success::SendTaskSuccessOutput,
    },
};
use aws_smithy_mocks::{Rule, mock, mock_client};
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::*;

fn callbacks(rule: &Rule) -> TaskCallbacks {
    let client = mock_client!(
        aws_sdk_sfn,
        aws_smithy_mocks::RuleMode::MatchAny,
        [rule],
        |config| config.retry_config(RetryConfig::disabled())
    );
    TaskCallbacks::new(client)
}

fn token() -> TaskToken {
    TaskToken::parse("TOKEN").unwrap()
}

/// An answer of Step Functions whose message quotes what it was sent.
fn refusal(status: u16, code: &str) -> Rule {
    let body = json!({"__type": code, "message": "Invalid: 'TOKEN' 'OUTPUT'"}).to_string();
    mock!(Client::send_task_success)
        .then_http_response(move || http(status, SdkBody::from(body.clone())))
}

fn http(status: u16, body: SdkBody) -> Response {
    Response::new(status.try_into().unwrap(), body)
}

async fn error_of(rule: Rule) -> CallbackError {
    let sent = callbacks(&rule).succeed(&token(), r#""OUTPUT""#).await;
    assert_eq!(rule.num_calls(), 1, "the SDK does not repeat the call");
    sent.unwrap_err()
}

#[tokio::test]
async fn a_success_carries_its_output() {
    let rule = mock!(Client::send_task_success)
        .match_requests(|request| {
            request.task_token() == Some("TOKEN") && request.output() == Some(r#"{"a":1}"#)
        })
        .then_output(|| SendTaskSuccessOutput::builder().build());
    let outcome = Outcome::Success {
        output: r#"{"a":1}"#.to_owned(),
    };
    callbacks(&rule).send(&token(), &outcome).await.unwrap();
}

#[tokio::test]
async fn a_failure_carries_error_and_cause() {
    for cause in [Some("None left."), None] {
        let rule = mock!(Client::send_task_failure)
            .match_requests(move |request| {
                request.task_token() == Some("TOKEN")
                    && request.error() == Some("NoStock")
                    && request.cause() == cause
            })
            .then_output(|| SendTaskFailureOutput::builder().build());
        let outcome = Outcome::Failure {
            error: "NoStock".to_owned(),
            cause: cause.map(str::to_owned),
        };
        callbacks(&rule).send(&token(), &outcome).await.unwrap();
    }
}

#[tokio::test]
async fn a_heartbeat_carries_the_token() {
    let rule = mock!(Client::send_task_heartbeat)
        .match_requests(|request| request.task_token() == Some("TOKEN"))
        .then_output(|| SendTaskHeartbeatOutput::builder().build());
    callbacks(&rule).heartbeat(&token()).await.unwrap();
}

#[tokio::test]
async fn the_ends_of_a_task_are_told_apart() {
    for (code, expected) in [
        ("TaskTimedOut", CallbackError::TimedOut),
        ("TaskDoesNotExist", CallbackError::DoesNotExist),
        ("InvalidToken", CallbackError::InvalidToken),
    ] {
        assert_eq!(error_of(refusal(400, code)).await, expected);
    }
}

#[tokio::test]
async fn a_refused_call_did_nothing_and_a_failed_one_may_have() {
    for code in ["ThrottlingException", "AccessDeniedException"] {
        let expected = CallbackError::Refused {
            code: code.to_owned(),
        };
        assert_eq!(error_of(refusal(400, code)).await, expected);
    }
    let failed = error_of(refusal(500, "InternalFailure")).await;
    assert!(matches!(failed, CallbackError::Unanswered { .. }));
    let proxy = mock!(Client::send_task_success)
        .then_http_response(|| http(502, SdkBody::from("<html>Bad gateway</html>")));
    assert!(matches!(
        error_of(proxy).await,
        CallbackError::Unanswered { .. }
    ));
}

#[tokio::test]
async fn no_error_repeats_the_token_or_the_output() {
    for (status, code) in [
        (400, "InvalidToken"),
        (400, "InvalidOutput"),
        (400, "ValidationException"),
        (500, "InternalFailure"),
    ] {
        let error = error_of(refusal(status, code)).await;
        let text = format!("{error} {error:?}");
        assert!(
            !text.contains("TOKEN") && !text.contains("OUTPUT"),
            "{text}"
        );
    }
}
