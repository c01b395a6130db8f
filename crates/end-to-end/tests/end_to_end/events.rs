//! What the stack publishes: every event has the form of its schema, and a target that fails keeps no
//! other from its events.

use crate::applicants::{Applicant, publish, review, wait_for_decision, wait_for_review};
use crate::event_listener::{EventListener, queue_arn};
use crate::event_queue::{BrokenQueue, DeadLetters, EventQueue};
use crate::logs::Logs;
use crate::stack_under_test::{LIMIT, StackUnderTest, batch};
use local_stack::Subscriber;
use serde_json::Value;
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
fn a_target_that_takes_nothing_has_its_events_set_aside_and_the_others_get_theirs() {
    let test = StackUnderTest::alone("broken-target");
    let logs = Logs::from_now_on(&test);
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
    logs.wait_for(&["An event was published.", &approved]);
    assert_eq!(wait_for_decision(&test, &account)["status"], "APPROVED");

    let letters = DeadLetters::of(&test);
    letters.wait_for(&approved);
    // Whatever else was to come of the first approval has come once the second one's is there.
    let marker = test.id(2);
    publish(&test, &[Applicant::LowRisk.request(&marker)]);
    letters.wait_for(&format!("AccountApproved#{marker}"));
    let of_the_first = letters.about(&approved);
    let [letter] = of_the_first.as_slice() else {
        panic!("{} dead letters of one event", of_the_first.len());
    };
    let queue = test.stack.output("EventQueueUrl").unwrap();
    let target = &letter["MessageAttributes"]["TARGET_ARN"]["StringValue"];
    assert_eq!(*target, queue_arn(&test, queue));
    drop(broken);
}

/// The detail is valid against its schema; a kind that has none is not of the catalogue. What is
/// said of one that is not quotes nothing: it may hold a token.
pub fn check(event: &Value) {
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
        .map(|error| format!("{} against {}", error.instance_path(), error.schema_path()))
        .collect();
    assert!(problems.is_empty(), "{detail_type}: {problems:?}");
}

fn rejection_code(events: &[Value], transaction: &str) -> Option<String> {
    let mut events = events.iter();
    let rejected = events.find(|event| {
        event["detail-type"] == "TransactionRejected"
            && event["detail"]["transaction_id"] == transaction
    })?;
    Some(text(&rejected["detail"], "code"))
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
