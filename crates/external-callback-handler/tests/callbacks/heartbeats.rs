//! A task in progress.

use serde_json::json;

use crate::{Fault, TOKEN, attribute, call, event, faults, status, told, waiting_task};

#[tokio::test]
async fn a_heartbeat_reaches_the_workflow_and_is_noted() {
    let aws = waiting_task().await;
    let (status, _, body) = call(&aws, event("in-progress.json")).await;
    assert_eq!(status, 200);
    assert_eq!(body["task_status"], "IN_PROGRESS");
    let beat = ("SendTaskHeartbeat".to_owned(), json!({}));
    assert_eq!(told(&aws), [beat]);
    assert!(attribute(&aws, "heartbeat_at").is_some());
    assert_eq!(attribute(&aws, "task_status"), Some(json!("PENDING")));
}

#[tokio::test]
async fn a_task_is_completed_after_its_heartbeats() {
    let aws = waiting_task().await;
    for case in ["in-progress.json", "in-progress.json", "success.json"] {
        assert_eq!(status(&aws, event(case)).await, 200);
    }
    assert_eq!(told(&aws).len(), 3);
}

#[tokio::test]
async fn a_heartbeat_of_a_task_that_ended_finds_it_gone() {
    let aws = waiting_task().await;
    aws.with(|state| state.tasks.time_out(TOKEN));
    for _ in 0..2 {
        assert_eq!(status(&aws, event("in-progress.json")).await, 410);
        assert_eq!(attribute(&aws, "task_status"), Some(json!("EXPIRED")));
        assert_eq!(attribute(&aws, "task_token"), None);
    }
}

#[tokio::test]
async fn a_heartbeat_that_was_not_noted_is_a_heartbeat() {
    let aws = waiting_task().await;
    faults(&aws, [(2, Fault::Throttled)]);
    assert_eq!(status(&aws, event("in-progress.json")).await, 200);
    assert_eq!(told(&aws).len(), 1);
}

#[tokio::test]
async fn a_busy_or_failing_service_is_503_and_a_repeat_works() {
    for call in [0, 1] {
        for fault in [Fault::Throttled, Fault::ServerError, Fault::AnswerLost] {
            let aws = waiting_task().await;
            faults(&aws, [(call, fault)]);
            assert_eq!(status(&aws, event("in-progress.json")).await, 503);
            assert_eq!(status(&aws, event("in-progress.json")).await, 200);
        }
    }
}
