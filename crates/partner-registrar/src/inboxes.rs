//! The inboxes of partners in the uploads bucket.

use aws_sdk_s3::{
    Client,
    error::SdkError,
    operation::{
        delete_objects::DeleteObjectsError, list_object_versions::ListObjectVersionsError,
        put_object::PutObjectError,
    },
    types::{Delete, ObjectIdentifier},
};
use partner::PartnerId;

/// How often a removal lists what is left; each listing has up to 1,000 versions. A partner may make
/// and remove its inbox as often as it likes, and must not hold the end of a stack up by it.
const ROUNDS: usize = 3;

/// The uploads bucket, as far as inboxes go. An SFTP client sees a folder only where an object
/// stands in it, so an inbox begins with an empty object that bears the folder's name.
#[derive(Clone, Debug)]
pub struct Inboxes {
    client: Client,
    bucket: String,
}

/// A step that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InboxError {
    #[error("the folder could not be written")]
    Make(#[source] Box<SdkError<PutObjectError>>),
    #[error("the folder's versions could not be listed")]
    List(#[source] Box<SdkError<ListObjectVersionsError>>),
    #[error("the folder's versions could not be deleted")]
    Delete(#[source] Box<SdkError<DeleteObjectsError>>),
    #[error("a version of the folder was not deleted ({code})")]
    NotDeleted { code: String },
    #[error("the folder has too many versions to delete them all")]
    TooMany,
}

/// A page of the folder's versions, with the delete markers among them.
struct Page {
    versions: Vec<ObjectIdentifier>,
    /// Whether there are more.
    goes_on: bool,
}

impl Inboxes {
    /// The inboxes in the bucket of that name, reached through `client`.
    #[must_use]
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// Makes the partner's inbox. One that is there already gets one more version, and the files in
    /// it stay as they are.
    pub(crate) async fn make(&self, partner: &PartnerId) -> Result<(), InboxError> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(folder(partner))
            .send()
            .await
            .map(drop)
            .map_err(|error| InboxError::Make(Box::new(error)))
    }

    /// Removes every version of the folder's own object, without which a bucket that was only just
    /// made could not be deleted. The files in the inbox are not touched.
    pub(crate) async fn remove(&self, partner: &PartnerId) -> Result<(), InboxError> {
        let folder = folder(partner);
        for _ in 0..ROUNDS {
            let page = self.versions(&folder).await?;
            if !page.versions.is_empty() {
                self.delete(page.versions).await?;
            }
            if !page.goes_on {
                return Ok(());
            }
        }
        Err(InboxError::TooMany)
    }

    /// The versions from the first. Amazon S3 lists keys in their order, so the folder's own
    /// come before those of the files in it.
    async fn versions(&self, folder: &str) -> Result<Page, InboxError> {
        let output = self
            .client
            .list_object_versions()
            .bucket(&self.bucket)
            .prefix(folder)
            .send()
            .await
            .map_err(|error| InboxError::List(Box::new(error)))?;
        let objects = output.versions().iter();
        let objects = objects.map(|one| (one.key(), one.version_id()));
        let markers = output.delete_markers().iter();
        let listed = objects.chain(markers.map(|one| (one.key(), one.version_id())));
        let (own, others): (Vec<_>, Vec<_>) = listed.partition(|(key, _)| *key == Some(folder));
        let versions = own.into_iter().filter_map(|(_, version)| {
            let version = ObjectIdentifier::builder().version_id(version?);
            Some(version.key(folder).build().expect("it has a key"))
        });
        Ok(Page {
            versions: versions.collect(),
            goes_on: output.is_truncated() == Some(true) && others.is_empty(),
        })
    }

    async fn delete(&self, versions: Vec<ObjectIdentifier>) -> Result<(), InboxError> {
        let delete = Delete::builder().set_objects(Some(versions)).quiet(true);
        let output = self
            .client
            .delete_objects()
            .bucket(&self.bucket)
            .delete(delete.build().expect("it has objects"))
            .send()
            .await
            .map_err(|error| InboxError::Delete(Box::new(error)))?;
        match output.errors().first() {
            None => Ok(()),
            Some(error) => Err(InboxError::NotDeleted {
                code: error.code().unwrap_or("no code").to_owned(),
            }),
        }
    }
}

/// The key of the folder's own object.
fn folder(partner: &PartnerId) -> String {
    format!("{partner}/inbox/")
}
