//! The AWS operations that a function's code can reach.
//!
//! Mentions are followed from the function's crate into the workspace's libraries, by name and by
//! number of arguments. No types are inferred, so a call may be followed to a namesake as well;
//! and what stands inside a macro is not seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use syn::visit::Visit;

use crate::{
    Crate, crates,
    rust_source::files,
    rust_uses::{Collector, Definition, Kind, Operation, Uses},
};

static SOURCES: LazyLock<BTreeMap<&str, Collector>> = LazyLock::new(|| {
    let crates = crates().iter();
    crates
        .map(|krate| (krate.name.as_str(), collect(krate)))
        .collect()
});

fn collect(krate: &Crate) -> Collector {
    let mut collector = Collector::default();
    for file in files(krate) {
        collector.visit_file(&file);
    }
    collector
}

/// The methods of a variable or field `client` that a function's code can reach.
#[must_use]
pub fn operations(function: &Crate) -> BTreeSet<Operation> {
    let own = &SOURCES[function.name.as_str()];
    let libraries = function.libraries().into_iter();
    let foreign = libraries.flat_map(|library| &SOURCES[library.name.as_str()].definitions);
    reachable(own, foreign.collect()).operations
}

/// The words of the texts in the crate that defines a type which a function's code uses.
#[must_use]
pub fn words_beside(owner: &str, function: &Crate) -> BTreeSet<&'static str> {
    let crates = function.libraries().into_iter().map(|krate| &krate.name);
    let sources = crates
        .chain([&function.name])
        .map(|name| &SOURCES[name.as_str()]);
    let mut defining = sources.filter(|source| {
        let mut types = source.definitions.iter();
        types.any(|one| matches!(one.kind, Kind::Type) && one.name == owner)
    });
    let words = defining.next().map(|source| &source.words);
    words.into_iter().flatten().map(String::as_str).collect()
}

/// Everything that the code of `own` mentions, and what it reaches by that.
fn reachable(own: &Collector, mut unreached: Vec<&Definition>) -> Uses {
    let mut uses = Uses::default();
    uses.absorb(&own.uses);
    for definition in &own.definitions {
        uses.absorb(&definition.uses);
    }
    loop {
        let (reached, rest) = unreached
            .into_iter()
            .partition::<Vec<_>, _>(|definition| uses.reach(definition));
        if reached.is_empty() {
            return uses;
        }
        unreached = rest;
        for definition in reached {
            uses.absorb(&definition.uses);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBRARY: &str = "
        struct Table { client: Client }
        impl Table {
            fn find(&self, id: &Id) { self.client.get_item().key(id).send() }
            fn all(&self) { Self::page(self) }
            fn page(&self) { self.client.scan() }
            fn remove(&self, id: &Id) { remove(&self.client, id) }
        }
        fn remove(client: &Client, id: &Id) { client.delete_item().key(id) }
        #[cfg(test)]
        mod tests { fn f(client: Client) { client.put_item() } }
    ";

    fn collect(text: &str) -> Collector {
        let mut collector = Collector::default();
        collector.visit_file(&syn::parse_file(text).unwrap());
        collector
    }

    fn reached_from(text: &str) -> Vec<String> {
        let library = collect(LIBRARY);
        let definitions = library.definitions.iter().collect();
        let operations = reachable(&collect(text), definitions).operations;
        operations.into_iter().map(|one| one.method).collect()
    }

    #[test]
    fn a_call_leads_to_the_method_of_its_name_and_number_of_arguments() {
        assert_eq!(
            reached_from("fn f(table: Table) { table.find(1) }"),
            ["get_item"]
        );
        assert!(reached_from("fn f(table: Table) { table.find() }").is_empty());
    }

    #[test]
    fn a_call_leads_on_through_methods_and_free_functions() {
        assert_eq!(reached_from("fn f(table: Table) { table.all() }"), ["scan"]);
        assert_eq!(
            reached_from("fn f(table: Table) { table.remove(1) }"),
            ["delete_item"]
        );
    }

    #[test]
    fn an_operation_belongs_to_the_type_that_calls_it() {
        let library = collect(LIBRARY);
        let owner = |name: &str| {
            let mut definitions = library.definitions.iter().filter(|one| one.name == name);
            let uses = &definitions.next_back().unwrap().uses;
            uses.operations.first().unwrap().owner.clone()
        };
        assert_eq!(owner("find").as_deref(), Some("Table"));
        assert_eq!(owner("remove"), None);
    }

    #[test]
    fn a_method_of_a_type_that_is_not_mentioned_is_not_reached() {
        assert!(reached_from("fn f(text: String) { text.find(1) }").is_empty());
        assert!(reached_from("use a::Table; fn f(list: List) { list.find(|one| one) }").is_empty());
    }

    #[test]
    fn tests_do_not_count() {
        assert!(
            collect(LIBRARY)
                .definitions
                .iter()
                .all(|one| one.name != "f")
        );
    }
}
