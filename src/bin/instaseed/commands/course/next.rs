//! `instaseed course next`: the first exercise that is not passed.

use super::{CourseContext, all_passed, show};
use crate::failure::{Answer, Failure};
use crate::output::Output;
use serde_json::json;

/// Show the next exercise
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course next")]
pub struct Args {}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        match course.next()? {
            Some(exercise) => show::print(&course, exercise, out)?,
            None => {
                all_passed(&course, out)?;
                out.answer(&json!({ "ok": true, "exercise": null }));
            }
        }
        Ok(Answer::Done)
    }
}
