//! Finds in the text of a query what hardly ever means what its author wants. If the text leaves a doubt, it says nothing.

use super::clauses::{self, Deep};
use crate::database::Engine;
use crate::exercise::Exercise;
use crate::migration::lexer::Kind;

/// Whether the task asks for an order, and the query has no ORDER BY at its end.
pub(super) fn is_unordered(exercise: &Exercise, engine: Engine, text: &str) -> bool {
    let Some(words) = Words::of(text, engine) else { return false };
    // If the whole query is in parentheses, so is its ORDER BY.
    let is_whole = words.tokens.first().is_some_and(|first| first.token.kind == Kind::Word);
    !exercise.order_by.is_empty()
        && is_whole
        && !words.outside().any(|word| word.eq_ignore_ascii_case("ORDER"))
}

/// Two names of the task with nothing between them: the second one renames the first.
pub(super) fn missing_comma(exercise: &Exercise, engine: Engine, text: &str) -> Option<String> {
    let words = Words::of(text, engine)?;
    let is_column = |word: &str| exercise.columns.iter().any(|column| column.eq_ignore_ascii_case(word));
    let (first, second) = words
        .tokens
        .windows(2)
        .filter(|two| two.iter().all(|deep| deep.depth == 0 && deep.token.kind == Kind::Word))
        .map(|two| (words.shown(&two[0]), words.shown(&two[1])))
        .find(|(first, second)| is_column(first) && is_column(second))?;
    Some(format!("Is a comma missing? `{first} {second}` gives the column `{first}` the name `{second}`."))
}

/// Comparisons that never do what they say.
pub(super) fn comparisons(engine: Engine, text: &str) -> Vec<String> {
    let Some(words) = Words::of(text, engine) else { return Vec::new() };
    let mut notes = Vec::new();
    if let Some(sign) = words.compared_with_null() {
        let instead = if sign == "=" { "IS NULL" } else { "IS NOT NULL" };
        notes.push(format!("`{sign} NULL` is never true, not even for NULL. Write `{instead}`."));
    }
    if engine.is_file()
        && let Some((column, year)) = words.compared_with_number()
    {
        notes.push(format!(
            "SQLite takes {year} for a number when it compares it with `{column}`, and any time counts as greater than any \
             number. Write a whole date, such as '2024-01-01'."
        ));
    }
    notes
}

