//! `instaseed course replay`: the same exercises on other data.

use super::CourseContext;
use crate::args::{self, ConsentArgs};
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt::{self, Work};
use crate::observers::FixtureProgress;
use crate::output::{Output, Style, counted};
use instaseed::course::Options;
use serde::Serialize;

/// Start a round with other data
///
/// The tables stay the same; the rows change, and so do the right results. Your answers and your progress are kept, and in
/// the new round each exercise is open again. Your database is built again with the new data, so you are asked first.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course replay --seed 2
  instaseed course replay --seed 2 --yes

Exit codes: 0 a round has begun, 1 you said no, 2 error or nobody to ask.")]
pub struct Args {
    /// Seed of the new data
    #[arg(long, value_name = "N", value_parser = args::whole::<u64>)]
    seed: u64,
    #[command(flatten)]
    consent: ConsentArgs,
}

#[derive(Serialize)]
struct ReplayOutput {
    ok: bool,
    round: u32,
    seed: u64,
    database: String,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let options = Options { seed: self.seed, ..Options::default() };
        let mut watcher = FixtureProgress::new(out);
        let plan = course.plan_replay(&options, &mut watcher)?;
        if let Some(removed) = plan.removes() {
            let rows = counted(removed.rows, "row", "rows");
            let mut does = format!("deletes the {rows} of the course's tables and loads others");
            if !removed.others.is_empty() {
                let others = counted(removed.others.len() as u64, "table", "tables");
                does += &format!("; {others} of your own will be gone");
            }
            let deed = DestructiveAction { verb: "course replay", does: &does };
            if !guard::consent(course.target(), removed.protected, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        let work = interrupt::begin(Work::AtOnce);
        let round = course.replay(plan, &mut watcher)?;
        interrupt::done();
        drop(work);
        out.say(out.style(Style::Good, &format!("Round {round} has begun, with seed {}.", self.seed)));
        out.say(out.advice("See where you are:  instaseed course next"));
        let database = course.target().to_string();
        out.answer(&ReplayOutput { ok: true, round, seed: self.seed, database });
        Ok(Answer::Done)
    }
}
