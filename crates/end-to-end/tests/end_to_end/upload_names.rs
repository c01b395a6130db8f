//! Which names are uploads.

use crate::stack_under_test::{StackUnderTest, batch};

#[test]
fn a_temporary_name_is_no_upload_until_it_is_renamed() {
    let test = StackUnderTest::shared("temporary");
    let id = test.id(1);
    let sftp = test.sftp();
    let temporary = format!("/inbox/{id}.xml.tmp");
    let file = batch([(id.as_str(), "Renamed when it was whole.")]);
    sftp.put(&temporary, file.as_bytes()).unwrap();

    test.let_an_upload_pass();
    assert!(test.row(&id).is_none());

    sftp.rename(&temporary, &format!("/inbox/{id}.xml"))
        .unwrap();
    test.wait_for_row(&id);
}

#[test]
fn names_with_blanks_plus_percent_and_umlauts_are_uploads() {
    let test = StackUnderTest::shared("names");
    let names = [
        "two words.xml",
        "a+b.xml",
        "100%25.xml",
        "Überweisungen äöü.xml",
    ];
    for (name, number) in names.iter().zip(1..) {
        let id = test.id(number);
        let path = format!("/inbox/{}", name.replace(".xml", &format!(" {id}.xml")));
        test.upload(&path, &batch([(id.as_str(), *name)]));
    }
    for (name, number) in names.iter().zip(1..) {
        assert_eq!(
            test.wait_for_row(&test.id(number))["transaction_message"],
            *name
        );
    }
}

#[test]
fn the_outbox_cannot_be_written() {
    let test = StackUnderTest::shared("outbox");
    let id = test.id(1);
    let file = batch([(id.as_str(), "Not here.")]);
    let path = format!("/outbox/{id}.xml");
    test.sftp().put(&path, file.as_bytes()).unwrap_err();

    test.let_an_upload_pass();
    assert!(test.row(&id).is_none());
    assert!(test.sftp().read(&path).is_err());
}

#[test]
fn a_user_without_a_key_is_refused() {
    let test = StackUnderTest::shared("user");
    assert!(local_stack::Sftp::connect_as(&test.stack, "globex").is_err());
}
