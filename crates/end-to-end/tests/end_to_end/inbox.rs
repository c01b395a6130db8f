//! What a partner finds at its first login.

use crate::stack_under_test::{StackUnderTest, batch};

/// Other tests may have put files there already, so the folder's own object is looked at, too.
#[test]
fn the_root_and_the_inbox_are_directories_from_the_beginning() {
    let test = StackUnderTest::shared("inbox");
    let bucket = test.stack.output("UploadsBucketName").unwrap();
    let folder = format!("{}/inbox/", test.partner());
    assert!(test.aws.get_object(bucket, &folder).unwrap().is_empty());

    let sftp = test.sftp();
    for path in ["/", "/inbox", "/inbox/"] {
        assert!(sftp.is_directory(path).unwrap(), "{path}");
    }
    let names = sftp.list("/").unwrap();
    assert!(names.iter().any(|name| name == "inbox"), "{names:?}");

    let id = test.id(1);
    let file = batch([(id.as_str(), "Into the inbox.")]);
    sftp.put(&format!("/inbox/{id}.xml"), file.as_bytes())
        .unwrap();
    assert!(!sftp.is_directory(&format!("/inbox/{id}.xml")).unwrap());
    let names = sftp.list("/inbox").unwrap();
    assert!(names.contains(&format!("{id}.xml")), "{names:?}");
    assert_eq!(
        test.wait_for_row(&id)["transaction_message"],
        "Into the inbox."
    );
}
