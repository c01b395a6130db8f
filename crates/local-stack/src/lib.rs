//! The local stack as a client sees it: the file that describes it, its SFTP door, its partner
//! API, and the AWS APIs behind them.
//!
//! Everything here blocks the calling thread, and everything has a deadline.

mod api;
mod aws;
mod dynamodb;
mod executions;
mod faulty_endpoint;
mod http;
mod key_pair;
mod lambda;
mod processes;
pub mod provider;
mod s3;
mod sftp;
mod stack_file;
mod subscriber;
pub mod wait;

pub use api::{Answer, Api, ApiError};
pub use aws::{Aws, AwsError, Service};
pub use dynamodb::{Row, key, text};
pub use executions::{Ended, StateMachineCopy};
pub use faulty_endpoint::{Fate, FaultyEndpoint, FaultyEndpointError};
pub use key_pair::{KeyPair, KeyPairError};
pub use sftp::{Sftp, SftpError};
pub use stack_file::{StackFile, StackFileError};
pub use subscriber::{Subscriber, SubscriberError};
