//! What arrives, and the answer to it: one test for each row of the contract's table.

use serde_json::{Value, json};

use crate::{
    Fault, TOKEN, attribute, call, event, faults, shipped, status, store, told, waiting_task, with,
};

fn error(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

#[tokio::test]
async fn the_first_and_the_same_again_are_answered_alike_and_the_workflow_is_told_once() {
    let aws = waiting_task().await;
    let first = call(&aws, event("success.json")).await;
    let expected = json!({
        "order_id": "a96cbeed-cbd7-4711-815c-0913113c6064",
        "task_type": "ORDER_SHIPPING_SERVICE",
        "task_status": "SUCCESS",
    });
    assert_eq!(first.0, 200);
    assert_eq!(first.2, expected);
    let again = with("success.json", "task_status", json!("SUCCEEDED"));
    assert_eq!(call(&aws, again).await, first);
    assert_eq!(told(&aws), [shipped()]);
    assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
}

#[tokio::test]
async fn a_completed_task_keeps_no_token() {
    let aws = waiting_task().await;
    call(&aws, event("success.json")).await;
    assert_eq!(attribute(&aws, "task_token"), None);
    assert_eq!(attribute(&aws, "open_attempts"), None);
}

#[tokio::test]
async fn a_failure_reaches_the_workflow_with_error_and_cause() {
    let aws = waiting_task().await;
    assert_eq!(status(&aws, event("failure.json")).await, 200);
    let cause = r#"{"field":"postal_code","reason":"The postal code is not one of the country."}"#;
    let input = json!({"error": "AddressUnknown", "cause": cause});
    assert_eq!(told(&aws), [("SendTaskFailure".to_owned(), input)]);
}

#[tokio::test]
async fn another_outcome_for_a_finished_task_is_a_conflict() {
    let aws = waiting_task().await;
    call(&aws, event("success.json")).await;
    let other = with(
        "success.json",
        "task_output",
        json!({"tracking_number": "2"}),
    );
    for event in [other, event("failure.json"), event("in-progress.json")] {
        let (status, _, body) = call(&aws, event).await;
        assert_eq!(status, 409);
        let message = "The task has another outcome already.";
        assert_eq!(body, error("OUTCOME_CONFLICT", message));
    }
    assert_eq!(told(&aws), [shipped()]);
}

#[tokio::test]
async fn another_partners_task_reads_like_none_at_all() {
    let aws = waiting_task().await;
    let mut answers = Vec::new();
    for case in ["success.json", "in-progress.json"] {
        let mut foreign = event(case);
        foreign["requestContext"]["authorizer"]["partner_id"] = json!("globex");
        answers.push(call(&aws, foreign).await);
        answers.push(call(&aws, with(case, "order_id", json!("unknown"))).await);
        answers.push(call(&aws, with(case, "task_type", json!("OTHER"))).await);
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(answers[0].0, 404);
    assert_eq!(
        answers[0].2,
        error("TASK_NOT_FOUND", "There is no such task.")
    );
    assert!(told(&aws).is_empty());
    assert_eq!(attribute(&aws, "task_status"), Some(json!("PENDING")));
}

#[tokio::test]
async fn a_task_that_expired_is_gone_though_its_row_is_still_there() {
    for case in ["success.json", "in-progress.json"] {
        let aws = waiting_task().await;
        aws.with(|state| state.table.set("expires_at", json!({"N": "1772357400"})));
        assert_eq!(status(&aws, event(case)).await, 410);
        assert!(told(&aws).is_empty());
        assert_eq!(attribute(&aws, "task_status"), Some(json!("EXPIRED")));
        assert_eq!(attribute(&aws, "task_token"), None);
        assert_eq!(status(&aws, event(case)).await, 410);
    }
}

#[tokio::test]
async fn a_task_that_step_functions_ended_is_gone_and_its_row_is_marked() {
    let (timed_out, forgotten) = (waiting_task().await, waiting_task().await);
    timed_out.with(|state| state.tasks.time_out(TOKEN));
    forgotten.with(|state| state.tasks.forget(TOKEN));
    for aws in [timed_out, forgotten] {
        let (status, _, body) = call(&aws, event("success.json")).await;
        assert_eq!(status, 410);
        assert_eq!(body["error"]["code"], "TASK_GONE");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("EXPIRED")));
        assert_eq!(attribute(&aws, "task_token"), None);
        assert_eq!(call(&aws, event("success.json")).await.2, body);
        assert_eq!(call(&aws, event("failure.json")).await.2, body);
    }
}

