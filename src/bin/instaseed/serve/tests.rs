//! What the page refuses and what it lets through: requests go directly to the router, without a browser.

mod limits;

use super::connections::Limits;
use super::desk::{Desk, News};
use super::{Page, events, routes};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CACHE_CONTROL, COOKIE, ETAG, HOST, IF_MATCH, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use instaseed::course::{Course, STATE_FILE};
use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt;

const PORT: u16 = 4321;
const ID: &str = "oldest-users";
const FILE: &str = "answers/01-oldest-users.sql";

/// A page in a folder with one answer.
struct Served {
    folder: TempDir,
    desk: Arc<Desk>,
    router: Router,
}

fn course(folder: &Path) -> Course {
    fs::create_dir(folder.join("answers")).expect("a new folder");
    let state = "format = 1\nengine = \"sqlite\"\ndatabase = \"instagram.db\"\n[round.1]\nseed = \"1\"\n";
    fs::write(folder.join(STATE_FILE), state).expect("a new file");
    fs::write(folder.join(FILE), "SELECT 1;\n").expect("a new file");
    Course::open(folder).expect("a course")
}

impl Served {
    fn new() -> Served {
        Served::of(TempDir::new().expect("a folder"))
    }

    fn of(folder: TempDir) -> Served {
        let (tell, _) = mpsc::channel();
        let desk = Arc::new(Desk::new(course(folder.path()), PORT, Limits::default(), tell).expect("a desk"));
        let router = routes::router(Arc::clone(&desk));
        Served { folder, desk, router }
    }

    fn send(&self, request: Request<Body>) -> Response {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.expect("a runtime");
        runtime.block_on(self.router.clone().oneshot(request)).expect("a router answers")
    }

    fn cookie(&self) -> String {
        format!("instaseed-{PORT}={}", self.desk.keys.session())
    }

    /// A request from a browser that has used the link.
    fn get(&self, path: &str) -> Response {
        self.send(
            request(Method::GET, path).header(COOKIE, self.cookie()).body(Body::empty()).expect("a request"),
        )
    }

    /// A form of our own page.
    fn post(&self, path: &str, fields: &str) -> Response {
        let body = format!("token={}&{fields}", self.desk.keys.form());
        let request = request(Method::POST, path).header(COOKIE, self.cookie()).header(ORIGIN, origin());
        self.send(request.body(Body::from(body)).expect("a request"))
    }

    /// A text saved by the script of our own page.
    fn put(&self, id: &str, base: Option<&str>, text: &str) -> Response {
        let mut request = request(Method::PUT, &format!("/x/{id}/answer"))
            .header(COOKIE, self.cookie())
            .header(ORIGIN, origin())
            .header("x-instaseed-token", self.desk.keys.form());
        if let Some(base) = base {
            request = request.header(IF_MATCH, base);
        }
        self.send(request.body(Body::from(text.to_owned())).expect("a request"))
    }

    fn file(&self) -> String {
        fs::read_to_string(self.folder.path().join(FILE)).expect("the file is there")
    }
}

fn origin() -> String {
    format!("http://127.0.0.1:{PORT}")
}

fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(HOST, format!("127.0.0.1:{PORT}"))
}

fn text(response: Response) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let bytes = runtime.block_on(to_bytes(response.into_body(), usize::MAX)).expect("a body");
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

