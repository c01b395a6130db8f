//! The events under `events/` that a bus of ours would deliver have the form of their schemas.

use std::fs;

use serde_json::Value;

use crate::catalogue::{Schema, files, project};

fn deliveries() -> Vec<Value> {
    files(&project().join("events"))
        .iter()
        .filter(|function| function.is_dir())
        .flat_map(|function| files(function))
        .filter_map(|file| serde_json::from_slice(&fs::read(file).unwrap()).ok())
        .filter(|event: &Value| {
            let source = event["source"].as_str();
            source.is_some_and(|source| source.starts_with("b2b."))
        })
        .collect()
}

#[test]
fn every_event_file_has_the_form_of_its_schema() {
    let deliveries = deliveries();
    assert!(deliveries.len() >= 7, "only {} events", deliveries.len());
    for event in deliveries {
        let source = event["source"].as_str().unwrap();
        let detail_type = event["detail-type"].as_str().unwrap();
        Schema::find(source, detail_type).check(&event["detail"]);
    }
}
