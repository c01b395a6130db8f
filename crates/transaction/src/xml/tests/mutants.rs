//! Documents that are nearly well-formed.

use proptest::{prelude::*, sample::select};

const DOCUMENTS: [&str; 4] = [
    "<a/>",
    concat!(
        "<?xml version=\"1.0\" encoding='UTF-8' standalone=\"no\"?>\n<!-- c --><a b='1' c=\"&amp;2\">",
        "<?pi data?>text &lt; &#65; <![CDATA[ <x> ]]><p:d xmlns:p='urn:p' p:e='f'/><!-- - --></a>\n<?end?>",
    ),
    include_str!("../../../../../events/partner/transactions.xml"),
    concat!(
        "<t:Transactions xmlns:t='urn:t'>\r\n",
        "<t:Transaction TransactionID='a&#x20;b'><Other>x</Other><t:Notes> 1 &lt; 2\r\n</t:Notes></t:Transaction>\r",
        "<Transaction TransactionID=\"2\"><Notes><![CDATA[<&\r\n]]>]<!-- no --><?no?>é</Notes></Transaction>",
        "<Transaction TransactionID='3'><Notes/></Transaction><Notes/></t:Transactions>",
    ),
];

const FRAGMENTS: [&str; 62] = [
    "<",
    ">",
    "/",
    "/>",
    "</",
    "<a",
    "</a>",
    "<a>",
    "<a/>",
    " ",
    "\n",
    "\t",
    "\r\n",
    "\r",
    "=",
    "\"",
    "'",
    "&",
    ";",
    "&lt;",
    "&#x41;",
    "&#0;",
    "&#10;",
    "&#",
    "&nbsp;",
    "]]>",
    "]]",
    "<![CDATA[",
    "<!--",
    "-->",
    "--",
    "-",
    "?",
    "<?",
    "?>",
    "<?pi ",
    "<?xml",
    "<?xml version='1.0'?>",
    "<!DOCTYPE",
    "<!",
    "!",
    ":",
    "x:",
    "x",
    "é",
    "\u{b7}",
    "\u{ffff}",
    "\u{1}",
    "\u{7f}",
    "\u{feff}",
    "0",
    " xmlns:p='u'",
    " a='1'",
    " b=\"2\"",
    "p:",
    "xml",
    ".",
    "\u{10000}",
    "注",
    "<Notes>",
    "</Notes>",
    "<Transaction TransactionID='9'>",
];

#[derive(Clone, Copy, Debug)]
enum Mutation {
    Insert(&'static str),
    Delete(usize),
    /// Copy so many characters to another place.
    Copy(usize, prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        2 => select(&FRAGMENTS[..]).prop_map(Mutation::Insert),
        1 => (1..5_usize).prop_map(Mutation::Delete),
        1 => (1..40_usize, any::<prop::sample::Index>())
            .prop_map(|(length, to)| Mutation::Copy(length, to)),
    ]
}

/// A document after one to three changes, each anywhere in it.
pub(super) fn mutant() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), mutation()), 1..4);
    (select(&DOCUMENTS[..]), changes).prop_map(|(document, changes)| {
        let mut characters: Vec<char> = document.chars().collect();
        for (at, mutation) in changes {
            change(&mut characters, at, mutation);
        }
        characters.into_iter().collect()
    })
}

fn change(characters: &mut Vec<char>, at: prop::sample::Index, mutation: Mutation) {
    let at = at.index(characters.len() + 1);
    let range = |length: usize| at..(at + length).min(characters.len());
    match mutation {
        Mutation::Insert(fragment) => drop(characters.splice(at..at, fragment.chars())),
        Mutation::Delete(length) => drop(characters.drain(range(length))),
        Mutation::Copy(length, to) => {
            let copy = characters[range(length)].to_vec();
            let to = to.index(characters.len() + 1);
            drop(characters.splice(to..to, copy));
        }
    }
}