fn header(response: &Response, name: impl axum::http::header::AsHeaderName) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[test]
fn only_this_machine_can_connect() {
    let folder = TempDir::new().expect("a folder");
    let page = Page::open(course(folder.path()), 0).expect("a free port");
    let port = page.desk.port;
    assert!(page.link().starts_with(&format!("http://127.0.0.1:{port}/enter?t=")));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    // The address under which other machines reach this one, if there is one. Nothing is sent.
    let outside = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    if let Ok(address) = outside
        && !address.ip().is_loopback()
        && !address.ip().is_unspecified()
    {
        let soon = Duration::from_secs(2);
        assert!(TcpStream::connect_timeout(&(address.ip(), port).into(), soon).is_err(), "{address}");
    }
    page.close().expect("a clean end");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn a_request_for_another_host_is_refused_before_any_route() {
    let served = Served::new();
    let send = |hosts: &[&str], path: &str| {
        let mut request = Request::builder().uri(path).header(COOKIE, served.cookie());
        for host in hosts {
            request = request.header(HOST, *host);
        }
        served.send(request.body(Body::empty()).expect("a request")).status()
    };
    let entry = format!("/enter?t={}", served.desk.keys.entry());
    for hosts in [
        &["evil.example"][..],
        &["evil.example:4321"],
        &["127.0.0.1"],
        &["127.1:4321"],
        &["127.0.0.1:04321"],
        &["localhost.:4321"],
        &["[::ffff:127.0.0.1]:4321"],
        &["user@127.0.0.1:4321"],
        &["127.0.0.1:4322"],
        &["localhost:4321.evil.example"],
        &["127.0.0.1:4321", "127.0.0.1:4321"],
        &["127.0.0.1:4321", "evil.example"],
        &[""],
        &[],
    ] {
        for path in ["/", &entry, "/assets/x", "/events", "/nothing"] {
            assert_eq!(send(hosts, path), StatusCode::MISDIRECTED_REQUEST, "{hosts:?} {path}");
        }
    }
    assert_eq!(send(&["127.0.0.1:4321"], "http://evil.example/"), StatusCode::MISDIRECTED_REQUEST);
    for host in ["127.0.0.1:4321", "localhost:4321", "LOCALHOST:4321", "[::1]:4321"] {
        assert_eq!(send(&[host], "/nothing"), StatusCode::NOT_FOUND, "{host}");
    }
}

#[test]
fn the_link_opens_once_and_gives_a_cookie_that_only_our_page_sends() {
    let served = Served::new();
    let enter = |token: &str| {
        served
            .send(request(Method::GET, &format!("/enter?t={token}")).body(Body::empty()).expect("a request"))
    };
    for wrong in ["", "0", "00000000000000000000000000000000"] {
        let response = enter(wrong);
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{wrong}");
        assert_eq!(header(&response, SET_COOKIE), "");
    }
    let token = served.desk.keys.entry();
    let response = enter(&token);
    assert_eq!((response.status(), header(&response, LOCATION).as_str()), (StatusCode::SEE_OTHER, "/"));
    let cookie = header(&response, SET_COOKIE);
    assert_eq!(cookie, format!("{}; HttpOnly; SameSite=Strict; Path=/", served.cookie()));
    assert_eq!(enter(&token).status(), StatusCode::FORBIDDEN, "the link is used up");
}

#[test]
fn without_the_cookie_nothing_is_shown() {
    let served = Served::new();
    let session = served.desk.keys.session();
    for cookie in [String::new(), format!("instaseed-4322={session}"), format!("instaseed-{PORT}={session}0")]
    {
        for path in ["/", "/x/oldest-users", "/x/oldest-users/answer", "/events", "/nothing"] {
            let request = request(Method::GET, path).header(COOKIE, &cookie).body(Body::empty());
            let response = served.send(request.expect("a request"));
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path} {cookie}");
            let text = text(response);
            assert!(!text.contains("SELECT") && !text.contains(served.desk.keys.form()), "{text}");
        }
    }
    assert_eq!(served.get("/").status(), StatusCode::OK);
}

