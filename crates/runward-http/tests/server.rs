//! The client against a small server on 127.0.0.1.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something fails"
)]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use runward_http::{FileSink, Http as _, HttpError, HttpLimits, Request, Sink, UreqClient};

/// Serves `answers` in order, one connection each, and records the request heads.
struct Server {
    base: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        thread::spawn(move || {
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                record.lock().unwrap().push(read_head(&stream));
                (&stream).write_all(&answer).unwrap();
            }
        });
        Self { base, seen }
    }

    fn url(&self) -> String {
        format!("{}/file", self.base)
    }

    fn head(&self, index: usize) -> String {
        self.seen.lock().unwrap()[index].to_ascii_lowercase()
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

fn read_head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            break;
        }
    }
    head
}

fn answer(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

fn ok(body: &str) -> Vec<u8> {
    let length = format!("Content-Length: {}", body.len());
    answer("200 OK", &[&length, "ETag: \"v1\""], body)
}

fn client() -> UreqClient {
    UreqClient::new(
        HttpLimits {
            connect: Duration::from_secs(5),
            response: Duration::from_secs(5),
            read: Duration::from_secs(5),
            max_attempts: 3,
            backoff: Duration::from_millis(1),
            max_backoff: Duration::from_millis(5),
            max_redirects: 2,
        },
        "runward-test",
    )
}

fn get(request: &Request) -> (Result<runward_http::Response, HttpError>, Vec<u8>) {
    let mut body = Vec::new();
    let response = client().get(request, &mut body, &mut |_, _| {});
    (response, body)
}

#[test]
fn a_body_arrives_with_progress_and_validators() {
    let server = Server::start(vec![ok("hello")]);
    let mut body = Vec::new();
    let mut seen = Vec::new();
    let response = client()
        .get(
            &Request::new(server.url(), 100),
            &mut body,
            &mut |done, total| {
                seen.push((done, total));
            },
        )
        .unwrap();
    assert_eq!(body, b"hello");
    assert_eq!(response.validator(), Some("\"v1\""));
    assert_eq!(response.length, 5);
    assert_eq!(seen.last(), Some(&(5, Some(5))));
    let head = server.head(0);
    assert!(head.contains("user-agent: runward-test"), "{head}");
    assert!(head.contains("accept-encoding: identity"), "{head}");
}

#[test]
fn a_broken_connection_is_resumed_where_it_stopped() {
    let server = Server::start(vec![
        answer("200 OK", &["Content-Length: 10", "ETag: \"v1\""], "01234"),
        answer(
            "206 Partial Content",
            &[
                "Content-Length: 5",
                "Content-Range: bytes 5-9/10",
                "ETag: \"v1\"",
            ],
            "56789",
        ),
    ]);
    let (response, body) = get(&Request::new(server.url(), 100));
    assert_eq!(response.unwrap().length, 10);
    assert_eq!(body, b"0123456789");
    let head = server.head(1);
    assert!(head.contains("range: bytes=5-"), "{head}");
    assert!(head.contains("if-range: \"v1\""), "{head}");
}

#[test]
fn content_that_changed_meanwhile_is_taken_from_the_start() {
    let server = Server::start(vec![
        answer("200 OK", &["Content-Length: 10", "ETag: \"v1\""], "01234"),
        answer("200 OK", &["Content-Length: 3", "ETag: \"v2\""], "new"),
    ]);
    let (response, body) = get(&Request::new(server.url(), 100));
    assert_eq!(response.unwrap().etag.as_deref(), Some("\"v2\""));
    assert_eq!(body, b"new");
}

#[test]
fn without_a_validator_a_broken_download_starts_again() {
    let server = Server::start(vec![
        answer("200 OK", &["Content-Length: 10"], "01234"),
        answer("200 OK", &["Content-Length: 3"], "new"),
    ]);
    let (response, body) = get(&Request::new(server.url(), 100));
    assert_eq!(response.unwrap().length, 3);
    assert_eq!(body, b"new");
    assert!(!server.head(1).contains("range"));
}

#[test]
fn a_partial_file_goes_on_across_runs() {
    let server = Server::start(vec![answer(
        "206 Partial Content",
        &[
            "Content-Length: 5",
            "Content-Range: bytes 5-9/10",
            "ETag: \"v1\"",
        ],
        "56789",
    )]);
    let path = std::env::temp_dir().join(format!("runward-http-{}", std::process::id()));
    std::fs::write(&path, "01234").unwrap();
    let file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    let (mut sink, length) = FileSink::append(file).unwrap();
    let request = Request {
        offset: length,
        validator: Some("\"v1\"".to_owned()),
        ..Request::new(server.url(), 100)
    };
    let response = client().get(&request, &mut sink, &mut |_, _| {}).unwrap();
    sink.finish().unwrap();
    let stored = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(response.resumed);
    assert_eq!(stored, b"0123456789");
}

#[test]
fn a_range_that_does_not_fit_starts_again() {
    let server = Server::start(vec![
        answer("416 Range Not Satisfiable", &["Content-Length: 0"], ""),
        ok("hello"),
    ]);
    let request = Request {
        offset: 9,
        validator: Some("\"v0\"".to_owned()),
        ..Request::new(server.url(), 100)
    };
    let mut body = b"old bytes".to_vec();
    let response = client().get(&request, &mut body, &mut |_, _| {}).unwrap();
    assert_eq!(body, b"hello");
    assert!(!response.resumed);
}

#[test]
fn unchanged_content_is_not_sent_again() {
    let server = Server::start(vec![answer("304 Not Modified", &["ETag: \"v1\""], "")]);
    let request = Request {
        if_none_match: Some("\"v1\"".to_owned()),
        ..Request::new(server.url(), 100)
    };
    let (response, body) = get(&request);
    assert!(response.unwrap().not_modified);
    assert!(body.is_empty());
    assert!(server.head(0).contains("if-none-match: \"v1\""));
}

#[test]
fn a_busy_server_is_asked_again_and_then_given_up() {
    let busy = || {
        answer(
            "503 Service Unavailable",
            &["Retry-After: 3600", "Content-Length: 0"],
            "",
        )
    };
    let server = Server::start(vec![busy(), ok("hello")]);
    assert!(get(&Request::new(server.url(), 100)).0.is_ok());
    let server = Server::start(vec![busy(), busy(), busy(), ok("never asked")]);
    let error = get(&Request::new(server.url(), 100))
        .0
        .unwrap_err()
        .to_string();
    assert!(error.contains("after 3 tries: status 503"), "{error}");
    assert_eq!(server.count(), 3);
}

#[test]
fn what_does_not_exist_is_said_at_once() {
    let server = Server::start(vec![answer("404 Not Found", &["Content-Length: 0"], "")]);
    let error = get(&Request::new(server.url(), 100)).0.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.to_string().contains(&server.url()));
}

