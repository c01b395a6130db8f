//! Arbitrary bytes as a JSON body. What is accepted keeps the limits, is what `serde_json` itself
//! reads, and is the same transaction when it is written as JSON again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::{Value, json};
use transaction::{Message, Transaction, TransactionId};

fuzz_target!(|body: &[u8]| {
    let Ok(transaction) = transaction::json::parse(body) else {
        return;
    };
    let (id, message) = (transaction.id.as_str(), transaction.message.as_str());
    assert_eq!(TransactionId::parse(id).as_ref(), Ok(&transaction.id));
    assert_eq!(Message::parse(message).as_ref(), Ok(&transaction.message));
    assert_serde_json_agrees(body, &transaction);

    let written = json!({"transactionId": id, "transactionMessage": message}).to_string();
    let written = written.replace(char::REPLACEMENT_CHARACTER, "\\ufffd");
    assert_eq!(
        transaction::json::parse(written.as_bytes()),
        Ok(transaction)
    );
});

/// The two fields as `serde_json` reads them; it passes over others, however deep they are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    transaction_id: Value,
    transaction_message: String,
}

fn assert_serde_json_agrees(body: &[u8], transaction: &Transaction) {
    let fields: Fields = serde_json::from_slice(body).expect("an accepted body has both fields");
    assert_eq!(fields.transaction_message, transaction.message.as_str());
    match fields.transaction_id {
        Value::String(id) => assert_eq!(id, transaction.id.as_str()),
        // Large integers lose digits there.
        Value::Number(id) if id.is_f64() => assert!(transaction.id.as_str().len() > 18),
        id => assert_eq!(id.to_string(), transaction.id.as_str()),
    }
}
