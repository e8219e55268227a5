//! Finds what is wrong in the rows of one answer.

use crate::exercise::Exercise;
use crate::sandbox::{Answer, Cell};
use crate::sha256;

use super::Flaw;

/// What is wrong with a model's rows.
pub(super) fn look(exercise: &Exercise, answer: &Answer) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    if answer.rows.is_empty() {
        flaws.push(Flaw::NoRows);
    }
    let names: Vec<String> = answer.columns.iter().map(|name| name.to_lowercase()).collect();
    let wanted: Vec<String> = exercise.columns.iter().map(|name| name.to_lowercase()).collect();
    if !wanted.is_empty() && names != wanted {
        flaws.push(Flaw::OtherColumns { found: answer.columns.clone() });
    }
    for key in &exercise.order_by {
        let Some(at) = names.iter().position(|name| *name == key.column.to_lowercase()) else { continue };
        let cells = || answer.rows.iter().filter_map(|row| row.get(at));
        if cells().any(|cell| *cell == Cell::Null) {
            flaws.push(Flaw::NullInOrder { column: key.column.clone() });
        }
        let is_number = |cell: &Cell| matches!(cell, Cell::Text(text) if text.trim().parse::<f64>().is_ok());
        if answer.rows.len() > 1 && cells().all(is_number) {
            flaws.push(Flaw::NumbersAsText { column: key.column.clone() });
        }
    }
    flaws
}

/// A digest of the rows in any order: equal answers have equal ones.
pub(super) fn digest(answer: &Answer) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Number(number) => format!("{number:.6}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        other => other.shown(),
    };
    let mut rows: Vec<String> =
        answer.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("\u{1f}")).collect();
    rows.sort_unstable();
    sha256::of(rows.join("\u{1e}"))
}

#[cfg(test)]
mod tests {
    use super::{digest, look};
    use crate::exercise::Catalogue;
    use crate::lint::Flaw;
    use crate::sandbox::{Answer, Cell};

    fn answer(rows: Vec<Vec<Cell>>) -> Answer {
        Answer { columns: ["tag_name", "photos"].map(str::to_owned).to_vec(), rows, work: 0 }
    }

    fn row(name: &str, cell: Cell) -> Vec<Cell> {
        vec![Cell::Text(name.to_owned()), cell]
    }

    #[test]
    fn empty_answers_nulls_and_numbers_as_texts_are_seen() {
        let catalogue = Catalogue::embedded().expect("exercises");
        let exercise = catalogue.find("top-tags").expect("an exercise");
        assert_eq!(look(exercise, &answer(Vec::new())), [Flaw::NoRows]);
        let text = |text: &str| Cell::Text(text.to_owned());
        let column = "photos".to_owned();
        let texts = answer(vec![row("a", text("9")), row("b", text("10"))]);
        assert_eq!(look(exercise, &texts), [Flaw::NumbersAsText { column: column.clone() }]);
        let nulls = answer(vec![row("a", Cell::Integer(9)), row("b", Cell::Null)]);
        assert_eq!(look(exercise, &nulls), [Flaw::NullInOrder { column }]);
        let good = answer(vec![row("a", Cell::Integer(9)), row("b", Cell::Integer(8))]);
        assert_eq!(look(exercise, &good), []);
        let other = Answer { columns: ["photos", "tag_name"].map(str::to_owned).to_vec(), ..good };
        assert!(matches!(look(exercise, &other)[..], [Flaw::OtherColumns { .. }]));
    }

    #[test]
    fn equal_rows_have_equal_digests_in_any_order() {
        let one = answer(vec![row("a", Cell::Integer(3)), row("b", Cell::Number(0.5))]);
        let other = answer(vec![row("b", Cell::Number(0.5)), row("a", Cell::Number(3.0))]);
        assert_eq!(digest(&one), digest(&other));
        assert_ne!(digest(&one), digest(&answer(vec![row("a", Cell::Integer(3))])));
    }
}
