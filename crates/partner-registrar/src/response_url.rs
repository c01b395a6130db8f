//! The presigned URL that a request is answered at.

use http::Uri;

/// Whoever has it can answer, so it is a secret: the type has neither Debug nor Display.
pub(crate) struct ResponseUrl {
    /// Scheme and authority.
    pub(crate) endpoint: String,
    /// Path and query, as they were signed.
    pub(crate) path_and_query: String,
}

impl ResponseUrl {
    /// Accepts an absolute URL of the scheme `https`, or `http`, which the local stack uses.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url: Uri = text.parse().ok()?;
        let scheme = url
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "https" | "http"))?;
        Some(Self {
            endpoint: format!("{scheme}://{}", url.authority()?),
            path_and_query: url.path_and_query()?.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_part_stays_as_it_is() {
        let url = ResponseUrl::parse("https://s3.example/arn%3Aaws%3A/a%7Cb?X=%2F&Y=z%3D").unwrap();
        assert_eq!(url.endpoint, "https://s3.example");
        assert_eq!(url.path_and_query, "/arn%3Aaws%3A/a%7Cb?X=%2F&Y=z%3D");
    }

    #[test]
    fn what_is_no_absolute_http_url_is_refused() {
        for text in [
            "",
            "/path",
            "s3.example",
            "ftp://s3.example/",
            "https://a b/",
        ] {
            assert!(ResponseUrl::parse(text).is_none(), "{text}");
        }
    }
}
