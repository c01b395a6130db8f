//! What the repository promises about itself.

use std::path::{Path, PathBuf};

use stack_contract::{assert_no_faults, crates, files_below, relative, root, text_file};

const LONGEST_FILE: usize = 250;
/// What people write, by extension.
const WRITTEN: [&str; 8] = ["json", "md", "py", "rs", "sh", "toml", "yaml", "yml"];
/// Places that exist on one machine alone.
const OF_ONE_MACHINE: [&str; 4] = ["/home/", "/root/", "/tmp/", "/Users/"];

fn written(directory: &str) -> impl Iterator<Item = PathBuf> {
    files_below(directory).into_iter().filter(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| WRITTEN.contains(&extension))
    })
}

fn is_test(path: &Path) -> bool {
    let path = relative(path);
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// The text of a file up to its tests, which stand last.
fn text_before_tests(path: &Path) -> String {
    let text = text_file(path);
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn every_crate_says_what_it_is() {
    assert_no_faults(crates().iter().filter_map(|krate| {
        let description = krate.manifest["package"].get("description");
        let is_described = description.is_some_and(|text| text.as_str() != Some(""));
        let has_readme = krate.directory.join("README.md").exists();
        let why = "it needs a README.md and, in Cargo.toml, a description";
        (!is_described || !has_readme).then(|| krate.fault("", why))
    }));
}

#[test]
fn every_crate_is_under_the_workspaces_lints() {
    assert_no_faults(crates().iter().filter_map(|krate| {
        let lints = krate
            .manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        let fits = lints.and_then(toml::Value::as_bool) == Some(true);
        (!fits).then(|| krate.fault("Cargo.toml", "it needs [lints] workspace = true"))
    }));
}

#[test]
fn every_crates_name_is_its_directorys() {
    assert_no_faults(crates().iter().filter_map(|krate| {
        let name = krate.manifest["package"]
            .get("name")
            .and_then(toml::Value::as_str);
        (name != Some(&krate.name))
            .then(|| krate.fault("Cargo.toml", "its package's name is to be its directory's"))
    }));
}

#[test]
fn functions_depend_on_libraries_and_not_on_each_other() {
    let functions = || crates().iter().filter(|krate| krate.is_function());
    assert_no_faults(crates().iter().flat_map(|krate| {
        let used = functions().filter(|function| krate.depends_on(&function.name));
        used.map(|function| {
            krate.fault(
                "Cargo.toml",
                &format!("{} is a function and no library", function.name),
            )
        })
    }));
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    let files = written("crates").chain(written("local"));
    assert_no_faults(files.filter_map(|path| {
        let lines = text_file(&path).lines().count();
        (lines > LONGEST_FILE).then(|| {
            format!(
                "{}: it has {lines} lines; {LONGEST_FILE} is the limit",
                relative(&path)
            )
        })
    }));
}

#[test]
fn nothing_names_a_place_of_one_machine() {
    let files = written("").filter(|path| !is_test(path));
    assert_no_faults(files.flat_map(|path| {
        let text = text_before_tests(&path);
        let found = OF_ONE_MACHINE
            .into_iter()
            .filter(move |place| text.contains(place));
        found.map(move |place| format!("{}: {place} is a place of one machine", relative(&path)))
    }));
}

/// The first words of the lines of ARCHITECTURE's map.
fn map() -> Vec<String> {
    let text = text_file(root().join("ARCHITECTURE.md"));
    let map = text.split("```text").nth(1).unwrap_or_default();
    let map = map.split("```").next().unwrap_or_default();
    let first_words = map
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    first_words.map(str::to_owned).collect()
}

#[test]
fn the_map_names_every_crate() {
    let map = map();
    assert_no_faults(crates().iter().filter_map(|krate| {
        let why = "ARCHITECTURE's map does not name it";
        (!map.contains(&krate.name)).then(|| krate.fault("", why))
    }));
}

#[test]
fn everything_on_the_map_exists() {
    assert_no_faults(map().into_iter().filter_map(|name| {
        // A directory with a placeholder stands for all that are in its place.
        let path = name.split('<').next().unwrap_or_default();
        let exists = root().join(path).exists() || root().join("crates").join(path).exists();
        (!exists).then(|| format!("ARCHITECTURE.md: {name} does not exist"))
    }));
}
