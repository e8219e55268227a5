//! `instaseed course run`: the rows of a query on the data of an exercise.

use super::answer::AnswerArgs;
use super::{CourseContext, from_here, grader, none_left, report, tables};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style, counted};
use instaseed::grade::Step;
use instaseed::sandbox::{Cell, Place};
use serde::Serialize;

/// Run a query and show its rows
///
/// Runs on a fresh copy of the data that is used for grading, not on your own database. If the task runs statements before
/// the answer, the copy has their effects too. Nothing is recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course run                   the answer to the next exercise
  instaseed course run 21 --steps        clause by clause, with counts of rows
  instaseed course run ghosts draft.sql --limit 100
  instaseed course run - < query.sql

Exit codes: 0 it ran, 1 it is refused or has an error, 2 it could not be run.")]
pub struct Args {
    #[command(flatten)]
    answer: AnswerArgs,
    /// Show the number of rows after each clause, in the logical order of a query
    #[arg(long)]
    steps: bool,
    /// Number of rows to show
    #[arg(long, short = 'n', value_name = "N", default_value_t = 40, value_parser = args::whole::<usize>)]
    limit: usize,
}

#[derive(Serialize)]
struct RunOutput<'a> {
    ok: bool,
    exercise: &'a str,
    columns: &'a [String],
    rows: &'a [Vec<Cell>],
    /// All rows, of which `rows` has the first.
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step>>,
}

#[derive(Serialize)]
struct RefusedOutput<'a> {
    ok: bool,
    exercise: &'a str,
    refused: String,
    at: Option<&'a Place>,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open_near(self.answer.file())?;
        let Some(given) = self.answer.given(&course, out)? else { return none_left(&course, out) };
        let mut grader = grader(&course)?;
        let exercise = &given.exercise.id;
        let answer = match grader.run(given.exercise, &given.text)? {
            Ok(answer) => answer,
            Err(refusal) => {
                let at = refusal.place();
                let place = given.path.as_deref().map(|path| from_here(path).display().to_string());
                let from = place.map_or_else(String::new, |path| format!("{path}: "));
                out.print(out.style(Style::Bad, &format!("{from}{refusal}")));
                if let Some(at) = at {
                    report::print_place(at, out);
                }
                if !given.exercise.is_query() && given.begun {
                    let check = format!("instaseed course check {exercise}");
                    out.say(out.advice(&format!("The answer is a script. Try it:  {check}")));
                }
                out.answer(&RefusedOutput { ok: false, exercise, refused: refusal.to_string(), at });
                return Ok(Answer::No);
            }
        };
        let count = answer.rows.len();
        let rows = &answer.rows[..count.min(self.limit)];
        tables::print(&answer.columns, rows, count, 0, out);
        if count <= self.limit && count > 0 {
            out.say(out.style(Style::Faint, &counted(count as u64, "row", "rows")));
        }
        let steps = match self.steps {
            true => Some(grader.steps(given.exercise, &given.text)?),
            false => None,
        };
        if let Some(steps) = &steps {
            out.print("");
            match steps.is_empty() {
                true => out.print("This query cannot be shown clause by clause."),
                false => {
                    out.print("Clause by clause; the engine may go another way:");
                    tables::print_steps(steps, None, out);
                }
            }
        }
        out.answer(&RunOutput { ok: true, exercise, columns: &answer.columns, rows, count, steps });
        Ok(Answer::Done)
    }
}
