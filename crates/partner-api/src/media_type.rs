//! The `Content-Type` of a body.

/// A kind of body that the API knows, in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`
    Json,
}

impl MediaType {
    /// Reads a `Content-Type` header (RFC 9110 §8.3). A `charset` may say `utf-8` and nothing else;
    /// other parameters are passed over.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let media_type = if essence.eq_ignore_ascii_case("application/json") {
            Self::Json
        } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Self::Form
        } else {
            return None;
        };
        let is_utf_8 = parts
            .filter_map(|parameter| parameter.split_once('='))
            .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
            .all(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"));
        is_utf_8.then_some(media_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_json_in_utf_8_are_known() {
        for (header, media_type) in [
            ("application/json", MediaType::Json),
            ("Application/JSON; Charset=UTF-8", MediaType::Json),
            ("application/json;charset=\"utf-8\"", MediaType::Json),
            (
                "application/json; profile=x; charset=utf-8",
                MediaType::Json,
            ),
            ("application/json;", MediaType::Json),
            ("application/x-www-form-urlencoded", MediaType::Form),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                MediaType::Form,
            ),
        ] {
            assert_eq!(MediaType::parse(header), Some(media_type), "{header}");
        }
    }

    #[test]
    fn other_types_and_character_sets_are_not() {
        for header in [
            "",
            "text/plain",
            "application/xml",
            "application/jsonx",
            "application/problem+json",
            "multipart/form-data; boundary=x",
            "application/json; charset=iso-8859-1",
            "application/json; charset=utf-8; charset=utf-16",
            "application/x-www-form-urlencoded; charset=\"windows-1252\"",
        ] {
            assert_eq!(MediaType::parse(header), None, "{header}");
        }
    }
}
