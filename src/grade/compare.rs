//! Compares two answers: columns by name or position, rows as multisets, numbers with tolerance, and order only if the task
//! asks for it.

use std::collections::HashMap;

use super::same::{Exact, Tolerance, number};
use crate::exercise::{Exercise, Key};
use crate::sandbox::{Answer, Cell};

/// What an exercise asks of an answer.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// The names of the columns; those of the model's answer if the exercise has none.
    columns: Vec<String>,
    order: Vec<Key>,
    /// How many decimals a number may have.
    decimals: Option<u32>,
    tolerance: Tolerance,
}

/// How the columns of an answer are matched with those of the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Columns {
    /// For each column of the task, its position in the answer.
    Found {
        places: Vec<usize>,
        /// Names in the answer that the task does not have.
        odd: Vec<String>,
    },
    /// The answer has too few or too many.
    Other { missing: Vec<String>, extra: Vec<String> },
}

/// How two answers with the same columns differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub kind: Way,
    /// Positions of the model's rows that the answer lacks.
    pub missing: Vec<usize>,
    /// Positions of the answer's rows that the model lacks.
    pub extra: Vec<usize>,
}

/// In which way answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Missing,
    Extra,
    Both,
    Order,
}

impl Rules {
    pub(super) fn of(exercise: &Exercise, model: &Answer) -> Rules {
        let columns = match exercise.columns.is_empty() {
            true => model.columns.clone(),
            false => exercise.columns.clone(),
        };
        Rules {
            columns,
            order: exercise.order_by.clone(),
            decimals: exercise.decimals,
            tolerance: Tolerance::of_decimals(exercise.decimals),
        }
    }

    pub(super) fn columns(&self, answer: &Answer) -> Columns {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let names = &answer.columns;
        // Each name is matched once; the columns that are left are matched in order.
        let mut free: Vec<usize> = (0..names.len()).collect();
        let mut places = vec![None; self.columns.len()];
        for (place, column) in places.iter_mut().zip(&self.columns) {
            if let Some(at) = free.iter().position(|at| same(&names[*at], column)) {
                *place = Some(free.remove(at));
            }
        }
        let odd: Vec<String> = free.iter().map(|at| names[*at].clone()).collect();
        if names.len() != self.columns.len() {
            let is_missing = |(place, _): &(&Option<usize>, &String)| place.is_none();
            let missing = places.iter().zip(&self.columns).filter(is_missing).map(|(_, name)| name.clone());
            return Columns::Other { missing: missing.collect(), extra: odd };
        }
        let mut free = free.into_iter();
        let places = places.into_iter().filter_map(|place| place.or_else(|| free.next())).collect();
        Columns::Found { places, odd }
    }

    /// The answer with its columns in the order of the task; `None` if there are too few or too many.
    pub(super) fn aligned(&self, answer: &Answer) -> Option<Answer> {
        let Columns::Found { places, .. } = self.columns(answer) else { return None };
        if places.iter().enumerate().all(|(at, place)| at == *place) {
            return Some(Answer { columns: self.columns.clone(), ..answer.clone() });
        }
        let pick = |row: &Vec<Cell>| places.iter().map(|place| row[*place].clone()).collect();
        Some(Answer {
            columns: self.columns.clone(),
            rows: answer.rows.iter().map(pick).collect(),
            work: answer.work,
        })
    }

    /// How an answer differs from the model's; both have their columns in the order of the task.
    pub(super) fn difference(&self, model: &Answer, answer: &Answer) -> Option<Difference> {
        let (missing, extra) = unmatched(&model.rows, &answer.rows, self.tolerance);
        let kind = match (missing.is_empty(), extra.is_empty()) {
            (true, true) if self.is_in_order(model, answer) => return None,
            (true, true) => Way::Order,
            (false, true) => Way::Missing,
            (true, false) => Way::Extra,
            (false, false) => Way::Both,
        };
        Some(Difference { kind, missing, extra })
    }

    pub(super) fn have_same_rows(&self, one: &Answer, other: &Answer) -> bool {
        let (missing, extra) = unmatched(&one.rows, &other.rows, self.tolerance);
        missing.is_empty() && extra.is_empty()
    }

