//! The recipes of docs/contributing.md, followed where a program can: every file that they name exists, and the lists
//! are complete for what is there already. A path may have placeholders: `<engine>` is each engine, any other is any name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use instaseed::database::Engine;
use instaseed::format::Format;
use instaseed::profile::Profile;
use instaseed::words::Words;

use crate::house::sources;

/// What a path of a page begins with; a file of the root is named as a whole.
const FOLDERS: [&str; 7] = ["src/", "tests/", "migrations/", "seeds/", "docs/", "benches/", ".ci/"];
const FILES: [&str; 5] = ["Cargo.toml", "README.md", "build.rs", "clippy.toml", "deny.toml"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths between backticks, outside of blocks of code; `<engine>` is each engine in turn, another placeholder a `*`.
fn paths(page: &str) -> BTreeSet<String> {
    let prose: Vec<&str> = page.split("```").step_by(2).collect();
    let prose = prose.concat();
    let quoted = prose.split('`').skip(1).step_by(2);
    let is_path = |text: &&str| {
        let is_there = FOLDERS.iter().any(|folder| text.starts_with(folder)) || FILES.contains(text);
        is_there && !text.contains(char::is_whitespace)
    };
    let engines = |text: &str| Engine::ALL.map(|engine| text.replace("<engine>", engine.name()));
    let all = quoted.filter(is_path).flat_map(engines);
    all.map(|path| with_stars(path.trim_end_matches('/'))).collect()
}

/// A path with a `*` in place of each placeholder.
fn with_stars(path: &str) -> String {
    let mut parts = path.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| done + "*" + part.split_once('>').map_or(part, |(_, rest)| rest))
}

/// Whether a path is one that a pattern stands for; a `*` is a part of a name, not of several.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => path.strip_prefix(before).is_some_and(|rest| {
            let ends = (1..=rest.find('/').unwrap_or(rest.len())).filter(|end| rest.is_char_boundary(*end));
            ends.into_iter().any(|end| fits(after, &rest[end..]))
        }),
    }
}

/// Whether there is a file or a folder for a pattern.
fn is_there(folder: &Path, pattern: &str) -> bool {
    let (name, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let found = entry.file_name().to_string_lossy().into_owned();
        fits(name, &found) && (rest.is_empty() || is_there(&entry.path(), rest))
    })
}

/// What the recipe of this title names; it ends where the next heading begins.
fn recipe(title: &str) -> BTreeSet<String> {
    let page = read("docs/contributing.md");
    let (_, text) =
        page.split_once(&format!("\n### {title}\n")).unwrap_or_else(|| panic!("no recipe {title}"));
    let end = ["\n### ", "\n## "].iter().filter_map(|heading| text.find(heading)).min();
    paths(&text[..end.unwrap_or(text.len())])
}

/// The files of the library that name one of these words in their code, tests aside.
fn naming(words: &[&str]) -> Vec<String> {
    let library = sources("src").into_iter().filter(|source| !source.is_of_binary());
    let names = |line: &str| words.iter().any(|word| line.contains(word));
    let found = library.filter(|source| source.code().any(|(_, line)| names(line)));
    found.map(|source| source.path).collect()
}

/// The files that a list does not name.
fn unnamed(files: &[String], named: &BTreeSet<String>) -> Vec<String> {
    let is_named = |file: &&String| named.iter().any(|pattern| fits(pattern, file));
    files.iter().filter(|file| !is_named(file)).cloned().collect()
}

fn assert_named(title: &str, files: &[String], named: &BTreeSet<String>) {
    assert!(!files.is_empty(), "{title}: the example of this recipe is nowhere in the source");
    let unnamed = unnamed(files, named);
    assert!(unnamed.is_empty(), "docs/contributing.md, \"{title}\", does not name {unnamed:#?}");
}

/// The names of the files of a folder that have this ending, without it.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

/// The places, each with what it must have there, that do not have it.
fn assert_listed(lists: &[(&str, String)]) {
    let missing: Vec<_> = lists.iter().filter(|(file, text)| !read(file).contains(text.as_str())).collect();
    assert!(missing.is_empty(), "these files do not have this text: {missing:#?}");
}

#[test]
fn every_file_that_the_pages_name_is_there() {
    for page in ["docs/contributing.md", "docs/architecture.md"] {
        let named = paths(&read(page));
        assert!(named.len() > 10, "{page}: {named:?}");
        let absent: Vec<_> = named.iter().filter(|path| !is_there(root(), path)).collect();
        assert!(absent.is_empty(), "{page} names what is not there: {absent:#?}");
    }
}

#[test]
fn the_recipe_for_a_table_names_every_file_that_an_entity_is_in() {
    assert_named("Add a table", &naming(&["Entity::PhotoTag"]), &recipe("Add a table"));
}

