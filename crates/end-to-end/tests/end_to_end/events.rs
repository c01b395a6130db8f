//! What the stack publishes: every event has the form of its schema, the private one stays private,
//! and a target that fails keeps no other from its events.

use crate::applicants::{Applicant, publish, review, wait_for_decision, wait_for_review};
use crate::event_listener::EventListener;
use crate::event_queue::{BrokenQueue, EventQueue};
use crate::logs::Logs;
use crate::stack_under_test::{LIMIT, StackUnderTest, batch};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Service, Subscriber};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The public events that this test brings about.
const EVENTS: [&str; 10] = [
    "AccountApproved",
    "AccountRejected",
    "IdentityCheckCompleted",
    "IdentityReviewRequested",
    "NewAccountRequested",
    "TransactionRejected",
    "TransactionStored",
    "UploadCompleted",
    "UploadReceived",
    "UploadRejected",
];

#[test]
fn every_event_that_the_stack_publishes_is_of_the_catalogue() {
    let test = StackUnderTest::shared("catalogue");
    let logs = Logs::from_now_on(&test);
    let topic = test.stack.output("EventTopicArn").unwrap();
    let subscriber = Subscriber::subscribe(&test.aws, topic).unwrap();
    let queue = EventQueue::emptied(&test);
    let listener = EventListener::start(&test);
    let (good, bad) = (test.id("good"), test.id("bad"));
    let file = batch([(good.as_str(), "A good one."), (bad.as_str(), "")]);
    test.upload("/inbox/catalogue.xml", &file);
    test.upload("/inbox/cut-off.xml", &file.replace("</Transactions>", ""));
    test.wait_for_row(&good);
    let conflict = batch([(good.as_str(), "Other content.")]);
    test.upload("/inbox/conflict.xml", &conflict);
    let accounts = [Applicant::LowRisk, Applicant::UnderAge, Applicant::HighRisk]
        .map(|kind| (test.id(format_args!("{kind:?}")), kind));
    for (account, kind) in &accounts {
        publish(&test, &[kind.request(account)]);
    }
    wait_for_review(&test, &accounts[2].0);
    assert_eq!(review(&test, &accounts[2].0, "APPROVE").status, 200);
    for (account, _) in &accounts {
        wait_for_decision(&test, account);
    }

    let expected = BTreeSet::from(EVENTS.map(str::to_owned));
    listener.wait_for("every kind of event", |events| {
        let seen = events.iter().map(|event| text(event, "detail-type"));
        let seen: BTreeSet<_> = seen.collect();
        expected.is_subset(&seen).then_some(())
    });
    let rejections = listener.wait_for("the rejections of both transactions", |events| {
        let codes = [&bad, &good].map(|id| rejection_code(events, id));
        codes.iter().all(Option::is_some).then_some(codes)
    });
    assert_eq!(rejections[1].as_deref(), Some("CONFLICT"));
    let events = listener.events();
    events.iter().for_each(check);

    // One event of each kind, by its id, reached all three targets of the catalogue's rule.
    let ids = events.iter().map(|event| {
        let id = text(&event["detail"], "event_id");
        (text(event, "detail-type"), id)
    });
    let ids: BTreeMap<_, _> = ids.collect();
    let mut awaited: BTreeSet<_> = ids.values().cloned().collect();
    subscriber
        .wait_for("every kind of event", LIMIT, |event| {
            awaited.remove(&text(&event["detail"], "event_id"));
            awaited.is_empty()
        })
        .unwrap();
    queue.wait_for(ids.values().cloned().collect());
    for id in ids.values() {
        logs.wait_for(&["An event was published.", id]);
    }
}

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
    listener.wait_for_event(&format!("IdentityReviewRequested#{account}"));
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
fn a_target_that_takes_nothing_has_its_events_set_aside_and_the_others_get_theirs() {
    let test = StackUnderTest::alone("broken-target");
    let topic = test.stack.output("EventTopicArn").unwrap();
    let subscriber = Subscriber::subscribe(&test.aws, topic).unwrap();
    let listener = EventListener::start(&test);
    let broken = BrokenQueue::without_policy(&test);
    let account = test.id(1);
    publish(&test, &[Applicant::LowRisk.request(&account)]);

    let approved = format!("AccountApproved#{account}");
    listener.wait_for_event(&approved);
    subscriber
        .wait_for("the approval", LIMIT, |event| {
            event["detail"]["event_id"] == approved.as_str()
        })
        .unwrap();
    wait_for_dead_letter(&test, &approved);
    assert_eq!(wait_for_decision(&test, &account)["status"], "APPROVED");
    drop(broken);
}

/// The detail is valid against its schema; a kind that has none is not of the catalogue.
fn check(event: &Value) {
    let (source, detail_type) = (text(event, "source"), text(event, "detail-type"));
    let schemas = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"));
    let path = schemas.join(format!("{source}/{detail_type}.schema.json"));
    let schema = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{}", path.display()));
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    let detail = &event["detail"];
    let problems: Vec<_> = validator
        .iter_errors(detail)
        .map(|error| error.to_string())
        .collect();
    assert!(problems.is_empty(), "{detail_type} {detail}: {problems:?}");
}

fn rejection_code(events: &[Value], transaction: &str) -> Option<String> {
    let mut events = events.iter();
    let rejected = events.find(|event| {
        event["detail-type"] == "TransactionRejected"
            && event["detail"]["transaction_id"] == transaction
    })?;
    Some(text(&rejected["detail"], "code"))
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

/// Waits until the event is in the catalogue's dead-letter queue, and takes it out.
fn wait_for_dead_letter(test: &StackUnderTest, event_id: &str) {
    let queue = test.stack.output("EventDeadLetterQueueUrl").unwrap();
    let input = json!({"QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 2});
    wait::until("the event in the dead-letter queue", LIMIT, || {
        let received = test.aws.call(Service::Sqs, "ReceiveMessage", &input)?;
        let mut messages = received["Messages"].as_array().into_iter().flatten();
        let Some(message) = messages.find(|message| text(message, "Body").contains(event_id))
        else {
            return Ok::<_, AwsError>(Look::Waiting("other messages".to_owned()));
        };
        let handle = json!({"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]});
        test.aws.call(Service::Sqs, "DeleteMessage", &handle)?;
        Ok(Look::Done(()))
    })
    .unwrap();
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
