//! Objects, by path-style requests.

use crate::aws::{Aws, AwsError, element};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::HeaderValue;

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

    /// How many versions and delete markers objects of that prefix have, up to 1,000.
    pub fn count_versions(&self, bucket: &str, prefix: &str) -> Result<usize, AwsError> {
        let prefix = utf8_percent_encode(prefix, NON_ALPHANUMERIC);
        let path = format!("/{bucket}?versions&prefix={prefix}");
        let request = self.request("GET", &path, "s3");
        let answer = self.send("s3 ListObjectVersions", request, Vec::new())?;
        Ok(String::from_utf8_lossy(&answer)
            .matches("<VersionId>")
            .count())
    }

    /// Writes the object by a multipart upload; all parts but the last have 5 MiB at least.
    pub fn put_object_in_parts(
        &self,
        bucket: &str,
        key: &str,
        parts: &[&[u8]],
    ) -> Result<(), AwsError> {
        let path = path(bucket, key);
        let request = self.request("POST", &format!("{path}?uploads"), "s3");
        let answer = self.send("s3 CreateMultipartUpload", request, Vec::new())?;
        let answer = String::from_utf8_lossy(&answer);
        let upload = element(&answer, "UploadId").unwrap_or_default();
        let mut list = Vec::new();
        for (part, number) in parts.iter().zip(1..) {
            let part_path = format!("{path}?partNumber={number}&uploadId={upload}");
            let request = self.request("PUT", &part_path, "s3");
            let answer = self.send_for_answer("s3 UploadPart", request, part.to_vec())?;
            let tag = answer.headers().get("etag").map(HeaderValue::as_bytes);
            let tag = String::from_utf8_lossy(tag.unwrap_or_default());
            list.push(format!(
                "<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>"
            ));
        }
        let request = self.request("POST", &format!("{path}?uploadId={upload}"), "s3");
        let list = list.concat();
        let list = format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>");
        self.send("s3 CompleteMultipartUpload", request, list.into_bytes())?;
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
