//! What each function, method and type of a Rust source mentions.

use std::{collections::BTreeSet, mem};

use syn::{
    Attribute, Expr, ExprMethodCall, ExprPath, Ident, ImplItemFn, ItemEnum, ItemFn, ItemImpl,
    ItemMod, ItemStruct, LitStr, Member, Signature, Type,
    visit::{self, Visit},
};

use crate::rust_source::is_for_tests;

/// The mentions of a piece of source.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// Every identifier.
    pub(crate) names: BTreeSet<String>,
    /// Methods called, with their numbers of arguments.
    pub(crate) methods: BTreeSet<(String, usize)>,
    /// `name` or `owner::name`, called or handed on.
    pub(crate) paths: BTreeSet<(Option<String>, String)>,
    /// Methods called on a variable or field `client`.
    pub(crate) operations: BTreeSet<Operation>,
}

/// A method of an SDK's client, such as `put_item`, and the type in whose method it is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// The type; none where a free function calls it.
    pub owner: Option<String>,
    /// The client's method.
    pub method: String,
}

/// A function, method or type.
#[derive(Debug)]
pub(crate) struct Definition {
    /// The type that a method belongs to.
    pub(crate) owner: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) uses: Uses,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A structure or enumeration.
    Type,
    /// A function without `self`.
    Function,
    /// A method, and how many parameters it has beside `self`.
    Method(usize),
}

impl Uses {
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.methods.extend(other.methods.iter().cloned());
        self.paths.extend(other.paths.iter().cloned());
        self.operations.extend(other.operations.iter().cloned());
    }

    /// Whether whoever mentions this can reach `definition`. A method can be reached only where
    /// its type is mentioned too.
    pub(crate) fn reach(&self, definition: &Definition) -> bool {
        let Definition {
            owner, name, kind, ..
        } = definition;
        let path = (owner.clone(), name.clone());
        match (kind, owner) {
            (Kind::Type, _) => self.names.contains(name),
            // What stands before a free function's name is a module.
            (_, None) => self.paths.iter().any(|(_, used)| used == name),
            (Kind::Function, Some(_)) => self.paths.contains(&path),
            (Kind::Method(parameters), Some(owner)) => {
                let is_called = self.methods.contains(&(name.clone(), *parameters));
                self.names.contains(owner) && (is_called || self.paths.contains(&path))
            }
        }
    }
}

/// Gathers the definitions of the files that it visits.
#[derive(Default)]
pub(crate) struct Collector {
    pub(crate) definitions: Vec<Definition>,
    /// What stands outside of all definitions, such as imports.
    pub(crate) uses: Uses,
    /// The words of every text.
    pub(crate) words: BTreeSet<String>,
    owner: Option<String>,
}

impl Collector {
    fn define(&mut self, name: &Ident, kind: Kind, visit: impl FnOnce(&mut Self)) {
        let outer = mem::take(&mut self.uses);
        visit(self);
        let uses = mem::replace(&mut self.uses, outer);
        self.definitions.push(Definition {
            owner: self.owner.clone(),
            name: name.to_string(),
            kind,
            uses,
        });
    }
}

fn kind_of(signature: &Signature) -> Kind {
    match signature.receiver() {
        Some(_) => Kind::Method(signature.inputs.len() - 1),
        None => Kind::Function,
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, implementation: &'ast ItemImpl) {
        if let Type::Path(path) = implementation.self_ty.as_ref() {
            let owner = path.path.segments.last();
            self.owner = owner.map(|segment| segment.ident.to_string());
        }
        visit::visit_item_impl(self, implementation);
        self.owner = None;
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.define(&item.ident, Kind::Type, |this| {
            visit::visit_item_struct(this, item);
        });
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.define(&item.ident, Kind::Type, |this| {
            visit::visit_item_enum(this, item);
        });
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.define(&item.sig.ident, kind_of(&item.sig), |this| {
            visit::visit_item_fn(this, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let kind = kind_of(&item.sig);
        self.define(&item.sig.ident, kind, |this| {
            visit::visit_impl_item_fn(this, item);
        });
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {
        // What stands in a comment is no use.
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        let text = text.value();
        let words = text.split(|letter: char| !letter.is_alphanumeric() && !"_-".contains(letter));
        self.words.extend(words.map(str::to_owned));
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.uses.names.insert(name.to_string());
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        if is_client(&call.receiver) {
            let owner = self.owner.clone();
            let operation = Operation {
                owner,
                method: name,
            };
            self.uses.operations.insert(operation);
        } else if !matches!(call.args.first(), Some(Expr::Closure(_))) {
            // A closure is what iterators take, not our libraries.
            self.uses.methods.insert((name, call.args.len()));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let mut names = path
            .path
            .segments
            .iter()
            .rev()
            .map(|segment| segment.ident.to_string());
        if let Some(name) = names.next() {
            let owner = match names.next() {
                Some(owner) if owner == "Self" => self.owner.clone(),
                owner => owner,
            };
            self.uses.paths.insert((owner, name));
        }
        visit::visit_expr_path(self, path);
    }
}

/// Whether a receiver is `client` or a field of that name.
fn is_client(receiver: &Expr) -> bool {
    match receiver {
        Expr::Path(path) => path.path.is_ident("client"),
        Expr::Field(field) => matches!(&field.member, Member::Named(name) if name == "client"),
        _ => false,
    }
}
