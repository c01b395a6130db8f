//! The binary under the Runtime API: what it says where it cannot start.

use lambda_sandbox::Sandbox;

#[test]
fn all_missing_variables_are_named_before_the_first_event() {
    let no_service = |_: &_| unreachable!("nothing is called before the first event");
    let variables = [("PARTNERS_TABLE", "partners")];
    let sandbox = Sandbox::start(env!("CARGO_BIN_EXE_batch-splitter"), &variables, no_service);
    let (status, output) = sandbox.wait();
    assert!(!status.success());
    for name in [
        "TRANSACTION_QUEUE_URL",
        "REJECTIONS_TABLE",
        "UPLOADS_TABLE",
        "EVENT_BUS_NAME",
    ] {
        assert!(output.contains(name), "{name} is not named: {output}");
    }
    assert!(!output.contains("PARTNERS_TABLE"), "{output}");
}
