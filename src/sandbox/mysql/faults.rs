//! Turns messages of MySQL and MariaDB into plain sentences.

use mysql_async::ServerError;

use crate::sandbox::gate::{Rules, place_of, word_before};
use crate::sandbox::names::Names;
use crate::sandbox::sentences::{
    BY_ZERO, DIFFERENT_WIDTHS, FOREIGN_KEY, NO_FROM, SEVERAL_COLUMNS, SEVERAL_ROWS, TOO_DEEP,
    TOO_LITTLE_MEMORY, ambiguous, as_sentence, between, ends_too_early, not_understood, with_keyword_before,
};
use crate::sandbox::{Place, Refusal};

/// Whether the names of the database make the message better.
pub(super) fn needs_names(code: u16) -> bool {
    matches!(code, 1146 | 1054 | 1052)
}

/// What an error means for the author of a text; `None` if it is not about the text.
pub(super) fn refusal(told: &ServerError, text: &str, names: &Names, rules: &Rules) -> Option<Refusal> {
    let words = told.message.as_str();
    let name = name_in(told.code, words);
    let at = match told.code {
        1064 => near(words).map(|near| place_of_rest(text, near)),
        _ => name.and_then(|name| place_of(text, rules.lexis, name)),
    };
    Some(match told.code {
        // The statement took too long, or was ended.
        1969 | 3024 | 1317 | 1028 | 1158..=1161 => Refusal::TooSlow,
        1792 => Refusal::Forbidden { what: "a change".to_owned(), at },
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 => {
            Refusal::Forbidden { what: "what the account has no right to".to_owned(), at }
        }
        // The server goes away.
        1053 | 1077 | 1079 | 1927 | 3169 => return None,
        code => {
            let message = match matches!(code, 1054 | 1064) && has_full_join(text) {
                true => NO_FULL_JOIN.to_owned(),
                false => sentence(code, words, name, text, names).unwrap_or_else(|| as_sentence(words)),
            };
            let before = at.as_ref().and_then(|at| word_before(text, rules.lexis, at));
            let (message, at) = with_keyword_before(message, before, at);
            Refusal::Invalid { message, at, raw: without_database(code, words) }
        }
    })
}

const NO_FULL_JOIN: &str = "MySQL and MariaDB have no FULL JOIN: they take FULL for the alias of a table. Put a LEFT JOIN and a RIGHT JOIN together \
     with UNION.";

fn has_full_join(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_uppercase).collect();
    words.windows(2).any(|two| two[0] == "FULL" && matches!(two[1].as_str(), "JOIN" | "OUTER"))
}

/// A message without the name of the database, which is a copy that only this program knows.
fn without_database(code: u16, words: &str) -> String {
    let parts = match code {
        1055 => 3,
        1146 => 2,
        _ => return words.to_owned(),
    };
    let name = words.split('\'').nth(1).filter(|name| name.split('.').count() == parts);
    match name.and_then(|name| Some((name, name.split_once('.')?.1))) {
        Some((name, rest)) => words.replacen(name, rest, 1),
        None => words.to_owned(),
    }
}

/// The name that a message is about.
fn name_in(code: u16, words: &str) -> Option<&str> {
    let quoted = || words.split('\'').nth(1);
    match code {
        1146 => quoted().map(|name| name.rsplit('.').next().unwrap_or(name)),
        1054 | 1052 | 1055 | 1582 => quoted(),
        1305 => between(words, "FUNCTION ", " does not exist"),
        _ => None,
    }
}

/// The rest of the text, from the place at which the server stops understanding it.
fn near(words: &str) -> Option<&str> {
    between(words, "near '", "' at line")
}

fn place_of_rest(text: &str, near: &str) -> Place {
    match text.rfind(near) {
        Some(at) if !near.is_empty() => Place::at(text, at),
        _ => Place::at(text, text.trim_end().len()),
    }
}

