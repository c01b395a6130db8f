//! Turns each event of the bus into one log line, without its detail.

use serde_json::Value;

/// Characters of a logged text at most: the longest `event_id` that the schemas allow.
const LONGEST: usize = 256;

/// Logs what an event is, whose it is, and its id for deduplication. A delivery that is no event of
/// the bus is logged with nulls: nothing is gained by delivering it again.
pub fn handle(event: &Value) {
    let detail = &event["detail"];
    tracing::info!(
        source = text(event, "source"),
        detail_type = text(event, "detail-type"),
        event_id = text(detail, "event_id"),
        partner_id = text(detail, "partner_id"),
        "An event was published."
    );
}

fn text(object: &Value, member: &str) -> Option<String> {
    let text = object[member].as_str()?;
    Some(text.chars().take(LONGEST).collect())
}
