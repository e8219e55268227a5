//! Decides which requests may pass: each is checked here before a route runs, and each response gets its headers here.
//!
//! Listening on the loopback interface alone does not keep other web pages out: a page can make its own name point to
//! 127.0.0.1, and can post forms to any port. So the host, the cookie and the origin are checked.

use super::connections::Limits;
use super::desk::Desk;
use super::keys::{self, same};
use super::view::layout;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, COOKIE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::time::timeout;

/// The most bytes that the body of a request may have.
const MOST_BYTES: usize = 1 << 20;
/// The header in which the script of the page sends the token of the forms.
pub const TOKEN: &str = "x-instaseed-token";

/// The nonce of the styles of the editor, without which the browser ignores them. Each response has a new one.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// Lets a request pass, or refuses it.
pub async fn guard(State(desk): State<Arc<Desk>>, mut request: Request, next: Next) -> Response {
    let Ok(nonce) = keys::random() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = match refusal(&desk, &request) {
        Some(refusal) => refusal.into_response(),
        None => pass(desk.limits, request, next).await,
    };
    seal(response.headers_mut(), &nonce);
    response
}

/// Reads a whole request and has it answered, each within its time limit.
async fn pass(limits: Limits, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let announced = the_only(&head.headers, CONTENT_LENGTH).and_then(|bytes| bytes.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > MOST_BYTES as u64) {
        return Refusal::TooLong.into_response();
    }
    let body = match timeout(limits.body, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(body)) => Body::from(body),
        // If the request was cut off, nobody waits for a response.
        Ok(Err(_)) => return Refusal::TooLong.into_response(),
        Err(_) => return Refusal::TooSlow.into_response(),
    };
    match timeout(limits.answer, next.run(Request::from_parts(head, body))).await {
        Ok(response) => response,
        Err(_) => Refusal::Unanswered.into_response(),
    }
}

/// Why a request may not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is for another host.
    Host,
    /// It has no cookie, or the wrong one.
    Stranger,
    /// The token in the URL is wrong or used up.
    UsedUp,
    /// It would change something and comes from another page.
    Origin,
    /// It would change something and has no token.
    Token,
    /// It is a form in another encoding than the page's.
    Encoding,
    /// Its body is too long.
    TooLong,
    /// Its body does not arrive in time.
    TooSlow,
    /// The response takes too long.
    Unanswered,
}

fn refusal(desk: &Desk, request: &Request) -> Option<Refusal> {
    let headers = request.headers();
    let host = the_only(headers, HOST).filter(|host| is_ours(host, desk.port));
    let is_other_authority =
        request.uri().authority().is_some_and(|authority| !is_ours(authority.as_str(), desk.port));
    let Some(host) = host.filter(|_| !is_other_authority) else { return Some(Refusal::Host) };
    let path = request.uri().path();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if changes && !is_same_origin(headers, host) {
        return Some(Refusal::Origin);
    }
    let is_open = !changes && (path == "/enter" || path.starts_with("/assets/"));
    if !is_open && !has_cookie(headers, desk) {
        return Some(Refusal::Stranger);
    }
    None
}

/// The value of a header that occurs exactly once.
fn the_only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

fn is_ours(host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{port}"))
}

/// Browsers send the origin with every request that is not GET.
fn is_same_origin(headers: &HeaderMap, host: &str) -> bool {
    let is_ours = the_only(headers, ORIGIN) == Some(&format!("http://{host}"));
    let site = headers.get("sec-fetch-site");
    is_ours && site.is_none_or(|site| site == "same-origin")
}

fn has_cookie(headers: &HeaderMap, desk: &Desk) -> bool {
    let wanted = cookie_name(desk.port);
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.any(|(name, value)| name == wanted && same(desk.keys.session(), value))
}

/// Browsers keep cookies by host and not by port, so the name has the port: two courses do not disturb each other.
fn cookie_name(port: u16) -> String {
    format!("instaseed-{port}")
}

/// The cookie that lets a browser in. Scripts cannot read it, and browsers do not send it for other pages.
pub fn cookie(desk: &Desk) -> String {
    format!("{}={}; HttpOnly; SameSite=Strict; Path=/", cookie_name(desk.port), desk.keys.session())
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, title, text) = match self {
            Refusal::Host => {
                let text = "This page answers only under the address that the command printed.";
                return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
            }
            Refusal::Origin => {
                return (StatusCode::FORBIDDEN, "This request comes from another page.").into_response();
            }
            Refusal::Token => {
                return (StatusCode::FORBIDDEN, "Load the page again: it is older than the program.")
                    .into_response();
            }
            Refusal::Encoding => {
                return (StatusCode::BAD_REQUEST, "This form is not UTF-8. Nothing was written.")
                    .into_response();
            }
            Refusal::TooLong => {
                let text = "The text is longer than a megabyte. Nothing was written.";
                return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
            }
            Refusal::TooSlow => {
                return (StatusCode::REQUEST_TIMEOUT, "The request did not arrive completely.")
                    .into_response();
            }
            Refusal::Unanswered => {
                let text = "This takes too long. Load the page again in a while.";
                return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
            }
            Refusal::Stranger => (
                StatusCode::FORBIDDEN,
                "Open the course from the terminal",
                "Use the link that the terminal shows. If you have just used it, go on to the course.",
            ),
            Refusal::UsedUp => (
                StatusCode::FORBIDDEN,
                "This link has been used",
                "Each link opens the course in one browser. The terminal shows a new link.",
            ),
        };
        (status, layout::outside(title, text)).into_response()
    }
}

/// Headers of every response.
fn seal(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; \
         img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // With `no-referrer` a browser would send `Origin: null` with the forms of our own page.
    set(REFERRER_POLICY, "same-origin");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
