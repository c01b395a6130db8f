//! `POST /sms`, with a stand-in for the provider where the deployed workflow calls it.

use crate::api::assert_refused;
use crate::stack_under_test::StackUnderTest;
use local_stack::Service;
use local_stack::provider::{self, Provider, Reply};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
        let turn = PROVIDER.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoint = provider::deployed_endpoint(&test.stack, &test.aws).unwrap();
        let port = provider::loopback_port(&endpoint).unwrap();
        Self {
            test,
            provider: Provider::listen(port, move |_| reply.clone()).unwrap(),
            _turn: turn,
        }
    }

    fn send(&self) -> local_stack::Answer {
        self.test.api.post_json("/sms", &message()).unwrap()
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

fn message() -> Value {
    json!({"sendsms": {"To": "+15558675310", "From": "+15017122661", "Body": TEXT}})
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
    for (refusal, status) in [(429, 503), (503, 502)] {
        let third = Third::party(&test, Reply::Answer(refusal, json!({})));
        let answered = third.send();
        assert_refused(&answered, status);
        let retry_after = (status == 503).then_some("5");
        assert_eq!(answered.header("retry-after"), retry_after);
        assert_eq!(third.calls(), 3, "{refusal}");
    }
}

#[test]
fn silence_of_twenty_seconds_is_a_timeout_and_the_message_is_not_sent_again() {
    let test = StackUnderTest::shared("sms-silence");
    let third = Third::party(&test, Reply::Silence);
    assert_refused(&third.send(), 504);
    assert_eq!(third.calls(), 1);
}

#[test]
fn what_is_not_allowed_or_not_well_formed_does_not_reach_the_provider() {
    let test = StackUnderTest::shared("sms-refused");
    let third = Third::party(&test, sent());
    let before = third.newest_executions();
    let without_token = test.api.without_token();
    assert_refused(&without_token.post_json("/sms", &message()).unwrap(), 401);
    for body in [
        json!({}),
        json!({"sendsms": {}}),
        json!({"sendsms": "text"}),
        json!({"sendsms": {"To": 1}}),
        json!({"sendsms": {"To": "1"}, "other": "1"}),
        json!([message()]),
    ] {
        assert_refused(&test.api.post_json("/sms", &body).unwrap(), 400);
    }
    assert_eq!(third.calls(), 0);
    assert_eq!(third.newest_executions(), before);
}
