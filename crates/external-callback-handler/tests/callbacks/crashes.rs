//! The function killed between any two of its steps, and the request repeated.

use serde_json::json;

use crate::{
    FakeAws, Fault, TOKEN, attribute, event, faults, killable, shipped, status, told, waiting_task,
};

const KILLS: [Fault; 2] = [Fault::KilledBefore, Fault::KilledAfter];

/// How many calls the request makes when nothing goes wrong.
async fn calls(aws: &FakeAws, case: &str) -> usize {
    killable(aws, event(case)).await;
    aws.with(|state| state.calls.len())
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_step_a_repeated_outcome_is_taken_and_told_once() {
    let steps = calls(&waiting_task().await, "success.json").await;
    assert_eq!(steps, 3, "begin, send, mark");
    for step in 0..steps {
        for fault in KILLS {
            let aws = waiting_task().await;
            faults(&aws, [(step, fault)]);
            assert_eq!(killable(&aws, event("success.json")).await, None);
            faults(&aws, []);
            let place = format!("{fault:?} {step}");
            assert_eq!(status(&aws, event("success.json")).await, 200, "{place}");
            assert_eq!(told(&aws), [shipped()], "{place}");
            assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
            assert_eq!(status(&aws, event("failure.json")).await, 409, "{place}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_was_sent_and_not_marked_is_taken_again_when_the_time_is_over() {
    for (step, fault) in [
        (1, Fault::KilledAfter),
        (2, Fault::KilledBefore),
        (2, Fault::ServerError),
    ] {
        let aws = waiting_task().await;
        faults(&aws, [(step, fault)]);
        killable(&aws, event("success.json")).await;
        faults(&aws, []);
        aws.with(|state| state.table.set("expires_at", json!({"N": "1772357400"})));
        let place = format!("{fault:?} {step}");
        assert_eq!(status(&aws, event("failure.json")).await, 409, "{place}");
        assert_eq!(status(&aws, event("success.json")).await, 200, "{place}");
        assert_eq!(told(&aws), [shipped()], "{place}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
    }
}

#[tokio::test(start_paused = true)]
async fn killed_twice_at_any_steps_a_repeated_outcome_is_taken_and_told_once() {
    for (first, second) in (0..3).flat_map(|first| (0..4).map(move |second| (first, second))) {
        let aws = waiting_task().await;
        for step in [first, second] {
            faults(&aws, [(step, Fault::KilledAfter)]);
            killable(&aws, event("success.json")).await;
        }
        faults(&aws, []);
        assert_eq!(status(&aws, event("success.json")).await, 200);
        assert_eq!(told(&aws), [shipped()], "{first} {second}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
    }
}

#[tokio::test(start_paused = true)]
async fn killed_while_it_finds_a_task_gone_a_repeat_finds_it_gone() {
    let gone = async || {
        let aws = waiting_task().await;
        aws.with(|state| state.tasks.time_out(TOKEN));
        aws
    };
    let steps = calls(&gone().await, "success.json").await;
    assert_eq!(steps, 4, "begin, send, release, mark");
    // Killed before the release, the attempt stays open, and it may have been the one that
    // ended the task: see `an_outcome_whose_sender_was_killed_counts_as_arrived`.
    for (step, fault) in [
        (0, Fault::KilledBefore),
        (2, Fault::KilledAfter),
        (3, Fault::KilledBefore),
        (3, Fault::KilledAfter),
    ] {
        let aws = gone().await;
        faults(&aws, [(step, fault)]);
        assert_eq!(killable(&aws, event("success.json")).await, None);
        faults(&aws, []);
        let place = format!("{fault:?} {step}");
        assert_eq!(status(&aws, event("success.json")).await, 410, "{place}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("EXPIRED")));
    }
}

#[tokio::test(start_paused = true)]
async fn an_outcome_whose_sender_was_killed_counts_as_arrived() {
    for (step, fault) in [
        (0, Fault::KilledAfter),
        (1, Fault::KilledBefore),
        (1, Fault::KilledAfter),
        (2, Fault::KilledBefore),
    ] {
        let aws = waiting_task().await;
        aws.with(|state| state.tasks.time_out(TOKEN));
        faults(&aws, [(step, fault)]);
        assert_eq!(killable(&aws, event("success.json")).await, None);
        faults(&aws, []);
        assert_eq!(status(&aws, event("success.json")).await, 200);
        assert_eq!(status(&aws, event("failure.json")).await, 409);
    }
}

#[tokio::test(start_paused = true)]
async fn killed_while_it_takes_a_throttled_outcome_back_a_repeat_is_taken() {
    for step in 2..4 {
        for fault in KILLS {
            let aws = waiting_task().await;
            faults(&aws, [(1, Fault::Throttled), (step, fault)]);
            assert_eq!(killable(&aws, event("success.json")).await, None);
            faults(&aws, []);
            assert_eq!(status(&aws, event("success.json")).await, 200);
            assert_eq!(told(&aws), [shipped()]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_outcome_is_not_taken_for_one_that_arrived() {
    let aws = waiting_task().await;
    faults(&aws, [(1, Fault::Throttled)]);
    assert_eq!(status(&aws, event("success.json")).await, 503);
    assert_eq!(attribute(&aws, "task_status"), Some(json!("PENDING")));
    aws.with(|state| state.tasks.time_out(TOKEN));
    assert_eq!(status(&aws, event("success.json")).await, 410);
    assert!(told(&aws).is_empty());
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_step_of_a_heartbeat_a_repeat_is_taken() {
    for step in 0..3 {
        for fault in KILLS {
            let aws = waiting_task().await;
            faults(&aws, [(step, fault)]);
            assert_eq!(killable(&aws, event("in-progress.json")).await, None);
            faults(&aws, []);
            assert_eq!(status(&aws, event("in-progress.json")).await, 200);
            assert_eq!(attribute(&aws, "task_status"), Some(json!("PENDING")));
        }
    }
}
