//! Reviews that do not go as they should: no answer, one that decides nothing, a failure, and a workflow
//! that is stopped. No account gets a decision that nobody made, and none gets two.

use crate::api::assert_refused;
use crate::applicants::{
    Applicant, account_of, decisions, executions, publish, review, wait_for_decision,
    wait_for_outcomes, wait_for_review,
};
use crate::event_listener::EventListener;
use crate::order_flow::CALLBACK_PATH;
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::wait::{self, Look};
use local_stack::{AwsError, Service, key};
use serde_json::{Value, json};

/// The state that waits, and how long a copy of the workflow lets it wait.
const WAITING_STATE: &str = "RequestReview";
const PATIENCE_SECONDS: u32 = 2;

#[test]
fn an_execution_that_was_stopped_keeps_its_claim_and_the_same_request_again_ends_quietly() {
    let test = StackUnderTest::shared("stopped-review");
    let listener = EventListener::start(&test);
    let account = test.id(1);
    let request = Applicant::HighRisk.request(&account);
    publish(&test, std::slice::from_ref(&request));
    wait_for_review(&test, &account);
    stop(&test, &account);

    publish(&test, &[request]);
    assert_eq!(wait_for_outcomes(&test, &account, 1), ["DUPLICATE"]);
    assert_refused(&review(&test, &account, "APPROVE"), 410);
    test.let_an_upload_pass();
    assert_eq!(decisions(&listener.events()).get(&account), None);
    assert_eq!(status(&test, &account), "OPENING");
}

#[test]
fn a_review_that_nobody_answers_in_time_is_a_rejection() {
    let test = StackUnderTest::shared("late-review");
    let listener = EventListener::start(&test);
    let workflow = test.stack.output("AccountOpeningWorkflowArn").unwrap();
    let impatient = test.aws.copy_state_machine(workflow, |definition| {
        let state = &mut definition["States"][WAITING_STATE];
        state["TimeoutSeconds"] = PATIENCE_SECONDS.into();
    });
    let impatient = impatient.unwrap();
    let account = test.id(1);
    let request = Applicant::HighRisk.request(&account);
    let execution = test.aws.start_execution(&impatient.arn, &request).unwrap();
    let ended = test.aws.wait_for_end(&execution, LIMIT).unwrap();
    assert_eq!(ended.output["outcome"], "REJECTED", "{:?}", ended.error);

    let row = wait_for_decision(&test, &account);
    assert_eq!(row["reason"], "REVIEW_TIMED_OUT");
    test.let_an_upload_pass();
    assert_eq!(decisions(&listener.events())[&account], ["AccountRejected"]);
}

#[test]
fn an_answer_that_decides_nothing_is_refused_and_the_review_waits_on() {
    let test = StackUnderTest::shared("undecided");
    let account = test.id(1);
    publish(&test, &[Applicant::HighRisk.request(&account)]);
    wait_for_review(&test, &account);
    for decision in ["approve", "PERHAPS", ""] {
        let answer = review(&test, &account, decision);
        assert_refused(&answer, 400);
        assert_eq!(answer.body["error"]["field"], "task_output");
    }
    assert_eq!(wait_for_review(&test, &account)["task_status"], "PENDING");
    assert_eq!(review(&test, &account, "APPROVE").status, 200);
    assert_eq!(wait_for_decision(&test, &account)["status"], "APPROVED");
}

#[test]
fn who_answers_past_the_api_and_decides_nothing_is_asked_again() {
    let test = StackUnderTest::shared("past-the-api");
    let listener = EventListener::start(&test);
    let account = test.id(1);
    publish(&test, &[Applicant::HighRisk.request(&account)]);
    let token = wait_for_review(&test, &account)["task_token"].clone();
    let answer = json!({"taskToken": token, "output": json!({"decision": "approve"}).to_string()});
    test.call(Service::StepFunctions, "SendTaskSuccess", &answer);

    wait::until("another review", LIMIT, || {
        let task = wait_for_review(&test, &account);
        let is_new = task.get("task_token") != Some(&token);
        Ok::<_, AwsError>(if is_new {
            Look::Done(())
        } else {
            Look::Waiting("the first".to_owned())
        })
    })
    .unwrap();
    listener.wait_for("two requests of a review", |events| {
        let requests = events.iter().filter(|event| {
            event["detail-type"] == "IdentityReviewRequested"
                && event["detail"]["account_id"] == account.as_str()
        });
        let mut ids: Vec<_> = requests
            .map(|event| event["detail"]["event_id"].to_string())
            .collect();
        ids.sort();
        ids.dedup();
        (ids.len() == 2).then_some(())
    });
    assert_eq!(review(&test, &account, "REJECT").status, 200);
    let row = wait_for_decision(&test, &account);
    assert_eq!(row["reason"], "REVIEW_REJECTED");
}

#[test]
fn a_reviewers_failure_decides_nothing_and_fails_the_execution_in_its_own_words() {
    let test = StackUnderTest::shared("failed-review");
    let listener = EventListener::start(&test);
    let account = test.id(1);
    publish(&test, &[Applicant::HighRisk.request(&account)]);
    wait_for_review(&test, &account);
    let execution = running(&test, &account);
    let failure = json!({
        "order_id": account,
        "task_type": "IDENTITY_REVIEW",
        "task_status": "FAILURE",
        "task_error": "NobodyAtWork",
    });
    let answer = test.api.post_json(CALLBACK_PATH, &failure).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);

    let ended = test.aws.wait_for_end(&execution, LIMIT).unwrap();
    assert_eq!(ended.status, "FAILED");
    assert_eq!(ended.error.as_deref(), Some("NobodyAtWork"));
    test.let_an_upload_pass();
    assert_eq!(decisions(&listener.events()).get(&account), None);
    assert_eq!(status(&test, &account), "OPENING");
}

/// The ARN of the execution that is at work for the account.
fn running(test: &StackUnderTest, account: &str) -> String {
    let running = executions(test, "RUNNING").unwrap();
    let mut running = running.iter();
    let execution = running.find(|execution| account_of(execution) == account);
    let arn = execution.unwrap()["executionArn"].as_str();
    arn.unwrap().to_owned()
}

/// Stops the account's execution, as an operator would.
fn stop(test: &StackUnderTest, account: &str) {
    let execution = running(test, account);
    let input = json!({"executionArn": execution});
    test.call(Service::StepFunctions, "StopExecution", &input);
    let ended = test.aws.wait_for_end(&execution, LIMIT).unwrap();
    assert_eq!(ended.status, "ABORTED");
}

fn status(test: &StackUnderTest, account: &str) -> Value {
    let table = test.stack.output("AccountsTableName").unwrap();
    let row = test.aws.get_item(table, &key([("account_id", account)]));
    row.unwrap().unwrap()["status"].clone()
}
