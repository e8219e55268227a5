//! The names in a database, to suggest the one nearest to a mistyped name.

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

    /// There is no such column at a place of a text, which may give the name to a result. On SQLite, WHERE knows such names.
    #[cfg(feature = "server")]
    pub(super) fn no_column_in(&self, name: &str, text: &str) -> String {
        let is_column = |name: &str| {
            self.0.iter().flat_map(|(_, columns)| columns).any(|known| known.eq_ignore_ascii_case(name))
        };
        let words: Vec<&str> =
            text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
        let is_given = words
            .windows(2)
            .any(|two| two[0].eq_ignore_ascii_case("AS") && two[1].eq_ignore_ascii_case(name));
        match is_given && !is_column(name) {
            true => format!(
                "The name \"{name}\" does not exist here: WHERE and HAVING are computed before a result gets its name with AS. \
                 Repeat the expression, or put the query into a subquery and filter outside."
            ),
            false => self.no_column(name),
        }
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

/// ` Did you mean x?`, or nothing.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = name.to_lowercase();
    let scored =
        known.filter(|known| *known != name).map(|known| (distance(&lower, &known.to_lowercase()), known));
    match scored.min() {
        Some((edits, known)) if edits <= 1 + name.chars().count() / 4 => format!(" Did you mean {known}?"),
        _ => String::new(),
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
    }
    #[cfg(feature = "server")]
    #[test]
    fn the_name_of_a_result_is_no_column() {
        let text = "SELECT count(*) AS followers, id AS username FROM users WHERE followers > 1";
        assert!(
            names().no_column_in("Followers", text).starts_with("The name \"Followers\" does not exist here")
        );
        assert_eq!(names().no_column_in("usernam", text), names().no_column("usernam"));
        assert_eq!(names().no_column_in("username", text), names().no_column("username"));
    }
}
