use aws_sdk_sqs::{Client, operation::send_message::SendMessageOutput};
use aws_smithy_mocks::mock;
use serde_json::json;

use crate::{event, queue_refusing, response_to};

#[tokio::test]
async fn a_queue_that_takes_nothing_is_an_answer_without_internals() {
    assert_eq!(
        response_to(event("json-body.json"), &queue_refusing()).await,
        json!({
            "statusCode": 503,
            "headers": {"content-type": "application/json", "retry-after": "5"},
            "body": {"error": {
                "code": "QUEUE_UNAVAILABLE",
                "message": "The transaction could not be taken for now. Please send it again.",
            }},
            "isBase64Encoded": false,
        })
    );
}

#[tokio::test]
async fn what_passes_is_tried_again_inside_the_request() {
    let rule = mock!(Client::send_message)
        .sequence()
        .http_status(503, None)
        .output(|| SendMessageOutput::builder().message_id("m").build())
        .build();
    let response = response_to(event("json-body.json"), &rule).await;
    assert_eq!(response["statusCode"], 202);
    assert_eq!(rule.num_calls(), 2);
}
