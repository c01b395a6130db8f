//! The upload's row in the ledger, once the last of its transactions has ended.

use crate::table::{self, Column};
use anyhow::{Result, ensure};
use local_stack::wait::{self, Look};
use local_stack::{Aws, StackFile, key, text};
use std::time::Duration;

/// How long the ledger may be behind the rows.
const LIMIT: Duration = Duration::from_mins(1);

/// Waits until the upload is complete, prints its counts, and checks that all were stored.
pub fn wait_for_completion(
    stack: &StackFile,
    aws: &Aws,
    upload_id: &str,
    transactions: usize,
) -> Result<()> {
    let table = stack.output("UploadsTableName")?;
    let key = key([("upload_id", upload_id)]);
    let upload = wait::until("the upload's completion", LIMIT, || -> Result<_> {
        let upload = aws.get_item(table, &key)?.unwrap_or_default();
        Ok(match text(upload.get("status")) {
            "COMPLETED" => Look::Done(upload),
            status => Look::Waiting(format!("the status {status}")),
        })
    })?;
    let columns = [
        Column::Text("upload"),
        Column::Text("status"),
        Column::Number("accepted"),
        Column::Number("stored"),
        Column::Number("duplicates"),
        Column::Number("rejected"),
    ];
    let names = [
        "key",
        "status",
        "accepted",
        "stored",
        "duplicates",
        "rejected",
    ];
    table::print(
        &columns,
        [names.map(|name| text(upload.get(name)).to_owned())],
    );
    ensure!(
        text(upload.get("stored")) == transactions.to_string(),
        "The ledger does not count all {transactions} transactions of the upload as stored."
    );
    Ok(())
}
