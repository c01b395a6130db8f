//! The function's own clients against listeners on this machine.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use lambda_environment::Environment;
use partner_registrar::{Adapters, handle};
use serde_json::Value;

use crate::event;

/// Adapters made as in Lambda, whose AWS endpoint takes connections and never answers.
fn adapters_of_a_silent_aws() -> (TcpListener, Adapters) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let endpoint = format!("http://{}", silent.local_addr().expect("it is bound"));
    let environment = Environment::of_lambda([
        ("PARTNERS_TABLE", "partners"),
        ("UPLOADS_BUCKET", "uploads"),
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
    ]);
    let adapters = Adapters::from_environment(&environment).expect("the environment is whole");
    (silent, adapters)
}

#[tokio::test]
async fn the_answer_stands_on_the_wire_as_cloudformation_wants_it() {
    let (_silent, adapters) = adapters_of_a_silent_aws();
    let (url, answer) = response_url();
    let mut event = event("delete.json");
    event["ResponseURL"] = url.into();
    event["PhysicalResourceId"] = Value::Null;
    handle(&adapters, event).await.unwrap();

    let (head, body) = answer.join().unwrap();
    assert!(head.starts_with("put /a%7cb?x-amz-signature=c%2fd http/1.1\r\n"));
    assert!(head.contains("\r\ncontent-type: \r\n"), "{head}");
    let length = format!("\r\ncontent-length: {}\r\n", body.len());
    assert!(head.contains(&length), "{head}");
    assert!(body.starts_with(br#"{"Status":"SUCCESS","#));
}

/// One silent call is given up in time for the others and for the answer: the function has 30 seconds.
#[tokio::test]
async fn a_silent_service_is_answered_as_a_failure_in_time() {
    let (_silent, adapters) = adapters_of_a_silent_aws();
    let (url, answer) = response_url();
    let mut event = event("create.json");
    event["ResponseURL"] = url.into();
    let start = Instant::now();
    handle(&adapters, event).await.unwrap();

    assert!(start.elapsed() < Duration::from_secs(6));
    let (_, body) = answer.join().unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["Status"], "FAILED");
    let reason = body["Reason"].as_str().unwrap();
    assert!(
        reason.contains("the secret could not be read: "),
        "{reason}"
    );
}

/// A row and the versions of a folder are asked for, and both in vain.
#[tokio::test]
async fn a_delete_beside_silent_services_is_a_success_in_time() {
    let (_silent, adapters) = adapters_of_a_silent_aws();
    let (url, answer) = response_url();
    let mut event = event("delete.json");
    event["ResponseURL"] = url.into();
    let start = Instant::now();
    handle(&adapters, event).await.unwrap();

    assert!(start.elapsed() < Duration::from_secs(9));
    let (_, body) = answer.join().unwrap();
    assert!(body.starts_with(br#"{"Status":"SUCCESS","#));
}

/// A URL that takes one answer, and that answer: the request's head in lower case, and its body.
fn response_url() -> (String, JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let authority = listener.local_addr().expect("it is bound");
    let server = thread::spawn(move || take_one_request(&listener));
    (
        format!("http://{authority}/a%7Cb?X-Amz-Signature=c%2Fd"),
        server,
    )
}

fn take_one_request(listener: &TcpListener) -> (String, Vec<u8>) {
    let (stream, _) = listener.accept().expect("a client comes");
    let mut reader = BufReader::new(&stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).expect("the head is text");
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .expect("the request has a length");
    let mut body = vec![0; length.parse().expect("the length is a number")];
    reader.read_exact(&mut body).expect("the body is whole");
    (&stream)
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .expect("the client still listens");
    (head, body)
}
