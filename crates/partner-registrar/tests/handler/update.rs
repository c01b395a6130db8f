use crate::{answer_to, event, failing_table, secret, table_with, token};

#[tokio::test]
async fn an_update_of_the_email_keeps_the_physical_id() {
    let table = table_with("acme", "ACTIVE");
    let answer = answer_to(event("update-email.json"), &token(), &table).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "acme");
    assert_eq!(table.num_calls(), 1);
}

/// CloudFormation answers a changed physical id with a Delete of the old one.
#[tokio::test]
async fn an_update_of_the_partner_id_gives_a_new_physical_id() {
    let table = table_with("globex", "ACTIVE");
    let answer = answer_to(event("update-partner-id.json"), &token(), &table).await;
    assert_eq!(answer["Status"], "SUCCESS");
    assert_eq!(answer["PhysicalResourceId"], "globex");
}

#[tokio::test]
async fn a_failed_update_keeps_the_physical_id() {
    for (secret, table) in [
        (token(), failing_table()),
        (secret(None), table_with("globex", "ACTIVE")),
    ] {
        let answer = answer_to(event("update-partner-id.json"), &secret, &table).await;
        assert_eq!(answer["Status"], "FAILED");
        assert_eq!(answer["PhysicalResourceId"], "acme");
    }
}
