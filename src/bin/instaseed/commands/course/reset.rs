//! `instaseed course reset`: starts an exercise again, and keeps the old text.

use super::{CourseContext, chosen, from_here};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::Output;
use serde::Serialize;
use std::path::PathBuf;

/// Start an exercise again
///
/// Its file is as it was at first, and it counts as not passed. Your old text is kept next to it, in a file whose name ends
/// with .before-reset.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course reset likes-and-comments")]
pub struct Args {
    /// Exercise by its name or number
    #[arg(value_parser = args::exercise(), hide_possible_values = true)]
    exercise: String,
}

#[derive(Serialize)]
struct ResetOutput<'a> {
    ok: bool,
    exercise: &'a str,
    answer: PathBuf,
    /// The file with the old text; `None` if nothing had been written.
    kept: Option<PathBuf>,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let Some(exercise) = chosen(&course, Some(&self.exercise))? else { return Ok(Answer::No) };
        let kept = course.reset(exercise)?;
        let answer = course.answer_path(exercise);
        out.say(format_args!("{} is as it was at first.", from_here(&answer).display()));
        if let Some(kept) = &kept {
            out.say(format_args!("Your old text is in {}.", from_here(kept).display()));
        }
        out.answer(&ResetOutput { ok: true, exercise: &exercise.id, answer, kept });
        Ok(Answer::Done)
    }
}
