//! The sentences of a verdict: what was found, with its numbers, and without blame.

use super::compare::{Difference, Way};
use crate::decimal;
use crate::exercise::{Exercise, Key};
use crate::sandbox::{Answer, Cell};

/// The most characters of a name in a sentence.
const LONGEST_NAME: usize = 64;

/// A number of things: `1 row`, `3 rows`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `1,234`.
pub(super) fn grouped(number: usize) -> String {
    decimal::grouped(number as u64)
}

/// `a`, `a and b`, `a, b and c`, each as code. Names may come from a stranger, so the list and each name are cut.
pub(super) fn list(names: &[String]) -> String {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).map(|name| format!("`{}`", on_one_line(name, LONGEST_NAME)));
    let mut shown: Vec<String> = shown.collect();
    if names.len() > MOST {
        shown.push(format!("{} more", grouped(names.len() - MOST)));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// A stranger's text on one line, cut if it has more characters than this.
pub(crate) fn on_one_line(text: &str, most: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most + 1).collect();
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A text with punctuation at its end.
pub(super) fn ended(text: &str) -> String {
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{text}{end}")
}

/// A text as a sentence: with a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.trim().chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    ended(&format!("{first}{}", chars.as_str()))
}

/// Too few or too many columns.
pub(super) fn columns(exercise: &Exercise, answer: &Answer, missing: &[String], extra: &[String]) -> String {
    let wanted = exercise.columns.len();
    let is = |number: usize| if number == 1 { "is" } else { "are" };
    match (answer.columns.len().checked_sub(wanted), wanted.checked_sub(answer.columns.len())) {
        (Some(more @ 1..), _) if extra.len() == more => {
            format!("Your answer has {} too many: {}.", count(more, "column"), list(extra))
        }
        (_, Some(less @ 1..)) if missing.len() == less => {
            format!("{} {} missing: {}.", count(less, "column"), is(less), list(missing))
        }
        _ => {
            let has = count(answer.columns.len(), "column");
            format!(
                "Your answer has {has}; the task asks for {}: {}.",
                grouped(wanted),
                list(&exercise.columns)
            )
        }
    }
}

/// Names that the task does not have.
pub(super) fn odd_names(exercise: &Exercise, odd: &[String]) -> String {
    let are = if odd.len() == 1 { "is not a name" } else { "are not names" };
    format!(
        "{} {are} that the task asks for, so the columns were compared by position. The task names {}.",
        list(odd),
        list(&exercise.columns)
    )
}

pub(super) fn correct(rows: usize) -> String {
    match rows {
        0 => "Correct: no row, as it should be.".to_owned(),
        rows => format!("Correct: {}.", count(rows, "row")),
    }
}

/// The rows are not those of the model.
pub(super) fn wrong(exercise: &Exercise, model: &Answer, answer: &Answer, difference: &Difference) -> String {
    let (have, want) = (answer.rows.len(), model.rows.len());
    if difference.kind == Way::Order {
        return format!(
            "The rows are right, but not their order: the task asks for {}.",
            order(&exercise.order_by)
        );
    }
    if have != want {
        let have = if have == 0 { "no rows".to_owned() } else { count(have, "row") };
        let are = if want == 1 { "is" } else { "are" };
        return format!("Your answer has {have}; {} {are} expected.", grouped(want));
    }
    match (difference.missing.len(), want) {
        (_, 1) => "Not yet: there is one row, as expected, but with other values.".to_owned(),
        (differ, all) if differ == all => format!("Not yet: all {} rows differ.", grouped(all)),
        (differ, all) => {
            let verb = if differ == 1 { "differs" } else { "differ" };
            format!("Not yet: {} of {} rows {verb}.", grouped(differ), grouped(all))
        }
    }
}

/// The rows come in the right order, but the query has no ORDER BY.
pub(super) fn by_luck(exercise: &Exercise) -> String {
    format!(
        "The rows are right, and so is their order, but only by luck: your query has no ORDER BY at its end, so the database may \
         return them in any order. The task asks for {}.",
        order(&exercise.order_by)
    )
}

/// `likes, largest first, then id`.
fn order(keys: &[Key]) -> String {
    let key = |key: &Key| {
        let is_time =
            key.column.ends_with("_at") || key.column.contains("time") || key.column.contains("date");
        let first = match (is_time, key.descends) {
            (true, false) => "oldest",
            (true, true) => "newest",
            (false, false) => "smallest",
            (false, true) => "largest",
        };
        format!("`{}`, {first} first", key.column)
    };
    keys.iter().map(key).collect::<Vec<_>>().join(", then ")
}

/// What a difference shows beyond its numbers.
pub(super) fn hints(
    model: &Answer,
    answer: &Answer,
    difference: &Difference,
    columns: &[String],
) -> Vec<String> {
    let mut hints = Vec::new();
    let is_known = |at: &usize| model.rows.contains(&answer.rows[*at]);
    if !difference.extra.is_empty()
        && difference.missing.is_empty()
        && answer.rows.len() <= 2_000
        && difference.extra.iter().all(is_known)
    {
        hints.push("Every extra row repeats a right one.".to_owned());
    }
    if model.rows.len() == answer.rows.len()
        && difference.kind == Way::Both
        && !columns.is_empty()
        && columns.len() < answer.columns.len()
    {
        hints.push(format!("The difference is in {}.", list(columns)));
    }
    let texts: Vec<String> =
        columns.iter().filter(|column| is_number_as_text(model, answer, column)).cloned().collect();
    if !texts.is_empty() {
        hints.push(format!(
            "The task asks for numbers in {}, but your answer has texts that look like numbers.",
            list(&texts)
        ));
    }
    for column in columns {
        if let Some(what) = only_difference(model, answer, column) {
            hints.push(format!("The texts in {} differ only in {what}.", list(std::slice::from_ref(column))));
        }
    }
    hints
}