#[tokio::test]
async fn an_output_over_128_kib_is_too_large() {
    let aws = waiting_task().await;
    let output = json!({"x": "y".repeat(131_072)});
    let (status, _, body) = call(&aws, with("success.json", "task_output", output)).await;
    assert_eq!(status, 413);
    assert_eq!(body["error"]["field"], "task_output");
    assert_eq!(attribute(&aws, "task_status"), Some(json!("PENDING")));
}

#[tokio::test(start_paused = true)]
async fn a_busy_or_failing_step_functions_is_503_and_a_repeat_works() {
    for fault in [Fault::Throttled, Fault::ServerError, Fault::AnswerLost] {
        let aws = waiting_task().await;
        faults(&aws, [(1, fault)]);
        let (code, headers, body) = call(&aws, event("success.json")).await;
        assert_eq!(code, 503, "{fault:?}");
        assert_eq!(headers["retry-after"], "5");
        assert_eq!(body["error"]["code"], "CALLBACK_UNAVAILABLE");
        assert_eq!(status(&aws, event("success.json")).await, 200, "{fault:?}");
        assert_eq!(told(&aws), [shipped()], "{fault:?}");
    }
}

#[tokio::test]
async fn a_failing_table_is_503_and_a_repeat_works() {
    for fault in [Fault::Throttled, Fault::ServerError, Fault::AnswerLost] {
        let aws = waiting_task().await;
        faults(&aws, [(0, fault)]);
        assert_eq!(status(&aws, event("success.json")).await, 503, "{fault:?}");
        assert_eq!(status(&aws, event("success.json")).await, 200, "{fault:?}");
        assert_eq!(told(&aws), [shipped()], "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn services_that_never_answer_are_503_before_the_function_times_out() {
    for case in ["success.json", "in-progress.json"] {
        for call in 0..2 {
            let aws = waiting_task().await;
            faults(&aws, [(call, Fault::KilledBefore)]);
            let begun = tokio::time::Instant::now();
            assert_eq!(status(&aws, event(case)).await, 503, "{case} {call}");
            assert!(begun.elapsed().as_secs() < 20, "{case} {call}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_workflow_that_was_told_is_an_answer_even_if_the_mark_fails() {
    let aws = waiting_task().await;
    faults(&aws, [(2, Fault::ServerError)]);
    assert_eq!(status(&aws, event("success.json")).await, 200);
    assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETING")));
    assert_eq!(status(&aws, event("failure.json")).await, 409);
}

#[tokio::test]
async fn a_retried_state_is_completed_by_the_same_answer_with_its_new_token() {
    let aws = waiting_task().await;
    call(&aws, event("success.json")).await;
    store(&aws, "its new token").await;
    assert_eq!(attribute(&aws, "attempt"), Some(json!("2")));
    assert_eq!(status(&aws, event("success.json")).await, 200);
    assert_eq!(told(&aws), [shipped(), shipped()]);
}

#[tokio::test]
async fn an_answer_that_a_retried_state_overtakes_is_for_its_new_token() {
    // The handler has read the old token, and the new one is stored before it is used.
    for case in ["success.json", "in-progress.json"] {
        let aws = waiting_task().await;
        faults(&aws, [(1, Fault::StateRetried("its new token"))]);
        let (code, headers, _) = call(&aws, event(case)).await;
        assert_eq!(
            (code, &headers["retry-after"]),
            (503, &json!("5")),
            "{case}"
        );
        assert_eq!(attribute(&aws, "task_token"), Some(json!("its new token")));
        assert_eq!(status(&aws, event(case)).await, 200, "{case}");
        assert_eq!(told(&aws).len(), 1, "{case}");
    }
}
