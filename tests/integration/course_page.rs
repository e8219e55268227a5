//! The page of the course from outside: the real program, asked over TCP as a browser or an attacker would.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::course_verbs::{begun, course_in};

/// A page that is served until it is dropped.
struct Served {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    /// `http://127.0.0.1:PORT/enter?t=TOKEN`
    url: String,
    port: u16,
}

impl Served {
    /// The page of a course, and the object that it has printed.
    fn begin(folder: &Path, words: &str) -> (Served, Value) {
        let mut child = course_in(folder, &format!("serve --json {words}")).spawn();
        let mut output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let mut text = String::new();
        while !text.ends_with("}\n") {
            assert_ne!(output.read_line(&mut text).expect("it can be read"), 0, "it has ended: {text}");
        }
        let object: Value = serde_json::from_str(&text).expect("an object");
        let url = object["url"].as_str().expect("it has a link").to_owned();
        let port = url.split([':', '/']).find_map(|part| part.parse().ok()).expect("it has a port");
        (Served { child, output, url, port }, object)
    }

    /// The whole response to a request.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("it answers");
        response
    }

    fn get(&self, path: &str, host: &str, cookie: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Comes in by the link: the cookie.
    fn enter(&self) -> String {
        let path = self.url.split_once(&self.host()).expect("it is ours").1;
        let response = self.get(path, &self.host(), "");
        assert!(response.starts_with("HTTP/1.1 303 "), "{response}");
        let cookie = response.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Ctrl-C: the exit code, and what is printed still.
    fn end(mut self) -> (i32, String) {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("it runs");
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("it can be read");
        (self.child.wait().expect("it ends").code().unwrap_or(-1), rest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `serve --json` prints, without the port and the token of this run.
pub fn object_of_serve(folder: &Path) -> Value {
    let (page, mut object) = Served::begin(folder, "");
    let token = page.url.split_once("?t=").expect("it has a token").1;
    object["url"] = page.url.replace(token, "TOKEN").replace(&page.host(), "127.0.0.1:PORT").into();
    object
}

#[test]
fn the_link_opens_the_course_and_ctrl_c_ends_it() {
    let folder = begun();
    let (page, object) = Served::begin(&folder, "");
    assert_eq!(object["ok"], true);
    let host = page.host();
    let cookie = page.enter();
    let list = page.get("/", &host, &cookie);
    assert!(list.starts_with("HTTP/1.1 200 ") && list.contains("Go on with 1."), "{list}");
    for (path, host, cookie, status) in [
        ("/", host.as_str(), "", "403"),
        ("/", "evil.example", cookie.as_str(), "421"),
        ("/x/nothing", &host, &cookie, "404"),
        ("/../../etc/passwd", &host, &cookie, "404"),
    ] {
        let response = page.get(path, host, cookie);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path} {host}: {response}");
    }
    assert_eq!(page.end(), (0, String::new()), "one object and nothing else");
}

#[test]
fn a_check_on_the_page_is_recorded_in_the_folder() {
    let folder = begun();
    let (page, _) = Served::begin(&folder, "");
    let (host, cookie) = (page.host(), page.enter());
    let sheet = page.get("/x/oldest-users", &host, &cookie);
    let value = |name: &str| {
        let (_, rest) = sheet.split_once(&format!("name=\"{name}\" value=\"")).expect("it is a field");
        rest.split_once('"').expect("it ends").0.to_owned()
    };
    let text = "SELECT username, created_at FROM users ORDER BY created_at LIMIT 5";
    let body = format!("token={}&base={}&text={}", value("token"), value("base"), text.replace(' ', "+"));
    let length = body.len();
    let answer = page.ask(&format!(
        "POST /x/oldest-users/check HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ));
    assert!(
        answer.contains("id=\"verdict\" class=\"good\"") || answer.contains("class=\"good\" id=\"verdict\""),
        "{answer}"
    );
    assert_eq!(fs::read_to_string(folder.join("answers/01-oldest-users.sql")).expect("it is there"), text);
    let state = fs::read_to_string(folder.join("instaseed-course.toml")).expect("it is there");
    assert!(state.contains("oldest-users = { attempts = 1, passed_at = "), "{state}");
}

#[test]
fn ctrl_c_ends_the_page_while_browsers_listen() {
    let folder = begun();
    let (page, _) = Served::begin(&folder, "");
    let (host, cookie) = (page.host(), page.enter());
    let listen = |_| {
        let mut stream = TcpStream::connect(("127.0.0.1", page.port)).expect("it listens");
        let request = format!("GET /events HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut head = [0; 15];
        stream.read_exact(&mut head).expect("it answers");
        assert_eq!(&head, b"HTTP/1.1 200 OK");
        stream
    };
    let listening: Vec<TcpStream> = (0..20).map(listen).collect();
    assert_eq!(page.end(), (0, String::new()));
    drop(listening);
}

#[test]
fn two_pages_work_in_one_folder() {
    let folder = begun();
    let ((one, _), (other, _)) = (Served::begin(&folder, ""), Served::begin(&folder, ""));
    let (cookie, other_cookie) = (one.enter(), other.enter());
    assert!(one.get("/", &one.host(), &other_cookie).starts_with("HTTP/1.1 403 "), "each has its own cookie");
    let sheet = one.get("/x/oldest-users", &one.host(), &cookie);
    let value = |name: &str| {
        let (_, rest) = sheet.split_once(&format!("name=\"{name}\" value=\"")).expect("it is a field");
        rest.split_once('"').expect("it ends").0.to_owned()
    };
    let body = format!("token={}&base={}&text=SELECT+42", value("token"), value("base"));
    let (host, length) = (one.host(), body.len());
    let saved = one.ask(&format!(
        "POST /x/oldest-users/save HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ));
    assert!(saved.starts_with("HTTP/1.1 200 "), "{saved}");
    let seen = other.get("/x/oldest-users/answer", &other.host(), &other_cookie);
    assert!(seen.ends_with("SELECT 42"), "{seen}");
    assert_eq!(one.end().0, 0);
    assert!(
        other.get("/", &other.host(), &other_cookie).starts_with("HTTP/1.1 200 "),
        "the other one goes on"
    );
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let folder = begun();
    let (page, _) = Served::begin(&folder, "");
    let done = course_in(&folder, &format!("serve --port {}", page.port)).run().expect(2);
    assert!(
        done.stderr.contains(&format!("error: cannot serve the page on port {}", page.port)),
        "{}",
        done.stderr
    );
    assert!(done.stderr.contains("help: omit --port"), "{}", done.stderr);
}
