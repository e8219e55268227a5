//! Runs a query clause by clause in its logical order (FROM, each JOIN, WHERE, GROUP BY, HAVING), with the rows after each.
//!
//! The text is divided at words outside strings, comments and parentheses. A query that cannot be divided has no steps.

use super::ask::{told, undone};
use super::verdict::{Step, Table};
use super::{Result, clauses};
use crate::sandbox::{Answer, Cell, Limits, Sandbox};
use clauses::{Clauses, Piece};

/// Limits of a step.
const LIMITS: Limits = Limits { work: 20_000_000, seconds: 1.0, rows: 100, bytes: 1 << 20 };

/// If there are more rows, only their number is shown.
const MOST_ROWS: usize = 12;

/// The steps of a query, in a sandbox where a transaction is open; with the rows of each if they are few and wanted.
pub(super) fn steps(sandbox: &mut dyn Sandbox, text: &str, with_rows: bool) -> Result<Vec<Step>> {
    let Some(clauses) = clauses::cut(text, sandbox.engine()) else { return Ok(Vec::new()) };
    let mut steps = Vec::new();
    for query in queries(&clauses) {
        let Some(rows) = counted(sandbox, &query.counts)? else { return Ok(steps) };
        let mut step = Step { clause: query.clause, rows, table: None };
        if with_rows && (1..=MOST_ROWS).contains(&rows) {
            step.table = match query.rows {
                Some(sql) => asked(sandbox, &sql)?.map(table),
                None => None,
            };
        }
        steps.push(step);
    }
    Ok(steps)
}

/// The first step at which the model has a different number of rows, if both have the same clauses: its position, and the
/// model's number. Steps are compared where both have joined the same tables so far.
pub(super) fn diverges(steps: &[Step], model: &[Step]) -> Option<(usize, usize)> {
    let word = |step: &Step| step.clause.split(' ').next().map(str::to_uppercase);
    let is_alike = steps.len() == model.len() && steps.iter().zip(model).all(|(a, b)| word(a) == word(b));
    if !is_alike {
        return None;
    }
    let at = (0..steps.len())
        .find(|&at| steps[at].rows != model[at].rows && tables(&steps[..=at]) == tables(&model[..=at]))?;
    Some((at, model[at].rows))
}

/// The tables of some steps, sorted. A subquery is like any other.
fn tables(steps: &[Step]) -> Vec<String> {
    const BEFORE: [&str; 10] =
        ["FROM", ",", "NATURAL", "LEFT", "RIGHT", "FULL", "OUTER", "INNER", "CROSS", "JOIN"];
    const CONDITIONS: [&str; 3] = ["WHERE", "GROUP", "HAVING"];
    let table = |step: &Step| {
        let mut words = step.clause.split(' ').map(str::to_uppercase);
        let first = words.find(|word| !BEFORE.contains(&word.as_str()))?;
        (!CONDITIONS.contains(&first.as_str())).then(|| first.trim_matches(['"', '`', '[', ']']).to_owned())
    };
    let mut tables: Vec<String> = steps.iter().filter_map(table).collect();
    tables.sort_unstable();
    tables
}

/// The queries for one step.
struct Query {
    clause: String,
    /// Queries that count its rows. If an engine does not accept one, the next one is tried.
    counts: Vec<String>,
    rows: Option<String>,
}

fn queries(clauses: &Clauses<'_>) -> Vec<Query> {
    let mut queries = Vec::new();
    let with = clauses.with;
    let mut from = String::new();
    for (at, part) in clauses.from.iter().enumerate() {
        // On separate lines, because a piece may end with a comment.
        from.push_str(part.text);
        from.push('\n');
        let word = if at == 0 { "FROM " } else { "" };
        queries.push(Query {
            clause: format!("{word}{}", part.shown),
            counts: vec![format!("{with}\nSELECT count(*) FROM {from}")],
            rows: Some(format!("{with}\nSELECT * FROM {from}")),
        });
    }
    if let Some(Piece { text, shown }) = &clauses.condition {
        from.push_str(&format!("WHERE {text}\n"));
        queries.push(Query {
            clause: format!("WHERE {shown}"),
            counts: vec![format!("{with}\nSELECT count(*) FROM {from}")],
            rows: Some(format!("{with}\nSELECT * FROM {from}")),
        });
    }
    let grouped = |from: &str| {
        let of =
            |select: &str| format!("{with}\nSELECT count(*) FROM (SELECT {select}\nFROM {from}) AS step");
        // The names of the select list may be needed, but some engines refuse two equal names.
        vec![of("1 AS one"), of(clauses.select.text)]
    };
    if let Some(Piece { text, shown }) = &clauses.groups {
        from.push_str(&format!("GROUP BY {text}\n"));
        queries.push(Query { clause: format!("GROUP BY {shown}"), counts: grouped(&from), rows: None });
        if let Some(Piece { text, shown }) = &clauses.having {
            from.push_str(&format!("HAVING {text}\n"));
            queries.push(Query { clause: format!("HAVING {shown}"), counts: grouped(&from), rows: None });
        }
    }
    queries
}

fn counted(sandbox: &mut dyn Sandbox, queries: &[String]) -> Result<Option<usize>> {
    for query in queries {
        if let Some(answer) = asked(sandbox, query)?
            && let Some([Cell::Integer(count)]) = answer.rows.first().map(Vec::as_slice)
        {
            return Ok(usize::try_from(*count).ok());
        }
    }
    Ok(None)
}

fn asked(sandbox: &mut dyn Sandbox, sql: &str) -> Result<Option<Answer>> {
    let answer = undone(sandbox, |sandbox| sandbox.query(sql, &LIMITS))?;
    Ok(told(answer)?.ok())
}

fn table(answer: Answer) -> Table {
    Table { name: String::new(), columns: answer.columns, count: answer.rows.len(), rows: answer.rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(steps: &[(&str, usize)]) -> Vec<Step> {
        steps
            .iter()
            .map(|(clause, rows)| Step { clause: (*clause).to_owned(), rows: *rows, table: None })
            .collect()
    }

    #[test]
    fn steps_are_compared_where_the_same_tables_are_joined() {
        let model =
            steps(&[("FROM photos p", 2), ("JOIN likes l ON l.photo_id = p.id", 3), ("GROUP BY p.id", 2)]);
        let turned = |rows: usize| {
            steps(&[
                ("FROM \"Likes\" AS l", 3),
                ("JOIN photos ON photo_id = id", 3),
                ("GROUP BY l.photo_id", rows),
            ])
        };
        assert_eq!(diverges(&turned(2), &model), None);
        assert_eq!(diverges(&turned(3), &model), Some((2, 2)));
        let users =
            steps(&[("FROM users u", 5), ("JOIN likes l ON l.user_id = u.id", 4), ("GROUP BY u.id", 1)]);
        assert_eq!(diverges(&users, &model), None);
        let condition = |rows: usize| steps(&[("FROM users", 2), ("WHERE id > 1", rows)]);
        assert_eq!(diverges(&condition(1), &condition(2)), Some((1, 2)));
    }
}
