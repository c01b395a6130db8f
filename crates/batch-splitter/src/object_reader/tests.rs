//! The reader over scripted answers, and over real connections that are slow or break.

mod connections;

use aws_sdk_s3::operation::get_object::{GetObjectInput, GetObjectOutput};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};

use super::*;

const CONTENT: &[u8] = b"<Transactions></Transactions>";

fn object(pin: Pin) -> PinnedObject {
    PinnedObject {
        bucket: "uploads".into(),
        key: "acme/orders.xml".into(),
        pin,
    }
}

fn reader(rules: &[&Rule], pin: Pin) -> ObjectReader {
    let client = mock_client!(aws_sdk_s3, RuleMode::MatchAny, rules);
    ObjectReader::new(client, object(pin))
}

fn version() -> Pin {
    Pin::Version("QqTd".into())
}

/// An answer with `body`, which says that the object has `size` bytes from `offset` on.
fn answer(body: &'static [u8], offset: usize, size: usize) -> GetObjectOutput {
    GetObjectOutput::builder()
        .body(ByteStream::from_static(body))
        .content_length(i64::try_from(size - offset).unwrap())
        .set_content_range((offset > 0).then(|| format!("bytes {offset}-{}/{size}", size - 1)))
        .last_modified(aws_sdk_s3::primitives::DateTime::from_secs(1_772_357_400))
        .build()
}

/// Every chunk, read in the test's own task: a paused clock does not move while a thread blocks.
async fn content(reader: &mut ObjectReader) -> Result<Vec<u8>, ObjectError> {
    let mut content = Vec::new();
    while let Some(chunk) = reader.next_chunk().await? {
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

#[tokio::test]
async fn an_object_is_read_in_one_request_by_its_version() {
    let rule = mock!(Client::get_object)
        .match_requests(|request| {
            request.bucket() == Some("uploads")
                && request.key() == Some("acme/orders.xml")
                && request.version_id() == Some("QqTd")
                && request.if_match().is_none()
                && request.range().is_none()
        })
        .then_output(|| answer(CONTENT, 0, CONTENT.len()));
    let mut reader = reader(&[&rule], version());
    assert_eq!(content(&mut reader).await.unwrap(), CONTENT);
    assert_eq!(rule.num_calls(), 1);
    let written = reader.last_modified().unwrap().to_string();
    assert_eq!(written, "2026-03-01T09:30:00Z");
}

#[tokio::test]
async fn an_empty_object_has_no_bytes() {
    let rule = mock!(Client::get_object).then_output(|| answer(b"", 0, 0));
    let mut reader = reader(&[&rule], version());
    assert_eq!(content(&mut reader).await.unwrap(), b"");
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_ends_early_is_resumed_where_it_ended() {
    let pinned = |request: &GetObjectInput| request.if_match() == Some("\"0123\"");
    let whole = mock!(Client::get_object)
        .match_requests(move |request| pinned(request) && request.range().is_none())
        .then_output(|| answer(&CONTENT[..10], 0, CONTENT.len()));
    let rest = mock!(Client::get_object)
        .match_requests(move |request| pinned(request) && request.range() == Some("bytes=10-"))
        .then_output(|| answer(&CONTENT[10..], 10, CONTENT.len()));
    let mut reader = reader(&[&whole, &rest], Pin::ETag("0123".into()));
    assert_eq!(content(&mut reader).await.unwrap(), CONTENT);
    assert_eq!((whole.num_calls(), rest.num_calls()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_always_ends_early_is_given_up() {
    let rule = mock!(Client::get_object).then_output(|| answer(b"", 0, CONTENT.len()));
    let error = content(&mut reader(&[&rule], version())).await.unwrap_err();
    assert!(matches!(error, ObjectError::EndedEarly), "{error:?}");
    assert_eq!(rule.num_calls(), 17);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_ignores_the_range_is_not_appended() {
    let rule = mock!(Client::get_object).then_output(|| answer(&CONTENT[..10], 0, CONTENT.len()));
    let error = content(&mut reader(&[&rule], version())).await.unwrap_err();
    assert!(matches!(error, ObjectError::RangeIgnored), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn each_refusal_of_amazon_s3_has_its_error() {
    for (status, name) in [
        (404, "Missing"),
        (412, "Changed"),
        (403, "Denied"),
        (400, "Request"),
        (503, "Request"),
    ] {
        let rule = mock!(Client::get_object)
            .sequence()
            .http_status(status, None)
            .repeatedly()
            .build();
        let error = content(&mut reader(&[&rule], version())).await.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(name),
            "{status}: {error:?}"
        );
    }
}
