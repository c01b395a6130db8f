//! The checker over the events of the project.

use std::path::Path;

use identity_checker::handle;
use lambda_runtime::Diagnostic;
use proptest::prelude::*;
use serde_json::{Value, json};

fn event(case: &str) -> Value {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events/identity-checker");
    let text = std::fs::read_to_string(events.join(case)).expect("the event file is there");
    serde_json::from_str(&text).expect("the event file is JSON")
}

fn verdict(case: &str) -> Value {
    let verdict = handle(&event(case)).expect("the applicant is well-formed");
    serde_json::to_value(verdict).expect("a verdict serialises")
}

#[test]
fn an_unremarkable_applicant_is_verified_at_low_risk() {
    assert_eq!(
        verdict("low-risk.json"),
        json!({"identity": "VERIFIED", "risk": "LOW", "reasons": []})
    );
}

#[test]
fn a_high_volume_is_a_high_risk() {
    assert_eq!(
        verdict("high-risk.json"),
        json!({"identity": "VERIFIED", "risk": "HIGH", "reasons": ["VOLUME_HIGH"]})
    );
}

#[test]
fn a_minor_is_not_verified() {
    assert_eq!(
        verdict("under-age.json"),
        json!({"identity": "FAILED", "risk": "LOW", "reasons": ["UNDER_AGE"]})
    );
}

#[test]
fn a_malformed_applicant_is_a_named_error_without_particulars() {
    let diagnostic: Diagnostic = handle(&event("malformed.json")).unwrap_err().into();
    assert_eq!(diagnostic.error_type, "InvalidApplicant");
    assert_eq!(
        diagnostic.error_message,
        "The field `date_of_birth` is absent or malformed."
    );
}

proptest! {
    #[test]
    fn no_text_in_any_field_is_a_panic(
        name in any::<String>(), date_of_birth in ".{0,12}|[0-9-]{1,5}-[0-9]{2}-[0-9]{2}",
        document_id in any::<String>(), country in ".{0,3}", volume in any::<f64>(),
        requested_at in ".{0,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z",
    ) {
        let payload = json!({
            "applicant": {
                "name": name, "date_of_birth": date_of_birth, "document_id": document_id,
                "country": country, "expected_monthly_volume": volume,
            },
            "requested_at": requested_at,
        });
        prop_assert_eq!(handle(&payload).ok(), handle(&payload).ok());
    }
}