    /// Whether the keys of the order have the same sequence as in the model. Rows with equal keys may come in any order, and
    /// where the rows are the same there is then nothing else to compare.
    fn is_in_order(&self, model: &Answer, answer: &Answer) -> bool {
        let place = |key: &Key| self.columns.iter().position(|column| *column == key.column);
        let places: Vec<usize> = self.order.iter().filter_map(place).collect();
        let mut pairs = model.rows.iter().zip(&answer.rows);
        pairs.all(|(one, other)| places.iter().all(|at| self.tolerance.is_same(&one[*at], &other[*at])))
    }

    /// The first column that has a number with more decimals than the task asks for. The columns are in the order of the task.
    pub(super) fn unrounded(&self, answer: &Answer) -> Option<&str> {
        let scale = 10_f64.powi(self.decimals? as i32);
        let is_long = |cell: &Cell| {
            let scaled = number(cell).unwrap_or_default() * scale;
            (scaled - scaled.round()).abs() > UNROUNDED * scaled.abs().max(1.0)
        };
        let column = |at: &usize| answer.rows.iter().any(|row| is_long(&row[*at]));
        (0..self.columns.len()).find(column).map(|at| self.columns[at].as_str())
    }

    /// The names of the columns that differ, each compared by itself. Both answers have the same number of rows.
    pub(super) fn differing_columns(&self, model: &Answer, answer: &Answer) -> Vec<String> {
        let column = |rows: &[Vec<Cell>], at: usize| -> Vec<Vec<Cell>> {
            rows.iter().map(|row| vec![row[at].clone()]).collect()
        };
        let differs = |at: &usize| {
            let (missing, _) =
                unmatched(&column(&model.rows, *at), &column(&answer.rows, *at), self.tolerance);
            !missing.is_empty()
        };
        (0..self.columns.len()).filter(differs).map(|at| self.columns[at].clone()).collect()
    }
}

/// Larger than the error of a rounded number as a float, and smaller than any further digit.
const UNROUNDED: f64 = 1e-6;

/// The positions of rows that have no partner in the other list.
fn unmatched(model: &[Vec<Cell>], answer: &[Vec<Cell>], tolerance: Tolerance) -> (Vec<usize>, Vec<usize>) {
    // Most rows are equal to the last digit; a hash finds these.
    let mut waiting: HashMap<Vec<Exact>, Vec<usize>> = HashMap::with_capacity(model.len());
    for (at, row) in model.iter().enumerate().rev() {
        waiting.entry(row.iter().map(Exact::of).collect()).or_default().push(at);
    }
    let mut extra = Vec::new();
    for (at, row) in answer.iter().enumerate() {
        let key: Vec<Exact> = row.iter().map(Exact::of).collect();
        if waiting.get_mut(&key).and_then(Vec::pop).is_none() {
            extra.push(at);
        }
    }
    let mut missing: Vec<usize> = waiting.into_values().flatten().collect();
    missing.sort_unstable();
    match_nearly(model, answer, tolerance, &mut missing, &mut extra);
    (missing, extra)
}

/// The most comparisons of single rows. Without a limit, two long answers in which all numbers differ would take quadratic
/// time.
const MOST_COMPARISONS: usize = 2_000_000;

