//! Events, notifications and failures: whoever hands them over may do so, and none is dropped.

use std::collections::BTreeSet;

use serde_json::Value;
use stack_contract::{
    EventTarget, Function, Resource, Statement, Template, assert_no_faults, event_targets,
    references, texts,
};

fn subscriptions() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::SNS::Subscription")
}

/// The policies of queues and topics.
fn policies() -> impl Iterator<Item = Resource> {
    let queues = Template::read().of_type("AWS::SQS::QueuePolicy");
    queues.chain(Template::read().of_type("AWS::SNS::TopicPolicy"))
}

/// Functions whose caller does not wait for the answer: targets of rules and of topics.
fn asynchronous_functions() -> impl Iterator<Item = Function> {
    let targets = event_targets().into_iter().map(EventTarget::receiver);
    let endpoints = subscriptions().flat_map(|one| references(one.property("Endpoint")));
    let names: BTreeSet<String> = targets.chain(endpoints).collect();
    let functions = Template::read().functions();
    functions.filter(move |function| names.contains(function.resource.id))
}

#[test]
fn an_event_that_cannot_be_handed_over_is_retried_and_then_kept() {
    assert_no_faults(event_targets().into_iter().filter_map(|target| {
        let policy = &target.body["RetryPolicy"];
        // The longest that EventBridge tries: what cannot be handed over for a night is no dead letter.
        let is_retried =
            policy["MaximumRetryAttempts"] == 185 && policy["MaximumEventAgeInSeconds"] == 86_400;
        let why = "its target needs a RetryPolicy of 185 attempts within 86400 seconds, and a \
                   DeadLetterConfig, else the event is lost";
        let fits = is_retried && target.dead_letter_queue().is_some();
        target.rule.unless(fits, why)
    }));
}

#[test]
fn an_event_that_a_function_fails_on_is_kept() {
    assert_no_faults(asynchronous_functions().filter_map(|function| {
        let config = function.resource.property("EventInvokeConfig");
        let fits = function.on_failure().is_some() && config["MaximumRetryAttempts"].is_u64();
        let why = "it is invoked asynchronously: its EventInvokeConfig is to state \
                   MaximumRetryAttempts and an OnFailure queue, else Lambda drops the event";
        function.resource.unless(fits, why)
    }));
}

#[test]
fn a_notification_that_cannot_be_delivered_is_kept() {
    let receivers = subscriptions().filter(|one| one.property("Protocol") != "email");
    assert_no_faults(receivers.filter_map(|subscription| {
        let why = "it needs a RedrivePolicy, else Amazon SNS drops what it cannot deliver";
        subscription.unless(subscription.redriven_to().is_some(), why)
    }));
}

#[test]
fn aws_services_can_publish_to_every_topic() {
    assert_no_faults(
        Template::read()
            .of_type("AWS::SNS::Topic")
            .filter_map(|topic| {
                let key = texts(topic.property("KmsMasterKeyId"));
                let is_managed = key.iter().any(|key| key.contains("alias/aws/sns"));
                let why =
                    "EventBridge and CloudWatch cannot publish to a topic under alias/aws/sns";
                topic.unless(!is_managed, why)
            }),
    );
}

/// Subscribers by HTTP verify what they are sent; version 1, the default, signs with SHA-1.
#[test]
fn every_topic_signs_with_sha_256() {
    let topics = Template::read().of_type("AWS::SNS::Topic");
    assert_no_faults(topics.filter_map(|topic| {
        let fits = topic.property("SignatureVersion") == "2";
        topic.unless(fits, "SignatureVersion is to be '2'")
    }));
}

/// Whether a statement lets EventBridge publish to a topic: there AWS supports no `Condition`, and no
/// event would arrive with one.
fn takes_no_condition(statement: &Statement) -> bool {
    statement.body["Principal"]["Service"] == "events.amazonaws.com"
        && statement.actions == ["sns:Publish"]
}