fn sentence(code: u16, words: &str, name: Option<&str>, text: &str, names: &Names) -> Option<String> {
    let named = name.unwrap_or_default();
    let text = match code {
        1146 => return Some(names.no_table(named)),
        1054 => return Some(names.no_column_in(named, text)),
        1052 => return Some(ambiguous(named)),
        1064 => {
            let near = near(words)?;
            let word: String = near.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let shown = if word.is_empty() { near.chars().take(1).collect() } else { word };
            return Some(if shown.is_empty() { ends_too_early() } else { not_understood(&shown) });
        }
        1055 | 1140 => {
            return Some(match name.map(|name| name.rsplit('.').next().unwrap_or(name)) {
                Some(column) => format!(
                    "\"{column}\" is neither in GROUP BY nor in an aggregate. Put it into GROUP BY, or into an aggregate such as MAX."
                ),
                None => {
                    "A column is neither in GROUP BY nor in an aggregate. Put it into GROUP BY, or into an aggregate such as MAX."
                        .to_owned()
                }
            });
        }
        1305 => {
            return Some(format!("There is no function \"{}\".", named.rsplit('.').next().unwrap_or(named)));
        }
        1582 | 1583 => {
            return Some(format!("{named}() is called with the wrong number of values in its parentheses."));
        }
        1111 => {
            "An aggregate such as COUNT cannot be used here: WHERE sees single rows, before there are groups. HAVING filters groups."
        }
        4015 | 3593 => {
            "A window function cannot be used here: windows are computed after WHERE, GROUP BY and HAVING. Compute it in a subquery, and filter outside."
        }
        1222 => DIFFERENT_WIDTHS,
        1241 | 4078 if code == 1241 || words.contains("row") => SEVERAL_COLUMNS,
        1242 => SEVERAL_ROWS,
        1096 => NO_FROM,
        1248 => "A subquery in FROM needs a name after it.",
        1365 => BY_ZERO,
        1436 | 1119 | 3170 => TOO_DEEP,
        1153 => "The query is too long for this server.",
        1038 | 1041 | 1037 => TOO_LITTLE_MEMORY,
        1062 => return Some(duplicate(words)),
        1451 | 1452 => FOREIGN_KEY,
        1048 => return between(words, "'", "'").map(|column| format!("{column} must have a value.")),
        4025 | 3819 => {
            return words.split(['\'', '`']).nth(1).map(|check| format!("A check does not hold: {check}."));
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn duplicate(words: &str) -> String {
    match words.split('\'').collect::<Vec<_>>()[..] {
        [_, value, _, key, ..] => {
            format!("There is already a row with the values {value} in the unique key {key}.")
        }
        _ => as_sentence(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(code: u16, words: &str) -> String {
        let names = Names(vec![("users".to_owned(), vec!["id".to_owned(), "username".to_owned()])]);
        sentence(code, words, name_in(code, words), "", &names).unwrap_or_default()
    }

    #[test]
    fn a_full_join_is_taken_for_an_alias() {
        let told = ServerError {
            code: 1054,
            message: "Unknown column 'users.id' in 'ON'".to_owned(),
            state: "42S22".to_owned(),
        };
        let names = Names::default();
        let said = |text: &str| match refusal(&told, text, &names, &crate::sandbox::mysql::RULES) {
            Some(Refusal::Invalid { message, .. }) => message,
            other => panic!("{other:?}"),
        };
        let text = "SELECT 1 FROM users full\nouter JOIN photos ON photos.user_id = users.id";
        assert_eq!(said(text), NO_FULL_JOIN);
        assert_eq!(
            said("SELECT 1 FROM user JOIN photos ON user_id = users.id"),
            "There is no column \"users.id\"."
        );
    }

    #[test]
    fn the_copy_of_the_database_is_not_named() {
        assert_eq!(
            without_database(1055, "'copy_1.u.username' isn't in GROUP BY"),
            "'u.username' isn't in GROUP BY"
        );
        assert_eq!(without_database(1146, "Table 'copy_1.user' doesn't exist"), "Table 'user' doesn't exist");
        assert_eq!(
            without_database(1054, "Unknown column 'u.nam' in 'SELECT'"),
            "Unknown column 'u.nam' in 'SELECT'"
        );
    }

    #[test]
    fn messages_are_plain_sentences() {
        assert_eq!(
            say(1146, "Table 'course.user' doesn't exist"),
            "There is no table \"user\". Did you mean users?"
        );
        assert_eq!(
            say(1054, "Unknown column 'usernam' in 'SELECT'"),
            "There is no column \"usernam\". Did you mean username?"
        );
        let syntax = "You have an error in your SQL syntax; check the manual .. near 'FORM users' at line 1";
        assert_eq!(say(1064, syntax), "The query is not understood at \"FORM\". Did you mean FROM?");
        assert_eq!(say(1064, "You have an error .. near '' at line 3"), ends_too_early());
        assert!(
            say(1055, "'course.users.username' isn't in GROUP BY").starts_with("\"username\" is neither")
        );
        assert_eq!(
            say(1062, "Duplicate entry '1-2' for key 'PRIMARY'"),
            "There is already a row with the values 1-2 in the unique key PRIMARY."
        );
    }
}
