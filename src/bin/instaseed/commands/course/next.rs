//! `instaseed course next`: the first exercise that is not passed.

use super::{CourseContext, none_left, show};
use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Show the next exercise
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course next")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let Some(exercise) = course.next()? else { return none_left(&course, out) };
        show::print(&course, exercise, out)?;
        Ok(Answer::Done)
    }
}
