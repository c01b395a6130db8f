//! API Gateway's own refusals: the envelope of every other error, with fixed texts.

use serde_json::Value;
use stack_contract::{Api, assert_no_faults};

const PARTNER_API: &str = "openapi.yaml";

/// The refusals and the status of each; where it is `None`, API Gateway's own remains.
const REFUSALS: [(&str, Option<&str>); 15] = [
    ("ACCESS_DENIED", Some("403")),
    ("BAD_REQUEST_BODY", Some("400")),
    ("BAD_REQUEST_PARAMETERS", Some("400")),
    ("DEFAULT_4XX", None),
    ("DEFAULT_5XX", None),
    ("INTEGRATION_FAILURE", Some("504")),
    ("INTEGRATION_TIMEOUT", Some("504")),
    // An unknown route with a bearer token. Where a route takes AWS_IAM it would be a lie.
    ("INVALID_SIGNATURE", Some("404")),
    ("MISSING_AUTHENTICATION_TOKEN", Some("404")),
    ("QUOTA_EXCEEDED", Some("429")),
    ("REQUEST_TOO_LARGE", Some("413")),
    ("RESOURCE_NOT_FOUND", Some("404")),
    ("THROTTLED", Some("429")),
    ("UNAUTHORIZED", Some("401")),
    ("UNSUPPORTED_MEDIA_TYPE", Some("415")),
];

fn responses() -> &'static Value {
    &Api::of(PARTNER_API).document["x-amazon-apigateway-gateway-responses"]
}

fn fault(kind: &str, why: &str) -> String {
    Api::of(PARTNER_API).fault(kind, why)
}

#[test]
fn every_refusal_of_the_contract_has_its_status() {
    assert_no_faults(REFUSALS.iter().filter_map(|(kind, status)| {
        let response = responses().get(kind);
        let fits = response.is_some_and(|response| response["statusCode"].as_str() == *status);
        let why = format!("it is to be a gateway response with the statusCode {status:?}");
        (!fits).then(|| fault(kind, &why))
    }));
}

#[test]
fn every_refusal_is_the_envelope_with_a_fixed_text() {
    let responses = responses().as_object().into_iter().flatten();
    assert_no_faults(responses.filter_map(|(kind, response)| {
        let templates = response["responseTemplates"].as_object();
        let fits = templates.is_some_and(|templates| {
            let template = templates.get("application/json").and_then(Value::as_str);
            templates.len() == 1 && template.is_some_and(is_fixed_envelope)
        });
        let why = "its one template is to be application/json and {\"error\":{\"code\":..,\
                   \"message\":..}} without a variable: $context.error holds internals";
        (!fits).then(|| fault(kind, why))
    }));
}

fn is_fixed_envelope(template: &str) -> bool {
    let envelope: Value = serde_json::from_str(template).unwrap_or_default();
    let error = &envelope["error"];
    let fields = error
        .as_object()
        .map(|fields| fields.keys().collect::<Vec<_>>());
    let code = error["code"].as_str().unwrap_or_default();
    let message = error["message"].as_str().unwrap_or_default();
    fields.is_some_and(|fields| fields == ["code", "message"])
        && !code.is_empty()
        && code
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_')
        && message.ends_with('.')
        && !template.contains(['$', '#'])
}

#[test]
fn a_refusal_of_unknown_outcome_says_so_and_invites_to_nothing() {
    let kinds = ["DEFAULT_5XX", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"];
    assert_no_faults(kinds.into_iter().filter_map(|kind| {
        let template = responses()[kind]["responseTemplates"]["application/json"].as_str();
        let fits = template.is_some_and(|template| {
            let template = template.to_ascii_lowercase();
            template.contains("whether it was carried out is not known")
                && !template.contains("again")
        });
        let why = "the integration may have run: its text is to say that this is not known";
        (!fits).then(|| fault(kind, why))
    }));
}

#[test]
fn no_route_takes_a_signature_whose_refusal_reads_as_an_unknown_route() {
    let api = Api::of(PARTNER_API);
    let signed = api
        .schemes()
        .filter(|(_, scheme)| scheme["x-amazon-apigateway-authtype"] == "awsSigv4");
    let why =
        "INVALID_SIGNATURE is answered as an unknown route, which a route with AWS_IAM is not";
    assert_no_faults(signed.map(|(name, _)| api.fault(name, why)));
}

#[test]
fn an_unauthorised_partner_is_told_how_to_come_and_a_throttled_one_when() {
    let headers = [
        ("UNAUTHORIZED", "WWW-Authenticate"),
        ("QUOTA_EXCEEDED", "Retry-After"),
        ("THROTTLED", "Retry-After"),
    ];
    assert_no_faults(headers.into_iter().filter_map(|(kind, header)| {
        let name = format!("gatewayresponse.header.{header}");
        let value = responses()[kind]["responseParameters"][name.as_str()].as_str();
        // A fixed value is a text in quotation marks of its own.
        let fits = value.is_some_and(|value| value.starts_with('\'') && value.ends_with('\''));
        (!fits).then(|| {
            fault(
                kind,
                &format!("it needs the header {header} with a fixed value"),
            )
        })
    }));
}

#[test]
fn a_text_with_a_variable_is_no_fixed_envelope() {
    assert!(is_fixed_envelope(
        r#"{"error":{"code":"NOT_FOUND","message":"Nothing here."}}"#
    ));
    assert!(!is_fixed_envelope(
        r#"{"error":{"code":"NOT_FOUND","message":"$context.path."}}"#
    ));
    assert!(!is_fixed_envelope(r#"{"message":"Nothing here."}"#));
}
