//! The APIs: how their callers are known, how fast they may come, and what is logged of it.

use regex_lite::Regex;
use serde_json::Value;
use stack_contract::{Api, Resource, assert_no_faults, references, texts};

const PARTNER_API: &str = "openapi.yaml";
const PARTNER_DIRECTORY: &str = "partner-directory.yaml";

/// What an access log may hold. No path, query, header, body, address or token is among it.
const LOGGED: [&str; 10] = [
    "authorizer.partner_id",
    "error.responseType",
    "httpMethod",
    "integration.status",
    "requestId",
    "requestTime",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "status",
];

fn resources() -> impl Iterator<Item = Resource> {
    Api::all().iter().map(|api| api.resource)
}

#[test]
fn a_partners_token_is_checked_at_every_request() {
    let api = Api::of(PARTNER_API);
    assert_no_faults(api.schemes().flat_map(|(name, scheme)| {
        let authorizer = &scheme["x-amazon-apigateway-authorizer"];
        let header = "method.request.header.Authorization";
        let function = references(&authorizer["authorizerUri"]).pop_first();
        let rules = [
            (
                scheme["x-amazon-apigateway-authtype"] == "custom",
                "its authtype is to be custom",
            ),
            (
                scheme["name"] == "Authorization",
                "the token is to come in Authorization",
            ),
            (
                authorizer["type"] == "token",
                "its authorizer is to be of type token",
            ),
            (
                authorizer["identitySource"] == header,
                "its identitySource is to be Authorization",
            ),
            (
                authorizer["authorizerResultTtlInSeconds"] == 0,
                "authorizerResultTtlInSeconds is to be 0: a disabled partner is denied at once",
            ),
            (
                function.as_deref() == Some("PartnerAuthorizerFunction"),
                "its authorizerUri is to be PartnerAuthorizerFunction",
            ),
        ];
        let broken = rules.into_iter().filter(|(fits, _)| !fits);
        broken
            .map(|(_, why)| api.fault(name, why))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn the_directory_takes_signed_requests_and_gives_name_and_email_alone() {
    let api = Api::of(PARTNER_DIRECTORY);
    let unsigned = api
        .schemes()
        .filter(|(_, scheme)| scheme["x-amazon-apigateway-authtype"] != "awsSigv4");
    let unsigned = unsigned.map(|(name, _)| api.fault(name, "its authtype is to be awsSigv4"));
    let integrations = api.routes().flat_map(|route| {
        let integrations = route.integrations().into_iter();
        integrations.map(move |integration| (route, integration))
    });
    let own = integrations.filter(|(_, integration)| integration["type"] == "aws");
    let open = own.filter_map(|(route, integration)| {
        let request = texts(&integration["requestTemplates"]["application/json"]).concat();
        let fits = request.contains(r#""ProjectionExpression": "partner_id, #name, email""#)
            && request.contains(r#""ConsistentRead": true"#);
        let why = "its GetItem is to ask consistently for partner_id, name and email, not for a token's hash";
        (!fits).then(|| route.fault(why))
    });
    assert_no_faults(unsigned.chain(open));
}

#[test]
fn the_handler_and_not_a_model_judges_a_transaction() {
    let api = Api::of(PARTNER_API);
    let routes = api.routes().filter(|route| route.path == "/transactions");
    let validator = "x-amazon-apigateway-request-validator";
    assert_no_faults(routes.filter_map(|route| {
        let own = route
            .operation
            .get(validator)
            .or(api.document.get(validator));
        let why = "it is to have no request validator, for the handler names the field";
        own.map(|_| route.fault(why))
    }));
}

/// "Response definitions of the form {$ref} are not supported" (API Gateway developer guide, "Important
/// notes", REST APIs): the import may drop the status, and with it what an integration answers.
#[test]
fn every_response_stands_where_it_is_used() {
    let routes = Api::all().iter().flat_map(Api::routes);
    assert_no_faults(routes.flat_map(|route| {
        let responses = route.operation["responses"]
            .as_object()
            .into_iter()
            .flatten();
        let shared = responses.filter(|(_, response)| response.get("$ref").is_some());
        shared.map(move |(status, _)| {
            route.fault(&format!(
                "its response {status} is to be written out, not a $ref"
            ))
        })
    }));
}

#[test]
fn status_codes_are_texts() {
    assert_no_faults(Api::all().iter().flat_map(|api| {
        let numbers = status_codes(&api.document)
            .into_iter()
            .filter(|code| !code.is_string());
        let why = |code| format!("put quotation marks around {code}");
        numbers.map(move |code| api.fault("statusCode", &why(code)))
    }));
}

/// Every `statusCode` below a value. That keys are texts is a rule of the YAML reader.
fn status_codes(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(status_codes).collect(),
        Value::Object(entries) => {
            let own = entries.get("statusCode").into_iter();
            own.chain(entries.values().flat_map(status_codes)).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_change_of_an_api_reaches_its_one_stage() {
    assert_no_faults(Api::all().iter().flat_map(|api| {
        let version = api.resource.property("OpenApiVersion");
        api.resource.faults([
            (
                version == "3.0.1",
                "OpenApiVersion is to be 3.0.1: else SAM adds a stage Stage",
            ),
            (
                api.document["openapi"] == *version,
                "OpenApiVersion is to be its document's",
            ),
            (
                api.resource.property("AlwaysDeploy") == true,
                "AlwaysDeploy is to be true: else a changed parameter may never reach the stage",
            ),
            (
                api.resource.property("StageName") == "v1",
                "StageName is to be v1",
            ),
        ])
    }));
}

#[test]
fn every_api_is_throttled_and_traced_without_data() {
    assert_no_faults(resources().flat_map(|api| {
        let settings = api.items("MethodSettings");
        let first = settings.first().unwrap_or(&Value::Null);
        let is_everywhere = first["ResourcePath"] == "/*" && first["HttpMethod"] == "*";
        // What an entry leaves out is the account's default again, and not the first entry's.
        let is_limit = |name: &str| settings.iter().all(|one| one[name].as_u64() > Some(0));
        api.faults([
            (
                is_everywhere,
                "its MethodSettings are to begin with every path and method",
            ),
            (
                is_limit("ThrottlingRateLimit"),
                "it needs a ThrottlingRateLimit",
            ),
            (
                is_limit("ThrottlingBurstLimit"),
                "it needs a ThrottlingBurstLimit",
            ),
            (
                settings.iter().all(|one| one["DataTraceEnabled"] != true),
                "DataTraceEnabled would log bodies and tokens",
            ),
            (api.property("TracingEnabled") == true, "it is to be traced"),
        ])
    }));
}

#[test]
fn an_access_log_is_json_without_what_partners_sent() {
    let variable = Regex::new(r"\$[A-Za-z_.]*").expect("a valid pattern");
    assert_no_faults(resources().flat_map(|api| {
        let format = api
            .property("AccessLogSetting/Format")
            .as_str()
            .unwrap_or_default();
        let is_json = serde_json::from_str(format).is_ok_and(|line: Value| line.is_object());
        let variables = variable.find_iter(format).map(|found| found.as_str());
        let names = variables.map(|name| name.trim_start_matches("$context."));
        let foreign: Vec<&str> = names.filter(|name| !LOGGED.contains(name)).collect();
        let group = references(api.property("AccessLogSetting/DestinationArn"));
        api.faults([
            (group.len() == 1, "it needs an access log"),
            (
                is_json,
                "its access log is to be JSON, every variable in quotation marks",
            ),
            (
                foreign.is_empty(),
                &format!("its access log may not hold {foreign:?}"),
            ),
        ])
    }));
}
