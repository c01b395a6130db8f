//! The template, resource by resource.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::{Function, references, yaml::yaml_file};

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| Template {
    document: yaml_file("template.yaml"),
});

/// `template.yaml`.
#[derive(Debug)]
pub struct Template {
    document: Value,
}

/// A resource of the template.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// Its logical id.
    pub id: &'static str,
    body: &'static Value,
}

impl Template {
    /// The template, which is read once.
    #[must_use]
    pub fn read() -> &'static Self {
        &TEMPLATE
    }

    /// A section's entries, such as those of `Parameters`.
    #[must_use]
    pub fn section(&'static self, name: &str) -> &'static Map<String, Value> {
        let entries = self.document[name].as_object();
        entries.unwrap_or_else(|| panic!("template.yaml has no section {name}"))
    }

    /// Every resource.
    pub fn resources(&'static self) -> impl Iterator<Item = Resource> {
        let resources = self.section("Resources").iter();
        resources.map(|(id, body)| Resource { id, body })
    }

    /// The resources of a type.
    pub fn of_type(&'static self, kind: &str) -> impl Iterator<Item = Resource> {
        self.resources()
            .filter(move |resource| resource.kind() == kind)
    }

    /// The resource of that logical id.
    #[must_use]
    pub fn resource(&'static self, id: &str) -> Resource {
        let found = self.resources().find(|resource| resource.id == id);
        found.unwrap_or_else(|| panic!("template.yaml has no resource {id}"))
    }

    /// Whether a name is a resource's and not a parameter's.
    #[must_use]
    pub fn has_resource(&'static self, id: &str) -> bool {
        self.section("Resources").contains_key(id)
    }

    /// The Lambda functions.
    pub fn functions(&'static self) -> impl Iterator<Item = Function> {
        let resources = self.of_type("AWS::Serverless::Function");
        resources.map(|resource| Function::new(resource, &self.document["Globals"]["Function"]))
    }

    /// The function of that logical id.
    #[must_use]
    pub fn function(&'static self, id: &str) -> Option<Function> {
        self.functions().find(|function| function.resource.id == id)
    }
}

impl Resource {
    /// Its type, such as `AWS::SQS::Queue`.
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.attribute("Type").as_str().unwrap_or_default()
    }

    /// The value beside its properties, such as `DeletionPolicy`; null where it has none.
    #[must_use]
    pub fn attribute(self, name: &str) -> &'static Value {
        &self.body[name]
    }

    /// The property at a path such as `RedrivePolicy/maxReceiveCount`; null where it has none.
    #[must_use]
    pub fn property(self, path: &str) -> &'static Value {
        let properties = &self.body["Properties"];
        path.split('/').fold(properties, |value, name| &value[name])
    }

    /// The items of a property that is a list.
    #[must_use]
    pub fn items(self, path: &str) -> &'static [Value] {
        self.property(path).as_array().map_or(&[], Vec::as_slice)
    }

    /// The logical id of the dead-letter queue in its redrive policy.
    #[must_use]
    pub fn redriven_to(self) -> Option<String> {
        references(self.property("RedrivePolicy/deadLetterTargetArn")).pop_first()
    }

    /// The line of a report that says why this resource is to be mended.
    #[must_use]
    pub fn fault(self, why: &str) -> String {
        format!("template.yaml: {}: {why}", self.id)
    }

    /// The faults of rules that do not hold.
    #[must_use]
    pub fn faults<'why>(self, rules: impl IntoIterator<Item = (bool, &'why str)>) -> Vec<String> {
        let broken = rules.into_iter().filter(|(fits, _)| !fits);
        broken.map(|(_, why)| self.fault(why)).collect()
    }

    /// A fault unless `fits`.
    #[must_use]
    pub fn unless(self, fits: bool, why: &str) -> Option<String> {
        (!fits).then(|| self.fault(why))
    }
}
