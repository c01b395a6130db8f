//! The stack that every test drives, and what tests do with it.

use local_stack::wait::{self, Look};
use local_stack::{Api, Aws, AwsError, Row, Service, Sftp, StackFile, key};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long one transaction may take on a busy machine; a second is usual.
pub const LIMIT: Duration = Duration::from_mins(1);

/// Tests beside each other read, a test that needs the stack alone writes.
static TURN: RwLock<()> = RwLock::new(());

/// Holds the test's turn while it lives.
pub enum Turn {
    Shared {
        _turn: RwLockReadGuard<'static, ()>,
    },
    Alone {
        _turn: RwLockWriteGuard<'static, ()>,
    },
}

pub struct StackUnderTest {
    pub stack: StackFile,
    pub aws: Aws,
    pub api: Api,
    prefix: String,
    _turn: Turn,
}

impl StackUnderTest {
    /// The stack, beside other tests. `name` begins this test's transaction ids.
    pub fn shared(name: &str) -> Self {
        let turn = TURN.read().unwrap_or_else(PoisonError::into_inner);
        Self::with_turn(name, Turn::Shared { _turn: turn })
    }

    /// The stack, while no other test uses it.
    pub fn alone(name: &str) -> Self {
        let turn = TURN.write().unwrap_or_else(PoisonError::into_inner);
        Self::with_turn(name, Turn::Alone { _turn: turn })
    }

    fn with_turn(name: &str, turn: Turn) -> Self {
        let path = std::env::var_os("LOCAL_STACK_FILE")
            .expect("LOCAL_STACK_FILE names the stack file; `cargo xtask test end-to-end` sets it");
        let stack = StackFile::load(Path::new(&path)).unwrap();
        Self {
            aws: Aws::of(&stack),
            api: Api::of(&stack).unwrap(),
            prefix: format!("{name}-{}", unique()),
            stack,
            _turn: turn,
        }
    }

    /// A transaction id that no other test and no other run has.
    pub fn id(&self, suffix: impl std::fmt::Display) -> String {
        format!("{}-{suffix}", self.prefix)
    }

    pub fn partner(&self) -> &str {
        &self.stack.sftp_user
    }

    pub fn sftp(&self) -> Sftp {
        Sftp::connect(&self.stack).unwrap()
    }

    pub fn upload(&self, path: &str, content: &str) {
        self.sftp().put(path, content.as_bytes()).unwrap();
    }

    pub fn row(&self, id: &str) -> Option<Row> {
        self.row_of(self.partner(), id)
    }

    /// The row of another partner's transaction.
    pub fn row_of(&self, partner: &str, id: &str) -> Option<Row> {
        let table = self.stack.output("TransactionsTableName").unwrap();
        let key = key([("id", id), ("partner", partner)]);
        self.aws.get_item(table, &key).unwrap()
    }

    pub fn wait_for_row(&self, id: &str) -> Row {
        self.wait_for_row_of(self.partner(), id)
    }

    pub fn wait_for_row_of(&self, partner: &str, id: &str) -> Row {
        let awaited = format!("the row of transaction {id}");
        wait::until(&awaited, LIMIT, || {
            let waiting = || Look::Waiting("none".to_owned());
            let row = self.row_of(partner, id);
            Ok::<_, AwsError>(row.map_or_else(waiting, Look::Done))
        })
        .unwrap()
    }

    /// The rejections of transaction `id`.
    pub fn rejections(&self, id: &str) -> Vec<Row> {
        let table = self.stack.output("RejectionsTableName").unwrap();
        let mut rows = self.aws.scan(table).unwrap();
        rows.retain(|row| row.get("id").is_some_and(|other| other == id));
        rows
    }

    pub fn wait_for_rejection(&self, id: &str) -> Row {
        let awaited = format!("the rejection of transaction {id}");
        wait::until(&awaited, LIMIT, || {
            let waiting = || Look::Waiting("none".to_owned());
            let rejection = self.rejections(id).into_iter().next();
            Ok::<_, AwsError>(rejection.map_or_else(waiting, Look::Done))
        })
        .unwrap()
    }

    /// Uploads one more transaction and waits for its row: whatever was to happen because of an
    /// upload before it has had more than the time it takes.
    pub fn let_an_upload_pass(&self) {
        let id = self.id("marker");
        let path = format!("/inbox/{id}.xml");
        self.upload(&path, &batch([(id.as_str(), "A marker.")]));
        self.wait_for_row(&id);
    }

    /// The ARNs of the transaction workflow's forms whose name contains `form`. Requests always run
    /// in the Standard one, whatever uploads run in.
    pub fn workflows(&self, form: &str) -> Vec<String> {
        let all = self.call(Service::StepFunctions, "ListStateMachines", &json!({}));
        let machines = all["stateMachines"].as_array().unwrap().iter();
        let arns = machines.filter_map(|each| each["stateMachineArn"].as_str());
        arns.filter(|arn| arn.contains("TransactionWorkflow") && arn.contains(form))
            .map(str::to_owned)
            .collect()
    }

    /// The names of the executions of this test's transactions, in both forms of the workflow.
    pub fn executions(&self) -> Vec<String> {
        let workflows = self.workflows("").into_iter();
        workflows.flat_map(|arn| self.executions_in(&arn)).collect()
    }

    fn executions_in(&self, workflow: &str) -> Vec<String> {
        let mut input = json!({"stateMachineArn": workflow});
        let mut names = Vec::new();
        loop {
            let page = self.call(Service::StepFunctions, "ListExecutions", &input);
            let executions = page["executions"].as_array().unwrap();
            let all = executions.iter().filter_map(|each| each["name"].as_str());
            names.extend(
                all.filter(|name| name.starts_with(&self.prefix))
                    .map(str::to_owned),
            );
            let Value::String(token) = &page["nextToken"] else {
                return names;
            };
            input["nextToken"] = token.as_str().into();
        }
    }

    pub fn call(&self, service: Service, operation: &str, input: &Value) -> Value {
        self.aws.call(service, operation, input).unwrap()
    }
}

/// A batch in seed 000's form. The texts stand as they are: a test that needs entities writes
/// them.
pub fn batch<'a>(transactions: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let transactions = transactions.into_iter().map(|(id, notes)| {
        format!(
            "  <Transaction TransactionID=\"{id}\">\n    <Notes>{notes}</Notes>\n  </Transaction>\n"
        )
    });
    let transactions: String = transactions.collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Transactions>\n{transactions}</Transactions>\n"
    )
}

/// Differs between tests and between runs.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!(
        "{:x}{:x}",
        now.as_millis(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}
