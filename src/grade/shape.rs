//! Compares two schemas, ignoring the names of indexes and constraints, and says what differs.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::{Catalogue, Column, ForeignKey, Index, Table};

/// What to call something that a schema should not have; it depends on what happened before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extra(pub &'static str);

/// Everything that was created should be gone again.
pub(super) const STILL_THERE: Extra = Extra("is still there");
/// The same things should be created as before.
pub(super) const NEW: Extra = Extra("was not there the first time");

const MISSING: &str = "is missing";

/// Sentences that say what differs, without a full stop; empty if nothing does.
pub(super) fn differences(wanted: &Catalogue, found: &Catalogue, extra: Extra) -> Vec<String> {
    let mut differences = Vec::new();
    for name in wanted.tables.keys().chain(found.tables.keys()).collect::<BTreeSet<_>>() {
        match (wanted.tables.get(name), found.tables.get(name)) {
            (Some(one), Some(other)) => {
                let ways = Ways { name, extra, differences: &mut differences };
                ways.compare((wanted, one), (found, other));
            }
            (Some(_), None) => differences.push(format!("the table {name} {MISSING}")),
            (None, _) => differences.push(format!("the table {name} {}", extra.0)),
        }
    }
    compare_objects(&wanted.objects, &found.objects, extra, &mut differences);
    differences
}

/// The indexes of all tables, in words without their names.
pub(super) fn indexes(catalogue: &Catalogue) -> Vec<String> {
    let of = |(name, table): (&String, &Table)| -> Vec<String> {
        table.indexes.values().map(|index| index_line(name, index)).collect()
    };
    let mut lines: Vec<String> = catalogue.tables.iter().flat_map(of).collect();
    lines.sort();
    lines
}

/// What the second list has more of than the first; equal entries are counted.
pub(super) fn only_in_second(first: &[String], second: &[String]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in first {
        *left.entry(line).or_default() += 1;
    }
    let is_new = |line: &&String| match left.get_mut(line.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    second.iter().filter(is_new).cloned().collect()
}

/// Compares the two states of one table.
struct Ways<'a> {
    name: &'a str,
    extra: Extra,
    differences: &'a mut Vec<String>,
}

