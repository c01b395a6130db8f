//! A file by SFTP becomes one execution and one row a transaction.

use crate::stack_under_test::{StackUnderTest, batch};

#[test]
fn a_file_by_sftp_ends_as_rows() {
    let test = StackUnderTest::shared("rows");
    let (first, second, third) = (test.id(1), test.id(2), test.id(3));
    let file = batch([
        (
            first.as_str(),
            "Transaction made between user 57 and user 732.",
        ),
        (
            second.as_str(),
            "&lt;b&gt; &amp; <![CDATA[<c>]]><!-- not this -->",
        ),
        (third.as_str(), "Überweisung 😀"),
    ]);
    test.upload("/inbox/rows.xml", &file);

    let rows = [&first, &second, &third].map(|id| test.wait_for_row(id));
    assert_eq!(
        rows[0]["transaction_message"],
        "Transaction made between user 57 and user 732."
    );
    assert_eq!(rows[1]["transaction_message"], "<b> & <c>");
    assert_eq!(rows[2]["transaction_message"], "Überweisung 😀");
    for (row, ordinal) in rows.iter().zip(["1", "2", "3"]) {
        assert_eq!(row["partner"], test.partner());
        assert_eq!(row["email"], "orders@acme.example");
        assert_eq!(row["ordinal"], ordinal);
        assert_eq!(row["upload_id"], rows[0]["upload_id"]);
        assert!(row["upload_id"].is_string());
        assert!(row["stored_at"].is_string());
        assert!(row["received_at"].is_string());
        assert!(row["payload_sha256"].is_string());
    }
    assert_eq!(test.executions().len(), 3);
}

#[test]
fn a_bad_transaction_is_rejected_with_its_place_and_the_others_go_on() {
    let test = StackUnderTest::shared("rejected");
    let (good, bad) = (test.id("good"), test.id("bad"));
    test.upload(
        "/rejected.xml",
        &batch([(bad.as_str(), ""), (good.as_str(), "A good one.")]),
    );

    assert_eq!(test.wait_for_row(&good)["ordinal"], "2");
    let rejection = test.wait_for_rejection(&bad);
    assert_eq!(rejection["partner"], test.partner());
    assert_eq!(rejection["line"], "3");
    assert!(rejection["rejection_id"].as_str().unwrap().ends_with("#1"));
    assert!(!rejection["code"].as_str().unwrap().is_empty());
    assert!(!rejection["reason"].as_str().unwrap().is_empty());
    assert!(test.row(&bad).is_none());
}

#[test]
fn a_file_that_breaks_off_starts_nothing() {
    let test = StackUnderTest::shared("broken");
    let id = test.id(1);
    let file = batch([(id.as_str(), "A good one.")]);
    let broken_off = file.replace("</Transactions>", "");
    test.upload("/inbox/broken.xml", &broken_off);

    test.let_an_upload_pass();
    assert!(test.row(&id).is_none());
    assert_eq!(
        test.executions(),
        Vec::<String>::from_iter(marker_of(&test))
    );
}

#[test]
fn the_same_id_with_other_content_is_rejected_and_the_row_stays() {
    let test = StackUnderTest::shared("conflict");
    let id = test.id(1);
    test.upload("/inbox/conflict.xml", &batch([(id.as_str(), "The first.")]));
    let first = test.wait_for_row(&id);
    test.upload(
        "/inbox/conflict.xml",
        &batch([(id.as_str(), "The second.")]),
    );

    let rejection = test.wait_for_rejection(&id);
    assert_eq!(rejection["code"], "CONFLICT");
    assert_eq!(test.rejections(&id).len(), 1);
    assert_eq!(test.row(&id).unwrap(), first);
}

fn marker_of(test: &StackUnderTest) -> Option<String> {
    let marker = test.id("marker");
    test.executions()
        .into_iter()
        .find(|name| name.starts_with(&marker))
}
