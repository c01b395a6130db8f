use super::*;
use std::io::Read;
use std::net::TcpStream;

const REQUEST: &str = "POST /messages?a=b HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYTpzcw==\r\n\
    Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 23\r\nConnection: close\r\n\r\n\
    To=%2B1&Body=it%27s+%26";

fn exchange(provider: &Provider) -> String {
    let mut stream = TcpStream::connect(provider.address()).unwrap();
    stream.write_all(REQUEST.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_is_noted_and_answered() {
    let provider = Provider::listen(0, |_| Reply::Answer(429, json!({"a": 1}))).unwrap();
    let answer = exchange(&provider);
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"a\":1}"), "{answer}");

    let request = &provider.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/messages?a=b");
    let credentials = request.credentials().unwrap();
    assert_eq!(credentials, ("user".to_owned(), "pa:ss".to_owned()));
    let form = [("To", "+1"), ("Body", "it's &")];
    assert_eq!(
        request.form(),
        form.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn half_an_answer_is_shorter_than_it_says() {
    let provider = Provider::listen(0, |_| Reply::Half).unwrap();
    let answer = exchange(&provider);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len() + 99)));
}

#[test]
fn its_port_is_free_again_once_it_ends() {
    let provider = Provider::listen(0, |_| Reply::Half).unwrap();
    let port = provider.address().port();
    drop(provider);
    Provider::listen(port, |_| Reply::Half).unwrap();
}

#[test]
fn a_local_endpoint_has_a_port_of_its_own_and_another_has_none() {
    for gateway in [80, 4566, 10_000, 29_999, 65_535] {
        let port = loopback_port(&default_endpoint(gateway)).unwrap();
        assert!((10_000..30_000).contains(&port) && port != gateway);
    }
    assert_eq!(loopback_port("https://api.example.com/messages"), None);
}
