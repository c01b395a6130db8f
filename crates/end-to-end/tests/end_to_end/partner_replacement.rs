//! The registrar as CloudFormation asks it, when a template's partner gets another id and its own back.

use crate::stack_under_test::StackUnderTest;
use local_stack::provider::{Provider, Reply};
use local_stack::{Service, key};
use serde_json::{Value, json};

/// A resource of its own beside the stack's, with a token of its own.
struct Resource<'a> {
    test: &'a StackUnderTest,
    registrar: String,
    /// The place of the presigned URL.
    cloudformation: Provider,
    token: String,
    secret: Value,
}

impl<'a> Resource<'a> {
    fn of(test: &'a StackUnderTest) -> Self {
        let functions = test.aws.functions().unwrap();
        let mut names = functions.into_iter();
        let token = test.id("token");
        let input = json!({"Name": token, "SecretString": token});
        let secret = test.call(Service::SecretsManager, "CreateSecret", &input);
        Self {
            test,
            registrar: names
                .find(|name| name.contains("PartnerRegistrar"))
                .unwrap(),
            cloudformation: Provider::listen(0, |_| Reply::Answer(200, json!({}))).unwrap(),
            token,
            secret: secret["ARN"].clone(),
        }
    }

    /// Sends a request, and answers what came back to the URL.
    fn request(&self, kind: &str, physical_id: Option<&str>, old: &str, new: &str) -> Value {
        let properties = |id: &str| json!({"PartnerId": id, "Email": "orders@acme.example", "TokenSecretArn": self.secret});
        let event = json!({
            "RequestType": kind,
            "ResponseURL": format!("http://{}/answer", self.cloudformation.address()),
            "StackId": "another stack",
            "RequestId": "a request",
            "LogicalResourceId": "AnotherPartner",
            "PhysicalResourceId": physical_id,
            "ResourceProperties": properties(new),
            "OldResourceProperties": properties(old),
        });
        self.test.aws.invoke(&self.registrar, &event).unwrap();
        let answers = self.cloudformation.requests();
        serde_json::from_slice(&answers.last().unwrap().body).unwrap()
    }

    fn succeed(&self, kind: &str, physical_id: Option<&str>, old: &str, new: &str) {
        let answer = self.request(kind, physical_id, old, new);
        assert_eq!(answer["Status"], "SUCCESS", "{answer}");
        assert_eq!(answer["PhysicalResourceId"], new);
    }

    fn status(&self, partner: &str) -> Value {
        let table = self.test.stack.output("PartnersTableName").unwrap();
        let row = self
            .test
            .aws
            .get_item(table, &key([("partner_id", partner)]));
        row.unwrap().unwrap()["status"].clone()
    }

    /// How many versions the partner's inbox has.
    fn inboxes(&self, partner: &str) -> usize {
        let bucket = self.test.stack.output("UploadsBucketName").unwrap();
        let folder = format!("{partner}/inbox/");
        self.test.aws.count_versions(bucket, &folder).unwrap()
    }

    /// What a request with the token is answered.
    fn call(&self) -> u16 {
        let api = self.test.api.with_token(&self.token);
        let id = self.test.id("call");
        let request = json!({"transactionId": id, "transactionMessage": "Of a renamed partner."});
        api.post_json("/transactions", &request).unwrap().status
    }
}

#[test]
fn a_partner_that_gets_its_old_id_back_is_let_in_all_the_way() {
    let test = StackUnderTest::shared("renamed");
    let (first, second) = (test.id("first"), test.id("second"));
    let resource = Resource::of(&test);
    resource.succeed("Create", None, &first, &first);
    assert_eq!(resource.call(), 202);
    for (old, new) in [(&first, &second), (&second, &first)] {
        resource.succeed("Update", Some(old), old, new);
        assert_eq!(resource.call(), 202);
        assert_eq!(
            resource.request("Delete", Some(old), old, old)["Status"],
            "SUCCESS"
        );
        assert_eq!(resource.call(), 202);
        assert_eq!(resource.status(old), "DISABLED");
        assert_eq!(resource.status(new), "ACTIVE");
        assert_eq!((resource.inboxes(old), resource.inboxes(new)), (0, 1));
    }

    let taken = resource.request("Update", Some(&first), &first, test.partner());
    assert_eq!(taken["Status"], "FAILED");
    assert_eq!(taken["PhysicalResourceId"], first.as_str());
    assert!(
        taken["Reason"]
            .as_str()
            .unwrap()
            .contains("another API token")
    );
    assert_eq!(resource.status(test.partner()), "ACTIVE");
    resource.succeed("Update", Some(&first), &first, &first);
    assert_eq!(resource.inboxes(&first), 2);
    resource.request("Delete", Some(&first), &first, &first);
    assert_eq!(resource.call(), 403);
    assert_eq!(resource.inboxes(&first), 0);
}
