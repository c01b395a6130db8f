//! Whether an applicant may be who they say they are.

use jiff::{Span, ToSpan, civil::Date};
use serde::Serialize;

use crate::{Reason, applicant::Application, country};

const AGE_OF_MAJORITY_YEARS: i64 = 18;
const OLDEST_YEARS: i64 = 120;

/// Whether the applicant's particulars are plausible and of an adult. It stands where a provider
/// of identity checks would be asked, and it refuses what no provider could confirm.
///
/// | reason | where |
/// |---|---|
/// | `NAME_IMPLAUSIBLE` | the name has fewer than two letters, a digit, or a control character |
/// | `DATE_OF_BIRTH_IMPLAUSIBLE` | the birth lies after the request, or over 120 years before it |
/// | `UNDER_AGE` | the 18th birthday lies after the day of the request |
/// | `DOCUMENT_ID_IMPLAUSIBLE` | without blanks and hyphens, the number is not 5 to 20 ASCII letters and digits, has no digit, or is one character over and over |
/// | `COUNTRY_UNKNOWN` | the country is none of ISO 3166-1 |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Identity {
    /// No rule speaks against it.
    Verified,
    /// A rule does.
    Failed,
}

impl Identity {
    pub(crate) fn from_reasons(reasons: &[Reason]) -> Self {
        if reasons.is_empty() {
            Self::Verified
        } else {
            Self::Failed
        }
    }
}

pub(crate) fn reasons(application: &Application) -> Vec<Reason> {
    let on = application.requested_on;
    let born = application.date_of_birth;
    let implausible_birth = born > on || anniversary(born, OLDEST_YEARS) < on;
    [
        (!is_name(&application.name), Reason::NameImplausible),
        (implausible_birth, Reason::DateOfBirthImplausible),
        (
            born <= on && anniversary(born, AGE_OF_MAJORITY_YEARS) > on,
            Reason::UnderAge,
        ),
        (
            !is_document_id(&application.document_id),
            Reason::DocumentIdImplausible,
        ),
        (
            !country::is_known(&application.country),
            Reason::CountryUnknown,
        ),
    ]
    .into_iter()
    .filter_map(|(speaks, reason)| speaks.then_some(reason))
    .collect()
}

/// Who is born on 29 February has their birthday on the 28th where there is no 29th.
fn anniversary(born: Date, years: i64) -> Date {
    let years: Span = years.years();
    born.saturating_add(years)
}

fn is_name(name: &str) -> bool {
    name.chars().filter(|char| char.is_alphabetic()).count() >= 2
        && !name
            .chars()
            .any(|char| char.is_numeric() || char.is_control())
}

fn is_document_id(text: &str) -> bool {
    let id: Vec<char> = text.chars().filter(|char| !" -".contains(*char)).collect();
    (5..=20).contains(&id.len())
        && id.iter().all(char::is_ascii_alphanumeric)
        && id.iter().any(char::is_ascii_digit)
        && id.iter().any(|char| *char != id[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Application {
        Application {
            name: "Ada Example".to_owned(),
            date_of_birth: "1990-12-10".parse().unwrap(),
            document_id: "C01X00T47".to_owned(),
            country: "DE".to_owned(),
            expected_monthly_volume: 2500.0,
            requested_on: "2026-03-01".parse().unwrap(),
        }
    }

    fn born(date: &str) -> Vec<Reason> {
        reasons(&Application {
            date_of_birth: date.parse().unwrap(),
            ..ada()
        })
    }

    #[test]
    fn a_plausible_adult_is_verified() {
        assert_eq!(Identity::from_reasons(&reasons(&ada())), Identity::Verified);
    }

    #[test]
    fn an_applicant_is_of_age_from_the_18th_birthday_on() {
        assert_eq!(born("2008-03-01"), []);
        assert_eq!(born("2008-03-02"), [Reason::UnderAge]);
        assert_eq!(born("2008-02-29"), []);
        assert_eq!(born("2026-03-01"), [Reason::UnderAge]);
    }

    #[test]
    fn nobody_is_born_tomorrow_or_over_120_years_ago() {
        assert_eq!(born("1906-03-01"), []);
        for date in ["1906-02-28", "2026-03-02"] {
            assert_eq!(born(date), [Reason::DateOfBirthImplausible], "{date}");
        }
    }

    #[test]
    fn a_name_has_letters_of_any_alphabet_and_no_digits() {
        for name in [
            "Ada Example",
            "Øyvind",
            "O’Neil-Ångström Jr.",
            "山田太郎",
            "Li",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in ["A", "Ada 2", "--", "Ada\u{0}Example", "٣٤"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_document_id_has_the_form_of_one() {
        for id in ["C01X00T47", "12-345-678", "AB 123456 C", "00001"] {
            assert!(is_document_id(id), "{id}");
        }
        for id in ["1234", "PASSPORT", "0000000", "C01X00T4é", &"A1".repeat(11)] {
            assert!(!is_document_id(id), "{id}");
        }
    }

    #[test]
    fn every_rule_that_speaks_is_a_reason() {
        let nobody = Application {
            name: "?".to_owned(),
            date_of_birth: "2020-01-01".parse().unwrap(),
            document_id: "?".to_owned(),
            country: "ZZ".to_owned(),
            ..ada()
        };
        let reasons = reasons(&nobody);
        assert_eq!(
            reasons,
            [
                Reason::NameImplausible,
                Reason::UnderAge,
                Reason::DocumentIdImplausible,
                Reason::CountryUnknown
            ]
        );
        assert_eq!(Identity::from_reasons(&reasons), Identity::Failed);
    }
}
