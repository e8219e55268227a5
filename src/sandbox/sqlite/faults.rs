//! Turns SQLite's messages into plain sentences.

use crate::sandbox::names::Names;
use crate::sandbox::sentences::{
    DIFFERENT_WIDTHS, FOREIGN_KEY, NO_FROM, TOO_DEEP, ambiguous, as_sentence, between, ends_too_early,
    not_understood,
};

/// What a message means for the author of a query.
pub(super) fn sentence(words: &str, names: &Names) -> String {
    named(words, names).or_else(|| known(words)).unwrap_or_else(|| as_sentence(words))
}

/// The name that a message is about, for messages without a place.
pub(super) fn name_in(words: &str) -> Option<&str> {
    let known = [
        "no such table: ",
        "no such column: ",
        "no such function: ",
        "ambiguous column name: ",
        "wrong number of arguments to function ",
        "misuse of aggregate: ",
        "misuse of aggregate function ",
        "misuse of window function ",
    ];
    let name = known.iter().find_map(|start| words.strip_prefix(start))?;
    Some(name.strip_suffix("()").unwrap_or(name))
}

/// Messages with a name in them.
fn named(words: &str, names: &Names) -> Option<String> {
    if let Some(table) = words.strip_prefix("no such table: ") {
        return Some(names.no_table(table.strip_prefix("main.").unwrap_or(table)));
    }
    if let Some(column) = words.strip_prefix("no such column: ") {
        return Some(match column.split_once(" - should this be") {
            Some((quoted, _)) => {
                let name = quoted.trim_matches('"');
                format!("{} A text is written in single quotes: '{name}'.", names.no_column(name))
            }
            // If a statement changes the schema, SQLite quotes the name itself.
            None => names.no_column(column.trim_matches('"')),
        });
    }
    if let Some(column) = words.strip_prefix("ambiguous column name: ") {
        return Some(ambiguous(column));
    }
    if let Some(near) = between(words, "near \"", "\": syntax error") {
        return Some(match near.eq_ignore_ascii_case("FETCH") {
            true => "SQLite has no FETCH FIRST. Write LIMIT and the number at the end.".to_owned(),
            false => not_understood(near),
        });
    }
    if let Some(token) = between(words, "unrecognized token: \"", "\"") {
        return Some(match token.chars().next() {
            Some('\'') => "A text begins with a single quote here and never ends.".to_owned(),
            Some('"' | '`' | '[') => "A name begins with a quote here and never ends.".to_owned(),
            _ => format!("\"{token}\" has no meaning in SQL."),
        });
    }
    if let Some(function) = words.strip_prefix("no such function: ") {
        let instead = instead(function).map(|instead| format!(" {instead}")).unwrap_or_default();
        return Some(format!("SQLite has no function \"{function}\".{instead}"));
    }
    if let Some(function) = words.strip_prefix("wrong number of arguments to function ") {
        return Some(format!("{function} is called with the wrong number of values in its parentheses."));
    }
    if let Some(function) = words.strip_prefix("misuse of aggregate: ") {
        return Some(aggregate(function));
    }
    if let Some(function) = words.strip_prefix("misuse of aggregate function ") {
        return Some(aggregate(function));
    }
    if let Some(function) = words.strip_prefix("misuse of window function ") {
        return Some(format!(
            "{function} cannot be used here: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside."
        ));
    }
    if let Some(column) = words.strip_prefix("misuse of aliased window function ") {
        return Some(format!(
            "\"{column}\" is the name of a window function, which cannot be used here: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside."
        ));
    }
    if let Some(column) = words.strip_prefix("misuse of aliased aggregate ") {
        return Some(format!(
            "\"{column}\" is the name of an aggregate, which cannot be used inside of another one or in WHERE. HAVING filters groups."
        ));
    }
    if let Some(index) = between(words, "UNIQUE constraint failed: index '", "'") {
        return Some(format!("Two rows have the same values in the unique index \"{index}\"."));
    }
    if let Some(key) = words.strip_prefix("UNIQUE constraint failed: ") {
        return Some(format!("There is already a row with the same {}.", key.replace(", ", " and ")));
    }
    if let Some(column) = words.strip_prefix("NOT NULL constraint failed: ") {
        return Some(format!("{column} must have a value."));
    }
    if let Some(check) = words.strip_prefix("CHECK constraint failed: ") {
        return Some(format!("A check does not hold: {check}."));
    }
    if let Some(name) = words.strip_prefix("circular reference: ") {
        return Some(format!(
            "\"{name}\" is defined by itself. A query of WITH RECURSIVE needs a first part without it."
        ));
    }
    None
}

