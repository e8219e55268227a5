//! How long connections may take, tested over TCP.

use super::super::Page;
use super::super::connections::Limits;
use super::course;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// So long that a test never reaches it.
const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(300);

struct Served {
    folder: TempDir,
    page: Page,
}

impl Served {
    fn within(limits: Limits) -> Served {
        let folder = TempDir::new().expect("a folder");
        let page = Page::open_within(course(folder.path()), 0, limits).expect("a free port");
        Served { folder, page }
    }

    /// A connection on which this was sent.
    fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.page.desk.port)).expect("it listens");
        stream.write_all(text.as_bytes()).expect("it is sent");
        stream
    }

    /// The head of a request with the cookie, without its end.
    fn head(&self, line: &str) -> String {
        let (port, session) = (self.page.desk.port, self.page.desk.keys.session());
        format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: instaseed-{port}={session}\r\n")
    }
}

/// Everything that arrives until the page closes the connection.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is closed with unread bytes is reset.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn limits() -> Limits {
    Limits { connections: 8, head: LONG, body: LONG, answer: LONG, age: LONG }
}

#[test]
fn a_head_that_does_not_arrive_ends_its_connection() {
    let served = Served::within(Limits { head: SHORT, ..limits() });
    for begun in [String::new(), "GET / HTTP/1.1\r\nHost: ".to_owned(), served.head("GET /")] {
        let answer = rest(served.send(&begun));
        assert!(!answer.contains(" 200 "), "{begun}: {answer}");
    }
    // A browser that has its response and sends no further request.
    let answer = rest(served.send(&(served.head("GET /nothing") + "\r\n")));
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    served.page.close().expect("a clean end");
}

#[test]
fn a_body_that_does_not_arrive_is_refused() {
    let served = Served::within(Limits { body: SHORT, ..limits() });
    let port = served.page.desk.port;
    let post = |length: u64| {
        let head = served.head("POST /x/oldest-users/save");
        let stream = served.send(&format!(
            "{head}Origin: http://127.0.0.1:{port}\r\nContent-Length: {length}\r\n\r\ntoken="
        ));
        rest(stream)
    };
    assert!(post(100).starts_with("HTTP/1.1 408 "), "it does not wait for the rest");
    assert!(post(99_999_999_999).starts_with("HTTP/1.1 413 "), "it does not wait for what is too long");
    served.page.close().expect("a clean end");
}

#[test]
fn connections_beyond_the_most_wait_until_one_ends() {
    let served = Served::within(Limits { connections: 1, head: SHORT, ..limits() });
    let idle = served.send("");
    let answer = rest(served.send(&(served.head("GET /nothing") + "Connection: close\r\n\r\n")));
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(!rest(idle).contains(" 200 "), "it was closed");
    served.page.close().expect("a clean end");
}

#[test]
fn a_stream_of_events_outlives_the_limits_of_requests_and_ends_whole() {
    let short = Limits { head: SHORT, body: SHORT, answer: SHORT, age: 10 * SHORT, ..limits() };
    let served = Served::within(short);
    let stream = served.send(&(served.head("GET /events") + "\r\n"));
    thread::sleep(3 * SHORT);
    fs::write(served.folder.path().join(super::FILE), "SELECT 2;\n").expect("written");
    let events = rest(stream);
    assert!(events.contains("event: answer"), "{events}");
    assert!(events.ends_with("\r\n0\r\n\r\n"), "it was not cut off: {events}");
    served.page.close().expect("a clean end");
}

#[test]
fn open_connections_do_not_keep_the_page_from_closing() {
    let served = Served::within(limits());
    let listening = served.send(&(served.head("GET /events") + "\r\n"));
    let half = served.send("GET / HTTP/1.1\r\n");
    let finished = served.send(&served.head("GET /"));
    finished.shutdown(Shutdown::Write).expect("it is open");
    served.page.close().expect("a clean end");
    for stream in [listening, half, finished] {
        rest(stream);
    }
}
