//! A request of the partner-facing API, and its answer.
//!
//! Both are those of an API Gateway REST proxy integration. Here stands what is the same at every
//! route with a function behind it; what a route wants and refuses is its function's own.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

mod media_type;
mod request;
mod request_error;
mod response;

pub use media_type::MediaType;
pub use request::Request;
pub use request_error::RequestError;
pub use response::{ApiError, Response};
