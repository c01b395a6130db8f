//! The project's files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Directories of generated files, which nobody writes and nobody commits.
const GENERATED: [&str; 4] = ["target", "__pycache__", "node_modules", "snapshots"];

/// The workspace's directory.
#[must_use]
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = crates.and_then(Path::parent);
    root.expect("the crate stands in crates/").to_owned()
}

/// The path below [`root`], for messages.
#[must_use]
pub fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.display().to_string()
}

/// The text of a file below [`root`].
#[must_use]
pub fn text_file(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", relative(&path)))
}

/// The value of a JSON file below [`root`].
#[must_use]
pub fn json_file(path: impl AsRef<Path>) -> Value {
    let path = path.as_ref();
    serde_json::from_str(&text_file(path))
        .unwrap_or_else(|error| panic!("{}: {error}", relative(path)))
}

/// Every file below a directory of the project, sorted, without what is generated or hidden.
#[must_use]
pub fn files_below(directory: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root().join(directory), &mut files);
    files.sort();
    files
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let entries =
        fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", relative(directory)));
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || GENERATED.contains(&name.as_ref()) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
