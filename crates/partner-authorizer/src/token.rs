//! The bearer token of a request.

use partner::is_api_token;

/// An API token that a caller showed. It is a secret: the type has neither Debug nor Display.
pub(crate) struct BearerToken<'a>(&'a str);

impl<'a> BearerToken<'a> {
    /// Takes the token from an Authorization header: the scheme in any case, as RFC 9110 §11.1
    /// has it, one space, and the token.
    pub(crate) fn parse(authorization: &'a str) -> Option<Self> {
        let (scheme, token) = authorization.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("Bearer") && is_api_token(token)).then_some(Self(token))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(authorization: &str) -> Option<&str> {
        BearerToken::parse(authorization).map(|token| token.0)
    }

    #[test]
    fn the_scheme_is_bearer_in_any_case() {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(token(&format!("{scheme} t0k3n~!")), Some("t0k3n~!"));
        }
        for header in ["Basic t0k3n", "t0k3n", "Bearert0k3n", ""] {
            assert_eq!(token(header), None, "{header}");
        }
    }

    #[test]
    fn one_space_and_nothing_else_stands_around_the_token() {
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer  t0k3n",
            " Bearer t0k3n",
            "Bearer t0k3n ",
            "Bearer\tt0k3n",
        ] {
            assert_eq!(token(header), None, "{header}");
        }
    }
}
