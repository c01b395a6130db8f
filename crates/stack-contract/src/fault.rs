//! What a test found, reported all at once.

use std::{cell::RefCell, collections::BTreeSet};

/// Fails with every fault, one a line.
#[track_caller]
pub fn assert_no_faults(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "\n  {}\n", faults.join("\n  "));
}

/// Names that a rule does not hold for, each with its reason.
///
/// An exception that was never needed is a fault of its own: see [`Exceptions::unused`].
#[derive(Debug)]
pub struct Exceptions {
    reasons: &'static [(&'static str, &'static str)],
    used: RefCell<BTreeSet<&'static str>>,
}

impl Exceptions {
    /// Pairs of a name and the reason why the rule does not hold for it.
    #[must_use]
    pub fn new(reasons: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            reasons,
            used: RefCell::default(),
        }
    }

    /// Whether `name` is excepted. To be asked only where the rule is broken.
    #[must_use]
    pub fn allow(&self, name: &str) -> bool {
        let found = self.reasons.iter().find(|(excepted, _)| *excepted == name);
        found.is_some_and(|(excepted, _)| {
            self.used.borrow_mut().insert(excepted);
            true
        })
    }

    /// The exceptions that were not needed.
    #[must_use]
    pub fn unused(&self) -> Vec<String> {
        let used = self.used.borrow();
        let unused = self.reasons.iter().filter(|(name, _)| !used.contains(name));
        unused
            .map(|(name, reason)| format!("{name} needs no exception any more ({reason})"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_that_nobody_needed_is_reported() {
        let exceptions = Exceptions::new(&[("A", "one"), ("B", "two")]);
        assert!(exceptions.allow("A"));
        assert!(!exceptions.allow("C"));
        assert_eq!(exceptions.unused(), ["B needs no exception any more (two)"]);
    }
}
