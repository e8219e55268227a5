//! Snapshots: what the program says, whole, in a file of tests/snapshots. What differs from run to run (paths, ports,
//! times, versions of servers, passwords of nobody) has a name in its place.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use instaseed::database::Engine;
use serde_json::Value;

use crate::support::{TestDb, process_folder};

/// The keys whose numbers are measured.
const MEASURED: [&str; 6] =
    ["age_seconds", "pages", "seconds", "rows_per_second", "engine_share", "megabytes"];

/// The facts of `doctor` that belong to the machine.
const OF_THE_MACHINE: [&str; 4] = ["server", "size", "free space", "account"];

/// Compares texts with the files of a folder of tests/snapshots, by name; writes them anew if that is asked for. A file
/// without a text is a difference, too.
pub fn hold(folder: &str, ending: &str, texts: &BTreeMap<String, String>) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(folder);
    if std::env::var_os("INSTASEED_UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(&root).expect("the folder can be made");
        // those of engines that are not installed stay
        for entry in fs::read_dir(&root).expect("there are snapshots") {
            let entry = entry.expect("an entry");
            if !is_of_missing(&entry.file_name().to_string_lossy()) {
                fs::remove_file(entry.path()).expect("a snapshot can be removed");
            }
        }
        for (name, text) in texts {
            fs::write(root.join(format!("{name}.{ending}")), text).expect("a snapshot can be written");
        }
    }
    let mut differences = String::new();
    for (name, text) in texts {
        match fs::read_to_string(root.join(format!("{name}.{ending}"))) {
            Ok(kept) if kept == *text => {}
            Ok(kept) => differences += &format!("  {name}:\n{}", difference(&kept, text)),
            Err(_) => differences += &format!("  {name}: no snapshot\n"),
        }
    }
    for entry in fs::read_dir(&root).expect("there are snapshots") {
        let file = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if !texts.contains_key(file.trim_end_matches(&format!(".{ending}"))) && !is_of_missing(&file) {
            differences += &format!("  {file}: nothing says this\n");
        }
    }
    assert!(
        differences.is_empty(),
        "{differences}If it is meant: INSTASEED_UPDATE_SNAPSHOTS=1 cargo test --test integration -- snapshots:: texts:: objects::"
    );
}

/// Whether a snapshot is of an engine whose server is not installed: its name begins with that of the engine.
fn is_of_missing(file: &str) -> bool {
    let engine = Engine::ALL.into_iter().find(|engine| file.starts_with(&format!("{}-", engine.name())));
    engine.is_some_and(|engine| TestDb::absent(engine).is_none())
}

/// The lines that are not in the other text.
fn difference(kept: &str, now: &str) -> String {
    let gone = kept.lines().filter(|line| !now.lines().any(|other| other == *line));
    let new = now.lines().filter(|line| !kept.lines().any(|other| other == *line));
    let gone = gone.map(|line| format!("    - {line}\n"));
    let lines: String = gone.chain(new.map(|line| format!("    + {line}\n"))).collect();
    if lines.is_empty() { "    the same lines in another order or number\n".to_owned() } else { lines }
}

/// A text without what differs from run to run.
pub fn normal(text: &str) -> String {
    let mut text = text.to_owned();
    let folder = process_folder().to_str().expect("UTF-8");
    text = replaced(&text, &format!("{folder}/t"), |c| c.is_ascii_digit(), "TMP");
    text = text.replace(folder, "TMP").replace(env!("CARGO_MANIFEST_DIR"), "REPOSITORY");
    for host in ["127.0.0.1:", "localhost:"] {
        text = replaced(&text, host, |c| c.is_ascii_digit(), "HOST:PORT");
    }
    text = replaced(&text, "test_", |c| c.is_ascii_digit(), "DATABASE");
    // a fixture's digest, and what a clone of it has behind that
    text = replaced(&text, "tiny-course-", |c| c.is_ascii_hexdigit() || c == '-', "FIXTURE");
    text = replaced(&text, "connection ", |c| c.is_ascii_digit(), "connection ID");
    text = replaced(&text, "process ", |c| c.is_ascii_digit(), "process ID");
    // how far a load had come when it was cut off
    for portions in 0..=7 {
        text = text.replace(&format!("({portions} of 7 portions"), "(N of 7 portions");
    }
    without_times(&without_new_versions(&text))
}

/// The text without the versions of migrations that were made now: fourteen digits, after those of our own.
fn without_new_versions(text: &str) -> String {
    let parts = text.split_inclusive(|c: char| !c.is_ascii_digit());
    let of = |part: &str| {
        let (digits, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        let is_new = digits.len() == 14 && digits > "20260101999999";
        if is_new { format!("NOW{rest}") } else { part.to_owned() }
    };
    parts.map(of).collect()
}

/// The text with each stretch that begins like this, and has one or more such signs after it, under another name.
fn replaced(text: &str, begin: &str, sign: impl Fn(char) -> bool, name: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(begin) {
        let after = &rest[at + begin.len()..];
        let length = after.find(|c| !sign(c)).unwrap_or(after.len());
        done.push_str(&rest[..at]);
        done.push_str(if length > 0 { name } else { begin });
        rest = &after[length..];
    }
    done + rest
}

/// Moments of now, `2031-05-06 07:08:09`; those of the worlds, which are before 2026, stay.
fn without_times(text: &str) -> String {
    const FORM: &str = "0000-00-00 00:00:00";
    let is_moment = |part: &str| {
        part.chars()
            .zip(FORM.chars())
            .all(|(c, form)| if form == '0' { c.is_ascii_digit() } else { c == form })
    };
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_now = rest.get(..FORM.len()).is_some_and(|part| is_moment(part) && part >= "2026");
        let next = rest.chars().next().map_or(0, char::len_utf8);
        let length = if is_now { FORM.len() } else { next };
        done.push_str(if is_now { "TIME" } else { &rest[..length] });
        rest = &rest[length..];
    }
    done
}

/// An object without what differs from run to run.
pub fn normal_object(value: &Value) -> Value {
    at_key("", value)
}

fn at_key(key: &str, value: &Value) -> Value {
    match value {
        Value::Number(_) if MEASURED.contains(&key) => Value::from(0),
        Value::String(text) => Value::from(match key {
            "script" => "SCRIPT".to_owned(),
            "help" => "HELP".to_owned(),
            "sha256" => "SHA256".to_owned(),
            _ if text == env!("CARGO_PKG_VERSION") => "VERSION".to_owned(),
            _ => normal(text),
        }),
        Value::Array(pairs) if key == "phases" => {
            pairs.iter().map(|pair| serde_json::json!([pair[0], 0])).collect()
        }
        Value::Array(list) => list.iter().map(|value| at_key(key, value)).collect(),
        Value::Object(map) => {
            let is_of_machine =
                map.get("name").and_then(Value::as_str).is_some_and(|n| OF_THE_MACHINE.contains(&n));
            let of = |(key, value): (&String, &Value)| {
                let value = match key.as_str() {
                    "value" if is_of_machine => Value::from("VALUE"),
                    key => at_key(key, value),
                };
                (key.clone(), value)
            };
            Value::Object(map.iter().map(of).collect())
        }
        other => other.clone(),
    }
}
