//! `instaseed migrate repair`: finishes or undoes a migration that was cut off half-way.

use super::{Place, losses, steps};
use crate::cli::ConsentArgs;
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::output::Output;
use instaseed::migration::{Goal, Runner};

/// Finish or undo a migration that was cut off half-way
///
/// Where an engine commits each schema statement by itself (MySQL, MariaDB), a run that was killed leaves a
/// migration half-applied. The ledger knows which statement was reached; repair goes on from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status            says whether there is something to repair, and where it stopped
  instaseed migrate repair            goes on from the statement where it stopped
  instaseed migrate repair --undo     finishes it, then takes it back; asks first
  instaseed migrate repair --accept-changed 20260101000200
                                      takes the file as it is now for what was applied")]
pub struct Args {
    /// Take the migration back to where it came from: finish it, then run its other direction
    #[arg(long)]
    pub undo: bool,
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
            runner.accept_changed(&self.accept_changed)?;
            out.say(format_args!("Accepted as they are now: {}.", self.accept_changed.join(", ")));
            out.answer(&serde_json::json!({ "ok": true, "accepted": self.accept_changed }));
            return Ok(Answer::Done);
        }
        let protected = runner.is_protected()?;
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
        let outcome = runner.run(&goal)?;
        steps::tell(&outcome, &runner.status()?, &losses::lost(&plan), out);
        Ok(Answer::Done)
    }
}
