//! A result that is printed piece by piece, so that it is never held as a whole: rows as CSV, or as one JSON object.
//!
//! Invariant: with `--json` an error that comes in the middle closes the object that has begun, so that there is exactly one.

use super::{Output, Stdout, escape, take_the_last_word};
use serde_json::Value;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The object that is being printed, for whichever thread has to end it.
enum Open {
    No,
    /// What makes it complete but for its last keys.
    Until(String),
    /// Somebody has ended it: whatever comes is too late.
    Ended,
}

static OPEN: Mutex<Open> = Mutex::new(Open::No);

fn open() -> MutexGuard<'static, Open> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Output {
    /// Whether somebody at a terminal reads the result.
    pub fn is_on_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether standard output still takes text.
    pub fn is_read(&self) -> bool {
        matches!(*self.stdout.borrow(), Stdout::Open)
    }

    /// A piece of a text; a terminal is protected from what is in it, a file gets it as it is.
    pub fn piece(&self, text: &str) {
        match self.is_on_terminal() {
            true => self.write(format_args!("{}", escape::escape(text))),
            false => self.write(format_args!("{text}")),
        }
    }

    /// A piece of the one object; `closing` ends what is open after it, but for the object itself.
    pub fn piece_of_object(&self, text: &str, closing: &str) {
        let mut open = open();
        if !matches!(*open, Open::Ended) {
            self.write(format_args!("{}", escape::escape_json(text)));
            *open = Open::Until(closing.to_owned());
        }
    }

    /// The last piece of the one object.
    pub fn last_piece_of_object(&self, text: &str) {
        take_the_last_word();
        self.write(format_args!("{}", escape::escape_json(text)));
        *open() = Open::No;
    }

    /// Ends the object that is being printed with an error; `false` if there is none.
    pub(super) fn ends_with(&self, error: &Value) -> bool {
        let mut open = open();
        let Open::Until(closing) = &*open else { return false };
        let text = format!("{closing},\n  \"ok\": false,\n  \"error\": {error}\n}}\n");
        self.write(format_args!("{}", escape::escape_json(&text)));
        *open = Open::Ended;
        true
    }
}
