//! What an operator reads of a refusal, and what never stands there.

use lambda_sandbox::Lines;

use super::{
    world::{World, upload_id},
    *,
};

/// The lines with that message that the upload of `content` leaves.
async fn lines(content: &str, message: &str) -> Vec<Value> {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    result(&World::with(content), event("object-created-put")).await;
    drop(guard);
    let text = lines.text();
    assert!(!text.contains("SECRET"), "{text}");
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let mut lines: Vec<Value> = lines.collect();
    lines.retain(|line| line["message"] == message);
    lines
}

#[tokio::test]
async fn each_rejected_transaction_has_a_line_with_its_place_and_the_reason() {
    let content = "<Transactions>\n<Transaction><Notes>SECRET</Notes></Transaction>\n\
                   <Transaction TransactionID=\"2\"><Notes>SECRET</Notes></Transaction>\n\
                   <Transaction TransactionID=\"SECRET-3\"/>\n</Transactions>";
    let lines = lines(content, "A transaction was rejected.").await;
    let told = lines.iter().map(|line| {
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["upload_id"], upload_id(content.as_bytes()));
        (&line["ordinal"], &line["line"], &line["code"])
    });
    let expected = [
        (&json!(1), &json!(2), &json!("ID_MISSING")),
        (&json!(3), &json!(4), &json!("NOTES_MISSING")),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_line_of_a_refused_file_says_where_it_is_not_right() {
    let content = THREE.replace("Two.</Notes>", "SECRET</Note>");
    let lines = lines(&content, "An upload was read to its end.").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["refused"], "NOT_WELL_FORMED");
    assert_eq!(lines[0]["line"], 4);
    assert!(lines[0]["column"].is_u64(), "{}", lines[0]);
}
