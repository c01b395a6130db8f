//! The grammar of a batch: what is a transaction, what is passed over, and what is refused whole.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use transaction::xml::{Entry, TransactionReader};

const SAMPLE: &str = include_str!("../../../events/partner/transactions.xml");

/// The entries of a file that is not refused.
fn entries(file: &str) -> Vec<Entry> {
    TransactionReader::new(file.as_bytes())
        .collect::<Result<_, _>>()
        .unwrap()
}

/// `(id, message)` of a batch without rejections.
fn transactions(file: &str) -> Vec<(String, String)> {
    entries(file)
        .into_iter()
        .map(|entry| entry.outcome.unwrap())
        .map(|transaction| {
            (
                transaction.id.to_string(),
                transaction.message.into_string(),
            )
        })
        .collect()
}

/// The message of the one transaction of a batch.
fn message(transaction: &str) -> String {
    let [(_, message)] = &transactions(&format!("<Transactions>{transaction}</Transactions>"))[..]
    else {
        panic!("{transaction} is not one transaction");
    };
    message.clone()
}

fn refusal_code(file: &str) -> String {
    let refusal = TransactionReader::new(file.as_bytes()).find_map(Result::err);
    refusal.expect("a refusal").code().to_owned()
}

#[test]
fn the_sample_has_eleven_transactions() {
    let entries = entries(SAMPLE);
    let ids: Vec<_> = (1..=11).map(|id: u64| id.to_string()).collect();
    let read: Vec<_> = entries
        .iter()
        .map(|entry| entry.outcome.as_ref().unwrap().id.to_string())
        .collect();
    assert_eq!(read, ids);
    for (entry, ordinal) in entries.iter().zip(1..) {
        assert_eq!((entry.ordinal, entry.line), (ordinal, 3 * ordinal));
    }
    assert_eq!(
        entries[10].outcome.as_ref().unwrap().message.as_str(),
        "Transaction made between user 2837 and user 7383."
    );
}

#[test]
fn the_sample_reads_the_same_as_people_paste_it() {
    let expected = transactions(SAMPLE);
    let indented = SAMPLE.replace('\n', "\n    ");
    for file in [
        SAMPLE.replace('\n', "\r\n"),
        SAMPLE.replace('\n', "\r"),
        format!("\u{feff}{SAMPLE}"),
        format!("    {indented}"),
        format!("\n\n{SAMPLE}\n\n"),
        SAMPLE.replacen("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "", 1),
        SAMPLE.replace(
            "<Transactions>",
            "<Transactions xmlns='urn:partner' version='2'>",
        ),
        SAMPLE
            .replace("</", "</b:")
            .replace("<Trans", "<b:Trans")
            .replace("<Notes", "<b:Notes")
            .replace("<b:Transactions>", "<b:Transactions xmlns:b='urn:partner'>"),
    ] {
        assert_eq!(transactions(&file), expected, "{}", &file[..60]);
    }
}

#[test]
fn a_message_is_the_text_of_notes() {
    for (notes, message) in [
        ("a", "a"),
        (" a \n", " a \n"),
        (" ", " "),
        (
            "&lt;a&gt; &amp;amp; &apos;&quot; &#65;&#x42;",
            "<a> &amp; '\" AB",
        ),
        ("<![CDATA[<b> & ]]>]]&gt;", "<b> & ]]>"),
        ("a<!-- no -->b<?no?>c", "abc"),
        ("1\r\n2\r3\n4\r\n\r5", "1\n2\n3\n4\n\n5"),
        ("<![CDATA[1\r\n2]]>\r&#13;\r\n&#10;", "1\n2\n\r\n\n"),
        ("\r&#10;<![CDATA[\n]]>", "\n\n\n"),
        ("注文 é \u{10000}", "注文 é \u{10000}"),
    ] {
        let transaction =
            format!("<Transaction TransactionID='1'><Notes>{notes}</Notes></Transaction>");
        assert_eq!(self::message(&transaction), message, "{notes:?}");
    }
}

#[test]
fn an_id_is_the_normalised_value_of_its_attribute() {
    for (value, id) in [
        ("1", "1"),
        ("a\tb\nc\r\nd", "a b c d"),
        ("&quot;&#xe9;&lt;", "\"é<"),
    ] {
        let file = format!(
            "<Transactions><Transaction a='x' TransactionID='{value}' b=''><Notes>m</Notes></Transaction></Transactions>"
        );
        assert_eq!(transactions(&file), [(id.to_owned(), "m".to_owned())]);
    }
}

#[test]
fn what_is_no_part_of_a_transaction_is_passed_over() {
    let transaction = "<Transaction TransactionID='1' Note='x'>stray<Amount currency='EUR'>5<Notes>x</Notes></Amount>\
         <!-- --><Notes lang='en'>m</Notes>&amp;<![CDATA[stray]]><?p?></Transaction>";
    assert_eq!(message(transaction), "m");
    let file = format!(
        "<Transactions>stray&amp;<![CDATA[stray]]><!-- -->{transaction}stray</Transactions>"
    );
    assert_eq!(transactions(&file).len(), 1);
}

#[test]
fn a_rejected_transaction_does_not_affect_its_neighbours() {
    let file = "<Transactions>
  <Transaction TransactionID='1'><Notes>one</Notes></Transaction>
  <Transaction TransactionID=' 2'><Notes>two</Notes></Transaction>
  <Transaction TransactionID='3'><Notes>three<b/></Notes></Transaction><Transaction
   TransactionID='4'><Notes>four</Notes></Transaction>
</Transactions>";
    let entries = entries(file);
    let places: Vec<_> = entries
        .iter()
        .map(|entry| (entry.ordinal, entry.line))
        .collect();
    assert_eq!(places, [(1, 2), (2, 3), (3, 4), (4, 4)]);
    let messages: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.outcome.as_ref().ok())
        .map(|transaction| transaction.message.as_str())
        .collect();
    assert_eq!(messages, ["one", "four"]);
}

#[test]
fn a_batch_may_be_empty() {
    assert_eq!(entries("<Transactions/>"), []);
    assert_eq!(entries("<Transactions>\n</Transactions>"), []);
}

#[test]
fn an_id_that_stands_twice_is_none_of_the_reader_s_business() {
    let one = "<Transaction TransactionID='1'><Notes>m</Notes></Transaction>";
    assert_eq!(
        transactions(&format!("<Transactions>{one}{one}</Transactions>")).len(),
        2
    );
}

#[test]
fn another_root_is_refused() {
    for file in [
        "<Transaction/>",
        "<transactions/>",
        "<html><Transactions/></html>",
        "<Transactions.1/>",
    ] {
        assert_eq!(refusal_code(file), "WRONG_ROOT", "{file}");
    }
}

#[test]
fn entries_before_a_defect_are_followed_by_the_refusal_and_nothing_else() {
    let file =
        "<Transactions><Transaction TransactionID='1'><Notes>m</Notes></Transaction><Transaction>";
    let mut reader = TransactionReader::new(file.as_bytes());
    assert!(reader.next().unwrap().is_ok());
    assert_eq!(
        reader.next().unwrap().unwrap_err().code(),
        "NOT_WELL_FORMED"
    );
    assert!(reader.next().is_none());
    assert!(reader.next().is_none());
}
