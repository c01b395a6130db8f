//! A partner beside the first one.

use crate::stack_under_test::StackUnderTest;
use local_stack::{Api, Service};
use serde_json::json;
use sha2::{Digest, Sha256};

pub struct OtherPartner {
    pub id: String,
    pub api: Api,
}

impl OtherPartner {
    /// An active one. Its row is written as an operator would write it.
    pub fn join(test: &StackUnderTest) -> Self {
        Self::with(test, "ACTIVE", Some("orders@another.example"))
    }

    /// An active one whose row has no email.
    pub fn without_email(test: &StackUnderTest) -> Self {
        Self::with(test, "ACTIVE", None)
    }

    /// One that was an active one.
    pub fn disabled(test: &StackUnderTest) -> Self {
        Self::with(test, "DISABLED", Some("orders@another.example"))
    }

    fn with(test: &StackUnderTest, status: &str, email: Option<&str>) -> Self {
        let token = test.id("other-partner");
        let hash = hex::encode(Sha256::digest(&token));
        let id = format!("partner-{}", &hash[..16]);
        let mut input = json!({
            "TableName": test.stack.output("PartnersTableName").unwrap(),
            "Item": {
                "partner_id": {"S": id},
                "name": {"S": "Another partner"},
                "status": {"S": status},
                "api_token_sha256": {"S": hash},
            },
        });
        if let Some(email) = email {
            input["Item"]["email"] = json!({"S": email});
        }
        test.call(Service::DynamoDb, "PutItem", &input);
        Self {
            id,
            api: test.api.with_token(&token),
        }
    }
}
