//! The properties of a `Custom::Partner` resource.

use partner::PartnerId;
use serde_json::Value;

/// What a template says of the partner.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Properties {
    pub(crate) partner_id: PartnerId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) token_secret_arn: String,
}

/// A property that is absent, empty or malformed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidProperty {
    #[error(
        "the property PartnerId must be 3 to 64 of a-z, 0-9 and -, beginning with a letter or digit"
    )]
    PartnerId,
    #[error("the property Email must be an e-mail address")]
    Email,
    #[error("the property TokenSecretArn must be the ARN of a secret")]
    TokenSecretArn,
}

impl Properties {
    /// Reads `ResourceProperties`, whose values CloudFormation passes as strings.
    pub(crate) fn read(properties: &Value) -> Result<Self, InvalidProperty> {
        let text = |name| {
            properties
                .get(name)
                .and_then(Value::as_str)
                .filter(|value| !value.is_empty())
        };
        let partner_id = text("PartnerId")
            .and_then(|id| PartnerId::parse(id).ok())
            .ok_or(InvalidProperty::PartnerId)?;
        let email = text("Email")
            .filter(|email| email.contains('@'))
            .ok_or(InvalidProperty::Email)?;
        let token_secret_arn = text("TokenSecretArn").ok_or(InvalidProperty::TokenSecretArn)?;
        Ok(Self {
            name: text("Name").unwrap_or(partner_id.as_str()).to_owned(),
            email: email.to_owned(),
            token_secret_arn: token_secret_arn.to_owned(),
            partner_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn acme() -> Value {
        json!({
            "PartnerId": "acme",
            "Name": "Acme",
            "Email": "orders@acme.example",
            "TokenSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:t-AbCdEf",
        })
    }

    #[test]
    fn all_properties_are_read() {
        let properties = Properties::read(&acme()).unwrap();
        assert_eq!(properties.partner_id.as_str(), "acme");
        assert_eq!(properties.name, "Acme");
        assert_eq!(properties.email, "orders@acme.example");
        assert!(properties.token_secret_arn.ends_with("secret:t-AbCdEf"));
    }

    #[test]
    fn the_name_is_the_id_where_there_is_none() {
        for name in [json!(""), Value::Null] {
            let mut properties = acme();
            properties["Name"] = name;
            assert_eq!(Properties::read(&properties).unwrap().name, "acme");
        }
    }

    #[test]
    fn an_absent_or_malformed_property_is_named() {
        for (property, value, error) in [
            ("PartnerId", json!("Acme"), InvalidProperty::PartnerId),
            ("PartnerId", Value::Null, InvalidProperty::PartnerId),
            ("Email", json!(""), InvalidProperty::Email),
            ("Email", json!("acme.example"), InvalidProperty::Email),
            ("TokenSecretArn", json!(1), InvalidProperty::TokenSecretArn),
        ] {
            let mut properties = acme();
            properties[property] = value;
            assert!(error.to_string().contains(property));
            assert_eq!(Properties::read(&properties), Err(error));
        }
        assert_eq!(
            Properties::read(&Value::Null),
            Err(InvalidProperty::PartnerId)
        );
    }
}
