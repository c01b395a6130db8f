//! Queues and their dead letters.

use std::collections::BTreeSet;

use lambda_failure::sqs_batch::TIME_BUDGET;
use serde_json::Value;
use stack_contract::{
    EventTarget, Function, Resource, Template, assert_no_faults, event_targets, list, references,
    texts,
};

/// Fourteen days in seconds, the longest that Amazon SQS keeps a message.
const LONGEST_RETENTION: u64 = 1_209_600;
/// What Amazon SQS takes where a queue does not say: 30 seconds and four days.
const DEFAULT_VISIBILITY: u64 = 30;
const DEFAULT_RETENTION: u64 = 345_600;

fn queues() -> impl Iterator<Item = Resource> {
    Template::read().of_type("AWS::SQS::Queue")
}

/// Every SQS event source: its function, its queue, its settings.
fn sources() -> impl Iterator<Item = (Function, Resource, &'static Value)> {
    let functions = Template::read().functions();
    functions.flat_map(|function| {
        let sources = function.events("SQS");
        sources.map(move |source| {
            let queue = references(&source["Queue"]).pop_first().unwrap_or_default();
            (function, Template::read().resource(&queue), source)
        })
    })
}

fn retention(queue: Resource) -> u64 {
    let stated = queue.property("MessageRetentionPeriod").as_u64();
    stated.unwrap_or(DEFAULT_RETENTION)
}

/// Queues of what could not be processed, handed over or delivered.
fn dead_letter_queues() -> BTreeSet<String> {
    let subscriptions = Template::read().of_type("AWS::SNS::Subscription");
    let redriven = queues().chain(subscriptions);
    let redriven = redriven.filter_map(Resource::redriven_to);
    let targets = event_targets().into_iter();
    let not_handed_over = targets.filter_map(EventTarget::dead_letter_queue);
    let failed = Template::read()
        .functions()
        .filter_map(Function::on_failure);
    redriven.chain(not_handed_over).chain(failed).collect()
}

#[test]
fn a_message_stays_hidden_for_six_timeouts_of_its_consumer() {
    assert_no_faults(sources().filter_map(|(function, queue, source)| {
        let stated = queue.property("VisibilityTimeout").as_u64();
        let visibility = stated.unwrap_or(DEFAULT_VISIBILITY);
        let window = &source["MaximumBatchingWindowInSeconds"];
        let least = 6 * function.timeout() + window.as_u64().unwrap_or_default();
        let why = format!(
            "VisibilityTimeout is {visibility}; {} and its batching window ask for {least}, \
             else a message is delivered again while it is worked on",
            function.resource.id
        );
        queue.unless(visibility >= least, &why)
    }));
}

#[test]
fn a_batch_is_answered_two_seconds_before_its_function_times_out() {
    let expected = TIME_BUDGET.as_secs() + 2;
    assert_no_faults(sources().filter_map(|(function, _, _)| {
        let why = format!("its Timeout is to be {expected}: a batch is given TIME_BUDGET");
        let fits = function.timeout() == expected;
        function.resource.unless(fits, &why)
    }));
}

#[test]
fn only_failed_messages_of_a_batch_return_to_the_queue() {
    assert_no_faults(sources().filter_map(|(function, _, source)| {
        let mut types = list(&source["FunctionResponseTypes"]).into_iter();
        let why = "its SQS event lacks ReportBatchItemFailures: one bad message would repeat ten";
        let fits = types.any(|kind| kind == "ReportBatchItemFailures");
        function.resource.unless(fits, why)
    }));
}

#[test]
fn no_queue_takes_all_the_concurrency_of_the_account() {
    assert_no_faults(sources().filter_map(|(function, _, source)| {
        let limit = &source["ScalingConfig"]["MaximumConcurrency"];
        let mut grants = function.grants().into_iter();
        let starts = grants.any(|grant| grant.actions == ["states:StartExecution"]);
        let fits = if starts {
            texts(limit) == ["${TriggerConcurrency}"]
        } else {
            limit.as_u64() >= Some(2)
        };
        let why = "its SQS event needs ScalingConfig MaximumConcurrency, by TriggerConcurrency where \
                   the function starts executions: StartExecution has a quota";
        function.resource.unless(fits, why)
    }));
}

