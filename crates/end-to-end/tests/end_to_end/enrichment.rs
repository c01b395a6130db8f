//! What the partner directory adds to a transaction.

use crate::other_partner::OtherPartner;
use crate::stack_under_test::{StackUnderTest, batch};
use serde_json::json;

#[test]
fn the_transactions_of_a_partner_without_an_email_are_rejected() {
    let test = StackUnderTest::shared("no-email");
    let partner = OtherPartner::without_email(&test);
    let (posted, uploaded) = (test.id("posted"), test.id("uploaded"));

    let request = json!({"transactionId": posted, "transactionMessage": "To whom?"});
    let answer = partner.api.post_json("/transactions", &request).unwrap();
    assert_eq!(answer.status, 202);
    let file = batch([(uploaded.as_str(), "To whom?")]);
    let key = format!("{}/inbox/{uploaded}.xml", partner.id);
    let bucket = test.stack.output("UploadsBucketName").unwrap();
    test.aws.put_object(bucket, &key, file.as_bytes()).unwrap();

    for id in [posted, uploaded] {
        let rejection = test.wait_for_rejection(&id);
        assert_eq!(rejection["code"], "ENRICHMENT_FAILED");
        assert_eq!(rejection["partner"], partner.id.as_str());
        assert_eq!(test.rejections(&id).len(), 1);
        assert!(test.row_of(&partner.id, &id).is_none());
    }
}
