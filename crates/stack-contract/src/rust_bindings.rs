//! Which type of a function's code works with the resource that a variable names.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Expr, ExprCall, ItemMod, Lit, Local, Pat,
    visit::{self, Visit},
};

use crate::{
    Crate,
    rust_source::{files, is_for_tests},
};

/// A type that is made with an environment variable's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binding {
    /// The type, such as `OrdersTable`.
    pub owner: String,
    /// The variable, such as `ORDERS_TABLE`.
    pub variable: String,
}

/// The bindings of a function's own code: `let [name] = environment.required(["VARIABLE"])?` and
/// then `Type::new(.., name)`.
#[must_use]
pub fn bindings(function: &Crate) -> BTreeSet<Binding> {
    let mut found = Bindings::default();
    for file in files(function) {
        found.visit_file(&file);
    }
    found.bindings
}

#[derive(Default)]
struct Bindings {
    /// The variable behind each name that the code gave to one.
    variables: BTreeMap<String, String>,
    bindings: BTreeSet<Binding>,
}

impl<'ast> Visit<'ast> for Bindings {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let Pat::Slice(names) = &local.pat
            && let Some(init) = &local.init
            && let Expr::Try(tried) = init.expr.as_ref()
            && let Expr::MethodCall(call) = tried.expr.as_ref()
            && call.method == "required"
            && let Some(Expr::Array(variables)) = call.args.first()
        {
            let pairs = names.elems.iter().zip(&variables.elems);
            self.variables.extend(pairs.filter_map(name_and_variable));
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Some(owner) = constructed(call) {
            let variables = call.args.iter().filter_map(|argument| {
                let variable = self.variables.get(&name_of(argument)?)?;
                Some(Binding {
                    owner: owner.clone(),
                    variable: variable.clone(),
                })
            });
            self.bindings.extend(variables);
        }
        visit::visit_expr_call(self, call);
    }
}

fn name_and_variable((name, variable): (&Pat, &Expr)) -> Option<(String, String)> {
    let (Pat::Ident(name), Expr::Lit(variable)) = (name, variable) else {
        return None;
    };
    let Lit::Str(variable) = &variable.lit else {
        return None;
    };
    Some((name.ident.to_string(), variable.value()))
}

/// `Type` of `Type::new(..)`.
fn constructed(call: &ExprCall) -> Option<String> {
    let Expr::Path(function) = call.func.as_ref() else {
        return None;
    };
    let mut names = function.path.segments.iter().rev();
    let is_new = names.next()?.ident == "new";
    let owner = names.next()?.ident.to_string();
    is_new.then_some(owner)
}

/// `name` of `name` and of `name.clone()`.
fn name_of(argument: &Expr) -> Option<String> {
    match argument {
        Expr::Path(path) => Some(path.path.get_ident()?.to_string()),
        Expr::MethodCall(call) if call.method == "clone" => name_of(&call.receiver),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_bound_to_the_variables_that_it_is_made_with() {
        let text = r#"
            fn from_environment(environment: &Environment) -> Result<Adapters, Missing> {
                let [table, queue] = environment.required(["TABLE", "QUEUE"])?;
                Ok(Adapters {
                    rows: a::Rows::new(client, table.clone()),
                    both: Both::new(&config, queue, table),
                    other: Other::new(client),
                })
            }
        "#;
        let mut found = Bindings::default();
        found.visit_file(&syn::parse_file(text).unwrap());
        let found = found.bindings.iter();
        let found: Vec<_> = found
            .map(|one| (one.owner.as_str(), one.variable.as_str()))
            .collect();
        assert_eq!(
            found,
            [("Both", "QUEUE"), ("Both", "TABLE"), ("Rows", "TABLE")]
        );
    }
}
