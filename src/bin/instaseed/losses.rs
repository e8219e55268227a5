//! What steps cannot keep, in words: for the question before the yes, for `plan`, and for programs.

use crate::args::ConsentArgs;
use crate::output::{Output, counted, escape_line, thousands};
use instaseed::migration::{Belonging, LostColumn, Plan, PlannedStatement, Step, StepLoss};

/// What a plan cannot keep, as sentences, without what concerns no row of this database; and the statements whose effect cannot be counted.
pub fn sentences(plan: &Plan) -> Vec<String> {
    let of_step = |step: &Step| {
        let losses = step.losses.iter().filter(|loss| loss.rows != Some(0)).map(sentence);
        let unclear = step.unclear.iter().map(|statement| unclear(step, statement));
        losses.chain(unclear).collect::<Vec<_>>()
    };
    plan.steps.iter().flat_map(of_step).collect()
}

/// Prints them, for a run that asks nobody.
pub fn report(plan: &Plan, out: &Output) {
    for loss in sentences(plan) {
        out.note(format_args!("lost: {}", escape_line(&loss)));
    }
}

/// What of the user's goes with the tables, for the question; where nobody is asked, a note tells it.
pub fn goes_with(belongings: &[Belonging], consent: &ConsentArgs, out: &Output) -> String {
    if belongings.is_empty() {
        return String::new();
    }
    let list = belongings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if consent.yes {
        out.note(format_args!("these are dropped with their tables: {}", escape_line(&list)));
    }
    format!("; dropped with them: {list}")
}

/// `whatever up.sql:3 deletes, which cannot be counted: DO $$ BEGIN EXECUTE ...`
pub fn unclear(step: &Step, statement: &PlannedStatement) -> String {
    let sql = statement.sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = sql.chars().take(60).collect();
    let more = if shown.len() < sql.len() { "..." } else { "" };
    format!("whatever {}:{} deletes, which cannot be counted: {shown}{more}", step.file, statement.line)
}

/// `posts.content in 231 of 257 rows (...)`, `119 of 376 rows of media (...)`.
pub fn sentence(loss: &StepLoss) -> String {
    let StepLoss { schema, columns, condition, rows, of, because, .. } = loss;
    let table = match schema {
        Some(schema) => format!("{schema}.{}", loss.table),
        None => loss.table.clone(),
    };
    let what = match columns.as_slice() {
        [] => match (rows, of) {
            (Some(rows), Some(of)) if condition.is_some() => {
                format!("{} of {} of {table}", thousands(*rows), counted(*of, "row", "rows"))
            }
            (Some(rows), _) => format!("{} of {table}", counted(*rows, "row", "rows")),
            _ => match condition {
                Some(condition) => format!("rows of {table} where {condition}"),
                None => format!("all rows of {table}"),
            },
        },
        columns => {
            let named = columns.iter().enumerate().map(|(at, column)| match at {
                0 => format!("{table}.{}", in_rows(column, columns.len() > 1)),
                _ => in_rows(column, true),
            });
            let named = named.collect::<Vec<_>>().join(", ");
            match (rows, of, condition) {
                (Some(rows), Some(of), _) if columns.len() == 1 => {
                    format!("{named} in {} of {}", thousands(*rows), counted(*of, "row", "rows"))
                }
                (Some(_), Some(of), _) => format!("{named} of {}", counted(*of, "row", "rows")),
                (_, _, Some(condition)) => format!("{named} where {condition}"),
                _ => named,
            }
        }
    };
    format!("{what} ({because})")
}

/// `content in 231`, as far as it is counted.
fn in_rows(column: &LostColumn, counted: bool) -> String {
    match column.rows.filter(|_| counted) {
        Some(rows) => format!("{} in {}", column.name, thousands(rows)),
        None => column.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(columns: &[(&str, Option<u64>)], condition: Option<&str>, counts: Option<(u64, u64)>) -> String {
        sentence(&StepLoss {
            schema: None,
            table: "posts".to_owned(),
            columns: columns
                .iter()
                .map(|(name, rows)| LostColumn { name: (*name).to_owned(), rows: *rows })
                .collect(),
            condition: condition.map(str::to_owned),
            rows: counts.map(|(rows, _)| rows),
            of: counts.map(|(_, of)| of),
            because: "why".to_owned(),
            is_from_script: false,
            statements: Vec::new(),
        })
    }

    #[test]
    fn a_loss_is_one_sentence_with_its_counts() {
        for (sentence, wanted) in [
            (
                loss(&[("content", Some(231))], None, Some((231, 257))),
                "posts.content in 231 of 257 rows (why)",
            ),
            (
                loss(&[("a", Some(2)), ("b", Some(1_000))], None, Some((1_000, 1_000))),
                "posts.a in 2, b in 1,000 of 1,000 rows (why)",
            ),
            (loss(&[], Some("x > 1"), Some((119, 376))), "119 of 376 rows of posts (why)"),
            (loss(&[], None, Some((1, 1))), "1 row of posts (why)"),
            (loss(&[], None, None), "all rows of posts (why)"),
            (loss(&[], Some("x > 1"), None), "rows of posts where x > 1 (why)"),
            (loss(&[("a", None), ("b", None)], Some("x"), None), "posts.a, b where x (why)"),
        ] {
            assert_eq!(sentence, wanted);
        }
    }
}