impl Ways<'_> {
    fn compare(mut self, (before, wanted): (&Catalogue, &Table), (after, found): (&Catalogue, &Table)) {
        self.columns(&wanted.columns, &found.columns);
        if wanted.primary_key != found.primary_key {
            let key = |columns: &[String]| match columns.is_empty() {
                true => "none".to_owned(),
                false => format!("({})", columns.join(", ")),
            };
            let (is, was) = (key(&found.primary_key), key(&wanted.primary_key));
            self.say(format!("the primary key of {} is {is} instead of {was}", self.name));
        }
        let lines = |table: &Table| table.indexes.values().map(|one| index_line(self.name, one)).collect();
        let (one, other) = (lines(wanted), lines(found));
        self.lists(one, other);
        let lines = |catalogue: &Catalogue, table: &Table| {
            table.foreign_keys.iter().map(|one| key_line(self.name, one, catalogue)).collect()
        };
        let (one, other) = (lines(before, wanted), lines(after, found));
        self.lists(one, other);
        let lines = |table: &Table| {
            let line = |(_, text): &(String, String)| format!("the check {} on {}", folded(text), self.name);
            table.checks.iter().map(line).collect()
        };
        let (one, other) = (lines(wanted), lines(found));
        self.lists(one, other);
        self.triggers(&wanted.triggers, &found.triggers);
        if wanted.options != found.options {
            let options = |table: &Table| match table.options.is_empty() {
                true => "an ordinary table".to_owned(),
                false => table.options.join(", "),
            };
            let (is, was) = (options(found), options(wanted));
            self.say(format!("the table {} is {is} instead of {was}", self.name));
        }
    }

    fn say(&mut self, difference: String) {
        self.differences.push(difference);
    }

    fn columns(&mut self, wanted: &[Column], found: &[Column]) {
        let known = self.differences.len();
        let name = self.name;
        for column in wanted {
            match found.iter().find(|other| other.name == column.name) {
                None => self.say(format!("the column {name}.{} {MISSING}", column.name)),
                Some(other) if column_line(other) != column_line(column) => {
                    let (is, was) = (column_line(other), column_line(column));
                    self.say(format!("the column {name}.{} is `{is}` instead of `{was}`", column.name));
                }
                Some(_) => {}
            }
        }
        for column in found.iter().filter(|one| !wanted.iter().any(|other| other.name == one.name)) {
            self.say(format!("the column {name}.{} {}", column.name, self.extra.0));
        }
        let names =
            |columns: &[Column]| columns.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
        if known == self.differences.len() && names(wanted) != names(found) {
            self.say(format!("the columns of {name} have another order: {}", names(found)));
        }
    }

    fn lists(&mut self, mut wanted: Vec<String>, mut found: Vec<String>) {
        wanted.sort();
        found.sort();
        for line in only_in_second(&found, &wanted) {
            self.say(format!("{line} {MISSING}"));
        }
        for line in only_in_second(&wanted, &found) {
            self.say(format!("{line} {}", self.extra.0));
        }
    }

    fn triggers(&mut self, wanted: &BTreeMap<String, String>, found: &BTreeMap<String, String>) {
        let table = self.name;
        for (name, text) in wanted {
            match found.get(name) {
                None => self.say(format!("the trigger {name} on {table} {MISSING}")),
                Some(other) if folded(other) != folded(text) => {
                    self.say(format!("the trigger {name} on {table} has another text"));
                }
                Some(_) => {}
            }
        }
        for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
            self.say(format!("the trigger {name} on {table} {}", self.extra.0));
        }
    }
}

fn compare_objects(
    wanted: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
    extra: Extra,
    differences: &mut Vec<String>,
) {
    let shown = |name: &str| name.replacen("routine ", "function ", 1);
    for (name, text) in wanted {
        match found.get(name) {
            None => differences.push(format!("the {} {MISSING}", shown(name))),
            Some(other) if folded(other) != folded(text) => {
                differences.push(format!("the {} has another text", shown(name)));
            }
            Some(_) => {}
        }
    }
    for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
        differences.push(format!("the {} {}", shown(name), extra.0));
    }
}

fn column_line(column: &Column) -> String {
    let mut words = vec![column.kind.clone(), if column.nullable { "null" } else { "not null" }.to_owned()];
    words.extend(column.default.as_ref().map(|default| format!("default {}", folded(default))));
    words.extend(column.extra.iter().map(|extra| folded(extra)));
    words.join(" ")
}

fn index_line(table: &str, index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    // For an index on expressions, SQLite has the whole statement. The part before ON contains the name.
    let statement = index.extra.iter().map(|text| folded(text)).find(|text| text.starts_with("create "));
    match statement.as_deref().and_then(|text| text.split_once(" on ")) {
        Some((_, what)) => format!("the {unique}index on {what}"),
        None => {
            let extra: String = index.extra.iter().map(|text| format!(" {}", folded(text))).collect();
            format!("the {unique}index on {table} ({}){extra}", folded(&index.columns.join(", ")))
        }
    }
}

fn key_line(table: &str, key: &ForeignKey, catalogue: &Catalogue) -> String {
    // Without columns, it is the primary key.
    let primary = catalogue.tables.get(&key.parent).map(|parent| &parent.primary_key);
    let columns = match key.parent_columns.is_empty() {
        true => primary.cloned().unwrap_or_default(),
        false => key.parent_columns.clone(),
    };
    let action = |event: &str, action: &str| match action {
        "no action" => String::new(),
        action => format!(" on {event} {action}"),
    };
    format!(
        "the foreign key from {table} ({}) to {} ({}){}{}",
        key.columns.join(", "),
        key.parent,
        columns.join(", "),
        action("delete", &key.on_delete),
        action("update", &key.on_update)
    )
}

