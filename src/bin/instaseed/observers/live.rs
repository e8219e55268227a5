//! The migration that is running, as a line that lives: its statement and its time. On a terminal the line stays in
//! place and gives way to the line of what is done; elsewhere one is printed now and then while a step lasts.

use crate::interrupt;
use crate::output::{Headline, Output, Progress};
use instaseed::migration::{Direction, Step};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A step that is over sooner is not worth a line.
const SHORT: Duration = Duration::from_secs(1);

/// Shows the running step.
#[derive(Debug)]
pub struct Live {
    progress: Progress,
    running: Arc<Mutex<Option<Running>>>,
}

#[derive(Debug)]
struct Running {
    direction: Direction,
    version: String,
    name: String,
    /// The statement that runs, of how many.
    statement: usize,
    of: usize,
    since: Instant,
}

impl Running {
    /// `up 20260101001100 turn_photos_into_posts  (statement 3 of 16, 12 s)`.
    fn text(&self, now: Instant) -> String {
        let Running { direction, version, name, statement, of, since } = self;
        let seconds = now.saturating_duration_since(*since).as_secs();
        format!("{direction} {version} {name}  (statement {statement} of {of}, {seconds} s)")
    }

    fn stopping(&self) -> String {
        format!(
            "stopping after statement {} of {}; press Ctrl-C again to end at once",
            self.statement, self.of
        )
    }
}

fn lock(running: &Mutex<Option<Running>>) -> MutexGuard<'_, Option<Running>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Live {
    pub fn new(out: &Output) -> Live {
        Live { progress: out.progress(), running: Arc::default() }
    }

    pub fn started(&self, step: &Step) {
        let Step { direction, version, name, .. } = step;
        *lock(&self.running) = Some(Running {
            direction: *direction,
            version: version.clone(),
            name: name.clone(),
            statement: 1,
            of: step.statements.len(),
            since: Instant::now(),
        });
        let watched = Arc::clone(&self.running);
        self.progress.headline(move |now| {
            let running = lock(&watched);
            let long =
                running.as_ref().filter(|running| now.saturating_duration_since(running.since) >= SHORT)?;
            let text = if interrupt::is_stopping() { long.stopping() } else { long.text(now) };
            Some(Headline { text, share: None, left: None })
        });
        let what = format!("{direction} {version} {name}");
        self.progress.say_event(json!({"event": "step", "step": what, "statements": step.statements.len()}));
    }

    pub fn statement(&self, number: usize, of: usize) {
        if let Some(running) = lock(&self.running).as_mut() {
            (running.statement, running.of) = (number, of);
        }
    }

    /// The step is over, or the run: the line goes, and something else may be printed in its place.
    pub fn finished(&self, print: impl FnOnce()) {
        *lock(&self.running) = None;
        self.progress.aside(print);
    }

    /// Prints something above the line.
    pub fn aside(&self, print: impl FnOnce()) {
        self.progress.aside(print);
    }
}

#[cfg(test)]
mod tests {
    use super::Running;
    use instaseed::migration::Direction;
    use std::time::{Duration, Instant};

    #[test]
    fn the_line_names_the_step_its_statement_and_its_time() {
        let since = Instant::now();
        let (version, name) = ("20260101001100".to_owned(), "reshape_users".to_owned());
        let running = Running { direction: Direction::Up, version, name, statement: 3, of: 16, since };
        assert_eq!(
            running.text(since + Duration::from_millis(12_900)),
            "up 20260101001100 reshape_users  (statement 3 of 16, 12 s)"
        );
    }
}
