//! `instaseed course solution`: the model solution, after passing or with consent.

use super::{CourseContext, chosen, markdown};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, counted};
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
  instaseed course solution 21 --yes

Exit codes: 0 shown, 1 you said no, 2 error or nobody to ask.")]
pub struct Args {
    /// Exercise by its name or number
    #[arg(value_parser = args::exercise(), hide_possible_values = true)]
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
                let left = exercise.hints.len().saturating_sub(course.state()?.entry(&id).hints);
                let hints = counted(left as u64, "hint is left", "hints are left");
                let about = format!("Exercise {id} is not passed yet; {hints}.");
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
