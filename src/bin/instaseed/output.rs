//! The only place that prints.
//!
//! Standard output carries the answer: text for people, or with `--json` exactly one object. Standard error
//! carries everything else: notes, progress, questions, errors. A reader that closes its end early (`| head`)
//! is no error: the rest of the text is dropped and the verb goes on, so that no work is left half done.

mod advice;
mod counter;
mod escape;
mod fitted;
mod last_word;
mod pieces;
mod progress;
#[cfg(feature = "course")]
mod screen;
mod secrets;
mod table;
mod usage;

pub use advice::Advice;
pub(crate) use advice::quoted;
pub use counter::Counter;
pub use escape::{escape, escape_line};
pub use fitted::Sheet;
pub use instaseed::database::redact;
pub use last_word::take_the_last_word;
pub use progress::{Bar, Headline, Progress, rows_and_rate, silence, typed_ctrl_c};
#[cfg(feature = "course")]
pub use screen::{Size, rows_of};
pub use secrets::Secrets;
pub use table::{counted, size, thousands};
pub use usage::usage;

use crate::args::OutputArgs;
use crate::failure::Failure;
use serde::Serialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// What has become of standard output.
#[derive(Debug)]
enum Stdout {
    Open,
    Closed,
    Failed(io::Error),
}

/// Prints for one run of the program.
#[derive(Debug)]
pub struct Output {
    json: bool,
    quiet: bool,
    advice: Advice,
    secrets: Secrets,
    colour: Colour,
    /// Whether the user's locale allows only ASCII.
    ascii: bool,
    stdout: RefCell<Stdout>,
    /// The text that is held back instead of being printed.
    held: RefCell<Option<String>>,
}

/// Whether each stream may carry colours: it is a terminal, `NO_COLOR` is not set, and `TERM` is not `dumb`.
#[derive(Clone, Copy, Debug)]
struct Colour {
    stdout: bool,
    stderr: bool,
}

/// The few styles that we use, as ANSI codes.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    Good,
    Warning,
    Bad,
    Faint,
    Strong,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Good => "32",
            Style::Warning => "33",
            Style::Bad => "1;31",
            Style::Faint => "2",
            Style::Strong => "1",
        }
    }
}

impl Output {
    pub fn new(args: &OutputArgs, advice: Advice, secrets: Secrets) -> Output {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = Colour {
            stdout: !unwanted && io::stdout().is_terminal(),
            stderr: !unwanted && io::stderr().is_terminal(),
        };
        let ascii = is_ascii(LOCALE.map(std::env::var_os));
        let (stdout, held) = (RefCell::new(Stdout::Open), RefCell::default());
        Output { json: args.json, quiet: args.quiet, advice, secrets, colour, ascii, stdout, held }
    }

    /// Whether lines and marks must be drawn in ASCII only.
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The current width of the terminal on standard output; files have no width.
    fn columns(&self) -> Option<usize> {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
    }

    /// Whether the answer is wanted as one JSON object.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether lines that accompany the work are shown.
    pub fn wants_talk(&self) -> bool {
        !self.quiet && !self.json
    }

    /// A line that accompanies the work: dropped by `--quiet` and `--json`.
    pub fn say(&self, line: impl Display) {
        if !self.quiet {
            self.print(line);
        }
    }

    /// What was asked for, as text: dropped by `--json` only.
    pub fn print(&self, text: impl Display) {
        if !self.json {
            let text = text.to_string();
            self.write(format_args!("{}\n", escape::painted(&text)));
        }
    }

    /// What was asked for, as the one object of `--json`: dropped without it.
    pub fn answer(&self, object: &impl Serialize) {
        if self.json {
            take_the_last_word();
            match serde_json::to_string_pretty(object) {
                Ok(text) => self.write(format_args!("{}\n", escape::escape_json(&text))),
                Err(error) => *self.stdout.borrow_mut() = Stdout::Failed(error.into()),
            }
        }
    }

    /// A remark on standard error: dropped by `--quiet`.
    pub fn note(&self, line: impl Display) {
        if !self.quiet {
            eprint_line(format_args!("{} {line}", self.on_stderr(Style::Faint, "note:")));
        }
    }

    /// The one error of a run: what happened, why, and the way out. With `--json` the object says it too.
    pub fn failure(&self, failure: &Failure) {
        let Told { message, causes, hint } = self.words_of(failure);
        progress::end_line();
        eprint_line(format_args!("{} {message}", self.on_stderr(Style::Bad, "error:")));
        for cause in &causes {
            eprint_line(format_args!("  because: {}", cause.replace('\n', "\n           ")));
        }
        if let Some(hint) = &hint {
            eprint_line(format_args!("{} {hint}", self.on_stderr(Style::Good, "help:")));
        }
        let error: Value = json!({ "message": message, "causes": causes, "hint": hint });
        if !self.json || !self.ends_with(&error) {
            self.answer(&json!({ "ok": false, "error": error }));
        }
    }

