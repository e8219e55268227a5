//! Turns PostgreSQL's messages into plain sentences.

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::sandbox::gate::{Rules, place_of, word_before};
use crate::sandbox::names::Names;
use crate::sandbox::sentences::{
    BY_ZERO, DIFFERENT_WIDTHS, FOREIGN_KEY, SEVERAL_COLUMNS, SEVERAL_ROWS, TOO_DEEP, TOO_LITTLE_MEMORY,
    ambiguous, as_sentence, between, ends_too_early, not_understood, with_keyword_before,
};
use crate::sandbox::{Place, Refusal};

/// What an error means for the author of a text. `prefix` is the number of characters that this program sent before it.
pub(super) fn refusal(told: &DbError, text: &str, prefix: usize, names: &Names, rules: &Rules) -> Refusal {
    let words = told.message();
    let at = match told.position() {
        Some(ErrorPosition::Original(at)) => {
            Some(Place::at_character(text, (*at as usize).saturating_sub(prefix)))
        }
        _ => named(words).and_then(|name| place_of(text, rules.lexis, name)),
    };
    let code = told.code();
    if *code == SqlState::QUERY_CANCELED || *code == SqlState::CONFIGURATION_LIMIT_EXCEEDED {
        return Refusal::TooSlow;
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return Refusal::Forbidden { what: "a change".to_owned(), at };
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        let what = words.strip_prefix("permission denied for ").unwrap_or(words).to_owned();
        return Refusal::Forbidden { what, at };
    }
    let message = sentence(code.code(), words, text, names).unwrap_or_else(|| as_sentence(words));
    let before = at.as_ref().and_then(|at| word_before(text, rules.lexis, at));
    let (message, at) = with_keyword_before(message, before, at);
    Refusal::Invalid { message, at, raw: words.to_owned() }
}

/// Whether the names of the database make the message better.
pub(super) fn needs_names(words: &str) -> bool {
    words.ends_with(" does not exist") || words.ends_with(" is ambiguous")
}

/// The name that a message is about.
fn named(words: &str) -> Option<&str> {
    between(words, "relation \"", "\" does not").or_else(|| between(words, "column \"", "\" "))
}

pub(super) fn sentence(code: &str, words: &str, text: &str, names: &Names) -> Option<String> {
    if let Some(table) = between(words, "relation \"", "\" does not exist") {
        return Some(names.no_table(table));
    }
    if words.starts_with("column ") && words.ends_with(" does not exist") {
        let column = between(words, "column ", " does not exist")?.trim_matches('"');
        let quoted = text.contains(&format!("\"{column}\""));
        let hint =
            if quoted { format!(" A text is written in single quotes: '{column}'.") } else { String::new() };
        return Some(format!("{}{hint}", names.no_column_in(column, text)));
    }
    if let Some(column) = between(words, "column reference \"", "\" is ambiguous") {
        return Some(ambiguous(column));
    }
    if let Some(near) = between(words, "syntax error at or near \"", "\"") {
        return Some(not_understood(near));
    }
    if words == "syntax error at end of input" {
        return Some(ends_too_early());
    }
    if let Some(table) = between(words, "missing FROM-clause entry for table \"", "\"") {
        return Some(format!("\"{table}\" is not a table of this query's FROM, and no alias in it."));
    }
    if let Some(column) = between(words, "column \"", "\" must appear in the GROUP BY clause") {
        return Some(format!(
            "\"{column}\" has more than one value in a group. Put it into GROUP BY, or into an aggregate such as MAX."
        ));
    }
    if let Some(place) = words.strip_prefix("aggregate functions are not allowed in ") {
        return Some(format!(
            "An aggregate such as COUNT cannot be used in {place}: it sees single rows, before there are groups. HAVING filters groups."
        ));
    }
    if let Some(place) = words.strip_prefix("window functions are not allowed in ") {
        return Some(format!(
            "A window function cannot be used in {place}: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside."
        ));
    }
    if let Some(function) = between(words, "function ", " does not exist") {
        return Some(format!(
            "PostgreSQL has no function {function}: look at its name, and at the types of the values in its parentheses."
        ));
    }
    if let Some(operator) = between(words, "operator does not exist: ", "") {
        return Some(format!(
            "Values of these types cannot be compared or combined: {operator}. CAST changes a type."
        ));
    }
    if let Some(key) = between(words, "duplicate key value violates unique constraint \"", "\"") {
        return Some(format!("There is already a row with the same values of the unique key {key}."));
    }
    if words.starts_with("memory exhausted at or near") {
        return Some(TOO_DEEP.to_owned());
    }
    let text = match code {
        _ if words.ends_with("length too large") || words.starts_with("invalid memory alloc") => {
            "A value gets too long."
        }
        "42601" if words.contains("must have the same number of columns") => DIFFERENT_WIDTHS,
        "42601" if words.contains("must return only one column") => SEVERAL_COLUMNS,
        "21000" => SEVERAL_ROWS,
        "22012" => BY_ZERO,
        "23503" => FOREIGN_KEY,
        "54001" | "54000" | "54011" | "54023" => {
            "The query is nested too deeply, or has too many columns or values."
        }
        "53200" => TOO_LITTLE_MEMORY,
        "42P10" if words.starts_with("ORDER BY position") => {
            "ORDER BY names the number of a column that the result does not have."
        }
        "42804" if words.starts_with("UNION") || words.starts_with("CASE") => {
            return Some(format!("{} CAST changes a type.", as_sentence(words)));
        }
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_plain_sentences() {
        let names = Names(vec![("users".to_owned(), vec!["id".to_owned(), "username".to_owned()])]);
        let say = |code, words| sentence(code, words, "SELECT \"alice\"", &names).unwrap_or_default();
        assert_eq!(
            say("42P01", "relation \"user_s\" does not exist"),
            "There is no table \"user_s\". Did you mean users?"
        );
        assert_eq!(
            say("42703", "column u.usernam does not exist"),
            "There is no column \"u.usernam\". Did you mean username?"
        );
        assert_eq!(
            say("42703", "column \"alice\" does not exist"),
            "There is no column \"alice\". A text is written in single quotes: 'alice'."
        );
        assert_eq!(
            say("42601", "syntax error at or near \"FORM\""),
            "The query is not understood at \"FORM\". Did you mean FROM?"
        );
        assert!(
            say(
                "42803",
                "column \"u.id\" must appear in the GROUP BY clause or be used in an aggregate function"
            )
            .contains("GROUP BY")
        );
        assert_eq!(say("22012", "division by zero"), "A number is divided by zero.");
    }
}
