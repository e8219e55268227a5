//! The tables as a diagram of lines of text: a rail on the right joins each column with those that reference it.
//!
//! `<` marks the referenced column, `>` the columns that reference it. Each referenced column has one rail, so the diagram
//! stays narrow.

use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// A line of the diagram.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// What is on the left.
    pub text: String,
    /// The column that it is, as `table.column`; none for a heading.
    pub column: Option<String>,
    /// The column that it references.
    pub references: Option<String>,
}

/// A referenced column, with the lines from the first to the last one that it joins.
struct Rail {
    column: String,
    first: usize,
    last: usize,
}

/// Between two rails.
const APART: usize = 3;

/// The same in ASCII only.
pub fn plain(drawn: &str) -> String {
    let mark = |c| match c {
        '─' => '-',
        '│' => '|',
        '┐' | '┘' | '┬' | '┴' | '┤' | '┼' => '+',
        other => other,
    };
    drawn.chars().map(mark).collect()
}

/// The lines with their rails.
pub fn draw(lines: &[Line]) -> Vec<String> {
    let rails = rails(lines);
    let width = lines.iter().map(|line| line.text.width()).max().unwrap_or(0);
    let drawn = lines.iter().enumerate().map(|(at, line)| {
        let end = |rail: &Rail| match (&line.references, &line.column) {
            (Some(to), _) if *to == rail.column => Some('>'),
            (_, Some(own)) if *own == rail.column => Some('<'),
            _ => None,
        };
        let joined: Vec<(usize, char)> =
            rails.iter().enumerate().filter_map(|(rail, one)| Some((rail, end(one)?))).collect();
        let mut text = format!("{}{} ", line.text, " ".repeat(width - line.text.width()));
        let far = joined.iter().map(|(rail, _)| *rail).max();
        text.push(joined.first().map_or(' ', |(_, mark)| *mark));
        for (number, rail) in rails.iter().enumerate() {
            let is_in = rail.first <= at && at <= rail.last;
            let is_joined = joined.iter().any(|(joined, _)| *joined == number);
            let is_crossed = far.is_some_and(|far| number <= far);
            text.push_str(&if is_crossed { "─" } else { " " }.repeat(APART - 1));
            let goes_on = far.is_some_and(|far| number < far);
            text.push(match (is_in, is_joined, goes_on) {
                (true, true, _) => corner(at == rail.first, at == rail.last, goes_on),
                (true, false, true) => '┼',
                (true, false, false) => '│',
                (false, _, true) => '─',
                (false, _, false) => ' ',
            });
        }
        text.trim_end().to_owned()
    });
    drawn.collect()
}

fn corner(is_first: bool, is_last: bool, goes_on: bool) -> char {
    match (is_first, is_last, goes_on) {
        (true, false, false) => '┐',
        (false, true, false) => '┘',
        (true, false, true) => '┬',
        (false, true, true) => '┴',
        (.., false) => '┤',
        (.., true) => '┼',
    }
}

/// The rails, those of the columns that come first at the left.
fn rails(lines: &[Line]) -> Vec<Rail> {
    let mut rails: Vec<Rail> = Vec::new();
    let referenced: Vec<&String> = lines.iter().filter_map(|line| line.references.as_ref()).collect();
    for line in lines {
        let Some(column) = line.column.as_ref().filter(|column| referenced.contains(column)) else {
            continue;
        };
        let touches =
            |line: &Line| line.column.as_ref() == Some(column) || line.references.as_ref() == Some(column);
        let at = || lines.iter().enumerate().filter(|(_, line)| touches(line)).map(|(at, _)| at);
        if let (Some(first), Some(last)) = (at().min(), at().max()) {
            rails.push(Rail { column: column.clone(), first, last });
        }
    }
    rails
}

/// A name with its type and its key, in columns.
pub fn left(name: &str, kind: &str, is_key: bool, widths: (usize, usize)) -> String {
    let mut text = String::from("  ");
    let (names, kinds) = widths;
    let _ = write!(text, "{name}{}", " ".repeat(names.saturating_sub(name.width())));
    let _ = write!(text, "  {kind}{}", " ".repeat(kinds.saturating_sub(kind.width())));
    text.push_str(if is_key { "  key" } else { "     " });
    text
}

#[cfg(test)]
mod tests {
    use super::{Line, draw, plain};

    #[test]
    fn rails_join_columns_with_those_that_reference_them() {
        let line = |text: &str, column: Option<&str>, references: Option<&str>| Line {
            text: text.to_owned(),
            column: column.map(str::to_owned),
            references: references.map(str::to_owned),
        };
        let lines = [
            line("users", None, None),
            line("  id", Some("users.id"), None),
            line("photos", None, None),
            line("  id", Some("photos.id"), None),
            line("  user_id", Some("photos.user_id"), Some("users.id")),
            line("likes", None, None),
            line("  user_id", Some("likes.user_id"), Some("users.id")),
            line("  photo_id", Some("likes.photo_id"), Some("photos.id")),
        ];
        let expected = [
            "users",
            "  id       <──┐",
            "photos        │",
            "  id       <──┼──┐",
            "  user_id  >──┤  │",
            "likes         │  │",
            "  user_id  >──┘  │",
            "  photo_id >─────┘",
        ];
        assert_eq!(draw(&lines), expected);
        assert_eq!(plain("  id       <──┼──┐"), "  id       <--+--+");
    }
}