#[test]
fn a_message_is_given_up_after_five_to_ten_receives() {
    let dead_letters = dead_letter_queues();
    let sources = queues().filter(|queue| !dead_letters.contains(queue.id));
    assert_no_faults(sources.filter_map(|queue| {
        let receives = queue.property("RedrivePolicy/maxReceiveCount").as_u64();
        let is_bounded = receives.is_some_and(|count| (5..=10).contains(&count));
        let why = "it needs a RedrivePolicy with maxReceiveCount 5 to 10: a throttled invocation \
                   is a receive too, and a poisonous message must not stay for ever";
        queue.unless(is_bounded && queue.redriven_to().is_some(), why)
    }));
}

#[test]
fn dead_letters_are_kept_for_fourteen_days_and_longer_than_at_their_source() {
    let dead_letters = dead_letter_queues();
    assert_no_faults(queues().filter_map(|queue| {
        let is_longest = retention(queue) == LONGEST_RETENTION;
        if dead_letters.contains(queue.id) {
            queue.unless(is_longest, "MessageRetentionPeriod is to be 1209600")
        } else {
            let why = "a dead letter keeps its first timestamp: its source must keep it less long";
            queue.unless(!is_longest, why)
        }
    }));
}

#[test]
fn one_dead_letter_raises_an_alarm() {
    assert_no_faults(dead_letter_queues().iter().filter_map(|queue| {
        let mut alarms = Template::read().of_type("AWS::CloudWatch::Alarm");
        let is_watched = alarms.any(|alarm| fires_at_one_message(alarm, queue));
        let why = "no alarm fires at its first visible message, so nobody would look into it";
        Template::read().resource(queue).unless(is_watched, why)
    }));
}

/// `StartMessageMoveTask` takes dead letters of queues alone, and each goes back to the queue that it
/// came from (Amazon SQS developer guide, "Dead-letter queue redrive").
#[test]
fn an_alarm_advises_a_redrive_only_where_amazon_sqs_makes_one() {
    let of_queues: BTreeSet<String> = queues().filter_map(Resource::redriven_to).collect();
    let subscriptions = Template::read().of_type("AWS::SNS::Subscription");
    let subscriptions = subscriptions.filter_map(Resource::redriven_to);
    let targets = event_targets().into_iter();
    let targets = targets.filter_map(EventTarget::dead_letter_queue);
    let functions = Template::read().functions();
    let functions = functions.filter_map(Function::on_failure);
    let others: BTreeSet<String> = subscriptions.chain(targets).chain(functions).collect();
    assert_no_faults(dead_letter_queues().iter().flat_map(|queue| {
        let alarms = Template::read().of_type("AWS::CloudWatch::Alarm");
        let alarms = alarms.filter(|alarm| fires_at_one_message(*alarm, queue));
        let (is_of_a_queue, is_mixed) = (of_queues.contains(queue), others.contains(queue));
        alarms.filter_map(move |alarm| {
            let text = texts(alarm.property("AlarmDescription")).concat();
            let fits = !text.contains("redrive")
                || is_of_a_queue && (!is_mixed || text.contains("destination"));
            let why =
                "what is no queue's dead letter is not redriven, or not without a destination";
            alarm.unless(fits, why)
        })
    }));
}

fn fires_at_one_message(alarm: Resource, queue: &str) -> bool {
    let dimension = &alarm.property("Dimensions")[0];
    alarm.property("Namespace") == "AWS/SQS"
        && alarm.property("MetricName") == "ApproximateNumberOfMessagesVisible"
        && dimension["Name"] == "QueueName"
        && texts(&dimension["Value"]) == [format!("${{{queue}.QueueName}}")]
        && alarm.property("Statistic") == "Maximum"
        && alarm.property("ComparisonOperator") == "GreaterThanOrEqualToThreshold"
        && alarm.property("Threshold") == 1
        && alarm.property("EvaluationPeriods") == 1
        && !references(alarm.property("AlarmActions")).is_empty()
}

#[test]
fn queues_are_encrypted() {
    assert_no_faults(queues().filter_map(|queue| {
        let is_encrypted = queue.property("SqsManagedSseEnabled") == true;
        queue.unless(is_encrypted, "SqsManagedSseEnabled is to be true")
    }));
}
