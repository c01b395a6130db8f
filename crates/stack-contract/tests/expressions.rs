//! The JSONata expressions of the workflows: whole, whatever they evaluate to.

use std::{iter::Peekable, str::Chars};

use serde_json::Value;
use stack_contract::{assert_no_faults, workflows};

#[test]
fn every_expression_is_whole() {
    assert_no_faults(workflows().iter().flat_map(|workflow| {
        let texts = texts(&workflow.definition).into_iter();
        let broken = texts.filter(|text| !is_whole(text));
        let faults = broken.map(|text| {
            workflow.fault(&format!(
                "a delimiter, bracket or quotation mark is missing in {text}"
            ))
        });
        faults.collect::<Vec<_>>()
    }));
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(entries) => entries.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Whether a text is no expression, or one that has both delimiters at its ends and is balanced.
fn is_whole(text: &str) -> bool {
    if !text.contains("{%") && !text.contains("%}") {
        return true;
    }
    let expression = text
        .strip_prefix("{%")
        .and_then(|rest| rest.strip_suffix("%}"));
    expression.is_some_and(is_balanced)
}

/// Whether brackets close in the order in which they open, and every text, back-quoted name and
/// regular expression ends.
fn is_balanced(expression: &str) -> bool {
    let mut open = Vec::new();
    let mut characters = expression.chars().peekable();
    // What stands before a slash tells a division from a regular expression.
    let mut before = '(';
    while let Some(character) = characters.next() {
        let begins_pattern = character == '/' && "(,:=[{;?&".contains(before);
        let fits = match character {
            '\'' | '"' | '`' => skip_past(character, &mut characters),
            '/' if begins_pattern => skip_past('/', &mut characters),
            '(' => push(&mut open, ')'),
            '[' => push(&mut open, ']'),
            '{' => push(&mut open, '}'),
            ')' | ']' | '}' => open.pop() == Some(character),
            _ => true,
        };
        if !fits {
            return false;
        }
        if !character.is_whitespace() {
            before = character;
        }
    }
    open.is_empty()
}

fn push(open: &mut Vec<char>, end: char) -> bool {
    open.push(end);
    true
}

/// Reads on to `end`; false if there is none.
fn skip_past(end: char, characters: &mut Peekable<Chars>) -> bool {
    while let Some(character) = characters.next() {
        if character == end {
            return true;
        }
        // Back-quoted names know no escapes.
        if character == '\\' && end != '`' {
            characters.next();
        }
    }
    false
}

#[test]
fn brackets_in_texts_and_patterns_do_not_count() {
    assert!(is_whole(r"{% $merge([$a, {'b': 'it\'s )'}]) %}"));
    assert!(is_whole(
        r"{% $contains($a, /^[(]\/{1,2}/) and $b / 2 > 1 %}"
    ));
    assert!(is_whole("no expression ("));
}

#[test]
fn a_missing_bracket_quotation_mark_or_delimiter_is_seen() {
    assert!(!is_whole("{% $merge([$a, {'b': ')'}) %}"));
    assert!(!is_whole("{% 'open %}"));
    assert!(!is_whole("{% $contains($a, /open) %}"));
    assert!(!is_whole("id {% $a %}"));
}
