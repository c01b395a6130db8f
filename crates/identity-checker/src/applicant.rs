//! The applicant as the workflow hands it on.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

/// Somebody who asks for an account, and the day on which they do.
#[derive(Clone, PartialEq)]
pub(crate) struct Application {
    pub(crate) name: String,
    pub(crate) date_of_birth: Date,
    pub(crate) document_id: String,
    pub(crate) country: String,
    /// In euros.
    pub(crate) expected_monthly_volume: f64,
    /// In UTC.
    pub(crate) requested_on: Date,
}

/// An applicant of whom something is absent or of another form. The text names the field and
/// repeats nothing of the applicant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The field `{field}` is absent or malformed.")]
pub struct InvalidApplicant {
    /// The field.
    pub field: &'static str,
}

impl Application {
    /// Fields that it does not know are left alone.
    pub(crate) fn read(payload: &Value) -> Result<Self, InvalidApplicant> {
        let applicant = &payload["applicant"];
        Ok(Self {
            name: text(applicant, "name", 200)?.to_owned(),
            date_of_birth: read(applicant, "date_of_birth", |text| text.parse().ok())?,
            document_id: text(applicant, "document_id", 64)?.to_owned(),
            country: text(applicant, "country", 2)?.to_owned(),
            expected_monthly_volume: volume(applicant)?,
            requested_on: read(payload, "requested_at", day)?,
        })
    }
}

/// A text of 1 to `max` characters.
fn text<'a>(
    object: &'a Value,
    field: &'static str,
    max: usize,
) -> Result<&'a str, InvalidApplicant> {
    object[field]
        .as_str()
        .filter(|text| (1..=max).contains(&text.chars().count()))
        .ok_or(InvalidApplicant { field })
}

fn read<T>(
    object: &Value,
    field: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, InvalidApplicant> {
    let text = text(object, field, 64)?;
    parse(text).ok_or(InvalidApplicant { field })
}

fn day(time: &str) -> Option<Date> {
    let time: Timestamp = time.parse().ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

fn volume(applicant: &Value) -> Result<f64, InvalidApplicant> {
    let field = "expected_monthly_volume";
    applicant[field]
        .as_f64()
        .filter(|volume| volume.is_finite() && *volume >= 0.0)
        .ok_or(InvalidApplicant { field })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payload() -> Value {
        json!({
            "applicant": {
                "name": "Ada Example",
                "date_of_birth": "1990-12-10",
                "document_id": "C01X00T47",
                "country": "DE",
                "expected_monthly_volume": 2500,
            },
            "requested_at": "2026-03-01T23:30:00Z",
        })
    }

    fn refused(payload: &Value) -> &'static str {
        Application::read(payload)
            .err()
            .expect("it is refused")
            .field
    }

    #[test]
    fn the_day_of_the_request_is_that_in_utc() {
        let application = Application::read(&payload()).ok().unwrap();
        assert_eq!(application.requested_on.to_string(), "2026-03-01");
        assert_eq!(application.date_of_birth.to_string(), "1990-12-10");
    }

    #[test]
    fn each_field_is_needed() {
        let fields = payload()["applicant"].as_object().unwrap().clone();
        for field in fields.keys() {
            let mut payload = payload();
            payload["applicant"].as_object_mut().unwrap().remove(field);
            assert_eq!(refused(&payload), field);
        }
        assert_eq!(refused(&json!(null)), "name");
        assert_eq!(refused(&json!({"applicant": null})), "name");
    }

    #[test]
    fn a_field_of_another_form_is_named_and_not_repeated() {
        for (field, value) in [
            ("name", json!("")),
            ("name", json!("n".repeat(201))),
            ("name", json!(["SECRET"])),
            ("date_of_birth", json!("10.12.1990")),
            ("date_of_birth", json!("1990-02-30")),
            ("document_id", json!(47)),
            ("country", json!("DEU")),
            ("expected_monthly_volume", json!("2500")),
            ("expected_monthly_volume", json!(-1)),
        ] {
            let mut payload = payload();
            payload["applicant"][field] = value;
            let error = Application::read(&payload).err().unwrap();
            assert_eq!(
                error.to_string(),
                format!("The field `{field}` is absent or malformed.")
            );
        }
        let mut payload = payload();
        payload["requested_at"] = json!("yesterday");
        assert_eq!(refused(&payload), "requested_at");
    }
}
