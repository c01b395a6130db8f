//! One document per rule that can be broken, and its neighbours that break none.

use super::{check, defect};
use crate::xml::{Defect, IllFormed};

#[test]
fn well_formed_documents_are_accepted() {
    for document in [
        "<a/>",
        "<a></a >",
        " \r\n<a\n/>\t",
        "\u{feff}<a/>",
        "<?xml version='1.0'?><a/>",
        " \n<?xml version='1.0'?><a/>",
        "<!----><?p?><a/><?p data??><!-- - - -->",
        "<a b='\"' c=\"'\" d='>' e = '&lt;&#9;' b.c-d='' é='注'/>",
        "<a>]] > ]]&gt; ]>&amp;&#x10FFFF;</a>",
        "<a><![CDATA[]]><![CDATA[ <b> & ]] ]> ]]]]><![CDATA[>]]></a>",
        "<a><!-- <b> & ]]> --><?p <b> & ]]> ?></a>",
        "<p:a xmlns:p='urn:p' p:b='1' b='2'/>",
        "<p:a q:b=''/>",
        "<a xmlns='' xml:lang='en'/>",
        "<a><b><c/></b><b/>text<b></b></a>",
        "<a>\u{85}\u{2028}\u{7f}\u{feff}\u{fffd}\u{10ffff}</a>",
        "<?xmlish ?><a/>",
    ] {
        assert_eq!(defect(document), None, "{document:?}");
    }
}

/// The rule that each document breaks is the one beside it.
fn assert_broken(documents: &[(&str, IllFormed)]) {
    for (document, rule) in documents {
        let expected = Some(Defect::NotWellFormed(rule.clone()));
        assert_eq!(defect(document), expected, "{document:?}");
    }
}

#[test]
fn broken_rules_of_the_document_have_their_names() {
    use IllFormed as Rule;
    let b = || "b".to_owned();
    let a = || "a".to_owned();
    assert_broken(&[
        ("", Rule::NoRoot),
        (" <!-- --> ", Rule::NoRoot),
        ("<?xml version='1.0'?>", Rule::NoRoot),
        ("<a/><b/>", Rule::SecondRoot),
        ("<a></a><a></a>", Rule::SecondRoot),
        ("text<a/>", Rule::TextOutsideRoot),
        ("<a/>text", Rule::TextOutsideRoot),
        ("<a/>&#32;", Rule::TextOutsideRoot),
        ("<![CDATA[]]><a/>", Rule::TextOutsideRoot),
        ("\u{feff}\u{feff}<a/>", Rule::TextOutsideRoot),
        ("<a><b>", Rule::ElementNotClosed(b())),
        ("<a>", Rule::ElementNotClosed(a())),
        ("<a></b>", Rule::EndTagMismatched(a())),
        ("<a><b></a></b>", Rule::EndTagMismatched(b())),
        ("<a></A>", Rule::EndTagMismatched(a())),
        ("<a></a b>", Rule::EndTagMismatched(a())),
        ("<a></ a>", Rule::EndTagMismatched(a())),
        ("<p:a></q:a>", Rule::EndTagMismatched("p:a".to_owned())),
        ("<a></>", Rule::EndTagMismatched(a())),
        ("<a/></a>", Rule::EndTagUnmatched),
        ("</a>", Rule::EndTagUnmatched),
        ("<", Rule::MarkupNotClosed),
        ("<a", Rule::MarkupNotClosed),
        ("<a b='>", Rule::MarkupNotClosed),
        ("<a/><!--", Rule::MarkupNotClosed),
        ("<a/><!-->", Rule::MarkupNotClosed),
        ("<a/><!--->", Rule::MarkupNotClosed),
        ("<a><![CDATA[]]</a>", Rule::MarkupNotClosed),
        ("<a/><?p>", Rule::MarkupNotClosed),
        ("<!", Rule::UnknownMarkup),
        ("<!a>", Rule::UnknownMarkup),
        ("<!-a-><a/>", Rule::UnknownMarkup),
        ("<!doctype a><a/>", Rule::UnknownMarkup),
        ("<a><![cdata[]]></a>", Rule::UnknownMarkup),
        ("<a><![ CDATA[]]></a>", Rule::UnknownMarkup),
    ]);
}

