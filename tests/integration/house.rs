//! The rules of docs/architecture.md that a program can hold: who may know whom, what the library must not
//! do, where dialect lives, how a file opens and how long it may be. Every breach is listed at once.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of the library from the ground up, and the rooms that each may know: only such as come before it, so that
/// the table cannot hold a circle. Nobody inside knows the crate's common `Error`.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("embedded", &[]),
    ("distance", &[]),
    ("time", &[]),
    ("decimal", &[]),
    ("random", &[]),
    ("schema", &[]),
    ("sha256", &[]),
    ("whole_file", &[]),
    ("database", &[]),
    ("words", &["random", "embedded"]),
    ("profile", &["distance", "embedded", "time"]),
    ("world", &["profile", "words", "random", "time", "decimal"]),
    ("edition", &["world", "profile", "words", "distance", "time"]),
    ("migration", &["database", "distance", "embedded", "sha256"]),
    ("query", &["database", "migration", "distance"]),
    ("rows", &["edition", "world", "time"]),
    ("plan", &["edition", "decimal"]),
    ("format", &["edition", "time", "decimal"]),
    ("read", &["format", "database", "edition", "distance", "time"]),
    ("sink", &["format", "time", "edition", "database", "decimal"]),
    ("run", &["plan", "sink", "format", "edition", "world", "profile", "words"]),
    ("fingerprint", &["edition", "sink"]),
    ("manifest", &["fingerprint", "plan", "sink", "format", "edition", "profile", "sha256"]),
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
    ("check", &["read", "fingerprint", "sink", "edition", "words"]),
    ("borrowed", &["database", "migration", "run", "plan", "format", "edition", "world"]),
    (
        "deployment",
        &[
            "load",
            "read",
            "run",
            "plan",
            "fingerprint",
            "migration",
            "database",
            "edition",
            "world",
            "profile",
        ],
    ),
    (
        "copy",
        &[
            "deployment",
            "load",
            "run",
            "plan",
            "sink",
            "format",
            "migration",
            "database",
            "edition",
            "time",
            "decimal",
            "sha256",
        ],
    ),
    (
        "report",
        &[
            "check",
            "load",
            "manifest",
            "fingerprint",
            "run",
            "read",
            "sink",
            "edition",
            "database",
            "world",
            "profile",
            "words",
            "time",
        ],
    ),
    ("fixture", &["deployment", "database", "migration", "fingerprint", "edition", "profile", "sha256"]),
    ("exercise", &["database", "distance", "edition", "embedded", "sha256", "whole_file"]),
    ("sandbox", &["database", "migration", "distance"]),
    (
        "grade",
        &[
            "sandbox",
            "exercise",
            "fixture",
            "database",
            "migration",
            "edition",
            "fingerprint",
            "decimal",
            "sha256",
            "whole_file",
        ],
    ),
    (
        "course",
        &["grade", "exercise", "deployment", "migration", "database", "edition", "profile", "time", "sha256"],
    ),
    ("classroom", &["grade", "exercise", "database", "distance", "time", "sha256", "whole_file"]),
    ("lint", &["grade", "exercise", "sandbox", "migration", "database", "sha256"]),
];

/// The files that may choose by engine: one of each room that has a file for each engine.
const CHOOSERS: &[&str] = &[
    "src/database.rs",
    "src/fixture/engines.rs",
    "src/load/engines.rs",
    "src/migration/engines.rs",
    "src/copy/readers.rs",
    "src/sandbox/engines.rs",
    "src/grade/engines.rs",
    "src/query/engines.rs",
];

/// A source file: its path from the root of the repository, and its lines of code with their numbers.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// The room of the library that a file belongs to; none for the binary and the two files that are the library's door.
    fn room(&self) -> Option<&str> {
        let path = self.path.strip_prefix("src/")?;
        let room = path.split('/').next()?.trim_end_matches(".rs");
        (!matches!(room, "bin" | "lib" | "error")).then_some(room)
    }

    /// How many modules a file is below the crate: 1 for `src/load.rs`, 2 for `src/load/begin.rs`.
    fn depth(&self) -> usize {
        self.path.matches('/').count()
    }

    pub(crate) fn is_of_binary(&self) -> bool {
        self.path.starts_with("src/bin/")
    }

    /// Lines that are neither comments nor tests. An item of tests reaches to the line that ends it, which is as deep as
    /// its beginning; code may go on after it.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        let mut lines = if is_test { "" } else { &self.text }.lines().enumerate();
        let depth = |line: &str| line.len() - line.trim_start().len();
        let code = std::iter::from_fn(move || {
            loop {
                let (at, line) = lines.next()?;
                if line.trim() != "#[cfg(test)]" {
                    return Some((at + 1, line.trim()));
                }
                lines.find(|(_, end)| depth(end) == depth(line) && end.ends_with([';', '}']))?;
            }
        });
        code.filter(|(_, line)| !line.starts_with("//"))
    }
}

