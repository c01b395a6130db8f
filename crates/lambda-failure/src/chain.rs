//! An error with everything that caused it, on one line.

use std::{error::Error, fmt};

/// Writes an error and its sources as `outer: inner: innermost`.
///
/// A source's text is written only where the text before it does not end with it already, as the
/// texts of some libraries do.
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.0.to_string();
        formatter.write_str(&text)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            let next = error.to_string();
            if !text.ends_with(&next) {
                write!(formatter, ": {next}")?;
            }
            text = next;
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("The message could not be sent")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("dispatch failure")]
    struct Inner(#[source] std::io::Error);

    #[test]
    fn a_chain_names_every_cause_once() {
        let reset = std::io::Error::other("connection reset");
        let text = Chain(&Outer(Inner(reset))).to_string();
        assert_eq!(
            text,
            "The message could not be sent: dispatch failure: connection reset"
        );
    }
}