/// A text in lower case where case has no meaning, with single spaces.
fn folded(text: &str) -> String {
    let mut is_text = false;
    let fold = |c: char| {
        is_text ^= c == '\'';
        if is_text { c } else { c.to_ascii_lowercase() }
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: &str) -> Column {
        Column { name: name.into(), kind: kind.into(), nullable: false, default: None, extra: Vec::new() }
    }

    fn users(columns: Vec<Column>) -> Catalogue {
        let table = Table { columns, primary_key: vec!["id".into()], ..Table::default() };
        Catalogue { tables: [("users".to_owned(), table)].into(), ..Catalogue::default() }
    }

    #[test]
    fn a_column_that_is_left_is_named() {
        let before = users(vec![column("id", "integer"), column("name", "text")]);
        let mut after = before.clone();
        after.tables.get_mut("users").expect("there").columns.push(column("bio", "text"));
        assert_eq!(differences(&before, &after, STILL_THERE), ["the column users.bio is still there"]);
        assert_eq!(differences(&after, &before, STILL_THERE), ["the column users.bio is missing"]);
        let turned = users(vec![column("name", "text"), column("id", "integer")]);
        let order = "the columns of users have another order: name, id";
        assert_eq!(differences(&before, &turned, STILL_THERE), [order]);
        let other = users(vec![column("id", "integer"), column("name", "varchar(20)")]);
        let kind = "the column users.name is `varchar(20) not null` instead of `text not null`";
        assert_eq!(differences(&before, &other, STILL_THERE), [kind]);
    }

    #[test]
    fn names_of_indexes_and_constraints_and_the_case_of_words_do_not_count() {
        let with = |index: &str, trigger: &str| {
            let mut catalogue = users(vec![column("id", "integer")]);
            let table = catalogue.tables.get_mut("users").expect("there");
            let extra = vec![format!("CREATE UNIQUE INDEX {index} ON users ( lower ( name ) )")];
            let columns = vec!["(expression)".to_owned()];
            table.indexes.insert(index.to_owned(), Index { unique: true, columns, extra });
            table.triggers.insert("t".to_owned(), trigger.to_owned());
            catalogue
        };
        let (one, other) = (with("a", "BEGIN select 'A'; END"), with("b", "begin SELECT 'A'; end"));
        assert!(differences(&one, &other, NEW).is_empty());
        assert_eq!(
            differences(&one, &with("a", "begin select 'a'; end"), NEW),
            ["the trigger t on users has another text"]
        );
        let without = users(vec![column("id", "integer")]);
        let lines = differences(&one, &without, NEW);
        assert_eq!(lines[0], "the unique index on users ( lower ( name ) ) is missing");
    }

    #[test]
    fn a_foreign_key_to_the_primary_key_needs_no_columns() {
        let with = |columns: &[&str], on_delete: &str| {
            let mut catalogue = users(vec![column("id", "integer")]);
            let key = ForeignKey {
                columns: vec!["user_id".into()],
                parent: "users".into(),
                parent_columns: columns.iter().map(|&one| one.to_owned()).collect(),
                on_delete: on_delete.into(),
                on_update: "no action".into(),
                name: String::new(),
            };
            let table = Table { foreign_keys: vec![key], ..Table::default() };
            catalogue.tables.insert("likes".to_owned(), table);
            catalogue
        };
        assert!(differences(&with(&[], "cascade"), &with(&["id"], "cascade"), NEW).is_empty());
        let lines = differences(&with(&[], "cascade"), &with(&[], "no action"), STILL_THERE);
        assert_eq!(
            lines,
            [
                "the foreign key from likes (user_id) to users (id) on delete cascade is missing",
                "the foreign key from likes (user_id) to users (id) is still there"
            ]
        );
    }
}
