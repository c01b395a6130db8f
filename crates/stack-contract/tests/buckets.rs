//! Buckets and tables: what they keep outlives the stack, and nobody reads it on the way.

use stack_contract::{Resource, Template, assert_no_faults, texts};

fn buckets() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::S3::Bucket")
}

fn tables() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::DynamoDB::Table")
}

#[test]
fn data_outlives_its_stack_but_not_a_failed_creation() {
    assert_no_faults(buckets().chain(tables()).filter_map(|resource| {
        let fits = resource.attribute("DeletionPolicy") == "RetainExceptOnCreate"
            && resource.attribute("UpdateReplacePolicy") == "Retain";
        let why =
            "DeletionPolicy RetainExceptOnCreate and UpdateReplacePolicy Retain keep its data";
        resource.unless(fits, why)
    }));
}

#[test]
fn a_bucket_answers_over_tls_alone() {
    // A bucket that outlives the stack without its policy answers over plain HTTP again.
    let shared = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];
    let denies_plain_http = |bucket: Resource| {
        let arn = format!("${{{}.Arn}}", bucket.id);
        let mut policies = Template::read().of_type("AWS::S3::BucketPolicy");
        policies.any(|policy| {
            texts(policy.property("Bucket")) == [format!("${{{}}}", bucket.id)]
                && shared
                    .iter()
                    .all(|name| policy.attribute(name) == bucket.attribute(name))
                && policy.guards().iter().any(|statement| {
                    statement.effect == "Deny"
                        && statement.body["Principal"] == "*"
                        && statement.actions == ["s3:*"]
                        && statement.resources == [arn.clone(), format!("{arn}/*")]
                        && statement.body["Condition"]["Bool"]["aws:SecureTransport"] == "false"
                })
        })
    };
    assert_no_faults(buckets().filter_map(|bucket| {
        let why = "it needs a policy that denies s3:* without aws:SecureTransport, on it and its \
                   objects, and that stands and is kept as it is";
        bucket.unless(denies_plain_http(bucket), why)
    }));
}

#[test]
fn a_bucket_is_versioned_and_encrypted_and_private() {
    let blocks = [
        "BlockPublicAcls",
        "BlockPublicPolicy",
        "IgnorePublicAcls",
        "RestrictPublicBuckets",
    ];
    assert_no_faults(buckets().flat_map(|bucket| {
        let block = bucket.property("PublicAccessBlockConfiguration");
        let encryption =
            &bucket.property("BucketEncryption")["ServerSideEncryptionConfiguration"][0];
        let ownership = &bucket.property("OwnershipControls")["Rules"][0]["ObjectOwnership"];
        bucket.faults([
            (
                bucket.property("VersioningConfiguration/Status") == "Enabled",
                "it is to be versioned",
            ),
            (
                encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"].is_string(),
                "it is to be encrypted",
            ),
            (
                blocks.iter().all(|name| block[*name] == true),
                "it is to block all public access",
            ),
            (
                ownership == "BucketOwnerEnforced",
                "its objects are to belong to it, without ACLs",
            ),
        ])
    }));
}

#[test]
fn a_bucket_forgets_unfinished_uploads_and_old_versions() {
    assert_no_faults(buckets().filter_map(|bucket| {
        let rules = bucket.property("LifecycleConfiguration")["Rules"].as_array();
        let has = |part: &str| {
            let mut rules = rules.into_iter().flatten();
            rules.any(|rule| {
                let is_everywhere = rule["Status"] == "Enabled" && rule["Prefix"].is_null();
                is_everywhere && !rule[part].is_null()
            })
        };
        let why = "its lifecycle is to end unfinished uploads and old versions: they are billed \
                   and not listed";
        let fits = has("AbortIncompleteMultipartUpload") && has("NoncurrentVersionExpiration");
        bucket.unless(fits, why)
    }));
}

#[test]
fn a_table_is_recoverable_and_encrypted_and_paid_by_request() {
    assert_no_faults(tables().flat_map(|table| {
        let recovery = table.property("PointInTimeRecoverySpecification");
        table.faults([
            (
                recovery["PointInTimeRecoveryEnabled"] == true,
                "it needs point-in-time recovery",
            ),
            (
                table.property("SSESpecification/SSEEnabled") == true,
                "it is to be encrypted by a key of KMS",
            ),
            (
                table.property("BillingMode") == "PAY_PER_REQUEST",
                "it is to be paid by request",
            ),
        ])
    }));
}
