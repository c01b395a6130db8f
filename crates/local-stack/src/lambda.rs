//! Functions and their event sources, by AWS Lambda's REST API.

use crate::aws::{Aws, AwsError, read_json};
use serde_json::{Value, json};

impl Aws {
    /// Invokes a function and waits for its result; a function's error is a result, too.
    pub fn invoke(&self, function: &str, payload: &Value) -> Result<Value, AwsError> {
        let path = format!("functions/{function}/invocations");
        self.lambda("Invoke", "POST", &path, Some(payload))
    }

    /// The names of all functions.
    pub fn functions(&self) -> Result<Vec<String>, AwsError> {
        let answer = self.lambda("ListFunctions", "GET", "functions/", None)?;
        Ok(texts(&answer, "Functions", "FunctionName"))
    }

    /// A function's configuration as deployed, with its environment.
    pub fn function_configuration(&self, function: &str) -> Result<Value, AwsError> {
        let path = format!("functions/{function}/configuration");
        self.lambda("GetFunctionConfiguration", "GET", &path, None)
    }

    /// Replaces a function's environment variables; what runs is started anew.
    pub fn set_environment(&self, function: &str, variables: &Value) -> Result<(), AwsError> {
        let path = format!("functions/{function}/configuration");
        let input = json!({"Environment": {"Variables": variables}});
        self.lambda("UpdateFunctionConfiguration", "PUT", &path, Some(&input))?;
        Ok(())
    }

    /// Lets no more than so many invocations of a function run at once; 0 throttles all.
    pub fn reserve_concurrency(&self, function: &str, executions: u32) -> Result<(), AwsError> {
        let path = format!("/2017-10-31/functions/{function}/concurrency");
        let input = json!({"ReservedConcurrentExecutions": executions});
        self.lambda_at("PutFunctionConcurrency", "PUT", &path, Some(&input))?;
        Ok(())
    }

    /// Takes that limit back.
    pub fn release_concurrency(&self, function: &str) -> Result<(), AwsError> {
        let path = format!("/2017-10-31/functions/{function}/concurrency");
        self.lambda_at("DeleteFunctionConcurrency", "DELETE", &path, None)?;
        Ok(())
    }

    fn lambda(
        &self,
        operation: &str,
        method: &str,
        path: &str,
        input: Option<&Value>,
    ) -> Result<Value, AwsError> {
        self.lambda_at(operation, method, &format!("/2015-03-31/{path}"), input)
    }

    /// The same at a path of another version of the API.
    fn lambda_at(
        &self,
        operation: &str,
        method: &str,
        path: &str,
        input: Option<&Value>,
    ) -> Result<Value, AwsError> {
        let call = format!("lambda {operation}");
        let request = self.request(method, path, "lambda");
        let body = input.map(Value::to_string).unwrap_or_default();
        let body = self.send(&call, request, body.into_bytes())?;
        read_json(call, &body)
    }
}

fn texts(answer: &Value, list: &str, member: &str) -> Vec<String> {
    let members = answer[list].as_array().into_iter().flatten();
    let texts = members.filter_map(|each| each[member].as_str());
    texts.map(str::to_owned).collect()
}
