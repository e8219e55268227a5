//! Sentences that the engines share: what is wrong with a text, and what to look at.

use super::names::{KEYWORDS, did_you_mean};
use super::place::Place;
use crate::distance::distance;

pub(super) const FOREIGN_KEY: &str = "A foreign key does not hold: the row that is referred to is not there, or others still refer to this one.";
pub(super) const DIFFERENT_WIDTHS: &str =
    "The two sides of UNION, INTERSECT or EXCEPT return different numbers of columns.";
pub(super) const TOO_DEEP: &str = "The query is nested too deeply.";
pub(super) const NO_FROM: &str = "SELECT * needs a FROM with a table.";
pub(super) const SEVERAL_COLUMNS: &str = "A subquery returns several columns where one is wanted.";
pub(super) const SEVERAL_ROWS: &str = "A subquery returns several rows where one value is wanted.";
pub(super) const BY_ZERO: &str = "A number is divided by zero.";
pub(super) const TOO_LITTLE_MEMORY: &str = "The query needs too much memory.";

const LOOK: &str = " Look there, and at what is before it.";

/// The words that begin a clause after FROM. The engine often stops at one of them because it comes too late.
const CLAUSES: [&str; 7] = ["JOIN", "LEFT", "INNER", "WHERE", "GROUP", "HAVING", "ORDER"];
const SEQUENCE: &str = " Look at what is before it. Clauses come in this order: FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.";

/// More than one table of the query has the column. It is not known here which ones.
pub(super) fn ambiguous(name: &str) -> String {
    format!(
        "More than one table of the query has a column \"{name}\". Write the table's name or its alias, and a dot, before it."
    )
}

/// The engine stops at a word.
pub(super) fn not_understood(near: &str) -> String {
    let upper = near.to_ascii_uppercase();
    let meant = match near.is_ascii() && near.len() > 2 && !KEYWORDS.contains(&upper.as_str()) {
        true => did_you_mean(&upper, KEYWORDS.into_iter()),
        false => String::new(),
    };
    let before = match meant.as_str() {
        "" if CLAUSES.contains(&upper.as_str()) => SEQUENCE,
        "" => LOOK,
        meant => meant,
    };
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

/// The engine's own message as a sentence.
pub(super) fn as_sentence(words: &str) -> String {
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

    #[test]
    fn a_mistyped_keyword_is_recognised() {
        assert_eq!(not_understood("FORM"), "The query is not understood at \"FORM\". Did you mean FROM?");
        assert_eq!(
            not_understood(")"),
            "The query is not understood at \")\". Look there, and at what is before it."
        );
        assert!(!ambiguous("id").contains("users"), "a table that the query may not have");
        assert_eq!(as_sentence("integer overflow"), "Integer overflow.");
    }

    #[test]
    fn a_keyword_is_not_taken_for_another_one() {
        let late = not_understood("where");
        assert!(
            late.starts_with("The query is not understood at \"where\". Look at what is before it."),
            "{late}"
        );
        assert!(late.ends_with("HAVING, ORDER BY, LIMIT."), "{late}");
        assert!(not_understood("FROM").ends_with(LOOK) && not_understood("THEN").ends_with(LOOK));
    }
}
