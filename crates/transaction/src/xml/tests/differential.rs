//! Every judgement beside that of roxmltree, a parser that shares no code with this one.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::{check, mutants::mutant};
use crate::{
    Message, Transaction, TransactionId,
    xml::{Defect, IllFormed, Refusal, TransactionReader},
};

/// Why this reader may refuse what roxmltree accepts.
fn is_stricter(refusal: &Refusal, document: &str) -> bool {
    let Refusal::File { defect, .. } = refusal else {
        return false;
    };
    match defect {
        // roxmltree takes text, whose encoding is none of its business, and hardly looks at
        // declarations and targets.
        Defect::UnknownEncoding(_)
        | Defect::EncodingContradicted(_)
        | Defect::NotWellFormed(
            IllFormed::DeclarationSyntax
            | IllFormed::DeclarationMisplaced
            | IllFormed::InvalidTarget
            | IllFormed::ReservedTarget,
        ) => true,
        // roxmltree accepts names that begin with a colon.
        Defect::NotWellFormed(IllFormed::InvalidName | IllFormed::EndTagMismatched(_)) => {
            document.contains(':')
        }
        _ => false,
    }
}

/// Why this reader may accept what roxmltree refuses.
fn is_more_lenient(error: &roxmltree::Error, document: &str) -> bool {
    match error {
        // Whether prefixes are declared is not asked here.
        roxmltree::Error::UnknownNamespace(..) => true,
        // White space before a declaration is forgiven.
        roxmltree::Error::UnexpectedDeclaration(_) => document.trim_start().starts_with("<?xml"),
        _ => false,
    }
}

/// The transactions of a batch, as the rules read over a tree.
fn transactions(document: &Document<'_>) -> Vec<Transaction> {
    let is_named = |node: &Node<'_, '_>, name| node.is_element() && node.tag_name().name() == name;
    let transaction = |node: Node<'_, '_>| {
        let mut ids = node.attributes().filter(|id| id.name() == "TransactionID");
        let id = TransactionId::parse(ids.next()?.value()).ok()?;
        let mut notes = node.children().filter(|child| is_named(child, "Notes"));
        let text = notes.next()?;
        let nested = node
            .descendants()
            .skip(1)
            .any(|inner| is_named(&inner, "Transaction"));
        let spoilt = ids.next().is_some()
            || notes.next().is_some()
            || nested
            || text.children().any(|child| child.is_element());
        let message: String = text
            .children()
            .filter(Node::is_text)
            .filter_map(|text| text.text())
            .collect();
        let message = Message::parse(message).ok()?;
        (!spoilt).then_some(Transaction { id, message })
    };
    document
        .root_element()
        .children()
        .filter(|node| is_named(node, "Transaction"))
        .filter_map(transaction)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn two_parsers_accept_the_same_documents(document in mutant()) {
        match (check(document.as_bytes()), Document::parse(&document)) {
            (Ok(()), Err(error)) => prop_assert!(is_more_lenient(&error, &document), "{error:?}"),
            (Err(refusal), Ok(_)) => prop_assert!(is_stricter(&refusal, &document), "{refusal}"),
            (Ok(()), Ok(_)) | (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn two_parsers_find_the_same_transactions(document in mutant()) {
        // roxmltree reads a carriage return before a reference, and one that is a reference, as it
        // reads no other.
        prop_assume!(!["\r&", "&#13;", "&#xD;"].iter().any(|end| document.contains(end)));
        let entries: Result<Vec<_>, _> = TransactionReader::new(document.as_bytes()).collect();
        if let (Ok(entries), Ok(tree)) = (entries, Document::parse(&document)) {
            let found: Vec<_> = entries.into_iter().filter_map(|entry| entry.outcome.ok()).collect();
            prop_assert_eq!(found, transactions(&tree));
        }
    }
}
