//! Progress on standard error: bars on a terminal, a plain line at least every five seconds elsewhere, JSON lines
//! with `--json`, nothing with `--quiet`.
//!
//! Work only counts, from any thread; a ticker of its own draws what has been counted, so that a long silence of
//! the engine does not look like a standstill. After `clear` nothing is drawn any more, whoever still counts.

mod row;

pub use row::{Bar, rows_and_rate};

use super::counter::{Counter, about};
use super::escape::{escape, escape_json, escape_line};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use row::{FULL, Row};
use serde_json::{Value, json};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest silence where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// The shortest time between two lines about parts of the work.
const LINES_APART: Duration = Duration::from_secs(1);
/// How often a terminal is drawn anew.
const TICK_EVERY: Duration = Duration::from_millis(200);

const BAR: &str = "{prefix:10} {wide_bar} {msg}";
const COUNT: &str = "{prefix:10} {msg}";
const STATUS: &str = "{wide_msg:.dim}";

/// What the whole command is at.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// What is being done.
    pub text: String,
    /// The share of the whole that is done, where it is known, and the time that is left.
    pub share: Option<f64>,
    pub left: Option<Duration>,
}

/// Everything that may be drawing on the terminal at this moment.
static DRAWN: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());
/// A question is on the terminal, and its line has not ended.
static ASKS: AtomicBool = AtomicBool::new(false);

pub(super) fn asks(open: bool) {
    ASKS.store(open, Ordering::Relaxed);
}

/// The terminal has shown `^C` on a line that nothing wipes.
static CTRL_C: AtomicBool = AtomicBool::new(false);

/// Ctrl-C was typed, and the terminal shows it where the cursor was. A line that is drawn is wiped with it, and that of
/// a question is ended; any other is to be ended before the next word.
pub fn typed_ctrl_c() {
    let is_drawn = |shared: Arc<Shared>| shared.drawn.try_lock().map_or(true, |drawn| *drawn);
    let is_wiped = lock(&DRAWN).iter().filter_map(Weak::upgrade).any(is_drawn);
    let is_open = !is_wiped && !ASKS.load(Ordering::Relaxed) && io::stderr().is_terminal();
    CTRL_C.store(is_open, Ordering::Relaxed);
}

/// Ends the line on which the terminal has shown `^C`.
pub(super) fn end_line() {
    if CTRL_C.swap(false, Ordering::Relaxed) {
        error_line("");
    }
}

/// For a program that ends in the middle of its work, before its last words: wipes what is drawn, and lets nothing be
/// drawn any more.
pub fn silence() {
    for shared in lock(&DRAWN).iter().filter_map(Weak::upgrade) {
        let mut drawn = lock(&shared.drawn);
        shared.wipe(&mut drawn);
        // Whoever would draw or print waits for the end of the program.
        std::mem::forget(drawn);
    }
    if ASKS.load(Ordering::Relaxed) {
        error_line("");
    }
}

type Supplier = Box<dyn Fn(Instant) -> Option<Headline> + Send>;

/// The progress of one command, drawn together.
pub struct Progress {
    shared: Arc<Shared>,
    ticker: Mutex<Option<Ticker>>,
}

struct Shared {
    manner: Renderer,
    begun: Instant,
    /// When the last line was printed.
    told: Mutex<Instant>,
    /// Whether something stands on the terminal. Held by whoever draws or prints, so that the two never meet.
    drawn: Mutex<bool>,
    rows: Mutex<Vec<Arc<Row>>>,
    headline: Mutex<Option<Supplier>>,
}

enum Renderer {
    Terminal {
        bars: MultiProgress,
        whole: ProgressBar,
        /// The line under the bars that says what is being done.
        status: ProgressBar,
    },
    Lines,
    Json,
    Silent,
}

