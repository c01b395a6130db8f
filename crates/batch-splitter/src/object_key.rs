//! What an object's key says: whose it is, and whether it is an upload at all.

use partner::PartnerId;

/// Endings of names that a file has while it is still being written.
const UNFINISHED: [&str; 3] = [".tmp", ".filepart", ".part"];

/// The partner of an upload's key, which is `<partner_id>/<name>` or `<partner_id>/inbox/<name>`.
///
/// # Errors
/// The reason why the key is of no upload. `outbox/` is kept for what we write to the partner.
pub(crate) fn partner_of(key: &str) -> Result<PartnerId, &'static str> {
    let (partner, path) = key
        .split_once('/')
        .ok_or("The object stands in no partner's directory.")?;
    let partner =
        PartnerId::parse(partner).map_err(|_| "The directory's name is no partner id.")?;
    if key.ends_with('/') {
        return Err("The object is a directory.");
    }
    let name = path.strip_prefix("inbox/").unwrap_or(path);
    if name.is_empty() || name.contains('/') {
        return Err("The object stands neither in the partner's root nor in its inbox.");
    }
    if UNFINISHED.iter().any(|ending| name.ends_with(ending)) {
        return Err("The file's name says that it is still being written.");
    }
    Ok(partner)
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
    fn other_objects_are_none() {
        for key in [
            "",
            "orders.xml",
            "/orders.xml",
            "Acme/orders.xml",
            "ac/orders.xml",
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
            assert!(partner_of(key).is_err(), "{key}");
        }
    }
}
