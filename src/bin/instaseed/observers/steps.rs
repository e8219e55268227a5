//! Shows the progress of work in many equal steps, counted from any thread, in one line.

use crate::output::{Headline, Output, Progress};
use instaseed::{classroom, lint};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often a program is told.
const EVENTS_APART: Duration = Duration::from_secs(1);

/// Where the work is.
struct At {
    what: &'static str,
    done: usize,
    of: usize,
    since: Instant,
    told: Instant,
}

/// Shows how many steps are done.
pub struct Steps {
    progress: Progress,
    at: Arc<Mutex<At>>,
}

impl Steps {
    pub fn new(out: &Output, what: &'static str) -> Steps {
        let now = Instant::now();
        let at = Arc::new(Mutex::new(At { what, done: 0, of: 0, since: now, told: now }));
        let progress = out.progress();
        let watched = Arc::clone(&at);
        progress.headline(move |now| watched.lock().unwrap_or_else(PoisonError::into_inner).headline(now));
        Steps { progress, at }
    }

    fn show(&self, what: &'static str, done: usize, of: usize) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        if at.what != what {
            (at.what, at.since, at.done) = (what, Instant::now(), 0);
        }
        // Threads report in any order.
        (at.done, at.of) = (at.done.max(done), of);
        if at.told.elapsed() >= EVENTS_APART {
            at.told = Instant::now();
            self.progress.say_event(json!({"event": "progress", "step": what, "done": at.done, "of": of}));
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.progress.clear();
    }
}

impl At {
    fn headline(&self, now: Instant) -> Option<Headline> {
        let At { what, done, of, .. } = self;
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
        let share = (*of > 0).then(|| *done as f64 / *of as f64);
        let spent = now.saturating_duration_since(self.since);
        let left =
            share.filter(|share| (0.05..1.0).contains(share)).map(|share| spent.mul_f64(1.0 / share - 1.0));
        let text = if *of == 0 { (*what).to_owned() } else { format!("{what}: {done} of {of}") };
        Some(Headline { text, share, left })
    }
}

impl classroom::Observer for Steps {
    fn marked(&self, answers: usize, of: usize) {
        self.show("grading answers", answers, of);
    }
}

impl lint::Observer for Steps {
    fn done(&self, phase: lint::Phase, steps: usize, of: usize) {
        let what = match phase {
            lint::Phase::Exercises => "looking at exercises",
            lint::Phase::Seeds => "trying other seeds",
            lint::Phase::Servers => "comparing with servers",
        };
        self.show(what, steps, of);
    }
}

#[cfg(test)]
mod tests {
    use super::At;
    use std::time::{Duration, Instant};

    #[test]
    fn the_line_says_how_far_it_is_and_what_is_left() {
        let since = Instant::now();
        let at = At { what: "grading answers", done: 25, of: 100, since, told: since };
        let line = at.headline(since + Duration::from_secs(10)).expect("a line");
        assert_eq!(line.text, "grading answers: 25 of 100");
        assert_eq!(line.left.map(|left| left.as_secs()), Some(30));
        let begun = At { of: 0, ..at };
        let line = begun.headline(since).expect("a line");
        assert_eq!((line.text.as_str(), line.left), ("grading answers", None));
    }
}