struct Words<'a> {
    text: &'a str,
    tokens: Vec<Deep>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str, engine: Engine) -> Option<Words<'a>> {
        Some(Words { text, tokens: clauses::tokens(text, engine)? })
    }

    fn shown(&self, deep: &Deep) -> &'a str {
        &self.text[deep.token.start..deep.token.end]
    }

    /// The words outside of all parentheses.
    fn outside(&self) -> impl Iterator<Item = &'a str> {
        let words = self.tokens.iter().filter(|deep| deep.depth == 0 && deep.token.kind == Kind::Word);
        words.map(move |deep| self.shown(deep))
    }

    /// The comparison that ends right before a token: `<=`.
    fn sign_before(&self, at: usize) -> Option<&'a str> {
        const SIGNS: [&str; 8] = ["=", "==", "<>", "!=", "<", ">", "<=", ">="];
        let is_mark = |deep: &&Deep| matches!(deep.token.kind, Kind::Mark(b'=' | b'<' | b'>' | b'!'));
        let first = self.tokens[..at].iter().rev().take_while(is_mark).last()?;
        let sign = &self.text[first.token.start..self.tokens[at - 1].token.end];
        SIGNS.contains(&sign).then_some(sign)
    }

    /// `=` or `<>` with NULL on its right.
    fn compared_with_null(&self) -> Option<&'a str> {
        let nulls = self.tokens.iter().enumerate().filter(|(_, deep)| {
            deep.token.kind == Kind::Word && self.shown(deep).eq_ignore_ascii_case("NULL")
        });
        let mut signs = nulls.filter_map(|(at, _)| self.sign_before(at));
        signs
            .find(|sign| matches!(*sign, "=" | "==" | "<>" | "!="))
            .map(|sign| if sign == "==" { "=" } else { sign })
    }

    /// A column with a time, and the text with nothing but a number that it is compared with: `created_at < '2024'`.
    fn compared_with_number(&self) -> Option<(&'a str, &'a str)> {
        let is_number = |text: &str| {
            let inner = text.trim_matches('\'');
            !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.tokens.iter().enumerate().find_map(|(at, deep)| {
            let sign = self.sign_before(at).filter(|_| deep.token.kind == Kind::Text)?;
            let column = self.tokens.get(at.checked_sub(sign.len() + 1)?)?;
            let (name, number) = (self.shown(column), self.shown(deep));
            let is_time = column.token.kind == Kind::Word && name.to_ascii_lowercase().ends_with("_at");
            (is_time && is_number(number)).then_some((name, number))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Target;
    use crate::exercise::Catalogue;

    fn sqlite() -> Engine {
        Target::file("any").expect("a file").engine()
    }

    #[test]
    fn an_order_within_parentheses_is_not_the_order_of_the_answer() {
        let course = Catalogue::embedded().expect("the course is whole");
        let (ordered, free) =
            (course.find("oldest-users").expect("one"), course.find("ghosts").expect("one"));
        let inside = "SELECT * FROM (SELECT username, created_at FROM users ORDER BY created_at LIMIT 5)";
        assert!(is_unordered(ordered, sqlite(), inside));
        assert!(is_unordered(ordered, sqlite(), "SELECT username -- ORDER BY\nFROM users"));
        assert!(!is_unordered(ordered, sqlite(), &format!("{inside} order by 2")));
        assert!(!is_unordered(ordered, sqlite(), "(SELECT username FROM users ORDER BY created_at)"));
        assert!(!is_unordered(ordered, sqlite(), "SELECT (username"), "it cannot be read");
        assert!(!is_unordered(free, sqlite(), "SELECT username FROM users"));
        for exercise in course.exercises().iter().filter(|one| one.is_for(sqlite()) && one.is_query()) {
            assert!(!is_unordered(exercise, sqlite(), exercise.solution(sqlite())), "{}", exercise.id);
        }
    }

    #[test]
    fn two_names_of_the_task_in_a_row_lack_a_comma() {
        let course = Catalogue::embedded().expect("the course is whole");
        let oldest = course.find("oldest-users").expect("one");
        let said = |text: &str| missing_comma(oldest, sqlite(), text);
        assert_eq!(
            said("SELECT u.username created_at FROM users u").as_deref(),
            Some(
                "Is a comma missing? `username created_at` gives the column `username` the name `created_at`."
            )
        );
        assert_eq!(said("SELECT username AS created_at FROM users"), None);
        assert_eq!(said("SELECT username who FROM users"), None);
    }

    #[test]
    fn comparisons_that_are_never_true_are_named() {
        let said = |text: &str| comparisons(sqlite(), text).join("\n");
        assert!(said("SELECT 1 FROM a WHERE a.b = NULL").starts_with("`= NULL` is never true"));
        assert!(said("SELECT 1 FROM a WHERE b <> null").ends_with("Write `IS NOT NULL`."));
        assert!(said("SELECT 1 FROM a WHERE created_at<'2024'").contains("SQLite takes '2024' for a number"));
        assert!(said("SELECT 1 FROM a WHERE a.created_at >= '2024' AND b").contains("with `created_at`"));
        for fine in [
            "SELECT 1 FROM a WHERE b IS NULL AND c IS NOT NULL",
            "SELECT '= NULL' FROM a -- = NULL",
            "SELECT 1 FROM a WHERE created_at < '2024-01-01' AND substr(created_at, 1, 4) = '2024'",
            "SELECT 1 FROM a WHERE username = '2024'",
            "NULL",
            "= NULL (",
        ] {
            assert_eq!(said(fine), "", "{fine}");
        }
    }
}