#[test]
fn broken_rules_of_tags_have_their_names() {
    use IllFormed as Rule;
    let b = || "b".to_owned();
    assert_broken(&[
        ("<1/>", Rule::InvalidName),
        ("< a/>", Rule::InvalidName),
        ("<>", Rule::InvalidName),
        ("</a/>", Rule::EndTagUnmatched),
        ("<a/ >", Rule::InvalidName),
        ("<a:/>", Rule::InvalidName),
        ("<:a/>", Rule::InvalidName),
        ("<a:b:c/>", Rule::InvalidName),
        ("<a\u{d7}/>", Rule::InvalidName),
        ("<a 1='2'/>", Rule::InvalidName),
        ("<a ='2'/>", Rule::InvalidName),
        ("<a b:c:d='2'/>", Rule::InvalidName),
        ("<xmlns:a/>", Rule::ReservedName("xmlns:a".to_owned())),
        ("<a xmlns:p=''/>", Rule::EmptyNamespace),
        ("<a b/>", Rule::AttributeSyntax),
        ("<a b=c/>", Rule::AttributeSyntax),
        ("<a b='1'c='2'/>", Rule::AttributeSpace),
        ("<a b='1' b='2'/>", Rule::AttributeRepeated(b())),
        ("<a b='1' c='' b='1'/>", Rule::AttributeRepeated(b())),
        ("<a b='<'/>", Rule::LessThanInValue),
        ("<a b='&'/>", Rule::InvalidReference),
        ("<a b='&c;'/>", Rule::InvalidReference),
    ]);
}

#[test]
fn broken_rules_of_content_have_their_names() {
    use IllFormed as Rule;
    assert_broken(&[
        ("<a>&</a>", Rule::InvalidReference),
        ("<a>& </a>;", Rule::InvalidReference),
        ("<a>&&amp;</a>", Rule::InvalidReference),
        ("<a>&nbsp;</a>", Rule::InvalidReference),
        ("<a>&#11;</a>", Rule::InvalidReference),
        ("<a>&#xFFFF;</a>", Rule::InvalidReference),
        ("<a>&amp", Rule::InvalidReference),
        ("<a>]]></a>", Rule::CDataEndInText),
        ("<a>&lt;]]]>&lt;</a>", Rule::CDataEndInText),
        ("<!-- -- --><a/>", Rule::DoubleHyphen),
        ("<!-- ---><a/>", Rule::DoubleHyphen),
        ("<!-----><a/>", Rule::DoubleHyphen),
        ("<??><a/>", Rule::InvalidTarget),
        ("<? p?><a/>", Rule::InvalidTarget),
        ("<?1?><a/>", Rule::InvalidTarget),
        ("<?p:q?><a/>", Rule::InvalidTarget),
        ("<?XML version='1.0'?><a/>", Rule::ReservedTarget),
        ("<a><?xMl?></a>", Rule::ReservedTarget),
        (
            "<!-- --><?xml version='1.0'?><a/>",
            Rule::DeclarationMisplaced,
        ),
        ("<a><?xml version='1.0'?></a>", Rule::DeclarationMisplaced),
        (
            "<?xml version='1.0'?><?xml version='1.0'?><a/>",
            Rule::DeclarationMisplaced,
        ),
        ("<?xml?><a/>", Rule::DeclarationSyntax),
        ("<?xml encoding='UTF-8'?><a/>", Rule::DeclarationSyntax),
        ("<a>\u{0}</a>", Rule::IllegalCharacter),
        ("<a b='\u{1f}'/>", Rule::IllegalCharacter),
        ("<a><!-- \u{b} --></a>", Rule::IllegalCharacter),
        ("<a>\u{fffe}</a>", Rule::IllegalCharacter),
        ("<a/>\u{ffff}", Rule::IllegalCharacter),
    ]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    for file in [
        &b"<a>\x80</a>"[..],
        b"<a>\xc0\x80</a>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>\xf4\x90\x80\x80</a>",
        b"<a/>\xc3",
    ] {
        let refusal = check(file).unwrap_err();
        assert!(refusal.to_string().contains("not text"), "{refusal}");
        assert_eq!(refusal.code(), "NOT_WELL_FORMED");
    }
}

#[test]
fn a_document_type_is_refused_by_name_wherever_it_stands() {
    for document in [
        "<!DOCTYPE a><a/>",
        "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE",
        "<a><!DOCTYPE a></a>",
    ] {
        assert_eq!(
            defect(document),
            Some(Defect::DocumentTypeDeclared),
            "{document}"
        );
    }
}