/// How a text is changed before it is compared.
type Change = fn(&str) -> String;

/// What alone distinguishes the texts of a column from the model's. In a printed table it is easily missed.
fn only_difference(model: &Answer, answer: &Answer, column: &str) -> Option<&'static str> {
    const KINDS: [(&str, Change); 2] = [
        ("spaces at the beginning or the end", |text| text.trim().to_owned()),
        ("capital and small letters", str::to_lowercase),
    ];
    let alike = |change: Change| {
        let wanted = texts(model, column, change);
        wanted.is_some() && wanted == texts(answer, column, change)
    };
    KINDS.into_iter().find(|(_, change)| alike(*change)).map(|(what, _)| what)
}

/// The texts of a column, each changed, in a fixed order; `None` if it has anything else.
fn texts(of: &Answer, column: &str, change: Change) -> Option<Vec<String>> {
    let at = of.columns.iter().position(|name| name == column)?;
    let text = |row: &Vec<Cell>| match row.get(at) {
        Some(Cell::Text(text)) => Some(change(text)),
        _ => None,
    };
    let mut texts = of.rows.iter().map(text).collect::<Option<Vec<_>>>()?;
    texts.sort_unstable();
    Some(texts)
}

/// Whether a column has texts where the model has numbers. In a printed table they look the same.
fn is_number_as_text(model: &Answer, answer: &Answer, column: &str) -> bool {
    let cells = |of: &Answer| -> Vec<Cell> {
        let at = of.columns.iter().position(|name| name == column);
        let cells = of.rows.iter().filter_map(|row| row.get(at?));
        cells.filter(|cell| **cell != Cell::Null).cloned().collect()
    };
    let is_text = |cell: &Cell| matches!(cell, Cell::Text(text) if text.trim().parse::<f64>().is_ok());
    let (wanted, found) = (cells(model), cells(answer));
    !found.is_empty() && found.iter().all(is_text) && wanted.iter().any(Cell::is_number)
}

/// The task is to correct a query, and the query is unchanged.
pub(super) fn unchanged() -> String {
    "This is still the query that you were given.".to_owned()
}

/// The answer is right on the learner's data, and wrong on data that the learner has not seen.
pub(super) fn hidden() -> String {
    "Right on your data, but not on other data of the same kind: it looks as if the query fits only this data.".to_owned()
}

/// The answer is right on the learner's data, and wrong on a few rows that show a known mistake.
pub(super) fn rare() -> String {
    "Right on your data, but not on all data: some rows expose a mistake.".to_owned()
}

/// The answer is right on the learner's data, and wrong on the rows of `edge.sql`.
pub(super) fn edge() -> String {
    "Right on your data, but not on rows at the limits of the task.".to_owned()
}

/// The numbers are right, but have more decimals than the task asks for.
pub(super) fn not_rounded(column: &str, decimals: u32, hidden: bool) -> String {
    let here = if hidden { "Right on your data; on other data the" } else { "The" };
    let decimals = count(decimals as usize, "decimal");
    format!("{here} numbers in `{column}` are not rounded: the task asks for {decimals}.")
}

/// The answer differs on a database with one user and nothing else.
pub(super) fn alone(model: &str, answer: &str) -> String {
    format!(
        "With one user and nothing else in the database, your query returns {answer} and the model solution {model}. \
         Answers are not judged on that case."
    )
}

/// A tiny answer as a part of a sentence.
pub(super) fn tiny(answer: &Answer) -> String {
    match answer.rows.as_slice() {
        [] => "no row".to_owned(),
        [row] => row.iter().map(Cell::shown).collect::<Vec<_>>().join(", "),
        rows => count(rows.len(), "row"),
    }
}

/// Other engines refuse the query: which ones, and why.
pub(super) fn elsewhere(engines: &str, what: &str) -> String {
    format!("This runs on SQLite, but not on {engines}: {what}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_written_as_in_a_sentence() {
        assert_eq!(count(1, "row"), "1 row");
        assert_eq!(count(1_234_567, "row"), "1,234,567 rows");
        assert_eq!(list(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "`a`, `b` and `c`");
        let many: Vec<String> = (1..=2_000).map(|number| format!("c{number}")).collect();
        assert!(list(&many).ends_with("`c8` and 1,992 more"), "{}", list(&many));
        assert_eq!(list(&[format!("a\n{}", "b".repeat(1_000))]), format!("`a {}…`", "b".repeat(62)));
        assert_eq!(sentence("no such table: user"), "No such table: user.");
        let key = |column: &str, descends| Key { column: column.to_owned(), descends };
        let keys = [key("created_at", false), key("likes", true)];
        assert_eq!(order(&keys), "`created_at`, oldest first, then `likes`, largest first");
    }

    #[test]
    fn texts_that_look_alike_are_told_apart() {
        let answer = |rows: &[&str]| Answer {
            columns: vec!["weekday".to_owned()],
            rows: rows.iter().map(|text| vec![Cell::Text((*text).to_owned())]).collect(),
            ..Answer::default()
        };
        let model = answer(&["Sunday", "Monday"]);
        let found = |rows: &[&str]| only_difference(&model, &answer(rows), "weekday");
        assert_eq!(found(&["Monday   ", "Sunday   "]), Some("spaces at the beginning or the end"));
        assert_eq!(found(&["sunday", "MONDAY"]), Some("capital and small letters"));
        assert_eq!(found(&["Sunday", "Friday"]), None);
        let null = Answer { rows: vec![vec![Cell::Null], vec![Cell::Null]], ..model.clone() };
        assert_eq!(only_difference(&model, &null, "weekday"), None);
    }
}
