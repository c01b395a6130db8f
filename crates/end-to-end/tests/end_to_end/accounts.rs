//! Every request for an account ends once, with the decision that is right for it.

use crate::applicants::{
    Applicant, account_of, decisions, executions, publish, review, wait_for_decision,
    wait_for_outcomes, wait_for_review,
};
use crate::event_listener::EventListener;
use crate::stack_under_test::{LIMIT, StackUnderTest};
use local_stack::AwsError;
use local_stack::wait::{self, Look};
use serde_json::{Value, json};

#[test]
fn an_applicant_of_low_risk_is_approved() {
    let test = StackUnderTest::shared("approved");
    let account = test.id(1);
    publish(&test, &[Applicant::LowRisk.request(&account)]);
    let row = wait_for_decision(&test, &account);
    assert_eq!(row["status"], "APPROVED");
    assert_eq!(row["partner_id"], "globex");
    assert!(row["decided_at"].is_string());
    assert!(row.get("reason").is_none_or(Value::is_null));
}

#[test]
fn an_applicant_whose_identity_is_not_verified_is_rejected() {
    let test = StackUnderTest::shared("account-rejected");
    let account = test.id(1);
    publish(&test, &[Applicant::UnderAge.request(&account)]);
    let row = wait_for_decision(&test, &account);
    assert_eq!(row["status"], "REJECTED");
    assert_eq!(row["reason"], "IDENTITY_NOT_VERIFIED");
}

#[test]
fn an_applicant_of_high_risk_gets_what_the_reviewer_says() {
    let test = StackUnderTest::shared("reviewed");
    for (decision, status, reason) in [
        ("APPROVE", "APPROVED", None),
        ("REJECT", "REJECTED", Some("REVIEW_REJECTED")),
    ] {
        let account = test.id(decision);
        publish(&test, &[Applicant::HighRisk.request(&account)]);
        wait_for_review(&test, &account);
        let answer = review(&test, &account, decision);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let row = wait_for_decision(&test, &account);
        assert_eq!(row["status"], status);
        assert_eq!(row.get("reason").and_then(Value::as_str), reason);
    }
}

#[test]
fn a_second_delivery_of_a_request_ends_as_a_duplicate() {
    let test = StackUnderTest::shared("account-twice");
    let account = test.id(1);
    let listener = EventListener::start(&test);
    let request = Applicant::LowRisk.request(&account);
    publish(&test, &[request.clone(), request.clone()]);
    wait_for_decision(&test, &account);
    publish(&test, &[request]);
    let outcomes = wait_for_outcomes(&test, &account, 3);
    assert_eq!(outcomes, ["APPROVED", "DUPLICATE", "DUPLICATE"]);
    assert_eq!(decisions(&listener.events())[&account], ["AccountApproved"]);
}

#[test]
fn a_hundred_requests_at_once_end_once_each() {
    let test = StackUnderTest::shared("crowd");
    let listener = EventListener::start(&test);
    let kinds = [Applicant::LowRisk, Applicant::UnderAge, Applicant::HighRisk];
    let accounts: Vec<_> = (0..100)
        .map(|number| (test.id(number), kinds[number % 3]))
        .collect();
    let mut requests: Vec<_> = accounts
        .iter()
        .map(|(account, kind)| kind.request(account))
        .collect();
    requests.extend(requests.clone().into_iter().step_by(4));
    fastrand::shuffle(&mut requests);
    publish(&test, &requests);

    let mut reviewed: Vec<_> = accounts
        .iter()
        .filter(|(_, kind)| *kind == Applicant::HighRisk)
        .zip(["APPROVE", "REJECT"].into_iter().cycle())
        .collect();
    fastrand::shuffle(&mut reviewed);
    for ((account, _), decision) in &reviewed {
        wait_for_review(&test, account);
        assert_eq!(review(&test, account, decision).status, 200);
    }
    for (account, kind) in &accounts {
        let decision = reviewed.iter().find(|((other, _), _)| other == account);
        let approved = match decision {
            Some((_, decision)) => *decision == "APPROVE",
            None => *kind == Applicant::LowRisk,
        };
        let status = if approved { "APPROVED" } else { "REJECTED" };
        assert_eq!(
            wait_for_decision(&test, account)["status"],
            status,
            "{kind:?}"
        );
    }
    test.let_an_upload_pass();
    let decisions = decisions(&listener.events());
    for (account, _) in &accounts {
        assert_eq!(decisions[account].len(), 1, "{account}");
    }
    wait::until("the end of all executions", LIMIT, || {
        let running = executions(&test, "RUNNING")?;
        let running = running.iter().filter(|execution| {
            let account = account_of(execution);
            accounts.iter().any(|(known, _)| *known == account)
        });
        Ok::<_, AwsError>(match running.count() {
            0 => Look::Done(()),
            count => Look::Waiting(format!("{count} that run")),
        })
    })
    .unwrap();
}

#[test]
fn an_applicant_who_cannot_be_read_is_checked_in_vain_and_rejected() {
    let test = StackUnderTest::shared("invalid-applicant");
    let listener = EventListener::start(&test);
    let account = test.id(1);
    let mut request = Applicant::LowRisk.request(&account);
    request["detail"]["applicant"]["date_of_birth"] = "yesterday".into();
    publish(&test, &[request]);
    let row = wait_for_decision(&test, &account);
    assert_eq!(row["status"], "REJECTED");
    assert_eq!(row["reason"], "INVALID_APPLICANT");
    let check = listener.wait_for_account("IdentityCheckCompleted", &account);
    assert_eq!(check["detail"]["identity"], "FAILED");
    assert_eq!(check["detail"]["risk"], "HIGH");
}

#[test]
fn a_request_without_a_time_of_its_own_is_one_of_the_executions_start() {
    let test = StackUnderTest::shared("no-time");
    let workflow = test.stack.output("AccountOpeningWorkflowArn").unwrap();
    for (number, time) in [json!(5), json!("yesterday"), Value::Null]
        .iter()
        .enumerate()
    {
        let account = test.id(number);
        let mut request = Applicant::LowRisk.request(&account);
        request["time"] = time.clone();
        let execution = test.aws.start_execution(workflow, &request).unwrap();
        let ended = test.aws.wait_for_end(&execution, LIMIT).unwrap();
        assert_eq!(
            ended.output["outcome"], "APPROVED",
            "{time}: {:?}",
            ended.error
        );
    }
}
