//! Turns an applicant into a verdict on identity and risk.
//!
//! The rules stand in [`Identity`] and [`Risk`]. They know no clock, no chance and no network, so
//! that a repeated check ends as the first: an age is that on the day of the request.

mod applicant;
mod country;
mod identity;
mod risk;

pub use applicant::InvalidApplicant;
pub use identity::Identity;
pub use risk::Risk;

use applicant::Application;
use lambda_failure::Failure;
use serde::Serialize;
use serde_json::Value;

/// What the check found. A reason names a rule and repeats nothing of the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether the applicant may be who they say they are.
    pub identity: Identity,
    /// How much the account may be misused.
    pub risk: Risk,
    /// The rules that spoke against the applicant, in the order of their documentation.
    pub reasons: Vec<Reason>,
}

/// A rule that spoke against an applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// See [`Identity`].
    NameImplausible,
    /// See [`Identity`].
    DateOfBirthImplausible,
    /// See [`Identity`].
    UnderAge,
    /// See [`Identity`].
    DocumentIdImplausible,
    /// See [`Identity`].
    CountryUnknown,
    /// See [`Risk`].
    CountryHighRisk,
    /// See [`Risk`].
    VolumeHigh,
}

/// Checks one applicant: `{"applicant": {…}, "requested_at": "…"}`.
///
/// # Errors
/// `InvalidApplicant` where something is absent or of another form, so that no rule can speak.
pub fn handle(payload: &Value) -> Result<Verdict, Failure> {
    let application =
        Application::read(payload).map_err(|error| Failure::new("InvalidApplicant", error))?;
    let against_identity = identity::reasons(&application);
    let against_risk = risk::reasons(&application);
    let verdict = Verdict {
        identity: Identity::from_reasons(&against_identity),
        risk: Risk::from_reasons(&against_risk),
        reasons: [against_identity, against_risk].concat(),
    };
    tracing::info!(identity = ?verdict.identity, risk = ?verdict.risk, "An applicant was checked.");
    Ok(verdict)
}
