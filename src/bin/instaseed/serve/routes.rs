//! The routes. Everything that reads files or runs SQL runs outside the thread that listens.

use super::act::{self, Press, Visit};
use super::desk::Desk;
use super::door::{self, Nonce, Refusal, TOKEN};
use super::form::Form;
use super::keys::same;
use super::view::layout;
use super::{assets, events};
use crate::failure::Failure;
use axum::body::Bytes;
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, ETAG, IF_MATCH, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use instaseed::Error;
use instaseed::course::{CourseError, Saved};
use instaseed::exercise::ExerciseError;
use std::sync::Arc;
use tokio::task;

/// The longest name of an exercise to which a form may lead back.
const LONGEST_NAME: usize = 100;
/// The cookie that remembers the wish for a plain text field, for every port.
const PLAIN: &str = "instaseed-editor=plain";

pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/enter", get(enter))
        .route("/", get(list))
        .route("/x/{id}", get(open))
        .route("/x/{id}/answer", get(answer).put(save))
        .route("/x/{id}/{verb}", get(again).post(press))
        .route("/editor", post(editor))
        .route("/events", get(changes))
        .route("/assets/{name}", get(asset))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), door::guard))
        .with_state(desk)
}

/// Runs blocking work on a separate thread.
async fn away<T: Send + 'static>(
    desk: Arc<Desk>,
    work: impl FnOnce(&Desk) -> T + Send + 'static,
) -> Result<T, Response> {
    let done = task::spawn_blocking(move || work(&desk)).await;
    done.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn enter(State(desk): State<Arc<Desk>>, RawQuery(query): RawQuery) -> Response {
    let form = Form::parse(&query.unwrap_or_default()).unwrap_or_default();
    match desk.keys.enter(form.get("t").unwrap_or_default()) {
        Ok(true) => {
            desk.has_entered();
            ([(SET_COOKIE, door::cookie(&desk))], Redirect::to("/")).into_response()
        }
        Ok(false) => Refusal::UsedUp.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn visit(nonce: Nonce, headers: &HeaderMap) -> Visit {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let is_plain = cookies.flat_map(|value| value.split(';')).any(|pair| pair.trim() == PLAIN);
    Visit { nonce: nonce.0, is_plain }
}

/// A page, or the page of what went wrong.
fn page(made: Result<Html<String>, Failure>) -> Response {
    let failure = match made {
        Ok(page) => return page.into_response(),
        Err(failure) => failure,
    };
    let (status, title) = match &failure {
        Failure::Library(Error::Exercise(ExerciseError::Unknown { .. })) => {
            (StatusCode::NOT_FOUND, "There is no such exercise")
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "This did not work"),
    };
    (status, layout::trouble(title, &act::said(&failure), failure.hint().as_deref())).into_response()
}

async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(nonce): Extension<Nonce>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let visit = visit(nonce, &headers);
    let form = Form::parse(&query.unwrap_or_default()).unwrap_or_default();
    let made = away(desk, move |desk| act::list(desk, &visit, form.get("q").unwrap_or_default())).await?;
    Ok(page(made))
}

async fn open(
    State(desk): State<Arc<Desk>>,
    Extension(nonce): Extension<Nonce>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let visit = visit(nonce, &headers);
    Ok(page(away(desk, move |desk| act::open(desk, &visit, &id)).await?))
}

/// A posted form of the page itself, which has the token.
fn posted(desk: &Desk, body: &Bytes) -> Result<Form, Response> {
    let form = std::str::from_utf8(body).ok().and_then(Form::parse);
    let form = form.ok_or_else(|| Refusal::Encoding.into_response())?;
    let is_ours = form.get("token").is_some_and(|token| same(desk.keys.form(), token));
    if is_ours { Ok(form) } else { Err(Refusal::Token.into_response()) }
}

async fn press(
    State(desk): State<Arc<Desk>>,
    Extension(nonce): Extension<Nonce>,
    Path((id, verb)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let form = posted(&desk, &body)?;
    let press = Press::parse(&verb).ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
    let visit = visit(nonce, &headers);
    let turn = match press.needs_turn() {
        true => Arc::clone(&desk.turn).acquire_owned().await.ok(),
        false => None,
    };
    let work = move |desk: &Desk| {
        // Held until the work is done, even if the browser no longer waits.
        let _turn = turn;
        act::act(desk, &visit, &id, press, &form)
    };
    Ok(page(away(desk, work).await?))
}

/// If the response to a button is reloaded, its address leads to the exercise, and does not press the button again.
async fn again(
    State(desk): State<Arc<Desk>>,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Response, Response> {
    if Press::parse(&verb).is_none() {
        return Ok(nothing().await);
    }
    let exercise = desk.course.find(&id).map_err(failed)?;
    Ok(Redirect::to(&format!("/x/{}", exercise.id)).into_response())
}

/// The page of the exercise that a form names, or else the list. Anything but a plain name could lead to another site, or could
/// not be a header.
fn back(form: &Form) -> &str {
    let is_plain = |name: &str| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(is_part)
    };
    let named = form.get("back").filter(|back| back.strip_prefix("/x/").is_some_and(is_plain));
    named.unwrap_or("/")
}

/// The switch between the editor and a plain text field.
async fn editor(State(desk): State<Arc<Desk>>, body: Bytes) -> Result<Response, Response> {
    let form = posted(&desk, &body)?;
    let seconds = if form.get("plain") == Some("yes") { 365 * 24 * 3600 } else { 0 };
    let cookie = format!("{PLAIN}; Max-Age={seconds}; HttpOnly; SameSite=Strict; Path=/");
    Ok(([(SET_COOKIE, cookie)], Redirect::to(back(&form))).into_response())
}

/// A text that is a version of a file.
fn version(status: StatusCode, digest: &str, text: String) -> Response {
    let headers = [(ETAG, format!("\"{digest}\"")), (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned())];
    (status, headers, text).into_response()
}

fn failed(error: CourseError) -> Response {
    let status = match error {
        CourseError::Exercise(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, act::said(&error.into())).into_response()
}

async fn answer(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Result<Response, Response> {
    away(desk, move |desk| {
        let exercise = desk.course.find(&id).map_err(failed)?;
        let (text, digest) = desk.answer(exercise).map_err(failed)?;
        Ok(version(StatusCode::OK, &digest, text))
    })
    .await?
}

/// Saves a text over the version that the request names. If the file has another version now, the response contains that one.
async fn save(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    text: String,
) -> Result<Response, Response> {
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok()).unwrap_or_default();
    if !same(desk.keys.form(), token) {
        return Err(Refusal::Token.into_response());
    }
    let base = headers
        .get(IF_MATCH)
        .and_then(|base| base.to_str().ok())
        .map(|base| base.trim_matches('"').to_owned());
    let base = base.ok_or_else(|| StatusCode::PRECONDITION_REQUIRED.into_response())?;
    away(desk, move |desk| {
        let exercise = desk.course.find(&id).map_err(failed)?;
        match desk.save(exercise, &text, &base).map_err(failed)? {
            Saved::Done { digest } => Ok(version(StatusCode::NO_CONTENT, &digest, String::new())),
            Saved::Conflict { there } => {
                Ok(version(StatusCode::PRECONDITION_FAILED, &there.digest, there.text))
            }
        }
    })
    .await?
}

async fn changes(State(desk): State<Arc<Desk>>) -> Response {
    events::stream(&desk).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    assets::response(&name)
}

async fn nothing() -> Response {
    (StatusCode::NOT_FOUND, layout::trouble("There is no such page", "The address has no page.", None))
        .into_response()
}
