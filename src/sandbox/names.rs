//! The names in a database, to suggest the one nearest to a mistyped name; and sentences that engines share.

use super::place::Place;
use crate::distance::distance;

/// The tables of a database, each with its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names(pub(super) Vec<(String, Vec<String>)>);

/// The words that queries use most.
pub(super) const KEYWORDS: [&str; 44] = [
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "OUTER",
    "CROSS",
    "ON",
    "USING",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "BETWEEN",
    "EXISTS",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "UNION",
    "ALL",
    "INTERSECT",
    "EXCEPT",
    "WITH",
    "RECURSIVE",
    "OVER",
    "PARTITION",
    "ASC",
    "DESC",
];

const LOOK: &str = " Look there, and at what is before it.";

impl Names {
    /// From rows of two cells.
    pub(super) fn from_pairs(pairs: impl Iterator<Item = (String, String)>) -> Names {
        let mut tables: Vec<(String, Vec<String>)> = Vec::new();
        for (table, column) in pairs {
            match tables.last_mut().filter(|(last, _)| *last == table) {
                Some((_, columns)) => columns.push(column),
                None => tables.push((table, vec![column])),
            }
        }
        Names(tables)
    }

    /// There is no such table.
    pub(super) fn no_table(&self, name: &str) -> String {
        let tables = self.0.iter().map(|(table, _)| table.as_str());
        format!("There is no table \"{name}\".{}", did_you_mean(name, tables))
    }

    /// There is no such column. The name may be qualified by a table or an alias.
    pub(super) fn no_column(&self, name: &str) -> String {
        let (table, column) = match name.rsplit_once('.') {
            Some((table, column)) => (Some(table), column),
            None => (None, name),
        };
        let all = || self.0.iter().flat_map(|(_, columns)| columns.iter().map(String::as_str));
        // Aliases are not known here. For an alias, the columns of all tables are searched.
        let own = table.and_then(|table| self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(table)));
        if own.is_none() && table.is_some() && all().any(|known| known.eq_ignore_ascii_case(column)) {
            let table = table.unwrap_or_default();
            return format!(
                "There is no column \"{name}\". See whether \"{table}\" is a table of the query with this column."
            );
        }
        let nearest = match own {
            Some((_, columns)) => did_you_mean(column, columns.iter().map(String::as_str)),
            None => did_you_mean(column, all()),
        };
        format!("There is no column \"{name}\".{nearest}")
    }
}

/// More than one table of the query has the column. It is not known here which ones.
pub(super) fn ambiguous(name: &str) -> String {
    format!(
        "More than one table of the query has a column \"{name}\". Write the table's name or its alias, and a dot, before it."
    )
}

/// The engine stops at a word.
pub(super) fn not_understood(near: &str) -> String {
    let meant = match near.is_ascii() && near.len() > 2 {
        true => did_you_mean(&near.to_ascii_uppercase(), KEYWORDS.into_iter()),
        false => String::new(),
    };
    let before = if meant.is_empty() { LOOK } else { &meant };
    format!("The query is not understood at \"{near}\".{before}")
}

/// The sentence of [`not_understood`], with the mistyped keyword before the word, if there is one: `SELECT id FORM users`.
pub(super) fn with_keyword_before(
    message: String,
    before: Option<(&str, Place)>,
    at: Option<Place>,
) -> (String, Option<Place>) {
    let Some((word, place)) = before.filter(|_| message.ends_with(LOOK)) else { return (message, at) };
    let upper = word.to_ascii_uppercase();
    let is_keyword = KEYWORDS.contains(&upper.as_str());
    let near = KEYWORDS
        .iter()
        .filter(|keyword| keyword.len() > 3)
        .map(|keyword| (distance(&upper, keyword), keyword))
        .min();
    match near {
        Some((edits, keyword)) if edits <= 2 && word.len() > 3 && !is_keyword => {
            let start = message.trim_end_matches(LOOK);
            (format!("{start} Did you mean {keyword} instead of {word}?"), Some(place))
        }
        _ => (message, at),
    }
}

pub(super) fn ends_too_early() -> String {
    "The query ends too early: something is missing at its end.".to_owned()
}

/// ` Did you mean x?`, or nothing.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = name.to_lowercase();
    let scored =
        known.filter(|known| *known != name).map(|known| (distance(&lower, &known.to_lowercase()), known));
    match scored.min() {
        Some((edits, known)) if edits <= 1 + name.chars().count() / 4 => format!(" Did you mean {known}?"),
        _ => String::new(),
    }
}

/// The engine's own message as a sentence.
pub(super) fn sentence(words: &str) -> String {
    let words = words.trim().trim_end_matches('.');
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => "The engine does not accept it.".to_owned(),
    }
}

/// The text between two others.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    match after.is_empty() {
        true => Some(rest),
        false => Some(&rest[..rest.rfind(after)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let pairs = [("users", "id"), ("users", "username"), ("photos", "id"), ("photos", "image_url")];
        Names::from_pairs(pairs.iter().map(|(table, column)| ((*table).to_owned(), (*column).to_owned())))
    }

    #[test]
    fn the_nearest_name_is_part_of_the_message() {
        assert_eq!(names().no_table("user"), "There is no table \"user\". Did you mean users?");
        assert_eq!(names().no_table("invoices"), "There is no table \"invoices\".");
        assert_eq!(names().no_column("usernmae"), "There is no column \"usernmae\". Did you mean username?");
        assert_eq!(
            names().no_column("u.usernam"),
            "There is no column \"u.usernam\". Did you mean username?"
        );
        assert_eq!(
            names().no_column("p.username"),
            "There is no column \"p.username\". See whether \"p\" is a table of the query with this column."
        );
        assert!(!ambiguous("id").contains("users"), "a table that the query may not have");
    }

    #[test]
    fn a_mistyped_keyword_is_recognised() {
        assert_eq!(not_understood("FORM"), "The query is not understood at \"FORM\". Did you mean FROM?");
        assert_eq!(
            not_understood(")"),
            "The query is not understood at \")\". Look there, and at what is before it."
        );
        assert_eq!(sentence("integer overflow"), "Integer overflow.");
    }
}
