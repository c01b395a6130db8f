//! What is not for everybody: the event with the task token reaches its one function alone, and the
//! ledger's event is in no catalogue. Both have the form of their schemas.

use crate::applicants::{Applicant, publish, review, wait_for_decision, wait_for_review};
use crate::event_listener::EventListener;
use crate::events::{check, text};
use crate::logs::Logs;
use crate::stack_under_test::{StackUnderTest, batch};
use local_stack::Service;
use serde_json::{Value, json};

#[test]
fn the_event_with_the_token_is_nowhere_but_with_its_one_function() {
    let test = StackUnderTest::shared("token");
    let logs = Logs::from_now_on(&test);
    let listener = EventListener::start(&test);
    let account = test.id(1);
    publish(&test, &[Applicant::HighRisk.request(&account)]);
    let task = wait_for_review(&test, &account);
    let token = task["task_token"].as_str().unwrap();
    assert!(token.len() > 20);
    listener.wait_for_account("IdentityReviewRequested", &account);
    for event in listener.events() {
        assert_ne!(event["source"], "b2b.private");
        assert!(!event.to_string().contains(token));
    }
    let rules = matching_rules(&test);
    let [rule] = rules.as_slice() else {
        panic!("{rules:?} take the event");
    };
    let bus = test.stack.output("EventBusName").unwrap();
    let input = json!({"Rule": rule, "EventBusName": bus});
    let targets = test.call(Service::EventBridge, "ListTargetsByRule", &input);
    assert_eq!(targets["Targets"].as_array().unwrap().len(), 1);
    for pattern in archive_patterns(&test) {
        assert!(!matches(&test, &pattern));
    }
    assert_eq!(review(&test, &account, "APPROVE").status, 200);
    wait_for_decision(&test, &account);
    logs.wait_for(&[&format!("IdentityReviewRequested#{account}")]);
    for line in logs.lines() {
        assert!(!line.contains(token));
    }
}

#[test]
fn the_events_that_are_not_public_have_the_form_of_their_schemas() {
    let test = StackUnderTest::alone("not-public");
    let listener = EventListener::start_for(&test, &["b2b.private", "b2b.ledger"]);
    let account = test.id("account");
    publish(&test, &[Applicant::HighRisk.request(&account)]);
    wait_for_review(&test, &account);
    let (twice, once) = (test.id("twice"), test.id("once"));
    test.upload("/inbox/first.xml", &batch([(twice.as_str(), "The same.")]));
    test.wait_for_row(&twice);
    let second = batch([(twice.as_str(), "The same."), (once.as_str(), "Another.")]);
    test.upload("/inbox/second.xml", &second);

    let token = listener.wait_for_account("IdentityReviewTokenIssued", &account);
    let duplicate = listener.wait_for("the duplicate", |events| {
        let mut events = events.iter();
        let is_duplicate = |event: &&Value| event["detail-type"] == "TransactionDuplicated";
        events.find(is_duplicate).cloned()
    });
    check(&token);
    check(&duplicate);
    assert_eq!(review(&test, &account, "REJECT").status, 200);
    wait_for_decision(&test, &account);
}

/// The names of the rules of the stack that take the event with the token.
fn matching_rules(test: &StackUnderTest) -> Vec<String> {
    let bus = test.stack.output("EventBusName").unwrap();
    let rules = test.call(
        Service::EventBridge,
        "ListRules",
        &json!({"EventBusName": bus}),
    );
    let rules = rules["Rules"].as_array().unwrap().iter();
    rules
        .filter(|rule| matches(test, rule["EventPattern"].as_str().unwrap()))
        .map(|rule| text(rule, "Name"))
        .collect()
}

fn archive_patterns(test: &StackUnderTest) -> Vec<String> {
    let archives = test.call(Service::EventBridge, "ListArchives", &json!({}));
    let archives = archives["Archives"].as_array().unwrap();
    assert!(!archives.is_empty());
    let pattern = |archive: &Value| {
        let input = json!({"ArchiveName": archive["ArchiveName"]});
        let archive = test.call(Service::EventBridge, "DescribeArchive", &input);
        text(&archive, "EventPattern")
    };
    archives.iter().map(pattern).collect()
}

fn matches(test: &StackUnderTest, pattern: &str) -> bool {
    let event = json!({
        "version": "0", "id": "1", "account": "000000000000", "region": test.stack.region,
        "time": "2026-03-01T09:30:00Z", "resources": [], "source": "b2b.private",
        "detail-type": "IdentityReviewTokenIssued", "detail": {"partner_id": "acme"},
    });
    let input = json!({"EventPattern": pattern, "Event": event.to_string()});
    let answer = test.call(Service::EventBridge, "TestEventPattern", &input);
    answer["Result"].as_bool().unwrap()
}
