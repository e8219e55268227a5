//! `instaseed migrate repair`: finishes or undoes a migration that was cut off half-way.

use super::{Place, losses, steps};
use crate::cli::ConsentArgs;
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::interrupt::{self, Work};
use crate::output::Output;
use instaseed::migration::{Goal, Runner};

/// Finish or undo a migration that was cut off half-way
///
/// Where an engine commits each schema statement by itself (MySQL, MariaDB), a run that was killed leaves a
/// migration half-applied. The ledger knows which statement was reached; repair goes on from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status           says what there is to repair
  instaseed migrate repair           goes on where it stopped
  instaseed migrate repair --undo    finishes it, then takes it back; asks first
  instaseed migrate repair --from 4  goes on with its statement 4; asks first
  instaseed migrate repair --done    records it as finished by hand; asks first
  instaseed migrate repair --accept-changed 20260101000200

The last one takes the file as it is now for what was applied.")]
pub struct Args {
    /// Take the migration back to where it came from: finish it, then run its other direction
    #[arg(long)]
    pub undo: bool,
    /// Go on with this statement of the half-applied migration, counted from 1
    ///
    /// For what only you can see: whether a statement that was under way has happened. One number beyond the last
    /// statement finishes the migration without running anything more.
    #[arg(long, value_name = "N", conflicts_with_all = ["undo", "done", "accept_changed"])]
    pub from: Option<usize>,
    /// Record the half-applied migration as finished: you have run the rest of it yourself
    #[arg(long, conflicts_with_all = ["undo", "accept_changed"])]
    pub done: bool,
    /// Take the files of this version, as they are now, for what was applied
    #[arg(long, value_name = "VERSION", conflicts_with = "undo")]
    pub accept_changed: Vec<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Args {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect()?;
        let source = place.source(&target)?;
        let mut watcher = super::Watcher::new(out);
        let mut runner = Runner::new(&mut db, &source, place.options(), &mut watcher);
        if !self.accept_changed.is_empty() {
            let _work = interrupt::begin(Work::Writing);
            runner.accept_changed(&self.accept_changed)?;
            interrupt::done();
            out.say(format_args!("Accepted as they are now: {}.", self.accept_changed.join(", ")));
            out.answer(&serde_json::json!({ "ok": true, "accepted": self.accept_changed }));
            return Ok(Answer::Done);
        }
        let protected = runner.is_protected()?;
        let claim = match (self.from, self.done) {
            (Some(number), _) => Some((
                "migrate repair --from",
                format!("takes the statements before number {number} for done, and runs the others"),
            )),
            (None, true) => Some((
                "migrate repair --done",
                "takes all statements of the half-applied migration for done, and runs none".to_owned(),
            )),
            (None, false) => None,
        };
        if let Some((verb, does)) = &claim
            && !guard::consent(&target, false, Deed { verb, does }, &self.consent, out)?
        {
            return Ok(Answer::No);
        }
        if let Some(number) = self.from {
            let _work = interrupt::begin(Work::Writing);
            runner.resume_from(number)?;
        } else if self.done {
            let _work = interrupt::begin(Work::Writing);
            let version = runner.take_for_done()?;
            interrupt::done();
            out.say(format_args!("Recorded as finished: {version}."));
        }
        let goal = if self.undo { Goal::Undo } else { Goal::Repair };
        let plan = runner.plan(&goal)?;
        let back = steps::taken_back(&plan);
        if self.undo && back > 0 {
            let deed = Deed {
                verb: "migrate repair --undo",
                does: "takes a migration back and what its tables hold",
            };
            let lost = losses::sentences(&plan);
            if !guard::consent_to_lose(&target, protected, deed, &lost, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        let (outcome, status) = watcher.run(&mut db, &source, place.options(), &goal)?;
        interrupt::done();
        steps::tell(&outcome, &status, &losses::Taken::of(&plan), out);
        Ok(Answer::Done)
    }
}
