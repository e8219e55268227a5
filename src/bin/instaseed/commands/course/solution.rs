//! `instaseed course solution`: the model solution, after passing or with consent.

use super::{CourseContext, chosen, markdown};
use crate::failure::{Answer, Failure};
use crate::output::Output;
use instaseed::course::{CourseError, Solution};
use serde::Serialize;

/// Show the solution of an exercise
///
/// After you have passed, it is shown at once. Before that, you are asked, unless you add --yes; your progress then records
/// that you have seen it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course solution oldest-users
  instaseed course solution 21 --yes")]
pub struct Args {
    /// Exercise by its name or number
    exercise: String,
    /// Show it before the exercise is passed, without asking
    #[arg(long, short)]
    yes: bool,
}

#[derive(Serialize)]
struct SolutionOutput<'a> {
    ok: bool,
    exercise: &'a str,
    #[serde(flatten)]
    solution: Solution,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let Some(exercise) = chosen(&course, Some(&self.exercise))? else { return Ok(Answer::No) };
        let solution = match course.see_solution(exercise, self.yes) {
            Err(CourseError::NotPassed { id }) => {
                let about = format!("Exercise {id} is not passed yet, and there may be hints left.");
                match out.ask(about, "See the solution anyway?") {
                    Some(true) => course.see_solution(exercise, true)?,
                    Some(false) => return Ok(Answer::No),
                    None => return Err(CourseError::NotPassed { id }.into()),
                }
            }
            solution => solution?,
        };
        out.print(&solution.sql);
        if out.wants_talk() {
            out.say("");
            markdown::print(&solution.explain, out);
        }
        out.answer(&SolutionOutput { ok: true, exercise: &exercise.id, solution });
        Ok(Answer::Done)
    }
}