/// Removes pairs that are equal within the tolerance. Candidates are rows that agree in everything except numbers.
fn match_nearly(
    model: &[Vec<Cell>],
    answer: &[Vec<Cell>],
    tolerance: Tolerance,
    missing: &mut Vec<usize>,
    extra: &mut Vec<usize>,
) {
    let has_number = |row: &[Cell]| row.iter().any(Cell::is_number);
    let mut candidates: HashMap<Vec<Exact>, Vec<usize>> = HashMap::new();
    for at in extra.iter().filter(|at| has_number(&answer[**at])) {
        candidates.entry(without_numbers(&answer[*at])).or_default().push(*at);
    }
    for places in candidates.values_mut() {
        places.sort_by(|a, b| first_number(&answer[*a]).total_cmp(&first_number(&answer[*b])));
    }
    let mut left = MOST_COMPARISONS;
    let mut matched = Vec::new();
    missing.retain(|at| {
        let row = &model[*at];
        let Some(places) = candidates.get_mut(&without_numbers(row)) else { return true };
        let lowest = first_number(row) - tolerance.around(first_number(row));
        let begin = places.partition_point(|place| first_number(&answer[*place]) < lowest);
        let highest = first_number(row) + tolerance.around(first_number(row));
        for (nth, place) in places[begin..].iter().enumerate() {
            if left == 0 || first_number(&answer[*place]) > highest {
                break;
            }
            left -= 1;
            if row.iter().zip(&answer[*place]).all(|(a, b)| tolerance.is_same(a, b)) {
                matched.push(places.remove(begin + nth));
                return false;
            }
        }
        true
    });
    matched.sort_unstable();
    extra.retain(|at| matched.binary_search(at).is_err());
}

fn without_numbers(row: &[Cell]) -> Vec<Exact> {
    row.iter().map(|cell| if cell.is_number() { Exact::AnyNumber } else { Exact::of(cell) }).collect()
}

