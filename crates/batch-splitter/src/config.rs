//! What the splitter reads from its environment.

use std::time::Duration;

use aws_sdk_s3::config::{
    Builder, Config, ResponseChecksumValidation, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_types::SdkConfig;
use domain_event::EventBus;
use lambda_environment::{Environment, MissingVariables, aws};
use partner::PartnersTable;
use transaction_queue::TransactionQueue;

use rejection::RejectionsTable;
use upload_ledger::UploadsTable;

use crate::UploadsBucket;

/// Attempts of a call, more than elsewhere and for longer: a failed call has an upload begin again,
/// and the function has minutes to wait for a table that scales up.
const ATTEMPTS: u32 = 10;
const PATIENT_TIMEOUT: Duration = Duration::from_secs(90);

/// What the splitter reaches.
#[derive(Debug)]
pub struct Adapters {
    /// Where uploads stand.
    pub uploads: UploadsBucket,
    /// Who may upload.
    pub partners: PartnersTable,
    /// Where transactions go.
    pub queue: TransactionQueue,
    /// Where the others go.
    pub rejections: RejectionsTable,
    /// Where it is kept how far an upload is.
    pub ledger: UploadsTable,
    /// Where it is announced what became of an upload.
    pub events: EventBus,
}

impl Adapters {
    /// Makes the clients and reads `TRANSACTION_QUEUE_URL`, `PARTNERS_TABLE`, `REJECTIONS_TABLE`,
    /// `UPLOADS_TABLE` and `EVENT_BUS_NAME`.
    ///
    /// # Errors
    /// [`MissingVariables`] names all that are absent.
    pub fn from_environment(environment: &Environment) -> Result<Self, MissingVariables> {
        let [queue_url, partners, rejections, uploads, event_bus] = environment.required([
            "TRANSACTION_QUEUE_URL",
            "PARTNERS_TABLE",
            "REJECTIONS_TABLE",
            "UPLOADS_TABLE",
            "EVENT_BUS_NAME",
        ])?;
        let config = patient(&aws::config(environment)?);
        let s3 = streaming(Builder::from(&config), config.endpoint_url().is_some());
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        let sqs = aws_sdk_sqs::Client::new(&config);
        let eventbridge = aws_sdk_eventbridge::Client::new(&config);
        Ok(Self {
            uploads: UploadsBucket::new(aws_sdk_s3::Client::from_conf(s3)),
            partners: PartnersTable::new(dynamodb.clone(), partners),
            queue: TransactionQueue::new(sqs, queue_url),
            rejections: RejectionsTable::new(dynamodb.clone(), rejections),
            ledger: UploadsTable::new(&dynamodb, uploads),
            events: EventBus::new(eventbridge, event_bus),
        })
    }
}

fn patient(config: &SdkConfig) -> SdkConfig {
    let timeouts = config.timeout_config().map(TimeoutConfig::to_builder);
    let timeouts = timeouts.unwrap_or_default();
    config
        .to_builder()
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts.operation_timeout(PATIENT_TIMEOUT).build())
        .build()
}

/// The configuration of the client that reads objects.
///
/// The timeout of an attempt ends with the head of the answer, so a body may stream for minutes.
/// What guards the body is the SDK's stalled stream protection, on by default: after five seconds
/// without a byte the stream fails, and the reader resumes it. Time in which nobody asks for bytes,
/// because the queue is slow, does not count.
///
/// The checksum that Amazon S3 may have stored is not compared: it is of whole objects only, so a
/// resumed stream has none, and the two passes compare a SHA-256 anyway.
///
/// An endpoint of one's own is addressed by path, as it has no subdomain for every bucket.
pub(crate) fn streaming(config: Builder, own_endpoint: bool) -> Config {
    config
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .force_path_style(own_endpoint)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_splitter_starts_with_its_variables_and_those_of_lambda() {
        let environment = Environment::of_lambda([
            ("TRANSACTION_QUEUE_URL", "https://sqs/queue"),
            ("PARTNERS_TABLE", "partners"),
            ("REJECTIONS_TABLE", "rejections"),
            ("UPLOADS_TABLE", "uploads"),
            ("EVENT_BUS_NAME", "events"),
        ]);
        assert!(Adapters::from_environment(&environment).is_ok());
    }

    #[test]
    fn the_splitter_is_more_patient_with_a_call_and_not_with_an_attempt() {
        let environment = Environment::of_lambda([]);
        let usual = aws::config(&environment).unwrap();
        let patient = patient(&usual);
        let (usual, patient) = (usual.timeout_config(), patient.timeout_config());
        let (usual, patient) = (usual.unwrap(), patient.unwrap());
        assert!(patient.operation_timeout() > usual.operation_timeout());
        assert_eq!(
            patient.operation_attempt_timeout(),
            usual.operation_attempt_timeout()
        );
    }

    #[test]
    fn all_missing_variables_are_reported_at_once() {
        let missing = Adapters::from_environment(&Environment::default()).unwrap_err();
        assert_eq!(
            missing.0,
            [
                "TRANSACTION_QUEUE_URL",
                "PARTNERS_TABLE",
                "REJECTIONS_TABLE",
                "UPLOADS_TABLE",
                "EVENT_BUS_NAME"
            ]
        );
    }
}