pub(crate) fn sources(folder: &str) -> Vec<Source> {
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
fn every_room_knows_only_rooms_below_it() {
    for (at, (room, known)) in MAY_KNOW.iter().enumerate() {
        for name in *known {
            let below = MAY_KNOW[..at].iter().any(|(below, _)| below == name);
            assert!(below, "{room} may not know {name}: it is not below it");
        }
    }
}

#[test]
fn rooms_know_only_whom_they_may() {
    let mut breaches = String::new();
    for source in sources("src") {
        let Some(room) = source.room() else { continue };
        let allowed = MAY_KNOW.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, rooms)| rooms);
        let code: Vec<(usize, &str)> = source.code().collect();
        for (number, known) in rooms_named(&code, source.depth()) {
            let is_room = MAY_KNOW.iter().any(|(name, _)| *name == known);
            if is_room && known != room && !allowed.contains(&known.as_str()) {
                let _ = writeln!(breaches, "  {}:{number}: {room} may not know {known}", source.path);
            }
            if matches!(known.as_str(), "Error" | "Result" | "error") {
                let _ = writeln!(breaches, "  {}:{number}: {known} is for those outside", source.path);
            }
        }
    }
    assert_none(&breaches, "the table of who may know whom");
}

#[test]
fn every_room_knows_all_whom_it_may() {
    let mut used = BTreeSet::new();
    for source in sources("src") {
        let Some(room) = source.room() else { continue };
        let code: Vec<(usize, &str)> = source.code().collect();
        let known = rooms_named(&code, source.depth()).into_iter();
        used.extend(known.map(|(_, known)| (room.to_owned(), known)));
    }
    let mut breaches = String::new();
    for (room, known) in MAY_KNOW {
        for name in known.iter().filter(|name| !used.contains(&((*room).to_owned(), (**name).to_owned()))) {
            let _ = writeln!(breaches, "  {room} does not know {name}");
        }
    }
    assert_none(&breaches, "the table of who may know whom allows only what is used");
}

#[test]
fn code_goes_on_after_an_item_of_tests() {
    let text = "one\n#[cfg(test)]\nmod tests;\n    #[cfg(test)]\n    fn f() {\n        g();\n    }\n// no\n    two\n\
                #[cfg(test)]\nmod more {\n    three\n}\n";
    let source = Source { path: "src/a.rs".to_owned(), text: text.to_owned() };
    assert_eq!(source.code().collect::<Vec<_>>(), [(1, "one"), (9, "two")]);
}

#[test]
fn lists_of_many_lines_and_climbing_paths_are_seen() {
    let code = [
        (1, "use crate::{"),
        (2, "edition::{Cells, Table},"),
        (3, "load,"),
        (4, "};"),
        (5, "super::super::sink::csv"),
    ];
    let named = |depth| rooms_named(&code, depth).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(named(2), ["edition", "load", "sink"]);
    assert_eq!(named(3), ["edition", "load"], "two floors up is still inside the room");
}

/// The names right below the crate that some lines of code mention, each with its line: after `crate::`, in a list after
/// it however many lines that has, or after as many `super::` as lead out of a file at this depth.
fn rooms_named(code: &[(usize, &str)], depth: usize) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let mut text = String::new();
    let mut starts = Vec::new();
    for (number, line) in code {
        starts.push((text.len(), *number));
        text.push_str(line);
        text.push('\n');
    }
    let line_of =
        |at: usize| starts.iter().rev().find(|(start, _)| *start <= at).map_or(0, |(_, number)| *number);
    let out = "super::".repeat(depth);
    let mut roots: Vec<usize> = text.match_indices("crate::").map(|(at, _)| at + "crate::".len()).collect();
    roots.extend(text.match_indices(&out).map(|(at, _)| at + out.len()));
    roots.sort_unstable();
    for root in roots {
        let Some(list) = text[root..].strip_prefix('{') else {
            named.extend(name_at(&text[root..]).map(|name| (line_of(root), name)));
            continue;
        };
        let (mut level, mut wants_name) = (1, true);
        for (at, c) in list.char_indices() {
            match c {
                '{' => level += 1,
                '}' => level -= 1,
                ',' if level == 1 => wants_name = true,
                c if level == 1 && wants_name && !c.is_whitespace() => {
                    named.extend(name_at(&list[at..]).map(|name| (line_of(root + 1 + at), name)));
                    wants_name = false;
                }
                _ => {}
            }
            if level == 0 {
                break;
            }
        }
    }
    named
}