#[test]
fn a_request_that_changes_something_comes_from_our_page_alone() {
    let served = Served::new();
    let body = format!("token={}&text=stolen&base=", served.desk.keys.form());
    let send = |headers: &[(&str, &str)], body: &str| {
        let mut request = request(Method::POST, "/x/oldest-users/save").header(COOKIE, served.cookie());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        served.send(request.body(Body::from(body.to_owned())).expect("a request")).status()
    };
    let ours = origin();
    for headers in [
        &[][..],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:4322")],
        &[("origin", "https://127.0.0.1:4321")],
        &[("origin", "http://localhost:4321")],
        &[("origin", &ours), ("sec-fetch-site", "cross-site")],
        &[("origin", &ours), ("sec-fetch-site", "same-site")],
        &[("origin", &ours), ("origin", "http://evil.example")],
    ] {
        assert_eq!(send(headers, &body), StatusCode::FORBIDDEN, "{headers:?}");
    }
    for without in ["text=stolen&base=", "token=&text=stolen", "token=0&text=stolen"] {
        assert_eq!(send(&[("origin", &ours)], without), StatusCode::FORBIDDEN, "{without}");
    }
    let put = request(Method::PUT, "/x/oldest-users/answer")
        .header(COOKIE, served.cookie())
        .header(ORIGIN, origin())
        .header(IF_MATCH, "\"\"");
    assert_eq!(
        served.send(put.body(Body::from("stolen")).expect("a request")).status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(served.file(), "SELECT 1;\n", "nothing was written");
}

#[test]
fn every_response_has_the_headers_that_keep_others_out() {
    let served = Served::new();
    let style = super::assets::STYLE.path.clone();
    let stranger = served.send(request(Method::GET, "/").body(Body::empty()).expect("a request"));
    let other_host = Request::builder().uri("/").header(HOST, "evil.example").body(Body::empty());
    let other_host = served.send(other_host.expect("a request"));
    let mut policies = Vec::new();
    for response in [served.get("/"), served.get("/nothing"), served.get(&style), stranger, other_host] {
        let policy = header(&response, "content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self' 'nonce-",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(header(&response, "cross-origin-resource-policy"), "same-origin");
        assert_eq!(header(&response, "referrer-policy"), "same-origin");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "access-control-allow-origin"), "");
        policies.push(policy);
    }
    policies.dedup();
    assert_eq!(policies.len(), 5, "each response has a nonce of its own");
    assert_eq!(header(&served.get("/"), CACHE_CONTROL), "no-store");
    assert_eq!(header(&served.get(&style), CACHE_CONTROL), "max-age=31536000, immutable");
}

#[test]
fn a_body_of_more_than_a_megabyte_is_refused() {
    let served = Served::new();
    let long = "x".repeat((1 << 20) + 1);
    assert_eq!(served.put(ID, Some("\"\""), &long).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(served.post("/x/oldest-users/save", &long).status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(served.file(), "SELECT 1;\n");
}

#[test]
fn files_are_named_by_the_catalogue_alone() {
    let served = Served::new();
    for id in ["..%2f..%2fevil", "%2e%2e%2finstaseed-course.toml", "evil.sql", "oldest-users%00", "0", "61"] {
        assert_eq!(served.put(id, Some("\"\""), "SELECT 2").status(), StatusCode::NOT_FOUND, "{id}");
        assert_eq!(served.get(&format!("/x/{id}")).status(), StatusCode::NOT_FOUND, "{id}");
    }
    assert_eq!(served.get("/assets/..%2f..%2fCargo.toml").status(), StatusCode::NOT_FOUND);
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect::<Vec<_>>()
    };
    assert_eq!(names(&served.folder.path().join("answers")), ["01-oldest-users.sql"]);
}

#[test]
fn the_name_of_the_folder_is_text_and_nothing_else() {
    let folder = tempfile::Builder::new().prefix("<script>\"&").tempdir().expect("a folder");
    let page = text(Served::of(folder).get("/"));
    assert!(page.contains("&lt;script&gt;&quot;&amp;") && !page.contains("<script>"), "{page}");
}

#[test]
fn what_was_typed_is_text_and_nothing_else() {
    let served = Served::new();
    let page = text(served.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=x"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=x"), "{page}");
    assert!(!page.contains("<script>"), "{page}");
    fs::write(served.folder.path().join(FILE), "</textarea><script>alert(1)</script>").expect("written");
    let base = served.post("/x/oldest-users/save", "text=%3C%2Ftextarea%3E%3Cscript%3E2&base=0");
    let page = text(base);
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;2") && !page.contains("<script>"), "{page}");
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)"), "both texts are shown: {page}");
}

