//! A text message by the partner API, through a stand-in for the provider on this machine.

use crate::console;
use crate::table::{self, Column};
use anyhow::{Context, Result, ensure};
use local_stack::provider::{self, Provider, ProviderRequest, Reply};
use local_stack::{Api, Aws, StackFile};
use serde_json::{Value, json};

/// The message. Its text has what is easily lost on the way: quotes, a backslash, a line's end.
const MESSAGE: &str = include_str!("../../../../events/partner/sms.json");

/// Sends the message, prints what the provider received, and checks it.
pub fn run(stack: &StackFile) -> Result<()> {
    let aws = Aws::of(stack);
    let endpoint = provider::deployed_endpoint(stack, &aws)?;
    let Some(port) = provider::loopback_port(&endpoint) else {
        console::line(format!(
            "The stack calls {endpoint}, which is not of this machine; no message is sent there."
        ));
        return Ok(());
    };
    let provider = Provider::listen(port, |_| Reply::Answer(201, provider_answer()))?;
    console::line(format!("A stand-in provider listens at {endpoint}."));

    let message: Value = serde_json::from_str(MESSAGE).context("The message is not JSON.")?;
    let answer = Api::of(stack)?.post_json("/sms", &message)?;
    ensure!(
        answer.status == 200 && answer.body == provider_answer(),
        "The API answered {} {}, but 200 {} is right.",
        answer.status,
        answer.body,
        provider_answer()
    );
    console::line(format!(
        "Posted the message; the API answered 200 {}.",
        answer.body
    ));
    let requests = provider.requests();
    let [request] = requests.as_slice() else {
        anyhow::bail!(
            "The provider received {} requests instead of one.",
            requests.len()
        );
    };
    let received = received(request, &message["sendsms"]);
    print(&received);
    check(request, &received, &aws)
}

fn provider_answer() -> Value {
    json!({"sid": "SM0123456789abcdef0123456789abcdef", "status": "queued"})
}

/// A field's name, its text as it was sent, and as it was received.
type Field = (String, Value, Value);

fn received(request: &ProviderRequest, sent: &Value) -> Vec<Field> {
    let form = request.form();
    let fields = sent.as_object().into_iter().flatten();
    fields
        .map(|(name, sent)| {
            let received = form.iter().find(|(other, _)| other == name);
            let received = received.map(|(_, text)| text.as_str().into());
            (name.clone(), sent.clone(), received.unwrap_or_default())
        })
        .collect()
}

/// The texts stand as JSON, which shows quotes and line ends for what they are.
fn print(fields: &[Field]) {
    let columns = [
        Column::Text("field"),
        Column::Text("sent"),
        Column::Text("received by the provider"),
    ];
    let rows = fields
        .iter()
        .map(|(name, sent, received)| [name.clone(), sent.to_string(), received.to_string()]);
    table::print(&columns, rows);
}

fn check(request: &ProviderRequest, fields: &[Field], aws: &Aws) -> Result<()> {
    for (name, sent, received) in fields {
        ensure!(
            sent == received,
            "The field {name} did not arrive as it was sent."
        );
    }
    ensure!(
        request.form().len() == fields.len(),
        "The provider received other fields than were sent."
    );
    let expected = provider::placeholder_credentials(aws)?;
    ensure!(
        request.credentials() == Some(expected),
        "The provider was not called with the secret's user name and password."
    );
    console::line("The provider was called once, with the secret's user name and password.");
    Ok(())
}
