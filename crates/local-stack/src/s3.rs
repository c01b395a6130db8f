//! Objects, by path-style requests.

use crate::aws::{Aws, AwsError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands for itself in an object's path.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

impl Aws {
    /// The object's bytes.
    pub fn get_object(&self, bucket: &str, key: &str) -> Result<Vec<u8>, AwsError> {
        let request = self.request("GET", &path(bucket, key), "s3");
        self.send("s3 GetObject", request, Vec::new())
    }

    /// Writes the object.
    pub fn put_object(&self, bucket: &str, key: &str, content: &[u8]) -> Result<(), AwsError> {
        let request = self.request("PUT", &path(bucket, key), "s3");
        self.send("s3 PutObject", request, content.to_vec())?;
        Ok(())
    }
}

fn path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{}", utf8_percent_encode(key, KEY))
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_key_is_encoded_but_for_its_slashes() {
        assert_eq!(
            path("uploads", "acme/inbox/a b+ü%.xml"),
            "/uploads/acme/inbox/a%20b%2B%C3%BC%25.xml"
        );
    }
}