    fn words_of(&self, failure: &Failure) -> Told {
        let message = self.secrets.hide(&failure.to_string());
        let causes = causes(failure, &message, &self.secrets);
        let hint = failure.hint().map(|hint| self.advice(&self.secrets.hide(&hint)));
        Told { message, causes, hint }
    }

    /// The text with the commands in it completed: they are for the database and the migrations that the person named.
    pub fn advice(&self, text: &str) -> String {
        self.advice.complete(text).into_owned()
    }

    /// Asks on the terminal, after saying what about; `None` where there is nobody to ask. Anything but a clear
    /// yes is a no.
    pub fn ask(&self, about: impl Display, question: &str) -> Option<bool> {
        if self.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let text = format!("{about}\n{} [y/N] ", self.on_stderr(Style::Strong, question));
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{}", escape::painted(&text));
        let _ = stderr.flush();
        let mut line = String::new();
        progress::asks(true);
        let read = io::stdin().read_line(&mut line).unwrap_or(0);
        progress::asks(false);
        if read == 0 {
            let _ = writeln!(stderr);
        }
        Some(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a line on the terminal; what is typed behind it is for whoever reads it.
    pub fn prompt(&self, text: &str) {
        let mut stderr = io::stderr();
        let _ = write!(stderr, "{}", escape::painted(&self.on_stderr(Style::Strong, text)));
        let _ = stderr.flush();
    }

    /// A board of progress bars for a step that lasts.
    pub fn progress(&self) -> Progress {
        Progress::new(self.quiet, self.json)
    }

    /// The text in a style, if standard output shows colours.
    pub fn style(&self, style: Style, text: &str) -> String {
        paint(self.colour.stdout, style, text)
    }

    /// Says whether all that was printed has arrived.
    pub fn finish(&self) -> Result<(), Failure> {
        match self.stdout.replace(Stdout::Closed) {
            Stdout::Failed(error) => Err(Failure::Output(error)),
            Stdout::Open | Stdout::Closed => Ok(()),
        }
    }

    fn on_stderr(&self, style: Style, text: &str) -> String {
        paint(self.colour.stderr, style, text)
    }

    fn write(&self, text: std::fmt::Arguments<'_>) {
        if let Some(held) = self.held.borrow_mut().as_mut() {
            held.push_str(&text.to_string());
            return;
        }
        let mut state = self.stdout.borrow_mut();
        if !matches!(*state, Stdout::Open) {
            return;
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_fmt(text).and_then(|()| stdout.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => *state = Stdout::Closed,
            Err(error) => *state = Stdout::Failed(error),
        }
    }
}

/// A failure in words, without secrets.
struct Told {
    message: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// The variables that name the locale, the strongest first.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];

/// Whether the locale names a character set other than UTF-8. Without a locale, as in many containers, UTF-8 is assumed.
fn is_ascii(locale: [Option<OsString>; 3]) -> bool {
    let set = locale.into_iter().flatten().find(|value| !value.is_empty());
    set.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

fn paint(wanted: bool, style: Style, text: &str) -> String {
    if wanted { escape::marked(style, text) } else { text.to_owned() }
}

/// What lies under a failure, the nearest first. Where a text only repeats the one below it behind some words, it
/// is left out: a reader needs each cause once.
fn causes(failure: &Failure, message: &str, secrets: &Secrets) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut source = failure.source();
    while let Some(cause) = source {
        texts.push(secrets.hide(&cause.to_string()));
        source = cause.source();
    }
    let mut causes: Vec<String> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let below = &texts[at + 1..];
        // A PostgreSQL driver says "db error" above the server's own words.
        let is_repeated = below.iter().any(|below| !below.is_empty() && text.contains(below.as_str()))
            || text == "db error" && !below.is_empty();
        if !is_repeated && !message.contains(text) && !text.is_empty() {
            causes.push(text.clone());
        }
    }
    causes
}

/// What became of an object that was printed.
enum Printed {
    Whole,
    Failed(io::Error),
}

/// Prints an object where there is no [`Output`] yet; a reader that has gone is no failure.
fn print_object(object: &Value) -> Printed {
    let text = format!("{object:#}");
    match writeln!(io::stdout().lock(), "{}", escape::escape_json(&text)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Printed::Failed(error),
        _ => Printed::Whole,
    }
}

/// A line on standard error; where even that is closed there is nobody left to tell.
fn eprint_line(line: std::fmt::Arguments<'_>) {
    let line = line.to_string();
    let _ = writeln!(io::stderr().lock(), "{}", escape::painted(&line));
}

#[cfg(test)]
mod tests {
    use super::is_ascii;

    #[test]
    fn the_first_variable_that_is_set_names_the_character_set() {
        let with = |set: [&str; 3]| is_ascii(set.map(|value| Some(value.into())));
        assert!(!is_ascii([None, None, None]));
        assert!(!with(["", "", "de_DE.UTF-8"]));
        assert!(with(["C", "", "de_DE.UTF-8"]));
        assert!(!with(["", "C.utf8", "C"]));
    }
}
