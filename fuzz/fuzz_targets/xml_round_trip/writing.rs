//! A batch -> its file.

use crate::{
    batch::{Batch, Piece, Transaction},
    markup::Markup,
};

/// A file is written up to about this many characters.
const MAX_CHARACTERS: usize = 1 << 20;

/// What a reader should find.
pub struct Written {
    pub id: String,
    pub message: String,
}

/// The file's bytes, and the transactions in it.
pub fn write(batch: &Batch) -> (Vec<u8>, Vec<Written>) {
    let mut markup = Markup::new(batch.encoding, batch.style.line_end);
    let (prefix, quote) = (prefix(batch), quote(batch));
    if batch.declared || batch.encoding.needs_declaration() {
        let encoding = batch.encoding.name();
        markup.raw(&format!(
            "<?xml version={quote}1.0{quote} encoding={quote}{encoding}{quote}?>"
        ));
    }
    markup.raw(&format!("<{prefix}Transactions>"));
    markup.raw(&" ".repeat(batch.blanks()));
    let mut written = Vec::new();
    for transaction in &batch.transactions {
        if markup.text.len() < MAX_CHARACTERS {
            markup.raw(&format!("<{prefix}Transaction TransactionID="));
            written.push(write_transaction(transaction, batch, &mut markup));
            markup.raw(&format!("</{prefix}Transaction>"));
        }
    }
    markup.raw(&format!("</{prefix}Transactions>"));
    (batch.encoding.encode(&markup.text), written)
}

fn write_transaction(transaction: &Transaction, batch: &Batch, markup: &mut Markup) -> Written {
    let prefix = prefix(batch);
    let id = legal(&transaction.id);
    markup.value(&id, quote(batch), transaction.id_spelling);
    markup.raw(&format!("><{prefix}Notes>"));
    let mut message = String::new();
    for _ in 0..transaction.repetitions() {
        if markup.text.len() < MAX_CHARACTERS {
            for piece in &transaction.notes {
                write_piece(piece, markup, &mut message);
            }
        }
    }
    markup.raw(&format!("</{prefix}Notes>"));
    Written { id, message }
}

fn write_piece(piece: &Piece, markup: &mut Markup, message: &mut String) {
    match piece {
        Piece::Text(text, spelling) => {
            let text = legal(text);
            markup.characters(&text, *spelling);
            message.push_str(&text);
        }
        Piece::CData(text) => {
            let text = legal(text);
            markup.cdata(&text);
            message.push_str(&text);
        }
        Piece::Comment(text) => markup.comment(&legal(text)),
        Piece::Instruction => markup.raw("<?ignored <a> & ]]> ?>"),
    }
}

/// The characters that XML has.
fn legal(text: &str) -> String {
    let is_legal = |character: &char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_legal).collect()
}

fn prefix(batch: &Batch) -> &'static str {
    if batch.style.prefixed { "p:" } else { "" }
}

fn quote(batch: &Batch) -> char {
    if batch.style.single_quotes { '\'' } else { '"' }
}
