//! The phases of undoing a load: no rows are loaded, so there is a line instead of a bar.

use super::load::words;
use crate::output::{Headline, Output, Progress};
use instaseed::load::{self, Phase};
use instaseed::run;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// Shows what is being done.
pub struct Phases {
    progress: Progress,
    text: Arc<Mutex<String>>,
    talk: bool,
}

impl Phases {
    pub fn new(out: &Output) -> Phases {
        Phases { progress: out.progress(), text: Arc::default(), talk: out.wants_talk() }
    }

    fn show(&self, text: String) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

impl run::Observer for Phases {}

impl load::Observer for Phases {
    fn phase(&self, phase: Phase, steps: usize) {
        self.show(words(phase).to_owned());
        let watched = Arc::clone(&self.text);
        self.progress.headline(move |_| {
            let text = watched.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Some(Headline { text, share: None, left: None })
        });
        self.progress.say(words(phase), json!({"event": "phase", "phase": phase.name(), "steps": steps}));
    }

    fn step_begins(&self, what: &str, _: Option<&str>) {
        self.show(format!("{}: {what}", words(Phase::Restoring)));
        self.progress.say(what, json!({"event": "step", "step": what}));
    }

    fn note(&self, text: &str) {
        if self.talk {
            self.progress.note(text);
        }
    }
}
