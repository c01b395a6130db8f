//! What an object's key says: whose it is, and whether it is an upload at all.

use partner::PartnerId;

/// Endings of names that a file has while it is still being written.
const UNFINISHED: [&str; 3] = [".tmp", ".filepart", ".part"];

/// A key that is of no upload.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoUpload {
    /// In whose directory the object stands, if it stands in a partner's.
    pub(crate) partner: Option<PartnerId>,
    /// Why, as a sentence.
    pub(crate) reason: &'static str,
}

/// The partner of an upload's key, which is `<partner_id>/<name>` or `<partner_id>/inbox/<name>`.
///
/// # Errors
/// [`NoUpload`] for any other key. `outbox/` is kept for what we write to the partner.
pub(crate) fn partner_of(key: &str) -> Result<PartnerId, NoUpload> {
    let nobodys = |reason| NoUpload {
        partner: None,
        reason,
    };
    let (partner, path) = key
        .split_once('/')
        .ok_or_else(|| nobodys("The object stands in no partner's directory."))?;
    let partner =
        PartnerId::parse(partner).map_err(|_| nobodys("The directory's name is no partner id."))?;
    match why_no_upload(path) {
        None => Ok(partner),
        Some(reason) => Err(NoUpload {
            partner: Some(partner),
            reason,
        }),
    }
}

fn why_no_upload(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.ends_with('/') {
        return Some("The object is a directory.");
    }
    let name = path.strip_prefix("inbox/").unwrap_or(path);
    if name.contains('/') {
        return Some("The object stands neither in the partner's root nor in its inbox.");
    }
    let unfinished = UNFINISHED.iter().any(|ending| name.ends_with(ending));
    unfinished.then_some("The file's name says that it is still being written.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_root_and_in_the_inbox_are_uploads() {
        for key in [
            "acme/orders.xml",
            "acme/inbox/orders.xml",
            "acme/no ending",
            "acme/a+b %20 é.xml",
            "acme/outbox",
            "acme/parts",
            "acme/orders.tmp.xml",
        ] {
            assert_eq!(partner_of(key).unwrap().as_str(), "acme", "{key}");
        }
    }

    #[test]
    fn objects_outside_a_partners_directory_are_nobodys() {
        for key in [
            "",
            "orders.xml",
            "/orders.xml",
            "Acme/orders.xml",
            "ac/orders.xml",
        ] {
            assert_eq!(partner_of(key).unwrap_err().partner, None, "{key}");
        }
    }

    #[test]
    fn other_objects_of_a_partner_are_no_uploads() {
        for key in [
            "acme/",
            "acme/inbox/",
            "acme//orders.xml",
            "acme/outbox/orders.xml.01234567.receipt.json",
            "acme/archive/orders.xml",
            "acme/inbox/2026/orders.xml",
            "acme/Inbox/orders.xml",
            "acme/orders.xml.tmp",
            "acme/inbox/orders.xml.filepart",
            "acme/orders.xml.part",
            "acme/.tmp",
        ] {
            let partner = partner_of(key).unwrap_err().partner.unwrap();
            assert_eq!(partner.as_str(), "acme", "{key}");
        }
    }
}
