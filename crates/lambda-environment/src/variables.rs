//! Environment variables behind a small seam, so that a test needs no process of its own.

use std::collections::HashMap;

/// The variables that a function was started with.
#[derive(Clone, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
}

/// Variables that a function needs and does not have, all of them at once.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("These environment variables are missing or empty: {}.", .0.join(", "))]
pub struct MissingVariables(pub Vec<&'static str>);

impl Environment {
    /// Reads the process's environment. A variable that is not Unicode counts as absent.
    #[must_use]
    pub fn from_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The environment of a function under test: the three variables that Lambda sets for every
    /// function's clients, and the function's `own`, of which the last of a name holds.
    #[cfg(any(test, feature = "test-util"))]
    #[must_use]
    pub fn of_lambda<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let lambda = [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        lambda.into_iter().chain(own).collect()
    }

    /// The value of a variable; an empty one counts as absent, as an unset template parameter does.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The values of `names`, in their order.
    ///
    /// # Errors
    /// [`MissingVariables`] lists every absent name, so that one look mends a deployment.
    pub fn required<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Result<[String; N], MissingVariables> {
        let missing: Vec<_> = names
            .into_iter()
            .filter(|name| self.optional(name).is_none())
            .collect();
        if missing.is_empty() {
            Ok(names.map(|name| self.optional(name).unwrap_or_default().to_owned()))
        } else {
            Err(MissingVariables(missing))
        }
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self {
            variables: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_variables_come_in_the_order_asked() {
        let environment: Environment = [("A", "1"), ("B", "2")].into_iter().collect();
        assert_eq!(
            environment.required(["B", "A"]),
            Ok(["2".into(), "1".into()])
        );
    }

    #[test]
    fn every_missing_variable_is_reported_at_once() {
        let environment: Environment = [("A", "1"), ("B", "")].into_iter().collect();
        let missing = environment.required(["A", "B", "C"]).unwrap_err();
        assert_eq!(missing, MissingVariables(vec!["B", "C"]));
        assert_eq!(
            missing.to_string(),
            "These environment variables are missing or empty: B, C."
        );
    }
}