#[test]
fn the_recipe_for_a_column_names_every_file_that_a_column_is_in() {
    let mut named = recipe("Add a column");
    named.append(&mut recipe("Add a migration"));
    // The word lists have a key of the same name.
    let of_words = |file: &String| file.starts_with("src/words/");
    for column in ["full_name", "media_order"] {
        let files: Vec<_> = naming(&[column]).into_iter().filter(|file| !of_words(file)).collect();
        assert_named("Add a column", &files, &named);
    }
}

#[test]
fn the_recipe_for_an_engine_names_every_file_that_an_engine_is_in() {
    let named = recipe("Add an engine");
    for (engine, kind) in [("sqlite", "Sqlite"), ("mysql", "Mysql"), ("postgres", "Postgres")] {
        let feature = format!("feature = \"{engine}\"");
        let words = [&format!("Engine::{kind}"), &format!("Db::{kind}"), &feature, &engine.to_uppercase()];
        let words = words.map(String::as_str);
        let files: Vec<_> =
            naming(&words[..3]).into_iter().chain(["src/database/driver.rs".to_owned()]).collect();
        assert!(read("src/database/driver.rs").contains(words[3]), "the list of the engines has moved");
        assert_named("Add an engine", &files, &named);
    }
}

#[test]
fn every_verb_is_in_the_lists_that_its_recipe_names() {
    let named = recipe("Add a verb");
    for verb in names("src/bin/instaseed/commands", ".rs") {
        let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
        let (variant, typed) = (verb.split('_').map(capital).collect::<String>(), verb.replace('_', "-"));
        let lists = [
            ("src/bin/instaseed/commands.rs", format!("\nmod {verb};\n")),
            ("src/bin/instaseed/commands.rs", format!(" {variant}({verb}::Args),\n")),
            ("src/bin/instaseed/commands.rs", format!("Command::{variant}(args) => {verb}::run(")),
            ("tests/integration/house.rs", format!("\"{typed}\"")),
            ("tests/integration/objects.rs", format!("\"`{typed}")),
            ("docs/json.md", format!("\n### `{typed}")),
            ("README.md", format!("\n| `{typed}` |")),
        ];
        assert_listed(&lists);
        assert_named("Add a verb", &lists.map(|(file, _)| file.to_owned()), &named);
    }
}

#[test]
fn every_file_format_is_offered() {
    let is_format = |name: &String| {
        let text = read(&format!("src/format/{name}.rs"));
        text.contains("impl FileFormat for ") || text.contains(" TextFormat for ")
    };
    let files: BTreeSet<_> = names("src/format", ".rs").into_iter().filter(is_format).collect();
    let offered: BTreeSet<_> = Format::ALL.iter().map(|format| format.name().to_owned()).collect();
    assert_eq!(files, offered);
    assert_named("Add a text file format", &naming(&["Format::Jsonl"]), &recipe("Add a text file format"));
}

#[test]
fn every_language_is_known_by_its_file_alone() {
    let words = Words::embedded().expect("the word lists are in order");
    let known: BTreeSet<_> = words.languages().iter().map(|language| language.code.clone()).collect();
    assert_eq!(names("seeds/words/languages", ".toml"), known);
}

#[test]
fn every_profile_is_offered_and_in_the_lists_that_its_recipe_names() {
    let known: BTreeSet<_> = Profile::list().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names("seeds/profiles", ".toml"), known);
    let named = recipe("Add a profile");
    for profile in known {
        let lists = [("src/bin/instaseed/args/world.rs", format!(" {profile} ("))];
        assert_listed(&lists);
        assert_named("Add a profile", &lists.map(|(file, _)| file.to_owned()), &named);
    }
}

#[test]
fn every_rooms_hints_are_where_the_recipe_says() {
    assert_named(
        "Add an error with a hint",
        &naming(&["pub enum Hint"]),
        &recipe("Add an error with a hint"),
    );
    let files = names("src/bin/instaseed/hints", ".rs");
    let modules = files.iter().map(|file| ("src/bin/instaseed/hints.rs", format!("\nmod {file};\n")));
    assert_listed(&modules.collect::<Vec<_>>());
}

#[test]
fn what_is_not_named_and_what_is_not_there_is_seen() {
    let named = paths(
        "See `src/<engine>/a.rs`, `src/x/<room>_<name>.rs` and `cargo test`.\n```\n`src/no.rs`\n```\n`docs/`",
    );
    assert!(named.contains("src/mysql/a.rs") && named.contains("docs") && named.len() == 5, "{named:?}");
    let files =
        ["src/sqlite/a.rs", "src/x/a_b.rs", "src/x/a/b_c.rs", "src/x/_b.rs", "src/a.rs"].map(str::to_owned);
    assert_eq!(unnamed(&files, &named), ["src/x/a/b_c.rs", "src/x/_b.rs", "src/a.rs"]);
    assert!(is_there(root(), "src/*.rs") && is_there(root(), "migrations/mysql/*_create_users/up.sql"));
    assert!(!is_there(root(), "src/*.toml") && !is_there(root(), "src/lib.rs/x"));
}
