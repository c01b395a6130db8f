//! Requests with the same key at the same time.

use crate::{
    adapters, answer,
    fake_table::{FakeTable, Fault, Row, seconds, text},
    idempotency::{
        KEY, assert_conflict, assert_queued, first, in_flight, queued, repetition, table_with, with,
    },
    queue_refusing, queue_taking, queue_taking_anything, seed,
};

/// The row of an attempt that replaced the one of `in_flight`.
fn taken_over(lease_seconds: i64) -> Row {
    with(in_flight(lease_seconds), "attempt", text("a successor"))
}

#[tokio::test]
async fn of_two_that_take_over_the_slower_one_waits() {
    for row in [Some(taken_over(20)), Some(taken_over(-1)), None] {
        let (table, queue) = (table_with(in_flight(-1)), queue_taking_anything());
        table.fault("SET attempt", Fault::Race(row.clone()));
        let response = answer(&adapters(&queue, &table), repetition()).await;
        assert_conflict(&response, "IDEMPOTENCY_KEY_IN_FLIGHT", Some("5"));
        assert_eq!(queue.num_calls(), 0);
        assert_eq!(table.row("acme", KEY), row);
    }
}

#[tokio::test]
async fn of_two_that_take_over_the_slower_one_sees_that_it_is_done() {
    let (table, queue) = (table_with(in_flight(-1)), queue_taking_anything());
    table.fault("SET attempt", Fault::Race(Some(queued())));
    assert_queued(&answer(&adapters(&queue, &table), repetition()).await);
    assert_eq!(queue.num_calls(), 0);
}

#[tokio::test]
async fn a_key_that_expired_during_the_take_over_may_be_anothers() {
    let (table, queue) = (table_with(in_flight(-1)), queue_taking_anything());
    let other = with(taken_over(20), "content_sha256", text("other"));
    table.fault("SET attempt", Fault::Race(Some(other)));
    let response = answer(&adapters(&queue, &table), repetition()).await;
    assert_conflict(&response, "IDEMPOTENCY_KEY_REUSED", None);
    assert_eq!(queue.num_calls(), 0);
}

#[tokio::test]
async fn an_expired_key_is_not_taken_over() {
    let table = table_with(in_flight(-1));
    let expired = with(in_flight(-1), "expires_at", seconds(1));
    table.fault("SET attempt", Fault::Race(Some(expired)));
    let queue = queue_taking_anything();
    let response = answer(&adapters(&queue, &table), repetition()).await;
    assert_conflict(&response, "IDEMPOTENCY_KEY_IN_FLIGHT", Some("5"));
    assert_eq!(queue.num_calls(), 0);
}

#[tokio::test]
async fn the_first_to_send_marks_the_key_whoever_holds_it() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    let adapters = adapters(&queue, &table);
    table.fault("SET queued_at", Fault::Race(Some(taken_over(20))));
    assert_queued(&answer(&adapters, first()).await);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn what_is_sent_is_answered_so_although_the_key_has_expired() {
    let other = with(taken_over(20), "content_sha256", text("other"));
    let expired = with(taken_over(20), "expires_at", seconds(1));
    for row in [None, Some(other), Some(expired)] {
        let (table, queue) = (FakeTable::default(), queue_taking(seed()));
        table.fault("SET queued_at", Fault::Race(row.clone()));
        assert_queued(&answer(&adapters(&queue, &table), first()).await);
        assert_eq!(table.row("acme", KEY), row);
    }
}

#[tokio::test]
async fn a_late_failure_does_not_end_the_lease_of_a_successor() {
    for row in [taken_over(20), queued()] {
        let table = FakeTable::default();
        table.fault("SET lease_until", Fault::Race(Some(row.clone())));
        let response = answer(&adapters(&queue_refusing(), &table), first()).await;
        assert_eq!(response["statusCode"], 503);
        assert_eq!(table.row("acme", KEY), Some(row));
    }
}
