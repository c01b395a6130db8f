//! The workspace's crates, by their manifests.

use std::{collections::BTreeSet, path::PathBuf, sync::LazyLock};

use toml::Table;

use crate::{relative, root, text_file};

static CRATES: LazyLock<Vec<Crate>> = LazyLock::new(|| {
    let entries = std::fs::read_dir(root().join("crates")).expect("crates/ can be read");
    let directories = entries.flatten().map(|entry| entry.path());
    let mut crates: Vec<Crate> = directories.filter(|path| path.is_dir()).map(read).collect();
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    crates
});

/// A crate of the workspace.
#[derive(Debug)]
pub struct Crate {
    /// The name of its directory.
    pub name: String,
    /// Its directory.
    pub directory: PathBuf,
    /// Its `Cargo.toml`.
    pub manifest: Table,
}

/// Every crate of the workspace, by name.
#[must_use]
pub fn crates() -> &'static [Crate] {
    &CRATES
}

fn read(directory: PathBuf) -> Crate {
    let manifest = directory.join("Cargo.toml");
    Crate {
        name: directory
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        manifest: text_file(&manifest)
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", relative(&manifest))),
        directory,
    }
}

impl Crate {
    /// Whether it is a Lambda function: a program on the Lambda runtime.
    #[must_use]
    pub fn is_function(&self) -> bool {
        self.directory.join("src/main.rs").exists() && self.depends_on("lambda_runtime")
    }

    /// Whether it has that crate among its dependencies, those for tests not counted.
    #[must_use]
    pub fn depends_on(&self, name: &str) -> bool {
        let dependencies = self
            .manifest
            .get("dependencies")
            .and_then(toml::Value::as_table);
        dependencies.is_some_and(|dependencies| dependencies.contains_key(name))
    }

    /// The crates of this workspace that it is made with, directly or not.
    #[must_use]
    pub fn libraries(&self) -> Vec<&'static Self> {
        let mut found: Vec<&Self> = Vec::new();
        let mut names = BTreeSet::new();
        let mut open = vec![self];
        while let Some(krate) = open.pop() {
            for library in crates()
                .iter()
                .filter(|library| krate.depends_on(&library.name))
            {
                if names.insert(&library.name) {
                    found.push(library);
                    open.push(library);
                }
            }
        }
        found
    }

    /// The line of a report that says why a file of this crate is to be mended.
    #[must_use]
    pub fn fault(&self, file: &str, why: &str) -> String {
        format!("crates/{}/{file}: {why}", self.name)
    }
}
