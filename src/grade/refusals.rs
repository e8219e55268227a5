//! What a learner is told about an answer that was refused.

use super::verdict::Outcome;
use super::words::{self, grouped, sentence};
use crate::sandbox::Refusal;

/// The outcome of an answer that was refused, and the sentence for it.
pub(super) fn outcome(refusal: &Refusal) -> (Outcome, String) {
    match refusal {
        Refusal::Empty => (Outcome::Missing, "There is no query yet.".to_owned()),
        Refusal::TooLong { bytes, most } => {
            let (bytes, most) = (grouped(*bytes), grouped(*most));
            (Outcome::Refused, format!("The answer has {bytes} bytes; up to {most} are read."))
        }
        Refusal::Several { .. } => {
            (Outcome::Refused, "There is a second statement. The answer is one query.".to_owned())
        }
        Refusal::NotAQuery { word, .. } => {
            (Outcome::Refused, format!("{word} is not a query. The answer begins with SELECT or WITH."))
        }
        Refusal::Forbidden { what, .. } => {
            (Outcome::Refused, sentence(&format!("{what} is not allowed here")))
        }
        Refusal::Invalid { message, .. } => (Outcome::Error, sentence(message)),
        Refusal::TooSlow => {
            let words = "The query was stopped, because it does far too much work. Is a join without its condition, or a \
                         recursion without an end?";
            (Outcome::TooSlow, words.to_owned())
        }
        Refusal::TooManyRows { most } => {
            (Outcome::TooSlow, format!("The query returns more than {} rows.", grouped(*most)))
        }
        Refusal::TooLarge { most } => {
            (Outcome::TooSlow, format!("The query returns more than {} bytes.", grouped(*most)))
        }
    }
}

/// The text of a refusal without its full stop, to be part of a sentence.
pub(super) fn in_a_sentence(refusal: &Refusal) -> String {
    without_database(&refusal.to_string()).trim_end_matches('.').to_owned()
}

/// Removes the name of the database that MySQL puts before a table: it is different each time, and means nothing to a learner.
fn without_database(text: &str) -> String {
    const BEGINS: &str = "`instaseed_";
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(BEGINS) {
        kept.push_str(before);
        match after.split_once("`.") {
            Some((name, after)) if !name.contains('`') => rest = after,
            _ => {
                kept.push_str(BEGINS);
                rest = after;
            }
        }
    }
    kept + rest
}

/// What a learner is told if a script, or a part of one, did not run to the end.
pub(super) fn not_run(what: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Empty => "There is no statement yet.".to_owned(),
        Refusal::TooSlow => format!("{what} does too much work: it was stopped."),
        Refusal::Invalid { .. } => {
            format!("{what} does not run: {}", words::ended(&without_database(&refusal.to_string())))
        }
        refusal => outcome(refusal).1,
    }
}

/// The engine's own message, if it differs: learners can search for it.
pub(super) fn raw(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::Invalid { message, raw, .. } if raw != message && !raw.is_empty() => {
            Some(format!("The database says: {}", without_database(raw)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_with_one_mark() {
        let refusal = |message: &str| {
            let message = message.to_owned();
            not_run("The up part", &Refusal::Invalid { message, at: None, raw: String::new() })
        };
        let asked = "The up part does not run: There is no table \"a\". Did you mean b?";
        assert_eq!(refusal("There is no table \"a\". Did you mean b?"), asked);
        assert_eq!(refusal("X"), "The up part does not run: X.");
    }

    #[test]
    fn the_name_of_a_scratch_database_is_left_out() {
        let text = "Can't create table `instaseed_course_1`.`reports`, see `instaseed_x` and `instaseed_course_1`.`a`";
        assert_eq!(without_database(text), "Can't create table `reports`, see `instaseed_x` and `a`");
    }
}
