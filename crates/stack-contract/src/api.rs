//! The API documents that the template includes, route by route.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{Resource, Template, branches, yaml_file};

/// An API of the template and its document.
#[derive(Debug)]
pub struct Api {
    /// Its resource in the template.
    pub resource: Resource,
    /// The document's path.
    pub file: &'static str,
    /// The document.
    pub document: Value,
}

/// A method of a path of a document.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The API that it belongs to.
    pub api: &'static Api,
    /// The path, such as `/transactions`.
    pub path: &'static str,
    /// The method, in small letters.
    pub method: &'static str,
    /// What the document says of it.
    pub operation: &'static Value,
}

static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| {
    Template::read()
        .of_type("AWS::Serverless::Api")
        .map(included)
        .collect()
});

fn included(resource: Resource) -> Api {
    let file = resource
        .property("DefinitionBody/Fn::Transform/Parameters/Location")
        .as_str();
    let file = file.unwrap_or_else(|| panic!("{}", resource.fault("it includes no document")));
    Api {
        resource,
        file,
        document: yaml_file(file),
    }
}

impl Api {
    /// Every API.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &APIS
    }

    /// The API of that document.
    #[must_use]
    pub fn of(file: &str) -> &'static Self {
        let found = Self::all().iter().find(|api| api.file == file);
        found.unwrap_or_else(|| panic!("template.yaml includes no {file}"))
    }

    /// Its security schemes by name.
    pub fn schemes(&'static self) -> impl Iterator<Item = (&'static String, &'static Value)> {
        let schemes = self.document["components"]["securitySchemes"].as_object();
        schemes.into_iter().flatten()
    }

    /// Every route.
    pub fn routes(&'static self) -> impl Iterator<Item = Route> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let methods = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path, method, operation))
        });
        methods.map(move |(path, method, operation)| Route {
            api: self,
            path,
            method,
            operation,
        })
    }

    /// The line of a report that says why a part of this document is to be mended.
    #[must_use]
    pub fn fault(&self, part: &str, why: &str) -> String {
        format!("{}: {part}: {why}", self.file)
    }
}

impl Route {
    /// Its integration, or several where a condition decides.
    #[must_use]
    pub fn integrations(self) -> Vec<&'static Value> {
        branches(&self.operation["x-amazon-apigateway-integration"])
    }

    /// Its end in the ARN of an invocation: `POST/transactions`, a parameter being `*`.
    #[must_use]
    pub fn arn_suffix(self) -> String {
        let segments = self.path.split('/');
        let segments = segments.map(|segment| {
            if segment.starts_with('{') {
                "*"
            } else {
                segment
            }
        });
        let path: Vec<&str> = segments.collect();
        format!("{}{}", self.method.to_uppercase(), path.join("/"))
    }

    /// The line of a report that says why this route is to be mended.
    #[must_use]
    pub fn fault(self, why: &str) -> String {
        format!(
            "{}: {} {}: {why}",
            self.api.file,
            self.method.to_uppercase(),
            self.path
        )
    }
}
