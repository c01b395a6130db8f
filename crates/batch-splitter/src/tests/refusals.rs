//! What is not taken: a transaction, a whole file, everything of a partner.

use super::{
    world::{World, partner, upload_id},
    *,
};

#[tokio::test]
async fn an_upload_of_an_unknown_or_disabled_partner_is_refused_unread() {
    let mut world = World::with(THREE);
    let unknown = result(&world, event("object-created-unknown-partner")).await;
    world.partners = partner("acme", "DISABLED");
    let disabled = result(&world, event("object-created-put")).await;
    for (result, partner, code) in [
        (unknown, "globex", "PARTNER_UNKNOWN"),
        (disabled, "acme", "PARTNER_DISABLED"),
    ] {
        assert_eq!(result["refused"]["code"], code);
        assert_eq!(result["partner_id"], partner);
        assert_eq!(result["upload_id"], Value::Null);
        assert_eq!(result["accepted"], 0);
    }
    assert!(world.seen.reads.lock().unwrap().is_empty());
    assert!(world.seen.rejections().is_empty());
}

#[tokio::test]
async fn a_bad_transaction_is_recorded_and_its_neighbours_go_on() {
    let content = format!(
        "<Transactions>\n<Transaction><Notes>x</Notes></Transaction>\n{}\n{}\n</Transactions>",
        r#"<Transaction TransactionID="2"><Notes>Two.</Notes></Transaction>"#,
        format_args!(
            r#"<Transaction TransactionID="{}"><Notes>x</Notes></Transaction>"#,
            "é".repeat(300)
        ),
    );
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result, summary(&content, 1, 2));
    assert_eq!(world.seen.messages()[0].id.as_str(), "2");
    let rows = world.seen.rejections();
    let upload_id = upload_id(content.as_bytes());
    assert!(rows[0].starts_with("code=ID_MISSING line=2 partner=acme reason="));
    assert!(rows[0].ends_with(&format!("rejection_id={upload_id}#1")));
    let cut = "é".repeat(64);
    assert!(rows[1].starts_with(&format!("code=ID_TOO_LONG id={cut} line=4 ")));
    assert!(rows[1].ends_with(&format!("rejection_id={upload_id}#3")));
}

#[tokio::test]
async fn a_file_with_one_fault_at_its_very_end_is_refused_whole() {
    let content = THREE.replace("</Transactions>", "</Transaction>");
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    let refused = &result["refused"];
    assert_eq!(refused["code"], "NOT_WELL_FORMED");
    assert_eq!(refused["line"], 6);
    assert!(refused["column"].is_number());
    assert_eq!(result["upload_id"], upload_id(content.as_bytes()));
    assert_eq!(
        (&result["accepted"], &result["rejected"]),
        (&json!(0), &json!(0))
    );
    assert!(world.seen.messages().is_empty());
    let row = format!(
        "code=NOT_WELL_FORMED line=6 partner=acme reason={} rejection_id={}#0",
        refused["reason"].as_str().unwrap(),
        upload_id(content.as_bytes()),
    );
    assert_eq!(world.seen.rejections(), [row]);
}

#[tokio::test]
async fn the_id_of_a_file_refused_at_its_beginning_is_of_all_its_bytes() {
    let content = format!("<!DOCTYPE x>{}", THREE.repeat(5000));
    let world = World::with(content.as_str());
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result["upload_id"], upload_id(content.as_bytes()));
    assert_eq!(
        world.seen.reads.lock().unwrap().len(),
        1,
        "one pass is enough"
    );
}

#[tokio::test]
async fn an_empty_file_is_refused() {
    let world = World::with("");
    let result = result(&world, event("object-created-put")).await;
    assert_eq!(result["refused"]["code"], "NOT_WELL_FORMED");
    assert_eq!(world.seen.rejections().len(), 1);
}
