//! The few rows on which a mistake shows: the rows, both answers next to each other, and the query on them, clause by clause.

use super::cells::{self, Mark, counted};
use super::lens::Lens;
use instaseed::grade::{Example, Step, Table};
use instaseed::sandbox::Cell;
use maud::{Markup, html};

pub fn example(example: &Example, lens: &Lens) -> Markup {
    let whose = if example.hidden { "another database" } else { "your database" };
    html! {
        @if example.tables.is_empty() {
            h3 { "One of the rows that differ" }
        } @else {
            h3 { "The smallest data on which it shows: " (counted(example.rows, "row", "rows")) " of " (whose) }
            div.mini {
                @for Table { name, columns, rows, count } in example.tables.iter().map(|table| lens.look(table)) {
                    (cells::table(&name, &columns, &rows, count))
                }
            }
        }
        (both(&example.yours, &example.expected))
        // A single step shows no more than the rows above.
        @if example.steps.len() > 1 || example.diverges.is_some() {
            details open {
                summary { "Your query, step by step on these rows" }
                (steps(&example.steps, lens))
                @if let Some((at, rows)) = example.diverges {
                    @if let Some(step) = example.steps.get(at) {
                        p { "The first step that differs is " code { (step.clause) } ": the model has "
                            (counted(rows, "row", "rows")) " there." }
                    }
                }
            }
        }
    }
}

/// A query up to each of its clauses, with the rows if there are few.
pub fn steps(steps: &[Step], lens: &Lens) -> Markup {
    html! {
        ol.steps {
            @for step in steps {
                li {
                    code { (step.clause) } " " b { (counted(step.rows, "row", "rows")) }
                    @if let Some(table) = step.table.as_ref().filter(|table| !table.rows.is_empty()).map(|table| lens.look(table)) {
                        (cells::table(&format!("after {}", step.clause), &table.columns, &table.rows, table.count))
                    }
                }
            }
        }
    }
}

/// The two answers, with the cells that differ.
fn both(yours: &Table, expected: &Table) -> Markup {
    let pairs = pairs(&yours.rows, &expected.rows);
    let differs = |row: &[Cell], other: Option<&Vec<Cell>>, at: usize| {
        other.is_none_or(|other| other.get(at) != row.get(at))
    };
    let of_yours = |line: usize| {
        pairs.iter().find(|(left, _)| *left == line).and_then(|(_, right)| expected.rows.get(*right))
    };
    let of_expected = |line: usize| {
        pairs.iter().find(|(_, right)| *right == line).and_then(|(left, _)| yours.rows.get(*left))
    };
    let mark = |is_so: bool, mark: Mark| if is_so { mark } else { Mark::Plain };
    html! {
        div.mini.answers {
            (cells::marked("your result", &yours.columns, &yours.rows, yours.count, |line, at| {
                mark(differs(&yours.rows[line], of_yours(line), at), Mark::Del)
            }))
            @if yours.rows.is_empty() { p.none { "Your result has no rows." } }
            (cells::marked("expected", &expected.columns, &expected.rows, expected.count, |line, at| {
                mark(differs(&expected.rows[line], of_expected(line), at), Mark::Ins)
            }))
            @if expected.rows.is_empty() { p.none { "No rows are expected." } }
        }
    }
}

/// Which row of one answer is compared with which of the other: equal ones first, then those that share most cells.
fn pairs(left: &[Vec<Cell>], right: &[Vec<Cell>]) -> Vec<(usize, usize)> {
    let shared = |a: &[Cell], b: &[Cell]| a.iter().zip(b).filter(|(a, b)| a == b).count();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
    for (at, row) in left.iter().enumerate() {
        for (other, expected) in right.iter().enumerate() {
            let equal = if row == expected { usize::MAX } else { shared(row, expected) };
            if equal > 0 {
                candidates.push((equal, at, other));
            }
        }
    }
    candidates.sort_by_key(|(equal, at, other)| (std::cmp::Reverse(*equal), *at, *other));
    for (_, at, other) in candidates {
        if !pairs.iter().any(|(a, b)| *a == at || *b == other) {
            pairs.push((at, other));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::lens::Lens;
    use super::{both, example, pairs};
    use instaseed::grade::{Example, Step, Table};
    use instaseed::sandbox::Cell::{self, Integer};

    fn table(rows: &[[i64; 2]]) -> Table {
        let rows: Vec<Vec<Cell>> = rows.iter().map(|row| row.map(Integer).to_vec()).collect();
        Table { columns: vec!["id".to_owned(), "n".to_owned()], count: rows.len(), rows, ..Table::default() }
    }

    #[test]
    fn rows_are_compared_with_the_most_similar_ones() {
        let (yours, expected) = (table(&[[1, 5], [2, 2], [9, 9]]), table(&[[2, 2], [1, 1]]));
        assert_eq!(pairs(&yours.rows, &expected.rows), [(1, 0), (0, 1)]);
    }

    #[test]
    fn a_query_of_one_step_is_not_taken_apart() {
        let step = |clause: &str| Step { clause: clause.to_owned(), rows: 1, table: None };
        let shown = |steps: Vec<Step>| {
            let one = Example {
                rows: 1,
                tables: vec![table(&[[1, 1]])],
                yours: table(&[]),
                expected: table(&[[1, 1]]),
                steps,
                diverges: None,
                hidden: false,
            };
            example(&one, &Lens::new(&[], &[])).into_string()
        };
        assert!(!shown(vec![step("FROM users")]).contains("step by step"));
        assert!(shown(vec![step("FROM users"), step("WHERE id = 1")]).contains("step by step"));
    }

    #[test]
    fn only_cells_that_differ_are_marked() {
        let html = both(&table(&[[1, 5], [9, 9]]), &table(&[[1, 1]])).into_string();
        assert!(html.contains("<del>5</del>") && html.contains("<ins>1</ins>"), "{html}");
        assert_eq!(html.matches("<del>").count(), 3, "a row too many is marked as a whole: {html}");
        assert_eq!(html.matches("<ins>").count(), 1, "{html}");
    }
}