/// The thread that draws.
struct Ticker {
    end: Sender<()>,
    thread: JoinHandle<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    pub(super) fn new(quiet: bool, json: bool) -> Progress {
        let manner = match (quiet, json) {
            (true, _) => Renderer::Silent,
            (false, true) => Renderer::Json,
            (false, false) if io::stderr().is_terminal() => {
                let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
                let whole = bars.add(ProgressBar::new(FULL).with_style(style(BAR)).with_prefix("all"));
                let status = bars.add(ProgressBar::no_length().with_style(style(STATUS)));
                Renderer::Terminal { bars, whole, status }
            }
            (false, false) => Renderer::Lines,
        };
        let begun = Instant::now();
        let shared = Shared {
            manner,
            begun,
            told: Mutex::new(begun),
            drawn: Mutex::default(),
            rows: Mutex::default(),
            headline: Mutex::default(),
        };
        let shared = Arc::new(shared);
        let mut known = lock(&DRAWN);
        known.retain(|shared| shared.strong_count() > 0);
        known.push(Arc::downgrade(&shared));
        Progress { shared, ticker: Mutex::default() }
    }

    /// A bar for a table.
    pub fn bar(&self, name: &str, counter: Counter) -> Bar {
        let drawn = match &self.shared.manner {
            Renderer::Terminal { bars, whole, .. } => {
                // Hidden until it has its place: a bar that is not among the others draws itself.
                let bar = ProgressBar::with_draw_target(Some(FULL), ProgressDrawTarget::hidden());
                let bar = bars.insert_before(whole, bar);
                bar.set_style(style(if counter.share().is_some() { BAR } else { COUNT }));
                bar.set_prefix(name.to_owned());
                Some(bar)
            }
            _ => None,
        };
        let row = Arc::new(Row {
            name: name.to_owned(),
            counter: Mutex::new(counter),
            drawn,
            gone: AtomicBool::new(false),
        });
        lock(&self.shared.rows).push(Arc::clone(&row));
        self.start();
        Bar { row }
    }

    /// What the whole is at, asked for whenever it is drawn.
    pub fn headline(&self, supplier: impl Fn(Instant) -> Option<Headline> + Send + 'static) {
        *lock(&self.shared.headline) = Some(Box::new(supplier));
        self.start();
    }

    /// A part of the work begins: an event with `--json`; a line, once the work has lasted, where there is no terminal.
    pub fn say(&self, what: &str, event: Value) {
        match &self.shared.manner {
            Renderer::Json => error_object(event),
            Renderer::Lines if self.shared.begun.elapsed() >= LINE_EVERY => {
                let mut told = lock(&self.shared.told);
                if told.elapsed() >= LINES_APART {
                    *told = Instant::now();
                    error_line(what);
                }
            }
            Renderer::Lines | Renderer::Terminal { .. } | Renderer::Silent => {}
        }
    }

    /// A part of the work begins whose line is drawn by the headline: only an event with `--json`.
    pub fn say_event(&self, event: Value) {
        if matches!(self.shared.manner, Renderer::Json) {
            error_object(event);
        }
    }

    /// Something that the user ought to know while it goes on.
    pub fn note(&self, text: &str) {
        match &self.shared.manner {
            Renderer::Silent => {}
            _ => self.aside(|| error_line(format_args!("note: {text}"))),
        }
    }

    /// Prints something else, with the bars out of the way. The next tick draws them again, if there is something
    /// to draw.
    pub fn aside(&self, print: impl FnOnce()) {
        let mut drawn = lock(&self.shared.drawn);
        self.shared.wipe(&mut drawn);
        print();
    }

