use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    adapters, answer, event,
    fake_table::{FakeTable, Row, number, seconds, text},
    queue_refusing, queue_taking, queue_taking_anything, seed,
};

pub const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
pub const CONTENT: &str = "7a78c5ec0e868b7d6e948760254ea3fa4a0ddd239b89e2e1297bd4176fee3c01";

/// The first request with the key.
pub fn first() -> Value {
    event("idempotency-key.json")
}

/// The same transaction four seconds later, in another form.
pub fn repetition() -> Value {
    event("idempotency-key-in-a-form.json")
}

/// Another transaction with the same key.
pub fn other() -> Value {
    let mut event = first();
    event["body"] = json!(r#"{"transactionId":"13","transactionMessage":"a"}"#);
    event
}

/// The row of the first request, its attempt under way.
pub fn in_flight(lease_seconds: i64) -> Row {
    let now = Timestamp::now().as_second();
    [
        ("partner", text("acme")),
        ("idempotency_key", text(KEY)),
        ("content_sha256", text(CONTENT)),
        ("received_at", text("2026-03-01T09:30:00.123Z")),
        ("attempt", text("another")),
        ("lease_until", seconds(now + lease_seconds)),
        ("expires_at", seconds(now + 3600)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect()
}

/// The row of the first request, its transaction on the queue.
pub fn queued() -> Row {
    let mut row = in_flight(0);
    row.remove("attempt");
    row.remove("lease_until");
    row.insert("queued_at".to_owned(), text("2026-03-01T09:30:00.2Z"));
    row
}

pub fn with(mut row: Row, name: &str, value: Value) -> Row {
    row.insert(name.to_owned(), value);
    row
}

pub fn table_with(row: Row) -> FakeTable {
    let table = FakeTable::default();
    table.put("acme", KEY, row);
    table
}

pub fn assert_queued(response: &Value) {
    assert_eq!(response["statusCode"], 202, "{response}");
    assert_eq!(
        response["body"],
        json!({"transactionId": "12", "status": "QUEUED"})
    );
}

pub fn assert_conflict(response: &Value, code: &str, retry_after: Option<&str>) {
    assert_eq!(response["statusCode"], 409, "{response}");
    assert_eq!(response["body"]["error"]["code"], code);
    assert_eq!(response["headers"]["retry-after"].as_str(), retry_after);
}

#[tokio::test]
async fn the_first_request_keeps_its_key_for_24_hours() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    let before = Timestamp::now().as_second();
    assert_queued(&answer(&adapters(&queue, &table), first()).await);
    assert_eq!(queue.num_calls(), 1);

    let mut row = table.row("acme", KEY).unwrap();
    let expires_at = number(&row.remove("expires_at").unwrap());
    assert!((24 * 3600..24 * 3600 + 60).contains(&(expires_at - before)));
    let queued_at = row.remove("queued_at").unwrap();
    assert!(
        queued_at["S"]
            .as_str()
            .unwrap()
            .parse::<Timestamp>()
            .is_ok()
    );
    let left: Row = [
        ("partner", text("acme")),
        ("idempotency_key", text(KEY)),
        ("content_sha256", text(CONTENT)),
        ("received_at", text("2026-03-01T09:30:00.123Z")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into_iter()
    .collect();
    assert_eq!(row, left);
}

#[tokio::test]
async fn the_same_content_has_the_same_answer_and_is_sent_once() {
    let (table, queue) = (FakeTable::default(), queue_taking(seed()));
    let adapters = adapters(&queue, &table);
    let answers = [
        answer(&adapters, first()).await,
        answer(&adapters, repetition()).await,
        answer(&adapters, first()).await,
    ];
    assert_queued(&answers[0]);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn other_content_is_a_conflict_however_far_the_first_is() {
    for row in [queued(), in_flight(20), in_flight(-1)] {
        let (table, queue) = (table_with(row.clone()), queue_taking_anything());
        let response = answer(&adapters(&queue, &table), other()).await;
        assert_conflict(&response, "IDEMPOTENCY_KEY_REUSED", None);
        assert_eq!(queue.num_calls(), 0);
        assert_eq!(table.row("acme", KEY), Some(row));
    }
}

#[tokio::test]
async fn a_repetition_waits_for_an_attempt_that_lives() {
    let (table, queue) = (table_with(in_flight(20)), queue_taking_anything());
    let response = answer(&adapters(&queue, &table), repetition()).await;
    assert_conflict(&response, "IDEMPOTENCY_KEY_IN_FLIGHT", Some("5"));
    assert_eq!(queue.num_calls(), 0);
}

#[tokio::test]
async fn a_repetition_takes_over_from_an_attempt_that_died() {
    let (table, queue) = (table_with(in_flight(-1)), queue_taking(seed()));
    let adapters = adapters(&queue, &table);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_queued(&answer(&adapters, repetition()).await);
    assert_eq!(queue.num_calls(), 1);
    let row = table.row("acme", KEY).unwrap();
    assert!(row.contains_key("queued_at") && !row.contains_key("attempt"));
}

#[tokio::test]
async fn a_failed_send_releases_the_key_and_the_repetition_sends_the_very_same_message() {
    let table = FakeTable::default();
    let response = answer(&adapters(&queue_refusing(), &table), first()).await;
    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["body"]["error"]["code"], "QUEUE_UNAVAILABLE");

    let queue = queue_taking(seed());
    assert_queued(&answer(&adapters(&queue, &table), repetition()).await);
    assert_eq!(queue.num_calls(), 1);
}

#[tokio::test]
async fn an_expired_key_is_free_though_its_row_is_still_there() {
    let now = Timestamp::now().as_second();
    for row in [queued(), in_flight(20), in_flight(-1)] {
        let row = with(row, "content_sha256", text("other"));
        let table = table_with(with(row, "expires_at", seconds(now)));
        let mut expected = seed();
        expected["received_at"] = json!("2026-03-01T09:30:04.123Z");
        let queue = queue_taking(expected);
        assert_queued(&answer(&adapters(&queue, &table), repetition()).await);
        let row = table.row("acme", KEY).unwrap();
        assert_eq!(row["content_sha256"], text(CONTENT));
        assert!(number(&row["expires_at"]) > now);
    }
}

#[tokio::test]
async fn two_partners_may_use_the_same_key() {
    let (table, queue) = (FakeTable::default(), queue_taking_anything());
    let adapters = adapters(&queue, &table);
    assert_queued(&answer(&adapters, first()).await);
    let mut of_globex = first();
    of_globex["requestContext"]["authorizer"]["partner_id"] = json!("globex");
    assert_queued(&answer(&adapters, of_globex).await);
    assert_eq!(queue.num_calls(), 2);
    assert!(table.row("globex", KEY).is_some());
}
