//! The state as text: one line for each exercise, sorted, so version control can merge it; replaced as a whole under a lock.
//!
//! A file that was merged by hand may say the same thing twice, and may contain conflict markers. Lines about the same
//! exercise are merged; of two settings the first one counts. Unknown exercises and settings are kept.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use toml::{Table, Value};

use super::lock::Lock;
use super::state::{Entry, Round, State};
use super::{CourseError, Result, STATE_FILE};
use crate::time::Time;

/// The version of the form.
const FORMAT: i64 = 1;
const TITLE: &str = "# What has been done in this course: one line an exercise. Keep it with your answers.";
/// What version control puts around two versions of some lines.
const CONFLICT: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];

pub(super) fn read(folder: &Path) -> Result<State> {
    let file = folder.join(STATE_FILE);
    let bytes = match fs::read(&file) {
        Err(source) if source.kind() == ErrorKind::NotFound => {
            return Err(CourseError::NoCourse { folder: folder.to_owned() });
        }
        bytes => bytes.map_err(CourseError::file(&file, "read it"))?,
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        CourseError::BadState { file: file.clone(), line }
    })?;
    let state = parse(&text, &file)?;
    // Without these, every verb would continue with a database and data that nobody has chosen.
    let lacks = [("database", state.database.is_empty()), ("seed", state.rounds.is_empty())];
    match lacks.into_iter().find(|(_, is_missing)| *is_missing) {
        Some((setting, _)) => Err(CourseError::DamagedState { file, setting }),
        None => Ok(state),
    }
}

/// Reads, changes and replaces the state, with nobody else between.
pub(super) fn change<T>(folder: &Path, work: impl FnOnce(&mut State) -> T) -> Result<T> {
    let lock = Lock::take(folder)?;
    let mut state = read(folder)?;
    let before = state.clone();
    let done = work(&mut state);
    if state != before {
        state.tool = env!("CARGO_PKG_VERSION").to_owned();
        lock.replace(&folder.join(STATE_FILE), &print(&state))?;
    }
    Ok(done)
}

/// Writes the state of a new course.
pub(super) fn create(lock: &Lock, folder: &Path, state: &State) -> Result<()> {
    lock.replace(&folder.join(STATE_FILE), &print(state))
}

fn parse(text: &str, path: &Path) -> Result<State> {
    let mut state = State::default();
    let mut section = String::new();
    let mut seeded = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let bad = || CourseError::BadState { file: path.to_owned(), line: at + 1 };
        if line.is_empty() || line.starts_with('#') || CONFLICT.iter().any(|mark| line.starts_with(mark)) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name.strip_suffix(']').ok_or_else(bad)?.trim().to_owned();
            continue;
        }
        let pair: Table = toml::from_str(line).map_err(|_| bad())?;
        let (key, value) = pair.into_iter().next().ok_or_else(bad)?;
        let is_read = match section.strip_prefix("round.").map(str::parse::<u32>) {
            None if section.is_empty() => read_setting(&mut state, &key, &value, path)?,
            Some(Ok(number)) if key == "seed" => {
                let seed: u64 = value.as_str().and_then(|text| text.parse().ok()).ok_or_else(bad)?;
                if seeded.insert(number) {
                    state.rounds.entry(number).or_default().seed = seed;
                }
                Some(())
            }
            Some(Ok(number)) => read_entry(state.rounds.entry(number).or_default(), &key, &value),
            _ => None,
        };
        if is_read.is_none() {
            state.others.push((section.clone(), line.to_owned()));
        }
    }
    match state.rounds.keys().all(|number| seeded.contains(number)) {
        true => Ok(state),
        false => Err(CourseError::DamagedState { file: path.to_owned(), setting: "seed" }),
    }
}

/// A line above all sections; nothing where it is unknown.
fn read_setting(state: &mut State, key: &str, value: &Value, path: &Path) -> Result<Option<()>> {
    if let ("format", Some(format)) = (key, value.as_integer()) {
        return match format <= FORMAT {
            true => Ok(Some(())),
            false => Err(CourseError::Newer { file: path.to_owned(), format, known: FORMAT }),
        };
    }
    let Some(text) = value.as_str() else { return Ok(None) };
    let setting = match key {
        "tool" => &mut state.tool,
        "engine" => &mut state.engine,
        "database" => &mut state.database,
        "digest" => &mut state.digest,
        "catalogue" => state.catalogue.get_or_insert_default(),
        _ => return Ok(None),
    };
    if setting.is_empty() {
        text.clone_into(setting);
    }
    Ok(Some(()))
}

/// A line of a round; nothing where it is unknown.
fn read_entry(round: &mut Round, key: &str, value: &Value) -> Option<()> {
    let fields = value.as_table()?;
    let number = |name: &str| fields.get(name).and_then(Value::as_integer).unwrap_or(0).max(0);
    let entry = Entry {
        attempts: number("attempts").unsigned_abs(),
        hints: usize::try_from(number("hints")).unwrap_or(0),
        passed_at: fields.get("passed_at").and_then(Value::as_str).and_then(Time::parse),
        solution: fields.get("solution").and_then(Value::as_bool).unwrap_or(false),
    };
    let known = round.entries.remove(key).unwrap_or_default();
    round.entries.insert(key.to_owned(), known.merge(entry));
    Some(())
}

