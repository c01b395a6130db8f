//! What every function starts from: its environment variables and its AWS clients.
//!
//! Both are read and built once, in the init phase, before the first event is asked for.
//!
//! ```no_run
//! use lambda_environment::{Environment, aws};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let environment = Environment::from_process();
//! let [queue_url, table] = environment.required(["TRANSACTION_QUEUE_URL", "PARTNERS_TABLE"])?;
//! let config = aws::config(&environment)?;
//! # Ok(()) }
//! ```

pub mod aws;
mod variables;

pub use variables::{Environment, MissingVariables};
