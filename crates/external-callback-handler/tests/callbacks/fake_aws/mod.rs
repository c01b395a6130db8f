//! Amazon `DynamoDB` and AWS Step Functions in memory, behind the SDK's HTTP connector: one table,
//! the tasks of its rows, and faults at chosen calls.

mod dynamodb;
mod expression;
mod step_functions;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use callback_task::{CallbackTasksTable, TaskCallbacks};
use external_callback_handler::Adapters;
use serde_json::{Value, json};
use step_functions::Tasks;

pub use dynamodb::Table;

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The function is killed when the request is about to leave.
    KilledBefore,
    /// The function is killed when the request was carried out and before its answer arrives.
    KilledAfter,
    /// The request is carried out, and the connection breaks before the answer arrives.
    AnswerLost,
    /// The service refuses the request.
    Throttled,
    /// The service fails, and does nothing.
    ServerError,
    /// Just before the request arrives, the task's state is retried with this new token, and Step
    /// Functions forgets the old one.
    StateRetried(&'static str),
}

/// Both services, and the function's clients of them.
pub struct FakeAws {
    services: Services,
    pub adapters: Adapters,
    pub tasks: CallbackTasksTable,
}

/// Both services. Calls are numbered from 0 in the order in which they arrive.
#[derive(Clone, Debug, Default)]
struct Services(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub struct State {
    pub table: Table,
    pub tasks: Tasks,
    /// The operations that were called.
    pub calls: Vec<String>,
    pub faults: BTreeMap<usize, Fault>,
    /// How long answers are under way; none are where there is no rule.
    pub delays: Option<fastrand::Rng>,
}

impl FakeAws {
    /// Clients without retries and timeouts of the SDK: every call is one of the function's own,
    /// and a killed one never ends.
    pub fn new() -> Self {
        let services = Services::default();
        let dynamodb = aws_sdk_dynamodb::Config::builder()
            .with_test_defaults_v2()
            .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
            .http_client(services.http_client());
        let dynamodb = aws_sdk_dynamodb::Client::from_conf(dynamodb.build());
        let states = aws_sdk_sfn::Config::builder()
            .with_test_defaults_v2()
            .retry_config(aws_sdk_sfn::config::retry::RetryConfig::disabled())
            .http_client(services.http_client());
        let states = aws_sdk_sfn::Client::from_conf(states.build());
        let tasks = CallbackTasksTable::new(dynamodb, "tasks".to_owned());
        Self {
            adapters: Adapters::new(tasks.clone(), TaskCallbacks::new(states)),
            tasks,
            services,
        }
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        self.services.with(look)
    }
}

impl Services {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().expect("no test panics with the lock"))
    }

    fn http_client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    fn answer(&self, request: &HttpRequest) -> (Option<Fault>, HttpResponse) {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        let input: Value = serde_json::from_slice(body).expect("the SDK sends JSON");
        self.with(|state| {
            let fault = state.faults.get(&state.calls.len()).copied();
            state.calls.push(operation.clone());
            let answer = match fault {
                Some(Fault::KilledBefore) => Ok(json!({})),
                Some(Fault::Throttled) => Err((400, json!({"__type": "ThrottlingException"}))),
                Some(Fault::ServerError) => Err((500, json!({"__type": "InternalFailure"}))),
                Some(Fault::StateRetried(token)) => {
                    retry_state(state, token);
                    carry_out(state, &operation, &input)
                }
                _ => carry_out(state, &operation, &input),
            };
            (fault, response(answer))
        })
    }
}

/// An answer, or a status and an error.
type Answer = Result<Value, (u16, Value)>;

fn carry_out(state: &mut State, operation: &str, input: &Value) -> Answer {
    match operation {
        "GetItem" => Ok(state.table.get(input)),
        "UpdateItem" => state.table.update(input),
        _ => state.tasks.answer(operation, input),
    }
}

fn retry_state(state: &mut State, token: &str) {
    let old = state.table.attribute("task_token");
    let old = old.expect("the task waits");
    state.tasks.forget(old.as_str().expect("a token is a text"));
    state.tasks.open(token);
    state.table.set("task_token", json!({"S": token}));
    state.table.set("task_status", json!({"S": "PENDING"}));
    state.table.remove("outcome_sha256");
    state.table.remove("open_attempts");
}

fn response(answer: Answer) -> HttpResponse {
    let (status, body) = answer.map_or_else(|error| error, |body| (200, body));
    let status = status.try_into().expect("the status is one of HTTP");
    HttpResponse::new(status, body.to_string().into())
}

impl HttpConnector for Services {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (fault, response) = self.answer(&request);
        match fault {
            Some(Fault::KilledBefore | Fault::KilledAfter) => {
                HttpConnectorFuture::new(std::future::pending())
            }
            Some(Fault::AnswerLost) => {
                let error = ConnectorError::io("connection reset".into());
                HttpConnectorFuture::ready(Err(error))
            }
            _ => {
                let delay =
                    self.with(|state| state.delays.as_mut().map(|delays| delays.u64(1..10)));
                HttpConnectorFuture::new(async move {
                    tokio::time::sleep(Duration::from_millis(delay.unwrap_or_default())).await;
                    Ok(response)
                })
            }
        }
    }
}
