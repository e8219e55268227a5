//! The rules of docs/architecture.md that a program can hold: who may know whom, what the library must not
//! do, where dialect lives, how a file opens and how long it may be. Every breach is listed at once.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the library and the rooms that each may know. `error` is composed of all of them.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("embedded", &[]),
    ("time", &[]),
    ("random", &[]),
    ("words", &["random", "embedded"]),
    ("profile", &["random", "embedded", "time"]),
    ("world", &["profile", "words", "random", "time"]),
    ("schema", &[]),
    ("edition", &["world", "profile", "words", "random", "time"]),
    ("database", &[]),
    ("migration", &["database", "embedded"]),
    ("plan", &["edition", "world", "profile"]),
    ("sink", &["time", "edition", "world", "database"]),
    ("fingerprint", &["edition", "sink"]),
    (
        "load",
        &[
            "run",
            "plan",
            "fingerprint",
            "sink",
            "migration",
            "database",
            "edition",
            "world",
            "profile",
            "time",
        ],
    ),
    ("run", &["plan", "sink", "edition", "world", "time"]),
    (
        "check",
        &[
            "time",
            "fingerprint",
            "run",
            "plan",
            "sink",
            "migration",
            "database",
            "edition",
            "world",
            "profile",
            "random",
        ],
    ),
];

/// Where a `match` on the engine may stand: the room of the databases, and one file of each room that has a file
/// for each engine.
const CHOOSERS: &[&str] =
    &["src/database", "src/migration/dialect.rs", "src/migration/session.rs", "src/load.rs"];

/// A source file: its path from the root of the repository, and its lines of code with their numbers.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The room of the library that a file belongs to; none for the binary and the crate's own two files.
    fn room(&self) -> Option<&str> {
        let path = self.path.strip_prefix("src/")?;
        let room = path.split('/').next()?.trim_end_matches(".rs");
        (!matches!(room, "bin" | "lib" | "error")).then_some(room)
    }

    fn is_of_binary(&self) -> bool {
        self.path.starts_with("src/bin/")
    }

    /// Lines that are neither comments nor tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = if self.path.ends_with("/tests.rs") { "".lines() } else { self.text.lines() };
        let lines = lines.enumerate().map(|(at, line)| (at + 1, line.trim()));
        lines.take_while(|(_, line)| *line != "#[cfg(test)]").filter(|(_, line)| !line.starts_with("//"))
    }
}

fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.join(folder)];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: PathBuf| Source {
        path: path.strip_prefix(root).expect("it is under the root").to_string_lossy().into_owned(),
        text: fs::read_to_string(&path).expect("a source file is UTF-8"),
    };
    files.into_iter().map(read).collect()
}

fn assert_none(breaches: &str, rule: &str) {
    assert!(breaches.is_empty(), "{rule}:\n{breaches}");
}

#[test]
fn every_room_is_in_the_table() {
    for source in sources("src") {
        if let Some(room) = source.room() {
            assert!(
                MAY_KNOW.iter().any(|(name, _)| *name == room),
                "{}: room {room} has no row",
                source.path
            );
        }
    }
}

#[test]
fn rooms_know_only_whom_they_may() {
    let mut breaches = String::new();
    for source in sources("src") {
        let Some(room) = source.room() else { continue };
        let allowed = MAY_KNOW.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, rooms)| rooms);
        for (number, line) in source.code() {
            for known in rooms_named(line) {
                let is_free = known == room || !MAY_KNOW.iter().any(|(name, _)| *name == known);
                if !is_free && !allowed.contains(&known) {
                    let _ = writeln!(breaches, "  {}:{number}: {room} may not know {known}", source.path);
                }
            }
        }
    }
    assert_none(&breaches, "the table of who may know whom");
}

/// The rooms after each `crate::` of a line; of a `crate::{...}` list, those that stand on the line.
fn rooms_named(line: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for rest in line.split("crate::").skip(1) {
        let list =
            rest.strip_prefix('{').unwrap_or_else(|| rest.split([':', ',', ';']).next().unwrap_or(rest));
        for item in list.split(',') {
            let name = item.trim().split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next();
            rooms.extend(name.filter(|name| !name.is_empty()));
        }
    }
    rooms
}

#[test]
fn the_library_does_not_print_and_knows_no_command_line() {
    let banned = [
        "println!",
        "print!(",
        "eprintln!",
        "eprint!(",
        "dbg!(",
        "clap",
        "indicatif",
        "anyhow",
        "process::exit",
    ];
    let mut breaches = String::new();
    for source in sources("src").iter().filter(|source| !source.is_of_binary()) {
        for (number, line) in source.code() {
            for word in banned.iter().filter(|word| line.contains(*word)) {
                let _ = writeln!(breaches, "  {}:{number}: {word}", source.path);
            }
        }
    }
    assert_none(&breaches, "the library never prints and never ends the process");
}

#[test]
fn the_binary_prints_in_one_place() {
    let mut breaches = String::new();
    for source in
        sources("src/bin").iter().filter(|source| !source.path.starts_with("src/bin/instaseed/output"))
    {
        for (number, line) in source.code() {
            if ["println!", "print!(", "eprintln!", "eprint!(", "dbg!("]
                .iter()
                .any(|word| line.contains(word))
            {
                let _ = writeln!(breaches, "  {}:{number}: {line}", source.path);
            }
        }
    }
    assert_none(&breaches, "only output.rs prints");
}

#[test]
fn the_world_has_no_clock_no_file_no_thread_and_no_hash_order() {
    let banned = ["HashMap", "std::fs", "std::thread", "SystemTime", "Instant", "thread_rng", "rand::rng("];
    let mut breaches = String::new();
    for source in sources("src") {
        if !matches!(source.room(), Some("world" | "random" | "edition" | "plan")) {
            continue;
        }
        for (number, line) in source.code() {
            for word in banned.iter().filter(|word| line.contains(*word)) {
                let _ = writeln!(breaches, "  {}:{number}: {word}", source.path);
            }
        }
    }
    assert_none(&breaches, "generation is a pure function");
}

#[test]
fn dialect_lives_in_the_files_of_the_engines() {
    let mut breaches = String::new();
    for source in sources("src") {
        if CHOOSERS.iter().any(|path| source.path.starts_with(path)) {
            continue;
        }
        for (number, line) in source.code() {
            if ["Engine::Sqlite =>", "Engine::Mysql =>", "Engine::Postgres =>"]
                .iter()
                .any(|arm| line.contains(arm))
            {
                let _ = writeln!(breaches, "  {}:{number}: {line}", source.path);
            }
        }
    }
    assert_none(&breaches, "a `match engine` outside database/");
}

#[test]
fn every_file_opens_with_what_it_is_for_and_stays_short() {
    let mut breaches = String::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        let opening = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        if !(1..=30).contains(&opening) {
            let _ = writeln!(breaches, "  {}: opens with {opening} lines of //!", source.path);
        }
        let lines = source.text.lines().count();
        if lines > if source.path.starts_with("src/") { 500 } else { 600 } {
            let _ = writeln!(breaches, "  {}: {lines} lines", source.path);
        }
    }
    assert_none(&breaches, "a file opens with //! and is at most 500 lines long (a topic of tests 600)");
}

#[test]
fn nothing_is_left_for_later() {
    let banned =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut breaches = String::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        for (at, line) in source.text.lines().enumerate() {
            if banned.iter().any(|word| line.contains(word)) {
                let _ = writeln!(breaches, "  {}:{}: {}", source.path, at + 1, line.trim());
            }
        }
    }
    assert_none(&breaches, "nothing is left for later");
}
