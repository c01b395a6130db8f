//! What is wrong with a transaction, by name.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use transaction::{
    Message,
    xml::{Entry, TransactionReader},
};

/// The one entry of a batch with one transaction.
fn entry(transaction: &str) -> Entry {
    let file = format!("<Transactions>{transaction}</Transactions>");
    let mut entries: Vec<_> = TransactionReader::new(file.as_bytes())
        .map(Result::unwrap)
        .collect();
    assert_eq!(entries.len(), 1, "{transaction}");
    entries.remove(0)
}

/// The code of its rejection.
fn code(transaction: &str) -> &'static str {
    entry(transaction).outcome.unwrap_err().reason.code()
}

#[test]
fn each_fault_of_a_transaction_has_its_code() {
    let long = "x".repeat(129);
    let huge = "x".repeat(Message::MAX_JSON_BYTES + 1);
    let escaped = "\u{85}\"".repeat(Message::MAX_JSON_BYTES / 4 + 1);
    let pieces = "x<!-- -->&amp;".repeat(Message::MAX_JSON_BYTES / 2 + 1);
    let with_id =
        |id: &str| format!("<Transaction TransactionID='{id}'><Notes>m</Notes></Transaction>");
    let with = |content: &str| format!("<Transaction TransactionID='1'>{content}</Transaction>");
    for (transaction, expected) in [
        (with_id(""), "ID_EMPTY"),
        (with_id(&long), "ID_TOO_LONG"),
        (with_id("a&#10;b"), "ID_CONTROL_CHARACTER"),
        (with_id("a&#x85;b"), "ID_CONTROL_CHARACTER"),
        (with_id(" 1"), "ID_OUTER_WHITE_SPACE"),
        (with_id("1\n"), "ID_OUTER_WHITE_SPACE"),
        (
            "<Transaction><Notes>m</Notes></Transaction>".to_owned(),
            "ID_MISSING",
        ),
        (
            "<Transaction transactionID='1'><Notes>m</Notes></Transaction>".to_owned(),
            "ID_MISSING",
        ),
        (
            "<Transaction xmlns:TransactionID='1'><Notes>m</Notes></Transaction>".to_owned(),
            "ID_MISSING",
        ),
        (
            "<Transaction TransactionID='1' p:TransactionID='2'><Notes>m</Notes></Transaction>"
                .to_owned(),
            "ID_REPEATED",
        ),
        (
            "<Transaction TransactionID='1'/>".to_owned(),
            "NOTES_MISSING",
        ),
        (with(""), "NOTES_MISSING"),
        (with("text"), "NOTES_MISSING"),
        (with("<notes>m</notes>"), "NOTES_MISSING"),
        (with("<Other><Notes>m</Notes></Other>"), "NOTES_MISSING"),
        (with("<Notes>m</Notes><Notes>m</Notes>"), "NOTES_REPEATED"),
        (with("<Notes/><Notes>m</Notes>"), "NOTES_REPEATED"),
        (with("<Notes/>"), "NOTES_EMPTY"),
        (with("<Notes></Notes>"), "NOTES_EMPTY"),
        (with("<Notes><!-- m --><![CDATA[]]></Notes>"), "NOTES_EMPTY"),
        (with("<Notes>a<b>c</b></Notes>"), "NOTES_NOT_TEXT"),
        (with("<Notes>m<Notes/></Notes>"), "NOTES_NOT_TEXT"),
        (with("<Notes>m</Notes><Transaction/>"), "TRANSACTION_NESTED"),
        (with("<Notes>m<Transaction/></Notes>"), "TRANSACTION_NESTED"),
        (
            with("<Notes>m</Notes><Other><Transaction/></Other>"),
            "TRANSACTION_NESTED",
        ),
        (with(&format!("<Notes>{huge}</Notes>")), "MESSAGE_TOO_LARGE"),
        (
            with(&format!("<Notes>{escaped}</Notes>")),
            "MESSAGE_TOO_LARGE",
        ),
        (
            with(&format!("<Notes>{pieces}</Notes>")),
            "MESSAGE_TOO_LARGE",
        ),
        (
            with(&format!("<Notes><![CDATA[{huge}]]></Notes>")),
            "MESSAGE_TOO_LARGE",
        ),
        (
            "<transaction TransactionID='1'><Notes>m</Notes></transaction>".to_owned(),
            "ELEMENT_UNKNOWN",
        ),
        (
            "<Header><Transaction TransactionID='1'/></Header>".to_owned(),
            "ELEMENT_UNKNOWN",
        ),
    ] {
        let shown: String = transaction.chars().take(100).collect();
        assert_eq!(code(&transaction), expected, "{shown}");
    }
}

#[test]
fn the_first_fault_in_the_file_is_the_one_told() {
    for (transaction, expected) in [
        (
            "<Transaction TransactionID=''><Transaction/></Transaction>",
            "ID_EMPTY",
        ),
        (
            "<Transaction TransactionID='1'><Notes>a<b/></Notes><Notes/></Transaction>",
            "NOTES_NOT_TEXT",
        ),
        (
            "<Transaction TransactionID='1'><Notes/><Notes/><Transaction/></Transaction>",
            "NOTES_REPEATED",
        ),
    ] {
        assert_eq!(code(transaction), expected, "{transaction}");
    }
}

#[test]
fn a_rejection_shows_the_id_as_far_as_an_id_goes() {
    let shown = |transaction: &str| entry(transaction).outcome.unwrap_err().id;
    let long = "é".repeat(100);
    assert_eq!(
        shown("<Transaction TransactionID='7'/>").as_deref(),
        Some("7")
    );
    assert_eq!(
        shown("<Transaction TransactionID=' 7'/>").as_deref(),
        Some(" 7")
    );
    assert_eq!(shown("<Transaction TransactionID=''/>"), None);
    assert_eq!(shown("<Transaction/>"), None);
    assert_eq!(
        shown(&format!("<Transaction TransactionID='{long}'/>")).as_deref(),
        Some(&long[..128])
    );
}