/// Whether a policy lets `service` do `action` to `receiver` for the resource `source` alone, or for
/// none in particular where [`takes_no_condition`].
fn is_let_in(service: &str, action: &str, receiver: &str, source: &str) -> bool {
    let mut statements = policies().flat_map(Resource::guards);
    statements.any(|statement| {
        statement.effect == "Allow"
            && statement.body["Principal"]["Service"] == service
            && statement.actions == [action]
            && references(&statement.body["Resource"]).contains(receiver)
            && match &statement.body["Condition"] {
                condition if takes_no_condition(&statement) => condition.is_null(),
                condition => references(&condition["ArnEquals"]["aws:SourceArn"]).contains(source),
            }
    })
}

/// What a service does to a queue or a topic; other receivers have no policy of this kind.
fn handover(receiver: &str) -> Option<&'static str> {
    let mut resources = Template::read().resources();
    let receiver = resources.find(|resource| resource.id == receiver)?;
    match receiver.kind() {
        "AWS::SQS::Queue" => Some("sqs:SendMessage"),
        "AWS::SNS::Topic" => Some("sns:Publish"),
        _ => None,
    }
}

#[test]
fn a_rule_may_write_to_its_targets_and_to_their_dead_letter_queues() {
    let targets = event_targets().into_iter();
    let pairs = targets.flat_map(|target| {
        let receivers = target.dead_letter_queue().into_iter();
        let receivers = receivers.chain([target.receiver()]);
        receivers.map(move |receiver| (target.rule, receiver))
    });
    assert_no_faults(pairs.filter_map(|(rule, receiver)| {
        let action = handover(&receiver)?;
        let fits = is_let_in("events.amazonaws.com", action, &receiver, rule.id);
        let why = format!(
            "no policy of {receiver} lets it in, a queue's by ArnEquals aws:SourceArn, a topic's \
             without a Condition"
        );
        rule.unless(fits, &why)
    }));
}

#[test]
fn a_topic_may_write_to_its_subscribers_and_to_their_dead_letter_queues() {
    let pairs = subscriptions().flat_map(|subscription| {
        let endpoint = references(subscription.property("Endpoint"));
        let receivers = endpoint.into_iter().chain(subscription.redriven_to());
        receivers.map(move |receiver| (subscription, receiver))
    });
    assert_no_faults(pairs.filter_map(|(subscription, receiver)| {
        let action = handover(&receiver)?;
        let topic = references(subscription.property("TopicArn")).pop_first()?;
        let fits = is_let_in("sns.amazonaws.com", action, &receiver, &topic);
        let why = format!("no policy of {receiver} lets {topic} in by ArnEquals aws:SourceArn");
        subscription.unless(fits, &why)
    }));
}

#[test]
fn an_alarm_may_publish_to_the_topics_of_its_actions() {
    let alarms = Template::read().of_type("AWS::CloudWatch::Alarm");
    let pairs = alarms.flat_map(|alarm| {
        let topics = references(alarm.property("AlarmActions")).into_iter();
        topics.map(move |topic| (alarm, topic))
    });
    assert_no_faults(pairs.filter_map(|(alarm, topic)| {
        let mut statements = policies().flat_map(Resource::guards);
        let fits = statements.any(|statement| {
            statement.body["Principal"]["Service"] == "cloudwatch.amazonaws.com"
                && statement.actions == ["sns:Publish"]
                && references(&statement.body["Resource"]).contains(&topic)
        });
        let why = format!("no policy of {topic} lets cloudwatch.amazonaws.com publish");
        alarm.unless(fits, &why)
    }));
}

#[test]
fn a_service_may_write_to_a_queue_or_topic_for_this_stack_alone() {
    let statements = policies().flat_map(Resource::guards);
    assert_no_faults(statements.filter_map(|statement| {
        let is_queue = statement.holder.kind() == "AWS::SQS::QueuePolicy";
        let is_bound = takes_no_condition(&statement)
            || has_condition(&statement, "aws:SourceArn")
            || !is_queue && has_condition(&statement, "aws:SourceAccount");
        let is_service = statement.body["Principal"]["Service"].is_string();
        let why = "its statement names a service and not for which resource (aws:SourceArn), \
                   so that any account could write by way of that service";
        let fits = statement.effect == "Deny" || is_service && is_bound;
        statement.holder.unless(fits, why)
    }));
}

fn has_condition(statement: &Statement, key: &str) -> bool {
    let tests = statement.body["Condition"].as_object();
    let mut tests = tests.into_iter().flat_map(|tests| tests.values());
    tests.any(|test: &Value| test.get(key).is_some())
}
