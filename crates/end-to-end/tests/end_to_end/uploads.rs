//! A file by SFTP becomes one execution and one row a transaction.

use crate::logs::Logs;
use crate::other_partner::OtherPartner;
use crate::stack_under_test::{StackUnderTest, batch};

/// Bytes of every part but the last, at least.
const LEAST_PART: usize = 5 * 1024 * 1024;

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
    let logs = Logs::from_now_on(&test);
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
    let upload = test.row(&good).unwrap()["upload_id"].clone();
    logs.wait_for(&[
        "A transaction was rejected.",
        upload.as_str().unwrap(),
        "\"ordinal\":1,",
        "\"line\":3,",
        rejection["code"].as_str().unwrap(),
    ]);
}

#[test]
fn a_file_in_two_parts_ends_as_rows() {
    let test = StackUnderTest::shared("parts");
    let ids = [test.id(1), test.id(2)];
    let comment = format!("<!-- {} -->\n", "padding ".repeat(16));
    let padding = comment.repeat(LEAST_PART / comment.len() + 1);
    let file = batch(ids.iter().map(|id| (id.as_str(), "In two parts.")));
    let second = format!("  <Transaction TransactionID=\"{}\">", ids[1]);
    let file = file.replace(&second, &format!("{padding}{second}"));
    let (first, second) = file.as_bytes().split_at(LEAST_PART);
    let key = format!("{}/inbox/{}.xml", test.partner(), test.id("parts"));
    test.aws
        .put_object_in_parts(uploads_bucket(&test), &key, &[first, second])
        .unwrap();

    for (id, ordinal) in ids.iter().zip(["1", "2"]) {
        assert_eq!(test.wait_for_row(id)["ordinal"], ordinal);
    }
    assert_eq!(test.executions().len(), 2);
}

#[test]
fn an_upload_of_an_unknown_or_disabled_partner_starts_nothing() {
    let test = StackUnderTest::shared("strangers");
    let logs = Logs::from_now_on(&test);
    let disabled = OtherPartner::disabled(&test).id;
    let strangers = [
        ("globex", "PARTNER_UNKNOWN"),
        (disabled.as_str(), "PARTNER_DISABLED"),
    ];
    for (partner, code) in strangers {
        let id = test.id(code);
        let file = batch([(id.as_str(), "Whose?")]);
        let key = format!("{partner}/inbox/{id}.xml");
        let bucket = uploads_bucket(&test);
        test.aws.put_object(bucket, &key, file.as_bytes()).unwrap();
        let partner = format!("\"partner_id\":\"{partner}\"");
        logs.wait_for(&["An upload was refused unread.", &partner, code]);
    }
    test.let_an_upload_pass();
    assert_eq!(
        test.executions(),
        Vec::<String>::from_iter(marker_of(&test))
    );
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

fn uploads_bucket(test: &StackUnderTest) -> &str {
    test.stack.output("UploadsBucketName").unwrap()
}

fn marker_of(test: &StackUnderTest) -> Option<String> {
    let marker = test.id("marker");
    test.executions()
        .into_iter()
        .find(|name| name.starts_with(&marker))
}