#[test]
fn a_text_is_saved_over_the_version_that_was_seen() {
    let served = Served::new();
    let response = served.get("/x/oldest-users/answer");
    let first = header(&response, ETAG);
    assert_eq!(text(response), "SELECT 1;\n");
    let saved = served.put(ID, Some(&first), "SELECT 2;\n");
    assert_eq!((saved.status(), served.file().as_str()), (StatusCode::NO_CONTENT, "SELECT 2;\n"));
    let late = served.put(ID, Some(&first), "SELECT 3;\n");
    assert_eq!((late.status(), header(&late, ETAG)), (StatusCode::PRECONDITION_FAILED, header(&saved, ETAG)));
    assert_eq!((text(late).as_str(), served.file().as_str()), ("SELECT 2;\n", "SELECT 2;\n"));
    assert_eq!(served.put(ID, None, "SELECT 4;\n").status(), StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(
        served.put(ID, Some(&first), "SELECT 2;\n").status(),
        StatusCode::NO_CONTENT,
        "it is so already"
    );
}

#[test]
fn the_plain_text_field_is_remembered() {
    let served = Served::new();
    let response = served.post("/editor", "plain=yes&back=/x/ghosts");
    assert_eq!(
        (response.status(), header(&response, LOCATION).as_str()),
        (StatusCode::SEE_OTHER, "/x/ghosts")
    );
    let cookie = header(&response, SET_COOKIE);
    assert!(cookie.starts_with("instaseed-editor=plain; Max-Age=31536000"), "{cookie}");
    let away = served.post("/editor", "plain=no&back=//evil.example");
    assert!(header(&away, SET_COOKIE).contains("Max-Age=0"));
}

#[test]
fn the_switch_of_the_editor_leads_to_our_own_pages_alone() {
    let served = Served::new();
    let long = format!("/x/{}", "a".repeat(70_000));
    for back in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/x//evil.example",
        "/x/../../evil",
        "/x/a%0D%0ASet-Cookie:%20x=y",
        "/x/a%00",
        "/x/a%7F",
        "/x/%C3%A9",
        "/x/a+b",
        "/x/",
        &long,
        "",
    ] {
        let response = served.post("/editor", &format!("plain=no&back={back}"));
        let (status, to) = (response.status(), header(&response, LOCATION));
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", &back[..back.len().min(50)]);
    }
}

#[test]
fn a_form_that_is_no_utf_8_is_not_saved() {
    let served = Served::new();
    let base = super::assets::digest("SELECT 1;\n");
    let response = served.post("/x/oldest-users/save", &format!("base={base}&text=SELECT+%27%E9%27"));
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(text(response).contains("not UTF-8"));
    assert_eq!(served.file(), "SELECT 1;\n");
}

#[test]
fn the_address_of_a_press_shows_the_exercise() {
    let served = Served::new();
    for (path, status, to) in [
        ("/x/oldest-users/check", StatusCode::SEE_OTHER, "/x/oldest-users"),
        ("/x/1/reset", StatusCode::SEE_OTHER, "/x/oldest-users"),
        ("/x/oldest-users/nothing", StatusCode::NOT_FOUND, ""),
        ("/x/nothing/check", StatusCode::NOT_FOUND, ""),
    ] {
        let response = served.get(path);
        assert_eq!((response.status(), header(&response, LOCATION).as_str()), (status, to), "{path}");
    }
    assert_eq!(served.file(), "SELECT 1;\n", "nothing was pressed");
}

#[test]
fn changes_from_outside_are_seen() {
    let served = Served::new();
    let desk = Arc::downgrade(&served.desk);
    let mut seen = BTreeMap::new();
    assert_eq!(events::look(&desk, &mut seen), Some(vec![]), "the first look");
    fs::write(served.folder.path().join(FILE), "SELECT 1;\n").expect("written");
    assert_eq!(events::look(&desk, &mut seen), Some(vec![]), "the same text is no change");
    fs::write(served.folder.path().join(FILE), "SELECT 22;\n").expect("written");
    let digest = super::assets::digest("SELECT 22;\n");
    assert_eq!(events::look(&desk, &mut seen), Some(vec![News::Answer { id: ID.to_owned(), digest }]));
    let state = served.folder.path().join(STATE_FILE);
    let more = fs::read_to_string(&state).expect("it is there") + "\nghosts = { attempts = 1 }\n";
    fs::write(state, more).expect("written");
    assert_eq!(events::look(&desk, &mut seen), Some(vec![News::Progress]));
    drop(served);
    assert_eq!(events::look(&desk, &mut seen), None, "nobody serves any more");
}

#[test]
fn exercises_are_found_by_concept() {
    let served = Served::new();
    let page = text(served.get("/?q=anti-join"));
    assert!(page.contains("/x/ghosts") && !page.contains("/x/oldest-users"), "{page}");
}
