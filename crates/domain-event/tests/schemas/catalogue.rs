//! The event catalogue: `schemas/<source>/<detail type>.schema.json`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use jsonschema::Validator;
use serde_json::{Value, json};

pub struct Schema {
    pub source: String,
    pub detail_type: String,
    pub document: Value,
}

impl Schema {
    pub fn find(source: &str, detail_type: &str) -> Self {
        all()
            .into_iter()
            .find(|schema| schema.source == source && schema.detail_type == detail_type)
            .unwrap_or_else(|| panic!("schemas/{source}/{detail_type}.schema.json is missing"))
    }

    pub fn properties(&self) -> BTreeSet<String> {
        let properties = self.document["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    }

    /// Panics with every violation, each at its place.
    pub fn check(&self, detail: &Value) {
        let violations: Vec<_> = validator(&self.document)
            .iter_errors(detail)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(violations.is_empty(), "{detail}: {violations:#?}");
    }
}

pub fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("a schema of the catalogue is a schema")
}

pub fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub fn all() -> Vec<Schema> {
    let mut schemas = Vec::new();
    for source in files(&project().join("schemas")) {
        if source.is_dir() {
            schemas.extend(files(&source).iter().map(|file| read(file)));
        }
    }
    schemas
}

/// What stands directly in a directory.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

fn read(file: &Path) -> Schema {
    let name = file.file_name().unwrap().to_str().unwrap();
    let source = file.parent().unwrap().file_name().unwrap();
    Schema {
        source: source.to_str().unwrap().to_owned(),
        detail_type: name
            .strip_suffix(".schema.json")
            .unwrap_or_else(|| panic!("{name} is no schema"))
            .to_owned(),
        document: serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap(),
    }
}

#[test]
fn every_schema_is_one_of_json_schema_2020_12_and_named_after_its_file() {
    for Schema {
        source,
        detail_type,
        document,
    } in all()
    {
        jsonschema::draft202012::meta::validate(&document).unwrap();
        assert_eq!(
            document["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(document["title"], detail_type.as_str());
        let source = source.replace('.', ":");
        assert_eq!(document["$id"], format!("urn:{source}:{detail_type}:1"));
    }
}

#[test]
fn every_detail_has_version_id_and_partner_and_nothing_that_is_optional_or_unknown() {
    for schema in all() {
        let document = &schema.document;
        assert_eq!(document["properties"]["version"]["const"], "1");
        assert_eq!(document["properties"]["event_id"]["type"], "string");
        assert!(document["properties"]["partner_id"]["pattern"].is_string());
        assert_eq!(document["additionalProperties"], false);
        let required = document["required"].as_array().unwrap();
        let required = required
            .iter()
            .map(|name| name.as_str().unwrap().to_owned());
        assert_eq!(
            required.collect::<BTreeSet<_>>(),
            schema.properties(),
            "{}",
            schema.detail_type
        );
    }
}

#[test]
fn the_catalogue_is_the_one_of_the_contract() {
    let types: BTreeSet<_> = all()
        .iter()
        .map(|schema| format!("{}/{}", schema.source, schema.detail_type))
        .collect();
    let contract = [
        "b2b.accounts/AccountApproved",
        "b2b.accounts/AccountRejected",
        "b2b.accounts/IdentityCheckCompleted",
        "b2b.accounts/IdentityReviewRequested",
        "b2b.accounts/NewAccountRequested",
        "b2b.ledger/TransactionDuplicated",
        "b2b.private/IdentityReviewTokenIssued",
        "b2b.transactions/TransactionRejected",
        "b2b.transactions/TransactionStored",
        "b2b.transactions/UploadCompleted",
        "b2b.transactions/UploadReceived",
        "b2b.transactions/UploadRejected",
    ];
    assert_eq!(types, contract.map(str::to_owned).into());
}

#[test]
fn a_task_token_is_part_of_private_events_alone() {
    for schema in all() {
        let private = schema.source == "b2b.private";
        assert_eq!(schema.properties().contains("task_token"), private);
        assert_eq!(
            schema.document.get("x-private"),
            private.then_some(&json!(true))
        );
    }
}