fn name_at(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
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
            // The guard of a test's database says where it is when the test fails: nobody else could, because the
            // test has panicked. It may be replaced by a call.
            let says_where =
                source.path == "src/fixture/guard.rs" && line.contains("eprintln!(\"instaseed keeps");
            for word in banned.iter().filter(|word| line.contains(*word) && !says_where) {
                let _ = writeln!(breaches, "  {}:{number}: {word}", source.path);
            }
        }
    }
    assert_none(&breaches, "the library never prints and never ends the process");
}

/// Whether a line of the library speaks of the command line: a verb of ours, or an option. The options of the servers' own
/// clients are looked for where passwords are masked, and given where such a client is started.
fn names_the_command_line(line: &str) -> bool {
    const VERBS: [&str; 18] = [
        "setup",
        "sql",
        "course",
        "manifest",
        "seed",
        "show",
        "generate",
        "check",
        "fixture",
        "migrate",
        "reset",
        "doctor",
        "completions",
        "man",
        "copy",
        "backup",
        "restore",
        "report",
    ];
    let command = line.match_indices("instaseed ").any(|(at, name)| {
        let rest = &line[at + name.len()..];
        VERBS
            .iter()
            .any(|verb| rest.strip_prefix(verb).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    });
    // An option begins a text or a word of it; `--` with a blank behind it is a comment of SQL.
    let option = line.match_indices("--").any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let opens = before.is_some_and(|c| matches!(c, '"' | ' ' | '`' | '(' | '='));
        opens && line[at + 2..].starts_with(|c: char| c.is_ascii_lowercase())
    });
    command || option
}

#[test]
fn the_library_names_no_verb_and_no_option() {
    let mut breaches = String::new();
    for source in sources("src").iter().filter(|source| !source.is_of_binary()) {
        for (number, line) in source.code() {
            let masks_clients = source.path == "src/database/redact.rs" && line.contains("\"--password\"");
            let starts_clients = source.path == "src/query/shell.rs";
            if names_the_command_line(line) && !masks_clients && !starts_clients {
                let _ = writeln!(breaches, "  {}:{number}: {line}", source.path);
            }
        }
    }
    assert_none(&breaches, "hints are values; src/bin/instaseed/hints puts them into words");
}

#[test]
fn verbs_and_options_are_seen() {
    for line in [
        "\"`instaseed seed --resume`\"",
        "\"run instaseed show.\"",
        "\"--out\"",
        "\"or raise --lock-timeout\"",
    ] {
        assert!(names_the_command_line(line), "{line}");
    }
    for line in ["\"rows that instaseed did not write\"", "\"-- a comment\"", "\"instaseed seeded it\""] {
        assert!(!names_the_command_line(line), "{line}");
    }
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
        if CHOOSERS.contains(&source.path.as_str()) {
            continue;
        }
        for (number, line) in source.code() {
            let chooses = ["Sqlite", "Mysql", "Postgres"].iter().any(|engine| {
                line.contains(&format!("Engine::{engine} =>")) || line.contains(&format!("Db::{engine}("))
            });
            if chooses {
                let _ = writeln!(breaches, "  {}:{number}: {line}", source.path);
            }
        }
    }
    assert_none(&breaches, "a choice by engine outside the files that may choose");
}

#[test]
fn every_file_opens_with_what_it_is_for_and_stays_short() {
    let mut breaches = String::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        let opening = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        // the front page of the library has its examples
        let most = if source.path == "src/lib.rs" { 120 } else { 30 };
        if !(1..=most).contains(&opening) {
            let _ = writeln!(breaches, "  {}: opens with {opening} lines of //!", source.path);
        }
        let lines = source.text.lines().count();
        if lines > if source.path.starts_with("src/") { 450 } else { 600 } {
            let _ = writeln!(breaches, "  {}: {lines} lines", source.path);
        }
    }
    assert_none(&breaches, "a file opens with //! and is at most 450 lines long (a topic of tests 600)");
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
