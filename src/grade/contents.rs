//! Compares the rows of tables before and after a script, in the columns that were there before, in any order.

use std::collections::BTreeMap;

use super::Result;
use super::ask::{ALL, told};
use super::refusals::in_a_sentence;
use crate::sandbox::{Answer, Cell, Limits, Refusal, Sandbox};

/// The rows of each table, or why it cannot be read: a script may have given it a column that cannot be computed.
pub(super) type Contents = BTreeMap<String, Result<Answer, String>>;

/// The most rows and bytes that are read from a table, because a script may fill one with as much as the database holds.
const MOST: Limits = Limits { rows: 1_000_000, bytes: 128 << 20, ..ALL };

/// Rows, and how often each occurs.
pub(super) type Bag<'a> = BTreeMap<String, (usize, &'a [Cell])>;

/// Reads the tables that exist.
pub(super) fn read(scratch: &mut dyn Sandbox, tables: &[impl AsRef<str>]) -> Result<Contents> {
    let mut contents = Contents::new();
    for table in tables.iter().map(AsRef::as_ref) {
        let query = format!("SELECT * FROM {}", scratch.engine().quote(table));
        let answer = match told(scratch.trusted(&query, &MOST))? {
            Ok(answer) => Ok(answer),
            Err(Refusal::TooManyRows { .. } | Refusal::TooLarge { .. } | Refusal::TooSlow) => {
                Err("has more rows than are compared".to_owned())
            }
            Err(refusal) => Err(format!("cannot be read: {}", in_a_sentence(&refusal))),
        };
        contents.insert(table.to_owned(), answer);
    }
    Ok(contents)
}

/// What differs in a table that existed before, as a sentence without a full stop. Ignored columns are written as
/// `table.column`.
pub(super) fn difference(
    table: &str,
    before: &Contents,
    after: &Contents,
    ignore: &[String],
) -> Option<String> {
    let wanted = before.get(table)?.as_ref().ok()?;
    let found = match after.get(table) {
        None => return Some(format!("the table {table} is missing")),
        Some(Err(why)) => return Some(format!("the table {table} {why}")),
        Some(Ok(found)) => found,
    };
    let is_ignored = |column: &str| {
        ignore.iter().any(|one| one.split_once('.').is_some_and(|(of, name)| of == table && name == column))
    };
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for (at, column) in wanted.columns.iter().enumerate().filter(|(_, column)| !is_ignored(column)) {
        let Some(there) = found.columns.iter().position(|other| other.eq_ignore_ascii_case(column)) else {
            return Some(format!("the column {table}.{column} is missing"));
        };
        from.push(at);
        to.push(there);
    }
    let pick = |answer: &Answer, columns: &[usize]| -> Vec<Vec<Cell>> {
        answer.rows.iter().map(|row| columns.iter().map(|&at| row[at].clone()).collect()).collect()
    };
    let (wanted, found) = (pick(wanted, &from), pick(found, &to));
    let (missing, new) =
        (only_in_first(&bag(&wanted), &bag(&found)), only_in_first(&bag(&found), &bag(&wanted)));
    let say = |(count, first): &(usize, Option<String>), [one, many]: [&str; 2]| {
        let first = first.as_ref()?;
        Some(match count {
            1 => format!("1 row {one}: {first}"),
            count => format!("{count} rows {many}, such as {first}"),
        })
    };
    let gone = say(&missing, ["is no longer there", "are no longer there"]);
    let come = say(&new, ["was not there before", "were not there before"]);
    let parts: Vec<String> = gone.into_iter().chain(come).collect();
    (!parts.is_empty()).then(|| format!("in {table}, {}", parts.join("; ")))
}

/// A row as texts, so that the types of columns do not count. NULL equals only NULL.
pub(super) fn key(row: &[Cell]) -> String {
    let mut key = String::new();
    for cell in row {
        match cell {
            Cell::Null => key.push('\u{1}'),
            Cell::Bytes(bytes) => key.push_str(&format!("{bytes:?}")),
            cell => key.push_str(&plain(cell)),
        }
        key.push('\u{0}');
    }
    key
}

pub(super) fn bag(rows: &[Vec<Cell>]) -> Bag<'_> {
    let mut bag = Bag::new();
    for row in rows {
        bag.entry(key(row)).or_insert((0, row)).0 += 1;
    }
    bag
}

/// How many rows only the first one has, and the first such row.
pub(super) fn only_in_first(first: &Bag<'_>, second: &Bag<'_>) -> (usize, Option<String>) {
    let (mut count, mut example) = (0, None);
    for (key, (times, row)) in first {
        let there = second.get(key).map_or(0, |(times, _)| *times);
        if *times > there {
            count += times - there;
            example.get_or_insert_with(|| shown(row));
        }
    }
    (count, example)
}

/// The first cells of a row.
pub(super) fn shown(row: &[Cell]) -> String {
    const MOST: usize = 5;
    let mut cells: Vec<String> = row.iter().take(MOST).map(value).collect();
    if row.len() > MOST {
        cells.push("…".to_owned());
    }
    format!("({})", cells.join(", "))
}

/// A cell in a sentence.
pub(super) fn value(cell: &Cell) -> String {
    match plain(cell) {
        text if text.trim().is_empty() => format!("'{text}'"),
        text => short(&text),
    }
}

/// A cell as it is written in probes: a time without a fraction that is zero.
fn plain(cell: &Cell) -> String {
    let text = cell.shown();
    match cell {
        Cell::Moment(_) if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => text,
    }
}

/// A text, short enough for a sentence.
fn short(text: &str) -> String {
    cut(text, 60)
}

/// A statement on one line. Its values matter most, and they are at its end.
pub(super) fn statement(text: &str) -> String {
    cut(text, 200)
}

fn cut(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(columns: &[&str], rows: &[&[&str]]) -> Contents {
        let cell = |text: &&str| Cell::Text((*text).to_owned());
        let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        [("users".to_owned(), Ok(Answer { columns, rows, work: 0 }))].into()
    }

    #[test]
    fn columns_are_found_by_name_and_rows_in_any_order() {
        let before = contents(&["id", "name"], &[&["1", "a"], &["2", "b"]]);
        let after = contents(&["name", "id", "bio"], &[&["b", "2", "x"], &["a", "1", "y"]]);
        assert_eq!(difference("users", &before, &after, &[]), None);
        assert_eq!(
            difference("users", &after, &before, &[]).as_deref(),
            Some("the column users.bio is missing")
        );
        assert_eq!(difference("users", &after, &before, &["users.bio".to_owned()]), None);
    }

    #[test]
    fn the_first_row_that_differs_is_shown() {
        let before = contents(&["id", "name"], &[&["1", "a"], &["2", "b"], &["2", "b"]]);
        let after = contents(&["id", "name"], &[&["1", "a"], &["2", "B"], &["2", "b"]]);
        let found = difference("users", &before, &after, &[]);
        let wanted = "in users, 1 row is no longer there: (2, b); 1 row was not there before: (2, B)";
        assert_eq!(found.as_deref(), Some(wanted));
        assert_eq!(
            difference("users", &before, &Contents::new(), &[]).as_deref(),
            Some("the table users is missing")
        );
    }
}