    /// Takes everything off the screen, for good.
    pub fn clear(&self) {
        if let Some(Ticker { end, thread }) = lock(&self.ticker).take() {
            drop(end);
            // It only draws; that it panicked is no reason to fail the command.
            let _ = thread.join();
        }
        *lock(&self.shared.headline) = None;
        if let Renderer::Terminal { bars, whole, status } = &self.shared.manner {
            for row in lock(&self.shared.rows).drain(..) {
                row.clear();
            }
            whole.finish_and_clear();
            status.finish_and_clear();
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn start(&self) {
        let mut ticker = lock(&self.ticker);
        if ticker.is_some() || matches!(self.shared.manner, Renderer::Silent) {
            return;
        }
        let (end, ended) = mpsc::channel();
        let shared = Arc::clone(&self.shared);
        let every = if matches!(shared.manner, Renderer::Terminal { .. }) { TICK_EVERY } else { LINE_EVERY };
        let thread = thread::spawn(move || {
            while ended.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                shared.tick(Instant::now());
            }
        });
        *ticker = Some(Ticker { end, thread });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

impl Shared {
    fn tick(&self, now: Instant) {
        let headline = || lock(&self.headline).as_ref().map(|supplier| supplier(now));
        let rows: Vec<_> = lock(&self.rows).iter().map(Arc::clone).collect();
        match &self.manner {
            Renderer::Silent => {}
            Renderer::Terminal { whole, status, .. } => {
                let mut drawn = lock(&self.drawn);
                // Asked under the lock, so that nothing is drawn that is over.
                let headline = headline().flatten();
                if rows.is_empty() && headline.is_none() {
                    return self.wipe(&mut drawn);
                }
                *drawn = true;
                rows.iter().for_each(|row| row.draw(now));
                if let Some(Headline { text, share, left }) = headline {
                    if let Some(share) = share {
                        whole.set_position((share * FULL as f64) as u64);
                        whole.set_message(share_and_left(share, left));
                    }
                    status.set_message(escape_line(&text).into_owned());
                }
            }
            Renderer::Lines => {
                *lock(&self.told) = now;
                Shared::lines(headline(), &rows, now);
            }
            Renderer::Json => {
                rows.iter().filter_map(|row| row.event(now)).for_each(error_object);
                if let Some(Headline { text, share, left }) = headline().flatten() {
                    let left = left.map(|left| left.as_secs_f64().ceil() as u64);
                    error_object(
                        json!({"event": "progress", "step": "all", "doing": text, "share": share, "seconds_left": left}),
                    );
                }
            }
        }
    }
}

impl Shared {
    /// Takes what stands on the terminal away, until it is drawn again.
    fn wipe(&self, drawn: &mut bool) {
        if let Renderer::Terminal { bars, .. } = &self.manner
            && std::mem::take(drawn)
        {
            // A terminal that cannot be written to has nothing to take away.
            let _ = bars.clear();
        }
    }

    fn lines(headline: Option<Option<Headline>>, rows: &[Arc<Row>], now: Instant) {
        match headline {
            Some(Some(Headline { text, share: Some(share), left })) => {
                error_line(format_args!("{}: {text}", share_and_left(share, left)));
            }
            Some(Some(Headline { text, .. })) => error_line(text),
            Some(None) => {}
            None => rows.iter().filter_map(|row| row.line(now)).for_each(error_line),
        }
    }
}

/// `45 %, about 12 s left`.
fn share_and_left(share: f64, left: Option<Duration>) -> String {
    let left = left.map_or_else(String::new, |left| format!(", about {} left", about(left)));
    format!("{:.0} %{left}", (share * 100.0).floor())
}

fn style(template: &str) -> ProgressStyle {
    // A test parses the templates, so the fallback is never seen.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A line on standard error; where even that is closed there is nobody left to tell.
fn error_line(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{}", escape(&line.to_string()));
}

fn error_object(object: Value) {
    let _ = writeln!(io::stderr().lock(), "{}", escape_json(&object.to_string()));
}

#[cfg(test)]
mod tests {
    use super::{BAR, COUNT, STATUS, share_and_left};
    use indicatif::ProgressStyle;
    use std::time::Duration;

    #[test]
    fn the_templates_parse() {
        for template in [BAR, COUNT, STATUS] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn work_that_is_left_is_neither_a_hundred_percent_nor_no_seconds() {
        assert_eq!(share_and_left(0.9999, Some(Duration::from_millis(3))), "99 %, about 1 s left");
        assert_eq!(share_and_left(0.0, None), "0 %");
    }
}
