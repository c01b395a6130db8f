//! Requests that come at the same time. Each answer of a service takes a while, by a hundred
//! seeds; a failing seed is printed and is the same every time.

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::{FakeAws, Fault, TOKEN, attribute, event, faults, shipped, status, told, waiting_task};

const SEEDS: u64 = 100;

async fn slow_task(seed: u64) -> FakeAws {
    let aws = waiting_task().await;
    aws.with(|state| state.delays = Some(fastrand::Rng::with_seed(seed)));
    aws
}

async fn many(aws: &FakeAws, number: usize) -> Vec<u16> {
    join_all((0..number).map(|_| status(aws, event("success.json")))).await
}

async fn both(aws: &FakeAws, first: &str, second: &str) -> (u16, u16) {
    Box::pin(join(status(aws, event(first)), status(aws, event(second)))).await
}

#[tokio::test(start_paused = true)]
async fn an_outcome_many_times_at_once_is_taken_each_time_and_told_once() {
    for seed in 0..SEEDS {
        let aws = slow_task(seed).await;
        assert_eq!(many(&aws, 4).await, [200; 4], "seed {seed}");
        assert_eq!(told(&aws), [shipped()], "seed {seed}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_gone_is_gone_for_all_who_come_at_once() {
    for seed in 0..SEEDS {
        let aws = slow_task(seed).await;
        aws.with(|state| state.tasks.time_out(TOKEN));
        assert_eq!(many(&aws, 4).await, [410; 4], "seed {seed}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("EXPIRED")));
    }
}

#[tokio::test(start_paused = true)]
async fn two_outcomes_at_once_are_one_and_a_conflict() {
    for seed in 0..SEEDS {
        let aws = slow_task(seed).await;
        let answers = both(&aws, "success.json", "failure.json");
        assert_eq!(answers.await, (200, 409), "seed {seed}");
        assert_eq!(told(&aws), [shipped()], "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_step_functions_was_too_busy_for_is_no_conflict() {
    for seed in 0..SEEDS {
        let aws = slow_task(seed).await;
        // Both begin, and then the first is sent.
        faults(&aws, [(2, Fault::Throttled)]);
        let answers = both(&aws, "success.json", "failure.json");
        assert_eq!(answers.await, (503, 503), "seed {seed}");
        assert_eq!(status(&aws, event("failure.json")).await, 200);
        assert_eq!(told(&aws).len(), 1, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_beside_an_outcome_never_undoes_it() {
    for seed in 0..SEEDS {
        let aws = slow_task(seed).await;
        let (beat, outcome) = both(&aws, "in-progress.json", "success.json").await;
        assert!([200, 409, 410].contains(&beat), "seed {seed}: {beat}");
        assert_eq!(outcome, 200, "seed {seed}");
        assert_eq!(attribute(&aws, "task_status"), Some(json!("COMPLETED")));
    }
}
