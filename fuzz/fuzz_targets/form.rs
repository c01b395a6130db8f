//! Arbitrary text as a query string or a form's body. What is accepted keeps the limits, and is the
//! same transaction when it is written as a form again.

#![no_main]

use form_urlencoded::Serializer;
use libfuzzer_sys::{Corpus, fuzz_target};
use transaction::{Message, TransactionId, form};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = str::from_utf8(bytes) else {
        return Corpus::Reject;
    };
    let Ok(transaction) = form::parse(text) else {
        return Corpus::Keep;
    };
    let (id, message) = (transaction.id.as_str(), transaction.message.as_str());
    assert_eq!(TransactionId::parse(id).as_ref(), Ok(&transaction.id));
    assert_eq!(Message::parse(message).as_ref(), Ok(&transaction.message));
    assert_nothing_is_replaced(text, message);

    let written = Serializer::new(String::new())
        .append_pair("transactionMessage", message)
        .append_pair("transactionId", id)
        .finish();
    assert_eq!(form::parse(&written), Ok(transaction));
    Corpus::Keep
});

/// A replacement character in the message stands in the form, too.
fn assert_nothing_is_replaced(form: &str, message: &str) {
    let replacement = char::REPLACEMENT_CHARACTER;
    if message.contains(replacement) {
        let form = form.to_ascii_uppercase();
        assert!(form.contains(replacement) || form.contains("%EF%BF%BD"));
    }
}
