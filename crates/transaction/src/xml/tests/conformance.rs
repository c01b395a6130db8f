//! James Clark's test cases, which XML parsers are held against since 1998.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use zip::ZipArchive;

use super::check;

/// The one document that is not well-formed and accepted: white space before its declaration is
/// forgiven.
const FORGIVEN: &str = "xmltest/not-wf/sa/147.xml";

/// A document with an attribute whose name is a colon. XML allows that, Namespaces in XML do not.
const NAMED_COLON: [&str; 2] = ["xmltest/valid/sa/012.xml", "xmltest/valid/sa/out/012.xml"];

/// `(path, content)` of every document.
fn documents() -> Vec<(String, Vec<u8>)> {
    let archive = include_bytes!("../../../tests/xmltest/xmltest.zip");
    let mut archive = ZipArchive::new(Cursor::new(&archive[..])).unwrap();
    (0..archive.len())
        .filter_map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let path = file.name().unwrap().into_owned();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            path.contains(".xml").then_some((path, content))
        })
        .collect()
}

fn outcome(document: &[u8]) -> &'static str {
    match check(document) {
        Ok(()) => "ACCEPTED",
        Err(refusal) => refusal.code(),
    }
}

/// The document without its document type declaration, if it is in UTF-8 and none of its
/// references needs the declaration.
fn without_declaration(document: &[u8]) -> Option<String> {
    let text = str::from_utf8(document).ok()?;
    let (before, declaration) = text.split_once("<!DOCTYPE")?;
    let (subset, after) = declaration.split_once('>')?;
    let (_, after) = if subset.contains('[') {
        declaration
            .split_once("]>")
            .or_else(|| declaration.split_once("]\n>"))?
    } else {
        (subset, after)
    };
    let predefined = ["#", "lt;", "gt;", "amp;", "apos;", "quot;"];
    let is_predefined = |text: &str| predefined.iter().any(|name| text.starts_with(name));
    after
        .split('&')
        .skip(1)
        .all(is_predefined)
        .then(|| format!("{before}{after}"))
}

#[test]
fn every_document_of_the_suite_is_judged_rightly() {
    let mut counts = BTreeMap::new();
    for (path, document) in documents() {
        let folder = path.split('/').nth(1).unwrap();
        let kind = if path.contains("/out/") {
            "canonical"
        } else {
            folder
        };
        let outcome = outcome(&document);
        let expected = match kind {
            _ if path == FORGIVEN => "ACCEPTED",
            _ if path == NAMED_COLON[1] => "NOT_WELL_FORMED",
            "canonical" => "ACCEPTED",
            "not-wf" if outcome != "DOCUMENT_TYPE_DECLARED" => "NOT_WELL_FORMED",
            // All the others have a declaration that is refused by its name.
            _ => "DOCUMENT_TYPE_DECLARED",
        };
        assert_eq!(outcome, expected, "{path}");
        *counts.entry((kind.to_owned(), outcome)).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|((kind, outcome), count)| format!("{kind} {outcome} {count}"))
        .collect();
    assert_eq!(
        counts,
        [
            "canonical ACCEPTED 163",
            "canonical NOT_WELL_FORMED 1",
            "invalid DOCUMENT_TYPE_DECLARED 6",
            "not-wf ACCEPTED 1",
            "not-wf DOCUMENT_TYPE_DECLARED 109",
            "not-wf NOT_WELL_FORMED 87",
            "valid DOCUMENT_TYPE_DECLARED 164",
        ]
    );
}

#[test]
fn valid_documents_are_accepted_once_their_declaration_is_gone() {
    let mut accepted = 0;
    for (path, document) in documents() {
        let Some(text) = without_declaration(&document) else {
            continue;
        };
        if path.starts_with("xmltest/valid/") && path != NAMED_COLON[0] {
            assert_eq!(outcome(text.as_bytes()), "ACCEPTED", "{path}: {text}");
            accepted += 1;
        }
    }
    assert_eq!(accepted, 127);
}
