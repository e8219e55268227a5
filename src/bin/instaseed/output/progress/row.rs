//! One table's bar, or its line where there is no terminal.

use super::lock;
use crate::output::counter::{Counter, about, short};
use crate::output::thousands;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// The length of a bar, so that shares can be drawn.
pub(super) const FULL: u64 = 1000;

/// One table, and its line on a terminal.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) counter: Mutex<Counter>,
    pub(super) drawn: Option<ProgressBar>,
    /// The bar is to go.
    pub(super) gone: AtomicBool,
}

/// The progress of one table.
pub struct Bar {
    pub(super) row: Arc<Row>,
}

impl Row {
    pub(super) fn draw(&self, now: Instant) {
        let counter = *lock(&self.counter);
        let is_shown = counter.has_begun() || counter.rows() > 0;
        let Some(bar) = self.drawn.as_ref().filter(|bar| is_shown && !bar.is_finished()) else { return };
        if self.gone.load(Ordering::Relaxed) {
            return bar.finish_and_clear();
        }
        let total = match (counter.total(), counter.is_running()) {
            (Some(total), true) => format!(" of ~{}", short(total)),
            _ => String::new(),
        };
        let left = counter.left(now).map_or_else(String::new, about);
        let done = format!("{}{total}", short(counter.rows()));
        if let Some(share) = counter.share() {
            bar.set_position((share * FULL as f64) as u64);
        }
        // The rate of rows that an earlier run loaded is not known.
        let rate = match counter.rate(now) {
            0 => String::new(),
            rate => format!("{}/s", short(rate)),
        };
        bar.set_message(format!("{done:>15} {rate:>9} {left:>8}"));
    }

    pub(super) fn clear(&self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }

    pub(super) fn line(&self, now: Instant) -> Option<String> {
        let counter = *lock(&self.counter);
        counter.is_running().then(|| {
            let left =
                counter.left(now).map_or_else(String::new, |left| format!(", about {} left", about(left)));
            format!("{}: {}{left}", self.name, rows_and_rate(&counter, now))
        })
    }

    pub(super) fn event(&self, now: Instant) -> Option<Value> {
        let counter = *lock(&self.counter);
        counter.is_running().then(|| {
            json!({
                "event": "progress", "step": self.name, "rows": counter.rows(), "of": counter.total(),
                "rows_per_second": counter.rate(now),
            })
        })
    }
}

/// `47,512 of about 696,000 rows, 85,000 rows/s`.
pub fn rows_and_rate(counter: &Counter, now: Instant) -> String {
    let total = counter.total().map_or_else(String::new, |total| format!(" of about {}", thousands(total)));
    format!("{}{total} rows, {} rows/s", thousands(counter.rows()), thousands(counter.rate(now)))
}

impl Bar {
    /// Work on the table begins: from here its rate is measured.
    pub fn begin(&self) {
        lock(&self.row.counter).begin(Instant::now());
    }

    /// So many rows are in already.
    pub fn already(&self, rows: u64) {
        lock(&self.row.counter).already(rows);
    }

    /// So many more units and rows are done.
    pub fn add(&self, units: u64, rows: u64) {
        lock(&self.row.counter).add(units, rows, Instant::now());
    }

    /// The table is done.
    pub fn end(&self) {
        lock(&self.row.counter).end(Instant::now());
    }

    /// The table is done, and its bar goes away: what it did is for the command to say.
    pub fn finish(&self) {
        self.end();
        self.row.gone.store(true, Ordering::Relaxed);
    }

    pub fn counter(&self) -> Counter {
        *lock(&self.row.counter)
    }
}
