//! `instaseed course hint`: the next of three hints.

use super::{CourseContext, chosen, markdown, none_left};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::Output;
use instaseed::course::TakenHint;
use instaseed::exercise::Exercise;
use serde::Serialize;

/// Show the next hint
///
/// Each exercise has three hints, from a nudge to almost the answer. `show` repeats those that you have taken.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course hint
  instaseed course hint likes-and-comments")]
pub struct Args {
    /// Exercise by its name or number [default: the next one]
    #[arg(value_parser = args::exercise(), hide_possible_values = true)]
    exercise: Option<String>,
}

#[derive(Serialize)]
struct HintOutput<'a> {
    ok: bool,
    exercise: &'a str,
    #[serde(flatten)]
    hint: TakenHint,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let Some(exercise) = chosen(&course, self.exercise.as_deref())? else {
            return none_left(&course, out);
        };
        let hint = course.take_hint(exercise)?;
        print(exercise, &hint, out);
        out.answer(&HintOutput { ok: true, exercise: &exercise.id, hint });
        Ok(Answer::Done)
    }
}

pub(super) fn print(exercise: &Exercise, hint: &TakenHint, out: &Output) {
    let TakenHint { number, of, text, again } = hint;
    markdown::print(&format!("Hint {number} of {of}: {text}"), out);
    if *again {
        let solution = format!("instaseed course solution {} --yes", exercise.id);
        out.say(out.advice(&format!("This was the last one. See the solution:  {solution}")));
    }
}
