//! `POST /sms`, with a stand-in for the provider where the deployed workflow calls it.

use crate::api::assert_refused;
use crate::logs::Logs;
use crate::stack_under_test::StackUnderTest;
use local_stack::Service;
use local_stack::provider::{self, Provider, Reply};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The provider's port is one, so its tests stand in line.
static PROVIDER: Mutex<()> = Mutex::new(());

/// What is easily lost in templates, in JSON and in a form.
const TEXT: &str = "it's \"x\" \\ \\n &amp; a=b&c=d + 100% %41 ${x} $util #set ü 😀\n2\ttab\r\nend";

struct Third<'a> {
    test: &'a StackUnderTest,
    provider: Provider,
    _turn: MutexGuard<'static, ()>,
}

impl<'a> Third<'a> {
    fn party(test: &'a StackUnderTest, reply: Reply) -> Self {
        Self::party_that(test, move |_| reply.clone())
    }

    /// One that answers its calls by their number, from 1.
    fn party_that(
        test: &'a StackUnderTest,
        reply: impl Fn(usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let turn = PROVIDER.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoint = provider::deployed_endpoint(&test.stack, &test.aws).unwrap();
        let port = provider::loopback_port(&endpoint).unwrap();
        let calls = AtomicUsize::new(0);
        Self {
            test,
            provider: Provider::listen(port, move |_| {
                reply(calls.fetch_add(1, Ordering::SeqCst) + 1)
            })
            .unwrap(),
            _turn: turn,
        }
    }

    fn send(&self) -> local_stack::Answer {
        self.send_text(TEXT)
    }

    fn send_text(&self, text: &str) -> local_stack::Answer {
        self.test.api.post_json("/sms", &message(text)).unwrap()
    }

    fn calls(&self) -> usize {
        self.provider.requests().len()
    }

    /// AWS does not list Express executions; the emulator does.
    fn newest_executions(&self) -> Value {
        let workflow = self.test.stack.output("ThirdPartyWorkflowArn").unwrap();
        let input = json!({"stateMachineArn": workflow});
        let listed = self
            .test
            .call(Service::StepFunctions, "ListExecutions", &input);
        listed["executions"].clone()
    }
}

fn message(text: &str) -> Value {
    json!({"sendsms": {"To": "+15558675310", "From": "+15017122661", "Body": text}})
}

fn sent() -> Reply {
    Reply::Answer(201, answer())
}

fn answer() -> Value {
    json!({"sid": "SM1", "status": "queued", "body": TEXT, "price": null})
}

#[test]
fn a_text_arrives_as_it_was_typed_and_the_answer_comes_back_as_it_is() {
    let test = StackUnderTest::shared("sms");
    let third = Third::party(&test, sent());
    let answered = third.send();
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(answered.body, answer());

    let requests = third.provider.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.method, "POST");
    let content_type = request.header("content-type").unwrap();
    assert!(content_type.starts_with("application/x-www-form-urlencoded"));
    let mut form = request.form();
    form.sort();
    let expected = [
        ("Body", TEXT),
        ("From", "+15017122661"),
        ("To", "+15558675310"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(form, expected);
    let credentials = provider::placeholder_credentials(&test.aws).unwrap();
    assert_eq!(request.credentials(), Some(credentials));
}

#[test]
fn each_failure_of_the_provider_has_its_status_and_a_post_is_not_repeated() {
    let test = StackUnderTest::shared("sms-failures");
    let answer = |status| Reply::Answer(status, json!({"message": "provider's own words"}));
    for (reply, status) in [
        (answer(400), 422),
        (answer(401), 502),
        (answer(403), 502),
        (answer(404), 422),
        (answer(500), 502),
        (Reply::Half, 502),
    ] {
        let third = Third::party(&test, reply.clone());
        let answered = third.send();
        assert_refused(&answered, status);
        let told = answered.body.to_string();
        assert!(!told.contains("own words"), "{reply:?}: {told}");
        assert_eq!(third.calls(), 1, "{reply:?}");
    }
}

#[test]
fn a_provider_that_did_nothing_is_asked_three_times() {
    let test = StackUnderTest::shared("sms-busy");
    for (refusal, status, code) in [
        (429, 503, "PROVIDER_BUSY"),
        (503, 502, "PROVIDER_UNAVAILABLE"),
    ] {
        let third = Third::party(&test, Reply::Answer(refusal, json!({})));
        let answered = third.send();
        assert_refused(&answered, status);
        assert_eq!(answered.body["error"]["code"], code);
        let retry_after = (status == 503).then_some("5");
        assert_eq!(answered.header("retry-after"), retry_after);
        assert_eq!(third.calls(), 3, "{refusal}");
    }
}

#[test]
fn a_provider_that_is_back_at_the_second_call_sends_the_message() {
    let test = StackUnderTest::shared("sms-back");
    for refusal in [429, 503] {
        let third = Third::party_that(&test, move |call| match call {
            1 => Reply::Answer(refusal, json!({})),
            _ => sent(),
        });
        let answered = third.send();
        assert_eq!(answered.status, 200, "{}", answered.body);
        assert_eq!(answered.body, answer());
        assert_eq!(third.calls(), 2, "{refusal}");
    }
}

#[test]
fn silence_of_twenty_seconds_is_a_timeout_and_the_message_is_not_sent_again() {
    let test = StackUnderTest::shared("sms-silence");
    let third = Third::party(&test, Reply::Silence);
    let start = Instant::now();
    let answered = third.send();
    let elapsed = start.elapsed();
    assert_refused(&answered, 504);
    assert_eq!(answered.body["error"]["code"], "PROVIDER_TIMEOUT");
    assert!((19..=26).contains(&elapsed.as_secs()), "{elapsed:?}");
    assert_eq!(third.calls(), 1);
}

#[test]
fn a_connection_that_cannot_be_used_sends_nothing_and_says_so() {
    let test = StackUnderTest::shared("sms-connection");
    let third = Third::party(&test, sent());
    let workflow = test.stack.output("ThirdPartyWorkflowArn").unwrap();
    let unconnected = test.aws.copy_state_machine(workflow, |definition| {
        let arguments = &mut definition["States"]["CallProvider"]["Arguments"];
        let connection = &mut arguments["Authentication"]["ConnectionArn"];
        let arn = connection.as_str().unwrap();
        let (account, _) = arn.split_once(":connection/").unwrap();
        *connection = format!("{account}:connection/absent/0").into();
    });
    let unconnected = unconnected.unwrap();
    let input = json!({"stateMachineArn": unconnected.arn, "input": message(TEXT).to_string()});
    let ended = test.call(Service::StepFunctions, "StartSyncExecution", &input);
    let output = ended["output"].as_str().unwrap();
    let output: Value = serde_json::from_str(output).unwrap();
    assert_eq!(output["status"], 502);
    assert!(
        output["body"]
            .as_str()
            .unwrap()
            .contains("PROVIDER_UNAVAILABLE")
    );
    assert_eq!(third.calls(), 0);
}

#[test]
fn neither_the_text_nor_the_providers_words_are_logged() {
    let test = StackUnderTest::shared("sms-logs");
    let logs = Logs::from_now_on(&test);
    let (body, words) = (test.id("body"), test.id("words"));
    for status in [201, 400, 401, 429, 500, 503] {
        let reply = json!({"message": words, "text": body});
        let third = Third::party(&test, Reply::Answer(status, reply));
        third.send_text(&body);
        assert!(third.calls() >= 1, "{status}");
    }
    // The functions' logs come a moment later than those of the workflow.
    test.let_an_upload_pass();
    let lines = logs.lines();
    assert!(!lines.is_empty());
    for line in lines {
        assert!(!line.contains(&body) && !line.contains(&words), "{line}");
    }
}

#[test]
fn what_is_not_allowed_or_not_well_formed_does_not_reach_the_provider() {
    let test = StackUnderTest::shared("sms-refused");
    let third = Third::party(&test, sent());
    let before = third.newest_executions();
    let without_token = test.api.without_token();
    assert_refused(
        &without_token.post_json("/sms", &message(TEXT)).unwrap(),
        401,
    );
    for body in [
        json!({}),
        json!({"sendsms": {}}),
        json!({"sendsms": "text"}),
        json!({"sendsms": {"To": 1}}),
        json!({"sendsms": {"To": "1"}, "other": "1"}),
        json!([message(TEXT)]),
    ] {
        assert_refused(&test.api.post_json("/sms", &body).unwrap(), 400);
    }
    assert_eq!(third.calls(), 0);
    assert_eq!(third.newest_executions(), before);
}
