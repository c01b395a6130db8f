//! A stack that gives its partner another id, and what becomes of the two rows.

use partner::TokenHash;
use serde_json::{Value, json};

use crate::{TOKEN, answer_to, event, fake_table::FakeTable, text, token};

/// What CloudFormation sends when the template's partner changes from one id to another.
fn update(physical_id: &str, from: &str, to: &str) -> Value {
    let mut event = event("update-partner-id.json");
    event["PhysicalResourceId"] = json!(physical_id);
    event["OldResourceProperties"]["PartnerId"] = json!(from);
    event["ResourceProperties"]["PartnerId"] = json!(to);
    event
}

fn delete(physical_id: &str) -> Value {
    let mut event = event("delete.json");
    event["PhysicalResourceId"] = json!(physical_id);
    event
}

async fn succeed(table: &FakeTable, event: Value) {
    let answer = answer_to(event, &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "SUCCESS", "{answer}");
}

/// The reason of a failure, which leaves the physical id as it was.
async fn fail(table: &FakeTable, event: Value) -> String {
    let physical_id = event["PhysicalResourceId"].clone();
    let answer = answer_to(event, &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "FAILED", "{answer}");
    assert_eq!(answer["PhysicalResourceId"], physical_id);
    answer["Reason"]
        .as_str()
        .expect("it has a reason")
        .to_owned()
}

async fn stack_of_acme() -> FakeTable {
    let table = FakeTable::default();
    succeed(&table, event("create.json")).await;
    table
}

fn assert_statuses<const N: usize>(table: &FakeTable, expected: [(&str, &str); N]) {
    let expected = expected.map(|(id, status)| (id.to_owned(), status.to_owned()));
    assert_eq!(table.statuses(), expected);
}

#[tokio::test]
async fn a_partner_that_comes_back_is_active_again_and_the_other_one_is_not() {
    let table = stack_of_acme().await;
    for _ in 0..2 {
        succeed(&table, update("acme", "acme", "globex")).await;
        // Before the Delete, too, one row alone owns the token.
        assert_statuses(&table, [("acme", "DISABLED"), ("globex", "ACTIVE")]);
        succeed(&table, delete("acme")).await;
        assert_statuses(&table, [("acme", "DISABLED"), ("globex", "ACTIVE")]);

        succeed(&table, update("globex", "globex", "acme")).await;
        assert_statuses(&table, [("acme", "ACTIVE"), ("globex", "DISABLED")]);
        succeed(&table, delete("globex")).await;
        assert_statuses(&table, [("acme", "ACTIVE"), ("globex", "DISABLED")]);
    }
    assert!(!table.row("acme").contains_key("removed_by_stack"));
}

#[tokio::test]
async fn a_deleted_partner_that_the_template_names_anew_is_active_again() {
    let table = stack_of_acme().await;
    succeed(&table, delete("acme")).await;
    assert_statuses(&table, [("acme", "DISABLED")]);
    succeed(&table, event("create.json")).await;
    assert_statuses(&table, [("acme", "ACTIVE")]);
}

#[tokio::test]
async fn a_partner_that_an_operator_disabled_stays_disabled_on_every_way() {
    let table = stack_of_acme().await;
    table.set("acme", "status", "DISABLED");
    succeed(&table, event("update-email.json")).await;
    succeed(&table, update("acme", "acme", "globex")).await;
    succeed(&table, delete("acme")).await;
    succeed(&table, update("globex", "globex", "acme")).await;
    succeed(&table, event("create.json")).await;
    assert_statuses(&table, [("acme", "DISABLED"), ("globex", "DISABLED")]);
}

#[tokio::test]
async fn the_partner_of_another_token_is_neither_written_nor_disabled() {
    let table = stack_of_acme().await;
    for (attribute, value) in [
        ("partner_id", "globex"),
        ("name", "Globex"),
        ("email", "edi@globex.example"),
        ("status", "ACTIVE"),
        ("api_token_sha256", TokenHash::of("another").as_str()),
    ] {
        table.set("globex", attribute, value);
    }
    let globex = table.row("globex");
    let reason = fail(&table, update("acme", "acme", "globex")).await;
    assert_eq!(
        reason,
        "The partner `globex` exists already, with another API token than this stack's"
    );
    succeed(&table, update("acme", "globex", "acme")).await;
    assert_eq!(table.row("globex"), globex);
    assert_statuses(&table, [("acme", "ACTIVE"), ("globex", "ACTIVE")]);

    let mut create = event("create.json");
    create["ResourceProperties"]["PartnerId"] = json!("globex");
    let answer = answer_to(create, &token(), &table.rule()).await;
    assert_eq!(answer["Status"], "FAILED");
    assert_eq!(answer["PhysicalResourceId"], "unregistered/FirstPartner");
    assert_eq!(table.row("globex"), globex);
}

/// A failed update keeps the old physical id, so CloudFormation deletes nothing of the new one.
#[tokio::test]
async fn a_rollback_reverses_an_update_that_failed_at_any_write() {
    for writes in 0..3 {
        let table = stack_of_acme().await;
        table.fail_after(writes);
        fail(&table, update("acme", "acme", "globex")).await;
        table.mend();
        succeed(&table, update("acme", "globex", "acme")).await;
        assert_eq!(table.row("acme")["status"], text("ACTIVE"), "{writes}");
        if writes > 0 {
            assert_statuses(&table, [("acme", "ACTIVE"), ("globex", "DISABLED")]);
        }
    }
}

/// The update was carried out and its answer counted as a failure, as after `ServiceTimeout`.
#[tokio::test]
async fn a_rollback_reverses_an_update_that_was_carried_out_in_silence() {
    let table = stack_of_acme().await;
    succeed(&table, update("acme", "acme", "globex")).await;
    succeed(&table, update("acme", "globex", "acme")).await;
    assert_statuses(&table, [("acme", "ACTIVE"), ("globex", "DISABLED")]);
}

#[tokio::test]
async fn an_update_of_the_email_changes_neither_a_rotated_token_nor_its_owner() {
    let table = stack_of_acme().await;
    let rotated = TokenHash::of("rotated");
    table.set("acme", "api_token_sha256", rotated.as_str());
    succeed(&table, event("update-email.json")).await;
    let row = table.row("acme");
    assert_eq!(row["email"], text("edi@acme.example"));
    assert_eq!(row["api_token_sha256"], text(rotated.as_str()));
    assert_ne!(rotated, TokenHash::of(TOKEN));
}
