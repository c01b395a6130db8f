//! YAML with CloudFormation's short intrinsics, read as the JSON that it stands for.

use std::path::Path;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Number, Value, json};

use crate::project::{relative, text_file};

/// The value of a YAML file below the project's root. Anchors are resolved; a short intrinsic has
/// its long form: `!Ref A` is `{"Ref": "A"}`, `!GetAtt A.Arn` is `{"Fn::GetAtt": ["A", "Arn"]}`.
///
/// A key that is no string, as an unquoted status code, is refused: JSON would hide it.
#[must_use]
pub fn yaml_file(path: impl AsRef<Path>) -> Value {
    let path = path.as_ref();
    parse(&text_file(path)).unwrap_or_else(|error| panic!("{}: {error}", relative(path)))
}

fn parse(text: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    match documents.as_slice() {
        [document] => value(document),
        _ => Err(format!("{} documents instead of one", documents.len())),
    }
}

fn value(node: &Yaml) -> Result<Value, String> {
    Ok(match node {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => json!(value),
            Scalar::Integer(value) => json!(value),
            Scalar::FloatingPoint(value) => {
                Number::from_f64(value.into_inner()).map_or(Value::Null, Value::Number)
            }
            Scalar::String(value) => json!(value),
        },
        Yaml::Sequence(items) => items.iter().map(value).collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(name, node)| {
                let name = name.as_str();
                let name = name.ok_or("a key is no string; put quotation marks around it")?;
                Ok::<_, String>((name.to_owned(), value(node)?))
            });
            Value::Object(entries.collect::<Result<_, _>>()?)
        }
        Yaml::Tagged(tag, node) => intrinsic(&tag.suffix, value(node)?),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err(format!("{node:?} is not resolved"));
        }
    })
}

fn intrinsic(tag: &str, argument: Value) -> Value {
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        _ => format!("Fn::{tag}"),
    };
    let argument = match (tag, argument.as_str().and_then(|text| text.split_once('.'))) {
        ("GetAtt", Some((resource, attribute))) => json!([resource, attribute]),
        _ => argument,
    };
    Value::Object(Map::from_iter([(name, argument)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_intrinsics_read_as_long_ones() {
        let text =
            "a: !Ref X\nb: !GetAtt X.Arn\nc: !Sub '${X}/*'\nd: !If [C, !Ref Y, 1]\ne: !Condition C";
        let expected = json!({
            "a": {"Ref": "X"},
            "b": {"Fn::GetAtt": ["X", "Arn"]},
            "c": {"Fn::Sub": "${X}/*"},
            "d": {"Fn::If": ["C", {"Ref": "Y"}, 1]},
            "e": {"Condition": "C"},
        });
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn an_alias_reads_as_what_it_names() {
        assert_eq!(
            parse("a: &A [!Ref X]\nb: *A").unwrap()["b"],
            json!([{"Ref": "X"}])
        );
    }

    #[test]
    fn a_key_that_is_no_string_is_refused() {
        assert!(parse("200: ok").unwrap_err().contains("quotation marks"));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(parse("a: 1\na: 2").unwrap_err().contains("duplicated"));
    }
}
