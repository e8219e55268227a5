//! Progress on standard error: bars on a terminal, a plain line every few seconds elsewhere, JSON lines with
//! `--json`, nothing with `--quiet`. A bar may be fed from any thread.

use super::escape::{escape, escape_json, escape_line};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often a step that is not watched on a terminal says where it stands.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// How often the line under the bars is drawn anew.
const TICK_EVERY: Duration = Duration::from_millis(200);

/// The bars of one command, drawn together.
#[derive(Debug)]
pub struct Progress {
    manner: Manner,
}

#[derive(Debug)]
enum Manner {
    Terminal {
        bars: MultiProgress,
        /// The line under the bars that says what is being done.
        status: ProgressBar,
    },
    Lines,
    Json,
    Silent,
}

/// The progress of one step: rows done, of how many.
#[derive(Debug)]
pub struct Bar {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Terminal(ProgressBar),
    Lines { json: bool, name: String, total: Option<u64>, started: Instant, state: Mutex<Lines> },
    Silent,
}

#[derive(Debug)]
struct Lines {
    rows: u64,
    told: Instant,
}

impl Progress {
    pub(super) fn new(quiet: bool, json: bool) -> Progress {
        let manner = match (quiet, json) {
            (true, _) => Manner::Silent,
            (false, true) => Manner::Json,
            (false, false) if io::stderr().is_terminal() => {
                let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
                let status = bars.add(ProgressBar::no_length().with_style(style(STATUS)));
                Manner::Terminal { bars, status }
            }
            (false, false) => Manner::Lines,
        };
        Progress { manner }
    }

    /// A bar for `total` rows; without a total it only counts.
    pub fn bar(&self, name: &str, total: Option<u64>) -> Bar {
        let lines = |json| Kind::Lines {
            json,
            name: name.to_owned(),
            total,
            started: Instant::now(),
            state: Mutex::new(Lines { rows: 0, told: Instant::now() }),
        };
        let kind = match &self.manner {
            Manner::Silent => Kind::Silent,
            Manner::Lines => lines(false),
            Manner::Json => lines(true),
            Manner::Terminal { bars, status } => {
                // Hidden until it has its place: a bar that is not among the others draws itself.
                let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
                let bar = bars.insert_before(status, bar);
                bar.set_style(style(if total.is_some() { WITH_TOTAL } else { WITHOUT_TOTAL }));
                bar.set_prefix(name.to_owned());
                Kind::Terminal(bar)
            }
        };
        Bar { kind }
    }
}

impl Progress {
    /// Where the work stands, in a word or two: a line under the bars on a terminal, an event with `--json`.
    pub fn say(&self, what: &str) {
        match &self.manner {
            Manner::Terminal { status, .. } => {
                status.set_message(escape_line(what).into_owned());
                status.enable_steady_tick(TICK_EVERY);
            }
            Manner::Json => {
                let event = serde_json::json!({"event": "step", "step": what});
                let _ = writeln!(io::stderr().lock(), "{}", escape_json(&event.to_string()));
            }
            Manner::Lines | Manner::Silent => {}
        }
    }

    /// Something that the user ought to know while it goes on.
    pub fn note(&self, text: &str) {
        match &self.manner {
            Manner::Terminal { bars, .. } => {
                let _ = bars.println(format!("note: {}", escape(text)));
            }
            Manner::Json | Manner::Lines => {
                let _ = writeln!(io::stderr().lock(), "note: {}", escape(text));
            }
            Manner::Silent => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Manner::Terminal { status, .. } = &self.manner {
            status.finish_and_clear();
        }
    }
}

impl Bar {
    /// So many rows more are done.
    pub fn add(&self, rows: u64) {
        match &self.kind {
            Kind::Silent => {}
            Kind::Terminal(bar) => bar.inc(rows),
            Kind::Lines { state, .. } => {
                let mut state = state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                state.rows += rows;
                if state.told.elapsed() >= LINE_EVERY {
                    state.told = Instant::now();
                    self.tell(state.rows);
                }
            }
        }
    }

    /// The step is over; its bar goes away, what it did is for the command to say.
    pub fn finish(&self) {
        if let Kind::Terminal(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }

    fn tell(&self, rows: u64) {
        let Kind::Lines { json, name, total, started, .. } = &self.kind else { return };
        let seconds = started.elapsed().as_secs_f64();
        let rate = (rows as f64 / seconds.max(0.001)) as u64;
        let line = if *json {
            serde_json::json!({"event": "progress", "step": name, "rows": rows, "of": total, "rows_per_second": rate})
                .to_string()
        } else {
            match total {
                Some(total) if *total > 0 => {
                    let left = total.saturating_sub(rows) / rate.max(1);
                    format!("{name}: {rows} of {total} rows, {rate} rows/s, {left} s left")
                }
                _ => format!("{name}: {rows} rows, {rate} rows/s"),
            }
        };
        let _ = writeln!(io::stderr().lock(), "{}", escape(&line));
    }
}

const WITH_TOTAL: &str = "{prefix:10} {wide_bar} {done:>13} {rate:>8} {eta:>5}";
const WITHOUT_TOTAL: &str = "{prefix:10} {spinner} {done:>13} {rate:>8}";
const STATUS: &str = "{wide_msg:.dim}";

/// Narrow enough for a terminal of sixty columns: numbers are shortened, the bar takes what is left.
fn style(template: &str) -> ProgressStyle {
    // A test parses the templates, so the fallback is never seen.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style
        .with_key("done", |state: &ProgressState, to: &mut dyn fmt::Write| {
            let _ = match state.len() {
                Some(total) => write!(to, "{}/{}", short(state.pos()), short(total)),
                None => write!(to, "{}", short(state.pos())),
            };
        })
        .with_key("rate", |state: &ProgressState, to: &mut dyn fmt::Write| {
            let _ = write!(to, "{}/s", short(state.per_sec() as u64));
        })
}

/// Three digits and a letter: 999, 15.5k, 4.71M.
fn short(number: u64) -> String {
    let (value, unit) = match number {
        ..1_000 => return number.to_string(),
        1_000..1_000_000 => (number as f64 / 1e3, 'k'),
        1_000_000..1_000_000_000 => (number as f64 / 1e6, 'M'),
        _ => (number as f64 / 1e9, 'G'),
    };
    let decimals = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.decimals$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::{STATUS, WITH_TOTAL, WITHOUT_TOTAL, short};
    use indicatif::ProgressStyle;

    #[test]
    fn the_templates_parse() {
        for template in [WITH_TOTAL, WITHOUT_TOTAL, STATUS] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn numbers_are_short() {
        let numbers = [0, 999, 1_500, 15_478, 360_000, 4_709_799, 2_000_000_000];
        assert_eq!(numbers.map(short), ["0", "999", "1.50k", "15.5k", "360k", "4.71M", "2.00G"]);
    }
}
