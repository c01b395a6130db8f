//! Writes that fail, and answers that are lost, at each step of a request with a key.

use crate::{
    adapters, answer,
    fake_table::{FakeTable, Fault, number, seconds, text},
    idempotency::{
        KEY, assert_conflict, assert_queued, first, in_flight, queued, repetition, table_with, with,
    },
    queue_refusing, queue_taking, queue_taking_anything, seed,
};

const CLAIM: &str = "SET content_sha256";
const TAKE_OVER: &str = "SET attempt";
const MARK: &str = "SET queued_at";
const RELEASE: &str = "SET lease_until";

/// Lets the time pass that the attempt's lease lasts.
fn outlive_the_lease(table: &FakeTable) {
    let row = table.row("acme", KEY).expect("the key is claimed");
    let lapsed = number(&row["lease_until"]) - 31;
    table.put("acme", KEY, with(row, "lease_until", seconds(lapsed)));
}

#[tokio::test]
async fn nothing_is_sent_under_a_key_that_cannot_be_checked() {
    for (expression, table) in [
        (CLAIM, FakeTable::default()),
        (TAKE_OVER, table_with(in_flight(-1))),
    ] {
        let queue = queue_taking_anything();
        table.fault(expression, Fault::Down);
        let response = answer(&adapters(&queue, &table), repetition()).await;
        assert_eq!(response["statusCode"], 503);
        assert_eq!(response["headers"]["retry-after"], "5");
        assert_eq!(
            response["body"]["error"]["code"],
            "IDEMPOTENCY_KEYS_UNAVAILABLE"
        );
        assert_eq!(queue.num_calls(), 0);
    }
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_known_as_ones_own() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    table.fault(CLAIM, Fault::AnswerLost);
    assert_queued(&answer(&adapters(&queue, &table), first()).await);
    assert_eq!(queue.num_calls(), 1);
    // Two claims and one mark: nobody took over from the own row.
    assert_eq!(table.calls(), 3);
}

#[tokio::test]
async fn a_take_over_whose_answer_was_lost_is_known_as_ones_own() {
    let (table, queue) = (table_with(in_flight(-1)), queue_taking(seed()));
    table.fault(TAKE_OVER, Fault::AnswerLost);
    assert_queued(&answer(&adapters(&queue, &table), repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn a_mark_whose_answer_was_lost_stands() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    table.fault(MARK, Fault::AnswerLost);
    let adapters = adapters(&queue, &table);
    assert_queued(&answer(&adapters, first()).await);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

/// What a function leaves that is killed after the send, seen by the repetitions.
#[tokio::test]
async fn without_the_mark_the_answer_holds_and_a_repetition_sends_the_very_same_message() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    let adapters = adapters(&queue, &table);
    table.fault(MARK, Fault::Down);
    assert_queued(&answer(&adapters, first()).await);
    table.mend();

    let response = answer(&adapters, repetition()).await;
    assert_conflict(&response, "IDEMPOTENCY_KEY_IN_FLIGHT", Some("5"));
    outlive_the_lease(&table);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_queued(&answer(&adapters, first()).await);
    assert_eq!(queue.num_calls(), 2);
}

/// What a function leaves that is killed between the claim and the send.
#[tokio::test]
async fn without_the_release_a_repetition_waits_for_the_lease() {
    let table = FakeTable::default();
    table.fault(RELEASE, Fault::Down);
    let response = answer(&adapters(&queue_refusing(), &table), first()).await;
    assert_eq!(response["body"]["error"]["code"], "QUEUE_UNAVAILABLE");
    table.mend();

    let queue = queue_taking(seed());
    let adapters = adapters(&queue, &table);
    let response = answer(&adapters, repetition()).await;
    assert_conflict(&response, "IDEMPOTENCY_KEY_IN_FLIGHT", Some("5"));
    outlive_the_lease(&table);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn a_release_whose_answer_was_lost_stands() {
    let table = FakeTable::default();
    table.fault(RELEASE, Fault::AnswerLost);
    let response = answer(&adapters(&queue_refusing(), &table), first()).await;
    assert_eq!(response["statusCode"], 503);
    assert_queued(&answer(&adapters(&queue_taking(seed()), &table), repetition()).await);
}

#[tokio::test]
async fn a_repetition_that_fails_as_well_leaves_the_key_to_the_next() {
    let table = table_with(in_flight(-1));
    let response = answer(&adapters(&queue_refusing(), &table), repetition()).await;
    assert_eq!(response["statusCode"], 503);
    let queue = queue_taking(seed());
    assert_queued(&answer(&adapters(&queue, &table), repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn a_malformed_row_sends_nothing() {
    let table = table_with(with(queued(), "content_sha256", seconds(1)));
    let queue = queue_taking_anything();
    let response = answer(&adapters(&queue, &table), first()).await;
    assert_eq!(response["statusCode"], 503);
    let table = table_with(with(in_flight(20), "lease_until", text("soon")));
    let response = answer(&adapters(&queue, &table), first()).await;
    assert_eq!(response["statusCode"], 503);
    assert_eq!(queue.num_calls(), 0);
}
