use proptest::prelude::*;

use super::*;

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().expect("the value is an object").clone()
}

fn success(value: &Value) -> Outcome {
    Outcome::success(object(value)).unwrap()
}

fn failure(error: Value, cause: Value) -> (String, Option<String>) {
    match Outcome::failure(Some(error), Some(cause)).unwrap() {
        Outcome::Failure { error, cause } => (error, cause),
        Outcome::Success { .. } => panic!("a failure is no success"),
    }
}

#[test]
fn the_order_of_keys_does_not_make_another_outcome() {
    let text = r#"{"b":{"d":1,"c":[{"f":1,"e":2}]},"a":true}"#;
    let outcome = success(&serde_json::from_str(text).unwrap());
    assert!(
        outcome
            == Outcome::Success {
                output: r#"{"a":true,"b":{"c":[{"e":2,"f":1}],"d":1}}"#.to_owned()
            }
    );
}

/// Rows that stand in the table when the function is deployed anew hold these.
#[test]
fn hashes_are_the_same_for_ever() {
    let shipped = json!({"shipping_status": "PROCESSING", "tracking_number": "1ZA1B2C3D4"});
    assert_eq!(
        success(&shipped).hash().0,
        "56891a4224004c4ccaec7a112ffc6595ef93de37859ccaed0f43b3d0cea2c347"
    );
    let failed = Outcome::failure(Some(json!("NoStock")), None).unwrap();
    assert_eq!(
        failed.hash().0,
        "f8001c61fe0617822e5bc035a3b2477fc7ea2b62c5fb6388fdb04a7464683e87"
    );
}

#[test]
fn every_part_of_an_outcome_counts() {
    let failure = |error, cause| Outcome::failure(error, cause).unwrap().hash().0;
    let mut hashes = vec![
        success(&json!({})).hash().0,
        success(&json!({"a": 1})).hash().0,
        success(&json!({"a": "1"})).hash().0,
        success(&json!({"a": [1, 2]})).hash().0,
        success(&json!({"a": [2, 1]})).hash().0,
        failure(None, None),
        failure(Some(json!("E")), None),
        failure(Some(json!("E")), Some(json!("C"))),
        failure(None, Some(json!("C"))),
    ];
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 9);
}

#[test]
fn an_output_of_128_kib_is_taken_and_one_byte_more_is_not() {
    let output = |length: usize| object(&json!({"x": "y".repeat(length - 8)}));
    assert!(Outcome::success(output(131_072)).is_ok());
    assert!(Outcome::success(output(131_073)) == Err(InvalidOutcome::OutputTooLarge));
}

#[test]
fn strings_are_kept_and_objects_are_written_as_json() {
    assert_eq!(
        failure(json!("NoStock"), json!({"item": 7, "count": 0})),
        (
            "NoStock".to_owned(),
            Some(r#"{"count":0,"item":7}"#.to_owned())
        )
    );
    assert_eq!(
        failure(json!({"name": "NoStock"}), json!("None left.")).0,
        r#"{"name":"NoStock"}"#
    );
}

#[test]
fn an_absent_null_or_empty_error_has_a_name_all_the_same() {
    for error in [None, Some(Value::Null), Some(json!(""))] {
        let outcome = Outcome::failure(error, None).unwrap();
        let expected = Outcome::Failure {
            error: "ExternalTaskFailed".to_owned(),
            cause: None,
        };
        assert!(outcome == expected);
    }
}

#[test]
fn a_value_of_another_type_is_neither_error_nor_cause() {
    for value in [json!(7), json!(true), json!(["x"])] {
        assert!(Outcome::failure(Some(value.clone()), None) == Err(InvalidOutcome::Error));
        assert!(Outcome::failure(None, Some(value)) == Err(InvalidOutcome::Cause));
    }
}

#[test]
fn an_error_by_which_a_workflow_knows_failures_of_its_own_is_refused() {
    for name in [
        "Dispatcher.TaskNotStored",
        "EventBridge.FailedEntry",
        "Lambda.Unknown",
        "Sandbox.Timedout",
        "Lambda.",
        "States.HeartbeatTimeout",
        "States.Timeout",
    ] {
        let outcome = Outcome::failure(Some(json!(name)), None);
        assert!(outcome == Err(InvalidOutcome::ReservedError), "{name}");
    }
    for name in [
        "States.TaskFailed",
        "States.TimeoutAtTheCarrier",
        "Lambda",
        "LambdaFailed",
        " Lambda.X",
        "My.Lambda.X",
    ] {
        assert_eq!(failure(json!(name), Value::Null).0, name);
    }
    let object = failure(json!({"Lambda.Unknown": 1}), Value::Null).0;
    assert_eq!(object, r#"{"Lambda.Unknown":1}"#);
}

/// An external system's failure that a workflow's Retry selects would be swallowed.
#[test]
fn no_workflow_repeats_a_dispatch_by_an_error_that_may_be_sent() {
    for workflow in [
        include_str!("../../../../statemachine/account-opening.asl.json"),
        include_str!("../../../../statemachine/order.asl.json"),
    ] {
        let workflow: Value = serde_json::from_str(workflow).unwrap();
        let states = workflow["States"].as_object().unwrap().values();
        let mut waiting = states.filter(|state| {
            let resource = state["Resource"].as_str().unwrap_or_default();
            resource.ends_with(".waitForTaskToken")
        });
        let state = waiting.next().unwrap();
        for retrier in state["Retry"].as_array().unwrap() {
            for name in retrier["ErrorEquals"].as_array().unwrap() {
                let outcome = Outcome::failure(Some(name.clone()), None);
                assert!(outcome == Err(InvalidOutcome::ReservedError), "{name}");
            }
        }
    }
}

#[test]
fn error_and_cause_are_cut_to_the_characters_that_step_functions_takes() {
    let (error, cause) = ("ä".repeat(256), "ä".repeat(32_768));
    let cut = failure(json!(format!("{error}x")), json!(format!("{cause}x")));
    assert_eq!(cut, (error.clone(), Some(cause.clone())));
    assert_eq!(failure(json!(error), json!(cause)), cut);
}

proptest! {
    #[test]
    fn a_number_arrives_as_it_was_written(number in any::<f64>()) {
        let text = json!({"n": number}).to_string();
        let Outcome::Success { output } = success(&serde_json::from_str(&text).unwrap()) else {
            panic!("a success is no failure");
        };
        prop_assert_eq!(output, text);
    }
}
