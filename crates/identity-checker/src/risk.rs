//! How much an account may be misused.

use serde::Serialize;

use crate::{Reason, applicant::Application, country};

/// Euros a month from which an account is of high risk: the sum from which Directive (EU)
/// 2015/849, article 11(b), asks for customer due diligence in a single transaction.
const HIGH_VOLUME_EUROS: f64 = 15_000.0;

/// Whether a person has to look at the applicant before the account is opened.
///
/// | reason | where |
/// |---|---|
/// | `COUNTRY_HIGH_RISK` | the Financial Action Task Force calls for action against the country |
/// | `VOLUME_HIGH` | 15,000 euros a month or more are expected |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Risk {
    /// No rule speaks for a review.
    Low,
    /// A rule does.
    High,
}

impl Risk {
    pub(crate) fn from_reasons(reasons: &[Reason]) -> Self {
        if reasons.is_empty() {
            Self::Low
        } else {
            Self::High
        }
    }
}

pub(crate) fn reasons(application: &Application) -> Vec<Reason> {
    let high_risk_country = country::is_high_risk(&application.country);
    let high_volume = application.expected_monthly_volume >= HIGH_VOLUME_EUROS;
    [
        (high_risk_country, Reason::CountryHighRisk),
        (high_volume, Reason::VolumeHigh),
    ]
    .into_iter()
    .filter_map(|(speaks, reason)| speaks.then_some(reason))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applicant(country: &str, expected_monthly_volume: f64) -> Application {
        Application {
            name: "Ada Example".to_owned(),
            date_of_birth: "1990-12-10".parse().unwrap(),
            document_id: "C01X00T47".to_owned(),
            country: country.to_owned(),
            expected_monthly_volume,
            requested_on: "2026-03-01".parse().unwrap(),
        }
    }

    #[test]
    fn the_limit_of_the_volume_is_of_high_risk_itself() {
        assert_eq!(reasons(&applicant("DE", 14_999.99)), []);
        assert_eq!(reasons(&applicant("DE", 15_000.0)), [Reason::VolumeHigh]);
    }

    #[test]
    fn a_country_alone_is_enough_for_a_review() {
        let reasons = reasons(&applicant("IR", 0.0));
        assert_eq!(reasons, [Reason::CountryHighRisk]);
        assert_eq!(Risk::from_reasons(&reasons), Risk::High);
    }
}
