//! Tables: their keys, indexes and times to live, as the code, the workflows and people know them.

use std::collections::BTreeSet;

use serde_json::Value;
use stack_contract::{
    Resource, State, Template, assert_no_faults, crates, list, named, references, tasks,
    words_beside,
};

/// Each table's key, its partition key first, and the attribute that its rows expire by.
const TABLES: [(&str, &[&str], Option<&str>); 9] = [
    ("PartnersTable", &["partner_id"], None),
    (
        "IdempotencyTable",
        &["partner", "idempotency_key"],
        Some("expires_at"),
    ),
    ("TransactionsTable", &["id", "partner"], None),
    ("RejectionsTable", &["partner", "rejection_id"], None),
    ("UploadsTable", &["upload_id"], None),
    (
        "UploadOutcomesTable",
        &["upload_id", "ordinal"],
        Some("expires_at"),
    ),
    ("OrdersTable", &["order_id"], None),
    (
        "CallbackTasksTable",
        &["order_id", "task_type"],
        Some("remove_at"),
    ),
    ("AccountsTable", &["account_id"], None),
];

/// The attributes of a key schema, its partition key first.
fn key(schema: &'static Value) -> Vec<&'static str> {
    let mut schema = list(schema);
    schema.sort_by_key(|attribute| attribute["KeyType"] != "HASH");
    let names = schema.iter();
    names
        .filter_map(|attribute| attribute["AttributeName"].as_str())
        .collect()
}

fn key_of(table: Resource) -> Vec<&'static str> {
    key(table.property("KeySchema"))
}

#[test]
fn the_tables_have_the_keys_that_partners_and_operators_know() {
    assert_no_faults(TABLES.into_iter().flat_map(|(id, expected, expires_by)| {
        let table = Template::read().resource(id);
        let expiry = table.property("TimeToLiveSpecification");
        let expires = expiry["Enabled"] == true;
        table.faults([
            (
                key_of(table) == expected,
                &*format!("its key is to be {expected:?}"),
            ),
            (
                expiry["AttributeName"].as_str() == expires_by && expires == expires_by.is_some(),
                &*format!("its rows are to expire by {expires_by:?}"),
            ),
        ])
    }));
}

/// What the code must name to work with a table: keys, indexes with theirs, and the time to live.
fn names(table: Resource) -> BTreeSet<&'static str> {
    let indexes = table.items("GlobalSecondaryIndexes").iter();
    let indexes = indexes.flat_map(|index| {
        let name = index["IndexName"].as_str();
        key(&index["KeySchema"]).into_iter().chain(name)
    });
    let expires_by = table.property("TimeToLiveSpecification/AttributeName");
    let own = key_of(table).into_iter().chain(expires_by.as_str());
    own.chain(indexes).collect()
}

#[test]
fn the_code_of_a_table_names_its_keys_indexes_and_time_to_live() {
    let mut read: Vec<(Resource, BTreeSet<&str>)> = Vec::new();
    for function in Template::read().functions() {
        let Some(krate) = crates().iter().find(|one| one.name == function.binary()) else {
            continue;
        };
        for (owner, id) in named(function, krate) {
            let table = Template::read().resource(&id);
            if let Some(owner) = owner.filter(|_| table.kind() == "AWS::DynamoDB::Table") {
                read.push((table, words_beside(&owner, krate)));
            }
        }
    }
    assert!(!read.is_empty(), "no function names a table");
    let tables: BTreeSet<&str> = read.iter().map(|(table, _)| table.id).collect();
    assert_no_faults(tables.into_iter().filter_map(|id| {
        let table = Template::read().resource(id);
        let words = read.iter().filter(|(one, _)| one.id == id);
        let words: BTreeSet<&str> = words.flat_map(|(_, words)| words.iter().copied()).collect();
        let names = names(table);
        let foreign: Vec<_> = names.difference(&words).collect();
        let why = format!("{foreign:?} stands in no code that works with it");
        table.unless(foreign.is_empty(), &why)
    }));
}

/// The table that a task of a workflow names.
fn table_of(task: State) -> Option<Resource> {
    let file = task.workflow.file.as_str();
    let mut machines = Template::read().of_type("AWS::Serverless::StateMachine");
    let machine = machines.find(|machine| machine.property("DefinitionUri") == file)?;
    let name = task.arguments()["TableName"].as_str()?;
    let name = name.strip_prefix("${")?.strip_suffix('}')?;
    let substituted = &machine.property("DefinitionSubstitutions")[name];
    let table = references(substituted).pop_first()?;
    Some(Template::read().resource(&table))
}

#[test]
fn a_workflow_names_the_whole_key_of_a_row() {
    let tasks = tasks().filter(|task| task.call().0 == "dynamodb");
    assert_no_faults(tasks.filter_map(|task| {
        let Some(table) = table_of(task) else {
            return Some(task.fault("its TableName is no substitution by a table"));
        };
        let key = key_of(table);
        let (_, action) = task.call();
        let place = if action == "putItem" { "Item" } else { "Key" };
        let fits = match &task.arguments()[place] {
            // An expression that makes the item.
            Value::String(text) => key.iter().all(|name| text.contains(&format!("'{name}': "))),
            row => key.iter().all(|name| !row[*name].is_null()),
        };
        let why = format!("its {place} is to have {key:?}, the key of {}", table.id);
        task.unless(fits, &why)
    }));
}
