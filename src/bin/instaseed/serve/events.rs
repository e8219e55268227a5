//! Changes from outside: checks the files several times a second, and tells browsers what has changed.

use super::assets::digest;
use super::desk::{Desk, News};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use instaseed::course::{STATE_FILE, Stamp, stamp};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

const PAUSE: Duration = Duration::from_millis(250);

/// The state of each file at the last check: its stamp, if it existed, and its digest.
type Seen = BTreeMap<PathBuf, (Option<Stamp>, String)>;

/// Checks the files as long as the desk exists.
pub fn watch(desk: &Arc<Desk>) {
    let desk = Arc::downgrade(desk);
    thread::spawn(move || {
        let mut seen = BTreeMap::new();
        while let Some(news) = look(&desk, &mut seen) {
            if let Some(desk) = desk.upgrade() {
                for one in news {
                    // An error only means that no browser is listening.
                    let _ = desk.news.send(one);
                }
            }
            thread::sleep(PAUSE);
        }
    });
}

/// What has changed since the last check; empty at the first one.
pub(super) fn look(desk: &Weak<Desk>, seen: &mut Seen) -> Option<Vec<News>> {
    let desk = desk.upgrade()?;
    let answers = desk.course.catalogue().exercises().iter();
    let answers = answers.map(|exercise| (Some(&exercise.id), desk.course.answer_path(exercise)));
    let state = (None, desk.course.folder().join(STATE_FILE));
    let mut news = Vec::new();
    for (id, path) in answers.chain([state]) {
        let now = stamp(&path);
        let known = seen.get(&path);
        if known.is_some_and(|(stamp, _)| *stamp == now) {
            continue;
        }
        let digest = fs::read(&path).map(digest).unwrap_or_default();
        if known.is_some_and(|(_, known)| *known != digest) {
            news.push(match id {
                Some(id) => News::Answer { id: id.clone(), digest: digest.clone() },
                None => News::Progress,
            });
        }
        seen.insert(path, (now, digest));
    }
    Some(news)
}

/// The changes as a stream of events for one browser. The stream ends before its connection would be cut off, and the browser
/// connects again.
pub fn stream(desk: &Desk) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let end = Instant::now() + desk.limits.age;
    let news = stream::unfold(desk.news.subscribe(), move |mut news| async move {
        let event = match timeout_at(end, news.recv()).await.unwrap_or(Err(RecvError::Closed)) {
            Ok(News::Answer { id, digest }) => Event::default()
                .event("answer")
                .data(serde_json::json!({ "id": id, "digest": digest }).to_string()),
            // A browser that has missed something checks everything.
            Ok(News::Progress) | Err(RecvError::Lagged(_)) => Event::default().event("progress").data("{}"),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), news))
    });
    Sse::new(news).keep_alive(KeepAlive::default())
}
