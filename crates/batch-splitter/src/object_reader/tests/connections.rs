//! Real connections to a server in this process, through the function's own HTTP client.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};

use aws_sdk_s3::{
    Client,
    config::{Config, StalledStreamProtectionConfig, timeout::TimeoutConfig},
};
use lambda_environment::aws;

use super::*;

const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(300);

/// Answers one connection after another with one of `answers` each, and tells every request's
/// lines, in lower case.
fn serve(answers: Vec<fn(&mut TcpStream)>) -> (String, mpsc::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, requests) = mpsc::channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines
                .map(|line| line.unwrap().to_lowercase())
                .take_while(|line| !line.is_empty())
                .collect();
            tell.send(request).unwrap();
            answer(&mut stream);
        }
    });
    (url, requests)
}

fn respond(stream: &mut TcpStream, head: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
}

/// Reads the object as a pass does.
async fn read(url: String) -> Result<Vec<u8>, ObjectError> {
    let config = Config::builder()
        .with_test_defaults_v2()
        .time_source(aws_smithy_async::time::SystemTimeSource::new())
        .http_client(aws::http_client())
        .endpoint_url(url)
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .build(),
        )
        .stalled_stream_protection(
            StalledStreamProtectionConfig::enabled()
                .grace_period(Duration::from_millis(500))
                .build(),
        );
    let client = Client::from_conf(crate::config::streaming(config, true));
    let mut reader = ObjectReader::new(client, object(version()));
    let pass = move || {
        let mut content = Vec::new();
        match reader.read_to_end(&mut content) {
            Ok(_) => Ok(content),
            Err(error) => Err(reader.failure(error)),
        }
    };
    tokio::task::spawn_blocking(pass).await.unwrap()
}

#[tokio::test]
async fn a_body_may_take_longer_than_the_timeout_of_an_attempt() {
    let (url, requests) = serve(vec![|stream| {
        respond(stream, "200 OK\r\nContent-Length: 6", b"");
        for byte in b"slowly" {
            thread::sleep(ATTEMPT_TIMEOUT / 3);
            stream.write_all(&[*byte]).unwrap();
        }
    }]);
    assert_eq!(read(url).await.unwrap(), b"slowly");
    let requests: Vec<_> = requests.try_iter().collect();
    assert_eq!(requests.len(), 1);
    assert!(requests[0][0].starts_with("get /uploads/acme/orders.xml?"));
    assert!(requests[0][0].contains("versionid=qqtd"));
}

#[tokio::test]
async fn a_connection_that_breaks_is_resumed_where_it_broke() {
    let (url, requests) = serve(vec![
        |stream| respond(stream, "200 OK\r\nContent-Length: 11", b"broken"),
        |stream| {
            let head = "206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 6-10/11";
            respond(stream, head, b" rest");
        },
    ]);
    assert_eq!(read(url).await.unwrap(), b"broken rest");
    let requests: Vec<_> = requests.try_iter().collect();
    assert!(!requests[0].iter().any(|line| line.starts_with("range:")));
    assert!(requests[1].contains(&"range: bytes=6-".to_owned()));
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_resumed() {
    let (url, _requests) = serve(vec![
        |stream| {
            respond(stream, "200 OK\r\nContent-Length: 11", b"silent");
            // The connection stays open when the server goes on.
            std::mem::forget(stream.try_clone().unwrap());
        },
        |stream| {
            let head = "206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 6-10/11";
            respond(stream, head, b" rest");
        },
    ]);
    assert_eq!(read(url).await.unwrap(), b"silent rest");
}
