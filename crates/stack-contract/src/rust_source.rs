//! A crate's Rust sources without its tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Expr, ExprMethodCall, File, Item, ItemConst, ItemMod, Lit,
    visit::{self, Visit},
};

use crate::{Crate, relative, text_file};

/// The parsed files of a crate's program and library, without modules for tests.
pub(crate) fn files(krate: &Crate) -> Vec<File> {
    let source = krate.directory.join("src");
    let roots = ["lib.rs", "main.rs"].map(|name| source.join(name));
    let mut open: Vec<PathBuf> = roots.into_iter().filter(|path| path.exists()).collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        let file = syn::parse_file(&text_file(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", relative(&path)));
        open.extend(
            file.items
                .iter()
                .filter_map(|item| module_path(item, &path)),
        );
        files.push(file);
    }
    files
}

/// Where the module stands that an item declares, unless it stands in place or is for tests.
fn module_path(item: &Item, declared_in: &Path) -> Option<PathBuf> {
    let Item::Mod(module) = item else { return None };
    if module.content.is_some() || is_for_tests(&module.attrs) {
        return None;
    }
    let directory = match declared_in.file_name()?.to_str()? {
        "lib.rs" | "main.rs" | "mod.rs" => declared_in.parent()?.to_owned(),
        _ => declared_in.with_extension(""),
    };
    let name = module.ident.to_string();
    let candidates = [
        directory.join(&name).join("mod.rs"),
        directory.join(name + ".rs"),
    ];
    candidates.into_iter().find(|path| path.exists())
}

/// Whether an item is left out of a program that is no test.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg")
            && list.is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

/// The environment variables that a function's own code reads: the names in `required([..])` and
/// `optional(..)`, written out or by a constant.
#[must_use]
pub fn variables(krate: &Crate) -> BTreeSet<String> {
    let mut reads = EnvironmentReads::default();
    for file in files(krate) {
        reads.visit_file(&file);
    }
    let EnvironmentReads {
        names,
        constants,
        texts,
    } = reads;
    let named = names
        .into_iter()
        .filter_map(|name| constants.get(&name).cloned());
    named.chain(texts).collect()
}

#[derive(Default)]
struct EnvironmentReads {
    /// Constants that stand where a name is read.
    names: BTreeSet<String>,
    constants: BTreeMap<String, String>,
    /// Names that are written out.
    texts: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for EnvironmentReads {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_const(&mut self, constant: &'ast ItemConst) {
        if let Expr::Lit(literal) = constant.expr.as_ref()
            && let Lit::Str(text) = &literal.lit
        {
            self.constants
                .insert(constant.ident.to_string(), text.value());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "required" || call.method == "optional" {
            call.args.iter().for_each(|argument| self.read(argument));
        }
        visit::visit_expr_method_call(self, call);
    }
}

impl EnvironmentReads {
    fn read(&mut self, argument: &Expr) {
        match argument {
            Expr::Array(array) => array.elems.iter().for_each(|element| self.read(element)),
            Expr::Path(path) => {
                let name = path
                    .path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string());
                self.names.extend(name);
            }
            Expr::Lit(literal) => {
                if let Lit::Str(text) = &literal.lit {
                    self.texts.insert(text.value());
                }
            }
            _ => {}
        }
    }
}