#[test]
fn size_is_limited_with_and_without_a_stated_length() {
    let server = Server::start(vec![
        ok("hello world"),
        answer("200 OK", &[], "hello world"),
    ]);
    for _ in 0..2 {
        let (response, body) = get(&Request::new(server.url(), 5));
        assert!(matches!(
            response,
            Err(HttpError::TooLarge { limit: 5, .. })
        ));
        assert!(body.len() <= 5);
    }
}

#[test]
fn redirects_are_followed_within_limits() {
    let hop = || answer("302 Found", &["Location: /next", "Content-Length: 0"], "");
    let server = Server::start(vec![hop(), ok("hello")]);
    let (response, body) = get(&Request::new(server.url(), 100));
    assert_eq!(response.unwrap().url, format!("{}/next", server.base));
    assert_eq!(body, b"hello");
    let server = Server::start(vec![hop(), hop(), hop()]);
    assert!(matches!(
        get(&Request::new(server.url(), 100)).0,
        Err(HttpError::TooManyRedirects { limit: 2, .. })
    ));
    let out = answer(
        "302 Found",
        &["Location: file:///etc/passwd", "Content-Length: 0"],
        "",
    );
    let server = Server::start(vec![out]);
    assert!(matches!(
        get(&Request::new(server.url(), 100)).0,
        Err(HttpError::BadRedirect { .. })
    ));
}

#[test]
fn an_unreachable_host_and_a_bad_scheme_are_errors() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://me:secret@{}/x", listener.local_addr().unwrap());
    drop(listener);
    let error = get(&Request::new(url, 100)).0.unwrap_err().to_string();
    assert!(error.contains("after 3 tries"), "{error}");
    assert!(!error.contains("secret"), "{error}");
    let error = get(&Request::new("ftp://a.example/x", 100)).0.unwrap_err();
    assert!(matches!(error, HttpError::NotAUrl { .. }));
}

#[test]
fn a_vector_restarts_empty() {
    let mut sink = b"x".to_vec();
    sink.restart().unwrap();
    assert!(sink.is_empty());
}

/// Notes what a sink that outlives the process would.
#[derive(Default)]
struct Noting(Vec<u8>, Vec<Option<String>>);

impl std::io::Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink for Noting {
    fn restart(&mut self) -> std::io::Result<()> {
        self.0.restart()
    }

    fn begins(&mut self, validator: Option<&str>) -> std::io::Result<()> {
        assert!(self.0.is_empty(), "the note comes before the content");
        self.1.push(validator.map(str::to_owned));
        Ok(())
    }
}

#[test]
fn a_sink_is_told_what_it_can_be_resumed_with() {
    let weak = answer(
        "200 OK",
        &[
            "Content-Length: 2",
            "ETag: W/\"v1\"",
            "Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT",
        ],
        "hi",
    );
    let server = Server::start(vec![ok("hello"), weak, answer("200 OK", &[], "x")]);
    for expected in [Some("\"v1\""), Some("Sat, 01 Jan 2000 00:00:00 GMT"), None] {
        let mut sink = Noting::default();
        client()
            .get(&Request::new(server.url(), 100), &mut sink, &mut |_, _| {})
            .unwrap();
        assert_eq!(sink.1, [expected.map(str::to_owned)]);
    }
}
