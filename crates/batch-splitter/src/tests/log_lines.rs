//! What an operator reads of a refusal, and what never stands there.

use lambda_sandbox::Lines;
use tracing::subscriber::NoSubscriber;

use super::{
    world::{World, partner, upload_id},
    *,
};

/// The lines with that message that the upload of `content` leaves.
async fn lines(content: &str, message: &str) -> Vec<Value> {
    lines_of(&World::with(content), message).await
}

async fn lines_of(world: &World, message: &str) -> Vec<Value> {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    // Where there is one subscriber alone, the first thread to come to a line decides for all whether
    // it is written, and that may be a thread of another test.
    let _second = tracing::Dispatch::new(NoSubscriber::default());
    let guard = tracing::subscriber::set_default(subscriber);
    result(world, event("object-created-put")).await;
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
        ["ordinal", "line", "code", "reason"].map(|name| line[name].clone())
    });
    let no_id = "The transaction has no TransactionID.";
    let no_notes = "The transaction has no Notes.";
    let expected = [
        [json!(1), json!(2), json!("ID_MISSING"), json!(no_id)],
        [json!(3), json!(4), json!("NOTES_MISSING"), json!(no_notes)],
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_line_of_a_refused_file_says_where_and_why_without_its_names() {
    let content = THREE.replace("Two.</Notes>", "<SECRET></Notes>");
    let lines = lines(&content, "An upload was read to its end.").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["refused"], "NOT_WELL_FORMED");
    let reason = lines[0]["reason"].as_str().unwrap();
    assert!(reason.contains("an end tag does not match"), "{reason}");
    assert_eq!(lines[0]["line"], 4);
    assert!(lines[0]["column"].is_u64(), "{}", lines[0]);
}

#[tokio::test]
async fn the_line_of_an_upload_that_is_not_read_says_why() {
    let mut world = World::with(THREE);
    world.partners = partner("acme", "DISABLED");
    let lines = lines_of(&world, "An upload was refused unread.").await;
    assert_eq!(lines[0]["level"], "WARN");
    assert_eq!(lines[0]["code"], "PARTNER_DISABLED");
    assert_eq!(lines[0]["reason"], "The partner is disabled.");
}
