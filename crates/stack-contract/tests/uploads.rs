//! Which objects of the uploads bucket are uploads, whoever tells of them.

use serde_json::{Value, json};
use stack_contract::{Resource, Template, assert_no_faults, list, references, texts};

const WRITES: [&str; 3] = ["PutObject", "CopyObject", "CompleteMultipartUpload"];

/// What we write to the partner, and names that a transfer renames when it is done. Each further wildcard brings the rule
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
    let trail = Template::read().resource("UploadTrail");
    let selectors = trail.items("AdvancedEventSelectors");
    let fields = selectors
        .iter()
        .flat_map(|one| list(&one["FieldSelectors"]));
    let fields: Vec<&Value> = fields.collect();
    let field = |name: &str| {
        let mut found = fields.iter().filter(|field| field["Field"] == name);
        found.next().map_or(&Value::Null, |field| *field)
    };
    assert_no_faults(trail.faults([
        (
            selectors.len() == 1 && fields.len() == 4,
            "it is to have one selector of four fields: data events are paid by event",
        ),
        (
            field("eventCategory")["Equals"] == json!(["Data"])
                && field("resources.type")["Equals"] == json!(["AWS::S3::Object"]),
            "its selector is to name the data events of objects",
        ),
        (
            texts(&field("resources.ARN")["StartsWith"]) == ["${UploadsBucket.Arn}/"]
                && field("readOnly")["Equals"] == json!(["false"]),
            "its selector is to name the writes of the uploads bucket",
        ),
        (
            trail.property("IsLogging") == true
                && trail.property("EnableLogFileValidation") == true,
            "it is to log, and its files are to be validated",
        ),
        (
            trail.attribute("Condition") == "UploadEventsFromTrail",
            "it is paid by event, so UploadEvents decides",
        ),
    ]));
}

/// Whether a policy lets the trails of this account and region do `action` to `resource`.
fn lets_trails(policy: Resource, action: &str, resource: &str) -> bool {
    let trails =
        "arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/*".to_owned();
    policy.guards().iter().any(|statement| {
        statement.effect == "Allow"
            && statement.body["Principal"]["Service"] == "cloudtrail.amazonaws.com"
            && statement.actions == [action]
            && statement.resources == [resource]
            && texts(&statement.body["Condition"]["ArnLike"]["aws:SourceArn"]) == [trails.clone()]
    })
}

#[test]
fn the_trail_may_write_to_its_bucket_before_it_stands() {
    let trail = Template::read().resource("UploadTrail");
    let bucket = references(trail.property("S3BucketName")).pop_first();
    let bucket = Template::read().resource(&bucket.unwrap_or_default());
    let mut policies = Template::read().of_type("AWS::S3::BucketPolicy");
    let policy = policies.find(|one| references(one.property("Bucket")).contains(bucket.id));
    let policy = policy.unwrap_or_else(|| panic!("{}", bucket.fault("it needs a policy")));
    let logs = format!("${{{}.Arn}}/AWSLogs/${{AWS::AccountId}}/*", bucket.id);
    let acl = format!("${{{}.Arn}}", bucket.id);
    let waits = list(trail.attribute("DependsOn"))
        .iter()
        .any(|one| *one == policy.id);
    let why = format!(
        "without DependsOn {} its creation may come first and fail",
        policy.id
    );
    let grants = policy.faults([
        (
            lets_trails(policy, "s3:GetBucketAcl", &acl),
            "trails of this account are to read the bucket's ACL, by ArnLike aws:SourceArn",
        ),
        (
            lets_trails(policy, "s3:PutObject", &logs),
            "trails of this account are to write its logs, by ArnLike aws:SourceArn",
        ),
    ]);
    assert_no_faults(trail.unless(waits, &why).into_iter().chain(grants));
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
