//! IAM statements, wherever they stand in the template.

use serde_json::Value;

use crate::{Resource, Template, references, texts};

/// One statement of an IAM policy document.
#[derive(Debug)]
pub struct Statement {
    /// The resource that holds it: a role, a function, or a queue's, topic's or bucket's policy.
    pub holder: Resource,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// The actions, such as `sqs:SendMessage`.
    pub actions: Vec<String>,
    /// What it allows or denies them on, as [`texts`] has them.
    pub resources: Vec<String>,
    /// The whole statement.
    pub body: &'static Value,
}

/// The statements of a policy document of `holder`.
#[must_use]
pub fn statements(holder: Resource, document: &'static Value) -> Vec<Statement> {
    let statements = list(&document["Statement"]).into_iter();
    statements
        .map(|body| Statement {
            holder,
            effect: body["Effect"].as_str().unwrap_or_default(),
            actions: texts(&body["Action"]),
            resources: texts(&body["Resource"]),
            body,
        })
        .collect()
}

/// The items of a value that may be one or a list, as CloudFormation allows at many places.
#[must_use]
pub fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        _ => vec![value],
    }
}

impl Statement {
    /// Whether it names no resource.
    #[must_use]
    pub fn is_on_everything(&self) -> bool {
        self.resources.iter().any(|resource| resource == "*")
    }
}

impl Resource {
    /// The statements that say what this role or function may do.
    #[must_use]
    pub fn grants(self) -> Vec<Statement> {
        let policies = self.items("Policies").iter();
        policies
            .flat_map(|policy| match &policy["PolicyDocument"] {
                Value::Null => statements(self, policy),
                document => statements(self, document),
            })
            .collect()
    }

    /// The statements that say who may use what this queue's, topic's or bucket's policy guards.
    #[must_use]
    pub fn guards(self) -> Vec<Statement> {
        statements(self, self.property("PolicyDocument"))
    }
}

/// The statements of the policies that stand apart from the role of that logical id.
pub fn attached_to(role: &str) -> impl Iterator<Item = Statement> {
    let policies = Template::read().of_type("AWS::IAM::Policy");
    policies
        .filter(move |policy| references(policy.property("Roles")).contains(role))
        .flat_map(Resource::guards)
}

impl Template {
    /// The statements of every role, function and policy. Trust policies are not among them.
    pub fn statements(&'static self) -> impl Iterator<Item = Statement> {
        let resources = self.resources();
        resources.flat_map(|resource| resource.grants().into_iter().chain(resource.guards()))
    }
}