fn first_number(row: &[Cell]) -> f64 {
    row.iter().find_map(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(columns: &[&str], order: &[(&str, bool)], decimals: Option<u32>) -> Rules {
        let key =
            |(column, descends): &(&str, bool)| Key { column: (*column).to_owned(), descends: *descends };
        Rules {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            order: order.iter().map(key).collect(),
            decimals,
            tolerance: Tolerance::of_decimals(decimals),
        }
    }

    fn answer(columns: &[&str], rows: Vec<Vec<Cell>>) -> Answer {
        Answer { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows, work: 0 }
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn columns_are_found_by_name_whatever_their_order_and_case() {
        let rules = rules(&["username", "likes"], &[], None);
        let swapped = answer(&["LIKES", "Username"], vec![vec![Cell::Integer(1), text("a")]]);
        let aligned = rules.aligned(&swapped).expect("two columns");
        assert_eq!(aligned.rows, [[text("a"), Cell::Integer(1)]]);
        let renamed = answer(&["name", "likes"], Vec::new());
        let found = Columns::Found { places: vec![0, 1], odd: vec!["name".to_owned()] };
        assert_eq!(rules.columns(&renamed), found);
        let three = answer(&["id", "username", "likes"], Vec::new());
        let other = Columns::Other { missing: Vec::new(), extra: vec!["id".to_owned()] };
        assert_eq!(rules.columns(&three), other);
        let twice = answer(&["username", "Username", "likes"], Vec::new());
        let other = Columns::Other { missing: Vec::new(), extra: vec!["Username".to_owned()] };
        assert_eq!(rules.columns(&twice), other);
    }

    #[test]
    fn rows_are_compared_as_multisets() {
        let rules = rules(&["n"], &[], None);
        let of = |numbers: &[i64]| answer(&["n"], numbers.iter().map(|n| vec![Cell::Integer(*n)]).collect());
        assert_eq!(rules.difference(&of(&[1, 2, 2]), &of(&[2, 1, 2])), None);
        let difference = rules.difference(&of(&[1, 2, 2]), &of(&[2, 1, 1])).expect("they differ");
        assert_eq!((difference.missing, difference.extra, difference.kind), (vec![2], vec![2], Way::Both));
        assert_eq!(rules.difference(&of(&[1, 2]), &of(&[1])).map(|found| found.kind), Some(Way::Missing));
        assert_eq!(rules.difference(&of(&[1]), &of(&[1, 1])).map(|found| found.kind), Some(Way::Extra));
    }

    #[test]
    fn numbers_have_a_tolerance_and_texts_have_none() {
        let of = |cell: Cell| answer(&["x"], vec![vec![cell]]);
        let exact = rules(&["x"], &[], None);
        assert_eq!(exact.difference(&of(Cell::Integer(3)), &of(Cell::Number(3.0))), None);
        assert!(exact.difference(&of(Cell::Integer(3)), &of(text("3"))).is_some());
        assert!(exact.difference(&of(Cell::Null), &of(Cell::Integer(0))).is_some());
        assert_eq!(exact.difference(&of(Cell::Null), &of(Cell::Null)), None);
        assert_eq!(exact.difference(&of(Cell::Number(2.0 / 3.0)), &of(Cell::Number(0.666_666_7))), None);
        assert!(exact.difference(&of(Cell::Number(0.67)), &of(Cell::Number(0.6667))).is_some());
        let rounded = rules(&["x"], &[], Some(2));
        assert_eq!(rounded.difference(&of(Cell::Number(0.67)), &of(Cell::Number(0.6667))), None);
        assert!(rounded.difference(&of(Cell::Number(0.67)), &of(Cell::Number(0.66))).is_some());
        assert_eq!(exact.difference(&of(text("e\u{301}")), &of(text("\u{e9}"))), None);
        assert!(exact.difference(&of(text("a ")), &of(text("a"))).is_some());
    }

    #[test]
    fn tolerance_does_not_confuse_which_row_is_which() {
        let rules = rules(&["name", "x"], &[], Some(2));
        let row = |name: &str, x: f64| vec![text(name), Cell::Number(x)];
        let model = answer(&["name", "x"], vec![row("a", 0.50), row("b", 0.51)]);
        let other = answer(&["name", "x"], vec![row("b", 0.5101), row("a", 0.5004)]);
        assert_eq!(rules.difference(&model, &other), None);
        let swapped = answer(&["name", "x"], vec![row("b", 0.50), row("a", 0.51)]);
        assert!(rules.difference(&model, &swapped).is_some());
    }

    #[test]
    fn more_decimals_than_the_task_asks_for_are_seen() {
        let of = |x: f64| answer(&["name", "x"], vec![vec![text("a"), Cell::Number(x)]]);
        let rounded = rules(&["name", "x"], &[], Some(2));
        for right in [0.67, -12.5, 3.0, 1_234_567.89, f64::from(1.87_f32)] {
            assert_eq!(rounded.unrounded(&of(right)), None, "{right}");
        }
        for long in [2.0 / 3.0, 0.671, 100.0 / 3.0] {
            assert_eq!(rounded.unrounded(&of(long)), Some("x"), "{long}");
        }
        assert_eq!(rules(&["name", "x"], &[], None).unrounded(&of(2.0 / 3.0)), None);
        let none = answer(&["name", "x"], vec![vec![text("a"), Cell::Null]]);
        assert_eq!(rounded.unrounded(&none), None);
    }

    #[test]
    fn order_counts_where_it_is_asked_for_and_ties_are_free() {
        let rows = |names: &[(&str, i64)]| {
            let rows = names.iter().map(|(name, n)| vec![text(name), Cell::Integer(*n)]).collect();
            answer(&["name", "n"], rows)
        };
        let model = rows(&[("a", 3), ("b", 2), ("c", 2), ("d", 1)]);
        let tied = rows(&[("a", 3), ("c", 2), ("b", 2), ("d", 1)]);
        let mixed = rows(&[("b", 2), ("a", 3), ("c", 2), ("d", 1)]);
        let sorted = rules(&["name", "n"], &[("n", true)], None);
        assert_eq!(sorted.difference(&model, &tied), None);
        assert_eq!(sorted.difference(&model, &mixed).map(|found| found.kind), Some(Way::Order));
        assert_eq!(rules(&["name", "n"], &[], None).difference(&model, &mixed), None);
    }

    #[test]
    fn a_hundred_thousand_rows_that_all_differ_are_compared_soon() {
        let rules = rules(&["n", "x"], &[], None);
        let of = |shift: f64| {
            let row = |n: i64| vec![Cell::Integer(7), Cell::Number(n as f64 + shift)];
            answer(&["n", "x"], (0..100_000).map(row).collect())
        };
        let difference = rules.difference(&of(0.0), &of(0.5)).expect("they differ");
        assert_eq!((difference.missing.len(), difference.extra.len()), (100_000, 100_000));
    }
}
