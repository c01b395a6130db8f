//! No operation of an API is open to all.

use serde_json::{Value, json};
use stack_contract::{Api, assert_no_faults};

/// API Gateway reads a security requirement of an operation alone: one at the root protects nothing.
#[test]
fn every_operation_names_its_own_security() {
    let routes = Api::all().iter().flat_map(Api::routes);
    let unprotected = routes.filter_map(|route| {
        let schemes: Vec<&String> = route.api.schemes().map(|(name, _)| name).collect();
        let fits = is_protected(route.operation, &schemes);
        let why = "its own security is to name a scheme of the document";
        (!fits).then(|| route.fault(why))
    });
    let misleading = Api::all().iter().filter_map(|api| {
        let why = "API Gateway ignores it at the root; each operation is to have its own";
        let at_root = api.document.get("security");
        at_root.map(|_| api.fault("security", why))
    });
    assert_no_faults(unprotected.chain(misleading));
}

/// Whether an operation's own security requires one of the schemes whatever the caller brings.
fn is_protected(operation: &Value, schemes: &[&String]) -> bool {
    let required = operation["security"].as_array();
    let required = required.map(Vec::as_slice).unwrap_or_default();
    let is_known = |names: &Value| {
        let names = names.as_object().into_iter().flat_map(|names| names.keys());
        let names: Vec<&String> = names.collect();
        // An empty requirement among several would let everybody in.
        !names.is_empty() && names.iter().all(|name| schemes.contains(name))
    };
    !required.is_empty() && required.iter().all(is_known)
}

#[test]
fn an_operation_without_security_of_its_own_is_unprotected() {
    let token = "PartnerToken".to_owned();
    for (security, protected) in [
        (json!([{"PartnerToken": []}]), true),
        (Value::Null, false),
        (json!([]), false),
        (json!([{"Unknown": []}]), false),
        (json!([{"PartnerToken": []}, {}]), false),
    ] {
        let operation = json!({"security": security});
        assert_eq!(is_protected(&operation, &[&token]), protected, "{security}");
    }
    assert!(!is_protected(&json!({}), &[&token]));
}
