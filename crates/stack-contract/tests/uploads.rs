//! Which objects of the uploads bucket are uploads, whoever tells of them.

use serde_json::{Value, json};
use stack_contract::{Resource, Template, assert_no_faults, references, texts};

const WRITES: [&str; 3] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/// Receipts, and names that a transfer renames when it is done. Each further wildcard brings the rule
/// nearer to EventBridge's bound on its complexity; the splitter itself ignores all other objects.
fn no_uploads() -> Value {
    json!([{"anything-but": {"wildcard": ["*/outbox/*", "*.tmp", "*.filepart", "*.part"]}}])
}

fn rule(id: &str) -> (Resource, &'static Value) {
    let rule = Template::read().resource(id);
    (rule, &rule.property("EventPattern")["detail"])
}

#[test]
fn the_buckets_own_events_tell_of_finished_uploads() {
    let (rule, detail) = rule("UploadRule");
    let bucket = Template::read().resource("UploadsBucket");
    let sends = bucket.property("NotificationConfiguration/EventBridgeConfiguration");
    let kind = rule.property("EventPattern/detail-type");
    let mut faults = rule.faults([
        (
            *kind == json!(["Object Created"]),
            "its detail-type is to be Object Created",
        ),
        (
            detail["reason"] == json!(WRITES),
            "its reasons are to be the three writes",
        ),
        (
            detail["object"]["key"] == no_uploads(),
            "its keys are to leave out what is no upload",
        ),
        (
            references(&detail["bucket"]).contains(bucket.id),
            "its bucket is to be the uploads'",
        ),
    ]);
    let why = "EventBridgeEnabled is to be true, or no event leaves it";
    faults.extend(bucket.unless(sends["EventBridgeEnabled"] == true, why));
    assert_no_faults(faults);
}

#[test]
fn the_trails_events_tell_of_the_same_uploads() {
    let (rule, detail) = rule("UploadTrailRule");
    let kind = rule.property("EventPattern/detail-type");
    let request = &detail["requestParameters"];
    assert_no_faults(rule.faults([
        (
            *kind == json!(["AWS API Call via CloudTrail"]),
            "its detail-type is to be CloudTrail's",
        ),
        (
            detail["eventName"] == json!(WRITES),
            "its eventNames are to be the three writes",
        ),
        (
            detail["errorCode"] == json!([{"exists": false}]),
            "a refused write is no upload",
        ),
        (
            request["key"] == no_uploads(),
            "its keys are to leave out what is no upload",
        ),
        (
            references(request).contains("UploadsBucket"),
            "its bucket is to be the uploads'",
        ),
    ]));
}

#[test]
fn the_trail_records_writes_of_the_uploads_bucket_alone() {
    let trails = Template::read().of_type("AWS::CloudTrail::Trail");
    assert_no_faults(trails.flat_map(|trail| {
        let selectors = trail.items("AdvancedEventSelectors");
        let fields = selectors
            .iter()
            .filter_map(|one| one["FieldSelectors"].as_array())
            .flatten();
        let arns = fields
            .clone()
            .filter(|field| field["Field"] == "resources.ARN");
        let arns: Vec<String> = arns.flat_map(|field| texts(&field["StartsWith"])).collect();
        let mut read_only = fields.filter(|field| field["Field"] == "readOnly");
        trail.faults([
            (
                selectors.len() == 1,
                "it is to have one selector: data events are paid by event",
            ),
            (
                arns == ["${UploadsBucket.Arn}/"],
                "its selector is to name the uploads bucket",
            ),
            (
                read_only.all(|field| field["Equals"] == json!(["false"])),
                "reads are no uploads",
            ),
        ])
    }));
}

#[test]
fn one_of_the_two_rules_is_in_force() {
    let conditions = ["UploadRule", "UploadTrailRule"].map(|id| rule(id).0.attribute("Condition"));
    assert_eq!(
        conditions,
        ["UploadEventsFromS3", "UploadEventsFromTrail"],
        "template.yaml"
    );
}
