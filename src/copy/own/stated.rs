//! The tables of each edition, with one fact on each line. Any difference from these facts is a change by an application.
//! `tests/integration/editions.rs` compares the facts with the catalogue of every engine.

use crate::database::{Column, Table};
use crate::edition::Edition;

fn statement(edition: Edition) -> &'static str {
    match edition {
        Edition::Course => include_str!("course.txt"),
        Edition::Platform => include_str!("platform.txt"),
    }
}

/// What an application has changed in a table of the edition, besides what it has added under new names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// Columns that are no longer what the edition says, and what they are.
    pub columns: Vec<(String, String)>,
    /// Unique constraints without a name, as their columns.
    pub unique: Vec<String>,
    /// Checks without a name, as their expressions.
    pub checks: Vec<String>,
    /// Places of foreign keys that are not the edition's.
    pub foreign_keys: Vec<usize>,
    pub options: Vec<String>,
}

/// `is_file`: the engine has no collations that must be stated.
pub(super) fn changes(edition: Edition, name: &str, table: &Table, is_file: bool) -> Changes {
    let lines: Vec<&str> = statement(edition)
        .lines()
        .filter_map(|line| line.strip_prefix(name))
        .filter(|rest| rest.starts_with(['.', ' ']))
        .collect();
    let mut changes = Changes::default();
    for column in &table.columns {
        let start = format!(".{} ", column.name);
        let Some(stated) = lines.iter().find_map(|line| line.strip_prefix(&start)) else { continue };
        let stated = stated.trim_end_matches(", moves").replace(" generated", "");
        let (stated, ignores_case) = match stated.strip_suffix(" ignoring case") {
            Some(stated) => (stated.to_owned(), true),
            None => (stated, false),
        };
        let found = facts(column);
        if found != stated || !collates_as_ours(column, ignores_case, is_file) {
            changes.columns.push((column.name.clone(), found));
        }
    }
    let is_stated = |fact: String| lines.iter().any(|line| line[1..] == fact);
    for (index, definition) in table.indexes.iter().filter(|(index, _)| index.starts_with('(')) {
        let columns: Vec<_> =
            definition.columns.iter().map(|column| column.trim_end_matches(" collate nocase")).collect();
        if !is_stated(format!("unique ({})", columns.join(", "))) {
            debug_assert!(!index.is_empty());
            changes.unique.push(columns.join(", "));
        }
    }
    for (check, expression) in &table.checks {
        if check.is_empty() && !is_width_or_range(expression, table) {
            changes.checks.push(expression.clone());
        }
    }
    for (at, key) in table.foreign_keys.iter().enumerate() {
        let rules = match (key.on_delete.as_str(), key.on_update.as_str()) {
            ("cascade", "cascade") => ", cascades",
            ("no action" | "restrict", "no action" | "restrict") => "",
            _ => ", others",
        };
        let (columns, parents) = (key.columns.join(", "), key.parent_columns.join(", "));
        if !is_stated(format!("foreign key ({columns}) -> {} ({parents}){rules}", key.parent)) {
            changes.foreign_keys.push(at);
        }
    }
    let ours = ["autoincrement", "without rowid", "engine innodb", "utf8mb4_bin"];
    changes.options =
        table.options.iter().filter(|option| !ours.contains(&option.as_str())).cloned().collect();
    changes
}

/// A column in the words of the statements.
fn facts(column: &Column) -> String {
    let kind = match column.kind.as_str() {
        "int" | "tinyint" | "integer" => "integer".to_owned(),
        "enum('image','video')" | "enum('IMAGE','VIDEO')" => "varchar(5)".to_owned(),
        "timestamp(0) without time zone" | "datetime" => "timestamp".to_owned(),
        other => other.replace("character varying", "varchar"),
    };
    let null = if column.nullable { "null" } else { "not null" };
    let default = match column.default.as_deref() {
        None => String::new(),
        Some(now) if now.eq_ignore_ascii_case("current_timestamp") => " default now".to_owned(),
        Some(utc) if utc.starts_with("date_trunc('second'") && utc.contains("'UTC'") => {
            " default now".to_owned()
        }
        Some(other) => format!(" default {other}"),
    };
    format!("{kind} {null}{default}")
}

fn collates_as_ours(column: &Column, ignores_case: bool, is_file: bool) -> bool {
    if !(column.kind.contains("char") || column.kind.contains("text") || column.kind.starts_with("enum")) {
        return true;
    }
    let extra = column.extra.iter().map(|extra| extra.trim_start_matches("collate ").trim_matches('"'));
    let is_plain = |word: &str| word.eq_ignore_ascii_case("c") || word == "utf8mb4_bin";
    let folds = |word: &str| ignores_case && (word == "nocase" || word == "utf8mb4_general_ci");
    let mut said = extra.filter(|word| word.chars().all(|c| c.is_alphanumeric() || c == '_')).peekable();
    match said.peek() {
        None => is_file,
        Some(_) => said.all(|word| is_plain(word) || folds(word)),
    }
}

/// Whether a check without a name keeps the width of a text, or a key within an INT.
fn is_width_or_range(expression: &str, table: &Table) -> bool {
    let bare: String = expression.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    table.columns.iter().any(|column| {
        let name = column.name.to_lowercase();
        let width = column.kind.strip_prefix("varchar(").and_then(|kind| kind.strip_suffix(')'));
        width.is_some_and(|width| bare == format!("length({name})<={width}"))
            || bare == format!("{name}between-2147483648and2147483647")
    })
}