/// What SQLite has in place of a function of another engine.
fn instead(function: &str) -> Option<&'static str> {
    Some(match function.to_ascii_uppercase().as_str() {
        "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "DATE_FORMAT" | "DATE_PART" | "DATE_TRUNC"
        | "TO_CHAR" => "It takes parts of a time with strftime, such as strftime('%Y-%m', created_at).",
        "DAYNAME" | "DAYOFWEEK" | "WEEKDAY" => {
            "With strftime('%w', created_at) it gives the day of the week: '0' is Sunday."
        }
        "DATEDIFF" | "TIMESTAMPDIFF" => {
            "The days between two times are julianday(later) - julianday(earlier)."
        }
        "NOW" | "CURDATE" | "GETDATE" => "The current time is CURRENT_TIMESTAMP.",
        "CHAR_LENGTH" | "CHARACTER_LENGTH" | "LEN" => "The number of characters is length(text).",
        "LOCATE" | "POSITION" | "STRPOS" => "The place of a text in another one is instr(text, part).",
        "GREATEST" => "The greatest of several values is max(a, b).",
        "LEAST" => "The least of several values is min(a, b).",
        _ => return None,
    })
}

fn aggregate(function: &str) -> String {
    format!(
        "{function} cannot be used here: WHERE and GROUP BY see single rows, before there are groups. HAVING filters groups."
    )
}

/// Messages that are always the same, or nearly.
fn known(words: &str) -> Option<String> {
    let has = |part: &str| words.contains(part);
    let text = match words {
        "incomplete input" => return Some(ends_too_early()),
        "no tables specified" => NO_FROM,
        "FOREIGN KEY constraint failed" => FOREIGN_KEY,
        "a GROUP BY clause is required before HAVING" | "HAVING clause on a non-aggregate query" => {
            "HAVING needs a GROUP BY before it. Conditions on single rows go into WHERE."
        }
        "aggregate functions are not allowed in the GROUP BY clause" => {
            "GROUP BY cannot contain an aggregate: it says what the groups are, before anything is counted."
        }
        "a JOIN clause is required before ON" => "ON needs a JOIN before it.",
        "row value misused" => {
            "There are several values where one is wanted: a subquery with several columns, or a list in parentheses."
        }
        "string or blob too big" => "A value gets too long: 200,000 bytes are the most here.",
        "parser stack overflow" | "Recursion limit" | "recursion limit" => TOO_DEEP,
        "LIKE or GLOB pattern too complex" => "The pattern is too long: 200 characters are the most here.",
        "out of memory" => "The query is too large.",
        "database or disk is full" => "The database gets too large.",
        "integer overflow" => "A number gets too large for an integer.",
        _ if has("do not have the same number of result columns") => DIFFERENT_WIDTHS,
        _ if has("VALUES must have the same number of terms") => "The rows of VALUES have different lengths.",
        _ if has("term does not match any column in the result set") => {
            "ORDER BY after UNION, INTERSECT or EXCEPT can only name columns of the result."
        }
        _ if has("clause should come after") => {
            "ORDER BY and LIMIT come once, at the end, after the last part of UNION, INTERSECT or EXCEPT."
        }
        _ if has("Expression tree is too large") => "An expression is nested too deeply.",
        _ if has("too many terms in compound SELECT") => "The query has too many parts of UNION.",
        _ if has("too many columns") || has("too many terms in") => "The query has too many columns.",
        _ if has("too many arguments on function") => "A function is called with too many values.",
        _ if has("recursive reference") || has("recursive aggregate") => {
            "The recursive part of WITH RECURSIVE can name its own table once, in FROM, with no aggregate."
        }
        _ if words.starts_with("sub-select returns ") => {
            return between(words, "sub-select returns ", " columns").map(|count| {
                format!("A subquery returns {count} columns where another number is wanted: usually one.")
            });
        }
        _ if has("term out of range") => {
            return words.split(" term out").next().map(|term| {
                format!("The {term} term is the number of a column that the result does not have.")
            });
        }
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_messages_have_one_pair_of_quotes() {
        let names = Names(vec![("users".to_owned(), vec!["email".to_owned()])]);
        let say = |words| sentence(words, &names);
        assert_eq!(
            say("no such function: Month"),
            "SQLite has no function \"Month\". It takes parts of a time with strftime, such as strftime('%Y-%m', created_at)."
        );
        assert_eq!(say("no such function: nosuch"), "SQLite has no function \"nosuch\".");
        assert_eq!(say("no such column: \"emial\""), "There is no column \"emial\". Did you mean email?");
        assert_eq!(
            say("UNIQUE constraint failed: index 'one_each'"),
            "Two rows have the same values in the unique index \"one_each\"."
        );
        assert_eq!(
            say("UNIQUE constraint failed: users.email"),
            "There is already a row with the same users.email."
        );
    }
}