fn print(state: &State) -> String {
    let mut text = format!("{TITLE}\nformat = {FORMAT}\n");
    let catalogue = state.catalogue.as_ref().map(|path| ("catalogue", path));
    let settings = [
        ("tool", &state.tool),
        ("engine", &state.engine),
        ("database", &state.database),
        ("digest", &state.digest),
    ];
    for (key, value) in settings.into_iter().chain(catalogue) {
        let _ = writeln!(text, "{key} = {}", quoted(value));
    }
    let others = |section: &str| {
        let own = state.others.iter().filter(|(of, _)| of == section);
        own.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    text += &others("");
    for (number, round) in &state.rounds {
        let _ = write!(text, "\n[round.{number}]\nseed = \"{}\"\n", round.seed);
        for (id, entry) in &round.entries {
            let _ = writeln!(text, "{id} = {}", fields(entry));
        }
        text += &others(&format!("round.{number}"));
    }
    let mut unknown: Vec<&str> = state.others.iter().map(|(section, _)| section.as_str()).collect();
    unknown.retain(|section| !section.is_empty() && !section.starts_with("round."));
    unknown.dedup();
    for section in unknown {
        let _ = write!(text, "\n[{section}]\n{}", others(section));
    }
    text
}

fn fields(entry: &Entry) -> String {
    let mut fields = vec![format!("attempts = {}", entry.attempts)];
    if entry.hints > 0 {
        fields.push(format!("hints = {}", entry.hints));
    }
    if let Some(time) = entry.passed_at {
        fields.push(format!("passed_at = \"{time}\""));
    }
    if entry.solution {
        fields.push("solution = true".to_owned());
    }
    format!("{{ {} }}", fields.join(", "))
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<State> {
        parse(text, Path::new("state"))
    }

    #[test]
    fn a_file_that_lost_its_settings_is_no_course() {
        let folder = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8]| {
            fs::write(folder.path().join(STATE_FILE), bytes).unwrap();
            super::read(folder.path()).unwrap_err()
        };
        let lacks = |text: &str, what: &str| match read(text.as_bytes()) {
            CourseError::DamagedState { setting, .. } => assert_eq!(setting, what, "{text}"),
            other => panic!("{text}: {other}"),
        };
        lacks("", "database");
        lacks("format = 1\ndatabase = \"a.db\"\n", "seed");
        lacks("database = \"a.db\"\n[round.1]\nbots = { attempts = 1 }\n", "seed");
        let error = read(b"database = \"a.db\"\n[round.1]\nseed = \"x\"\n");
        assert!(matches!(error, CourseError::BadState { line: 3, .. }), "{error}");
        let error = read(b"database = \"a.db\"\n\xff\n");
        assert!(matches!(error, CourseError::BadState { line: 2, .. }), "{error}");
    }

    #[test]
    fn of_two_seeds_of_a_round_the_first_counts() {
        let state = read("[round.1]\nseed = \"7\"\nseed = \"9\"\n").unwrap();
        assert_eq!(state.seed(), 7);
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let mut state = State { tool: "0.1.0".into(), engine: "sqlite".into(), ..State::default() };
        state.database = "a \"b\"\\\n\u{7f}ü.db".into();
        state.catalogue = Some("own".into());
        state.rounds.entry(1).or_default().seed = u64::MAX;
        state.rounds.entry(2).or_default().seed = 7;
        *state.entry_mut("ghosts") =
            Entry { attempts: 3, hints: 2, passed_at: Time(951_827_696).into(), solution: true };
        state.others = vec![("".into(), "colour = \"red\"".into()), ("later".into(), "a = 1".into())];
        let text = print(&state);
        assert_eq!(read(&text).unwrap(), state);
        assert_eq!(print(&read(&text).unwrap()), text);
    }

    #[test]
    fn two_copies_of_a_line_are_united() {
        let text = "format = 1\nseed = 3\n[round.1]\nseed = \"7\"\n<<<<<<< ours\n\
                    bots = { attempts = 2, passed_at = \"2026-01-02 00:00:00\" }\n=======\n\
                    bots = { attempts = 5, hints = 1, passed_at = \"2026-01-01 00:00:00\" }\n\
                    gone = { attempts = 1 }\n>>>>>>> theirs\n";
        let state = read(text).unwrap();
        let first = Time::parse("2026-01-01");
        let united = Entry { attempts: 5, hints: 1, passed_at: first, solution: false };
        assert_eq!(state.entry("bots"), united);
        assert_eq!(state.entry("gone").attempts, 1);
        assert!(!print(&state).contains("<<<"));
        assert!(print(&state).contains("seed = 3\n"), "unknown settings stay");
    }

    #[test]
    fn a_line_that_says_nothing_is_named() {
        let error = read("format = 1\n\n[round.1]\nbots = { attempts =\n").unwrap_err();
        assert!(matches!(error, CourseError::BadState { line: 4, .. }), "{error}");
        assert!(matches!(read("format = 2"), Err(CourseError::Newer { format: 2, known: 1, .. })));
    }
}
