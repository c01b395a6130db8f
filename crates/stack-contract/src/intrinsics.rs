//! What intrinsics say: the texts that a value may have, and the names that it refers to.

use std::collections::BTreeSet;

use serde_json::Value;

/// Both branches of every `Fn::If` at this place, without `AWS::NoValue`; otherwise the value.
#[must_use]
pub fn branches(value: &Value) -> Vec<&Value> {
    if value["Ref"] == "AWS::NoValue" {
        return Vec::new();
    }
    match value["Fn::If"].as_array() {
        Some(arguments) => arguments.iter().skip(1).flat_map(branches).collect(),
        None => vec![value],
    }
}

/// The texts that a value may have, with `${Name}` or `${Name.Attribute}` for what is known only
/// after a deployment. A list has those of its items.
///
/// `!Ref A` is `${A}`, `!GetAtt A.Arn` is `${A.Arn}`, and `!Sub` is what it says.
#[must_use]
pub fn texts(value: &Value) -> Vec<String> {
    branches(value)
        .into_iter()
        .flat_map(unconditional)
        .collect()
}

fn unconditional(value: &Value) -> Vec<String> {
    if let Some(items) = value.as_array() {
        return items.iter().flat_map(texts).collect();
    }
    if let Some([name, attribute]) = value["Fn::GetAtt"].as_array().map(Vec::as_slice) {
        return vec![format!("${{{}.{}}}", plain(name), plain(attribute))];
    }
    let reference = value["Ref"].as_str().map(|name| format!("${{{name}}}"));
    let substitution = &value["Fn::Sub"];
    let substituted = substitution.as_str().or_else(|| substitution[0].as_str());
    let text = reference.or_else(|| substituted.or(value.as_str()).map(str::to_owned));
    text.into_iter().collect()
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The names of parameters and resources that a value refers to, at any depth, without AWS's own.
#[must_use]
pub fn references(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(value, &mut names);
    names.retain(|name| !name.starts_with("AWS::"));
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(entries) => {
            for (name, argument) in entries {
                match name.as_str() {
                    "Ref" => names.extend(argument.as_str().map(str::to_owned)),
                    "Fn::GetAtt" => names.extend(argument[0].as_str().map(str::to_owned)),
                    "Fn::Sub" => {
                        let text = argument.as_str().or_else(|| argument[0].as_str());
                        names.extend(text.into_iter().flat_map(substituted));
                    }
                    _ => {}
                }
                collect(argument, names);
            }
        }
        _ => {}
    }
}

/// The names in `${Name}` and `${Name.Attribute}`, without `${!Literal}`.
pub(crate) fn substituted(text: &str) -> impl Iterator<Item = String> {
    let names = text.split("${").skip(1).filter_map(|part| {
        let (name, _) = part.split_once('}')?;
        (!name.starts_with('!')).then_some(name)
    });
    names.map(|name| {
        name.split_once('.')
            .map_or(name, |(name, _)| name)
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_condition_has_the_texts_of_both_branches() {
        let value = json!([
            {"Fn::GetAtt": ["A", "Arn"]},
            {"Fn::If": ["C", {"Fn::Sub": "${B.Arn}/*"}, {"Ref": "AWS::NoValue"}]},
        ]);
        assert_eq!(texts(&value), ["${A.Arn}", "${B.Arn}/*"]);
    }

    #[test]
    fn references_are_found_at_any_depth() {
        let value = json!({"x": [{"Fn::Sub": "${A.Arn}/${AWS::Region}/${B}"}, {"Ref": "C"}]});
        let names: Vec<String> = references(&value).into_iter().collect();
        assert_eq!(names, ["A", "B", "C"]);
    }
}
