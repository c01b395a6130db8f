//! An uploads bucket in memory with versions and delete markers, as far as the registrar uses it.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_s3::{
    Client,
    error::ErrorMetadata,
    operation::{
        delete_objects::{DeleteObjectsError, DeleteObjectsInput, DeleteObjectsOutput},
        list_object_versions::{
            ListObjectVersionsError, ListObjectVersionsInput, ListObjectVersionsOutput,
        },
        put_object::{PutObjectError, PutObjectOutput},
    },
    types::{DeleteMarkerEntry, Error, ObjectVersion},
};
use aws_smithy_mocks::{MockResponse, RuleMode, mock, mock_client};

/// What the bucket does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Put,
    List,
    Delete,
    /// The request is taken, and its answer names the versions that stay.
    EachVersion,
}

#[derive(Clone, Default)]
pub struct FakeBucket(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    versions: Vec<Version>,
    /// How many were ever made, which numbers the next one.
    made: usize,
    /// The longest listing; none is Amazon S3's own bound.
    page: Option<usize>,
    refusal: Option<Refusal>,
}

#[derive(Clone)]
struct Version {
    key: String,
    id: String,
    is_delete_marker: bool,
}

impl FakeBucket {
    pub fn client(&self) -> Client {
        let (put, list, delete) = (self.clone(), self.clone(), self.clone());
        let put = mock!(Client::put_object).then_compute_response(move |request| {
            assert_eq!(request.bucket(), Some("uploads"));
            assert_eq!(request.body().bytes(), Some(&b""[..]));
            if put.refuses(Refusal::Put) {
                return MockResponse::Error(PutObjectError::generic(denied()));
            }
            put.put(request.key().expect("a write has a key"));
            MockResponse::Output(PutObjectOutput::builder().build())
        });
        let list = mock!(Client::list_object_versions)
            .then_compute_response(move |request| list.list(request));
        let delete = mock!(Client::delete_objects)
            .then_compute_response(move |request| delete.delete(request));
        mock_client!(aws_sdk_s3, RuleMode::MatchAny, [&put, &list, &delete])
    }

    pub fn put(&self, key: &str) {
        self.state().make(key, false);
    }

    /// Deletes as a partner does, which leaves a delete marker.
    pub fn mark_deleted(&self, key: &str) {
        self.state().make(key, true);
    }

    pub fn list_at_most(&self, versions: usize) {
        self.state().page = Some(versions);
    }

    pub fn refuse(&self, refusal: Refusal) {
        self.state().refusal = Some(refusal);
    }

    /// The key of every version and delete marker, in their order.
    pub fn keys(&self) -> Vec<String> {
        let state = self.state();
        let mut keys: Vec<_> = state.versions.iter().map(|one| one.key.clone()).collect();
        keys.sort();
        keys
    }

    fn list(
        &self,
        request: &ListObjectVersionsInput,
    ) -> MockResponse<ListObjectVersionsOutput, ListObjectVersionsError> {
        if self.refuses(Refusal::List) {
            return MockResponse::Error(ListObjectVersionsError::generic(denied()));
        }
        let state = self.state();
        let prefix = request.prefix().expect("a listing has a prefix");
        let mut found = state.versions.clone();
        found.retain(|version| version.key.starts_with(prefix));
        found.sort_by(|one, other| one.key.cmp(&other.key));
        let page = state.page.unwrap_or(1000).min(found.len());
        let output = ListObjectVersionsOutput::builder().is_truncated(page < found.len());
        let output = found.into_iter().take(page).fold(output, listed);
        MockResponse::Output(output.build())
    }

    fn delete(
        &self,
        request: &DeleteObjectsInput,
    ) -> MockResponse<DeleteObjectsOutput, DeleteObjectsError> {
        if self.refuses(Refusal::Delete) {
            return MockResponse::Error(DeleteObjectsError::generic(denied()));
        }
        let output = DeleteObjectsOutput::builder();
        if self.refuses(Refusal::EachVersion) {
            let error = Error::builder().code("AccessDenied").build();
            return MockResponse::Output(output.errors(error).build());
        }
        let mut state = self.state();
        for object in request.delete().expect("it names objects").objects() {
            let version = object.version_id().expect("a version is named");
            state
                .versions
                .retain(|one| (one.key.as_str(), one.id.as_str()) != (object.key(), version));
        }
        MockResponse::Output(output.build())
    }

    fn refuses(&self, refusal: Refusal) -> bool {
        self.state().refusal == Some(refusal)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no other test has panicked with it")
    }
}

impl State {
    fn make(&mut self, key: &str, is_delete_marker: bool) {
        self.made += 1;
        self.versions.push(Version {
            key: key.to_owned(),
            id: format!("version-{}", self.made),
            is_delete_marker,
        });
    }
}

type Listing =
    aws_sdk_s3::operation::list_object_versions::builders::ListObjectVersionsOutputBuilder;

fn listed(
    listing: Listing,
    Version {
        key,
        id,
        is_delete_marker,
    }: Version,
) -> Listing {
    if is_delete_marker {
        let marker = DeleteMarkerEntry::builder().key(key).version_id(id);
        listing.delete_markers(marker.build())
    } else {
        listing.versions(ObjectVersion::builder().key(key).version_id(id).build())
    }
}

fn denied() -> ErrorMetadata {
    let metadata = ErrorMetadata::builder().code("AccessDenied");
    metadata.message("Access Denied").build()
}
