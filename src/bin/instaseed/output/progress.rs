//! Progress on standard error: bars on a terminal, a plain line every few seconds elsewhere, JSON lines with
//! `--json`, nothing with `--quiet`. A bar may be fed from any thread.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often a step that is not watched on a terminal says where it stands.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// The bars of one command, drawn together.
#[derive(Debug)]
pub struct Progress {
    manner: Manner,
}

#[derive(Debug)]
enum Manner {
    Terminal(MultiProgress),
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
                Manner::Terminal(MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)))
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
            Manner::Terminal(bars) => {
                let bar = bars.add(total.map_or_else(ProgressBar::no_length, ProgressBar::new));
                bar.set_style(style(total.is_some()));
                bar.set_prefix(name.to_owned());
                Kind::Terminal(bar)
            }
        };
        Bar { kind }
    }
}

impl Progress {
    /// Where the work stands, in a word or two: above the bars on a terminal, an event with `--json`.
    pub fn say(&self, what: &str) {
        match &self.manner {
            Manner::Terminal(bars) => {
                let _ = bars.println(what);
            }
            Manner::Json => {
                let _ =
                    writeln!(io::stderr().lock(), "{}", serde_json::json!({"event": "step", "step": what}));
            }
            Manner::Lines | Manner::Silent => {}
        }
    }

    /// Something that the user ought to know, however progress is shown.
    pub fn note(&self, text: &str) {
        match &self.manner {
            Manner::Terminal(bars) => {
                let _ = bars.println(format!("note: {text}"));
            }
            _ => {
                let _ = writeln!(io::stderr().lock(), "note: {text}");
            }
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
        let _ = writeln!(io::stderr().lock(), "{line}");
    }
}

const WITH_TOTAL: &str = "{prefix:<12} {wide_bar} {human_pos}/{human_len} rows {per_sec:>14} {eta:>4} left";
const WITHOUT_TOTAL: &str = "{prefix:<12} {spinner} {human_pos} rows {per_sec:>14}";

fn style(with_total: bool) -> ProgressStyle {
    // A test parses both templates, so the fallback is never seen.
    ProgressStyle::with_template(if with_total { WITH_TOTAL } else { WITHOUT_TOTAL })
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use indicatif::ProgressStyle;

    #[test]
    fn the_templates_parse() {
        for template in [super::WITH_TOTAL, super::WITHOUT_TOTAL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
