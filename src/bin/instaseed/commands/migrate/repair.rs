//! `instaseed migrate repair`: finishes or undoes a migration that was cut off half-way.

use super::{MigrateContext, steps};
use crate::args::ConsentArgs;
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt::{self, Work};
use crate::losses;
use crate::observers::MigrationProgress;
use crate::output::Output;
use instaseed::deployment::Taken;
use instaseed::migration::{Goal, Runner};

/// Finish or undo a half-applied migration
///
/// MySQL and MariaDB commit each schema statement by itself, so a run that was killed leaves a migration
/// half-applied. instaseed records which statement was reached, and repair continues from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status           show what there is to repair
  instaseed migrate repair           continue where it stopped
  instaseed migrate repair --undo    undo the migration
  instaseed migrate repair --from 4  continue with statement 4
  instaseed migrate repair --done    record it as finished by hand
  instaseed migrate repair --accept-changed 20260101000200")]
pub struct Args {
    /// Undo the migration: finish it, then run its opposite (down after up, up after down); asks first
    #[arg(long)]
    pub undo: bool,
    /// Continue with statement N of the half-applied migration, counted from 1; asks first
    ///
    /// Use this when instaseed cannot tell whether the statement that was running took effect. A number one past the
    /// last statement finishes the migration without running anything.
    #[arg(long, value_name = "N", conflicts_with_all = ["undo", "done", "accept_changed"])]
    pub from: Option<usize>,
    /// Record the migration as finished, because you have run the rest of it yourself; asks first
    #[arg(long, conflicts_with_all = ["undo", "accept_changed"])]
    pub done: bool,
    /// Accept the changed files of an applied migration, without running them
    #[arg(long, value_name = "VERSION", conflicts_with = "undo")]
    pub accept_changed: Vec<String>,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Args {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect()?;
        let source = place.source(&target)?;
        let mut watcher = MigrationProgress::new(out);
        let mut runner = Runner::new(&mut db, &source, place.options()).observed_by(&mut watcher);
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
                format!("records the statements before number {number} as done, and runs the others"),
            )),
            (None, true) => Some((
                "migrate repair --done",
                "records all statements of the half-applied migration as done, and runs none".to_owned(),
            )),
            (None, false) => None,
        };
        if let Some((verb, does)) = &claim
            && !guard::consent(&target, false, DestructiveAction { verb, does }, &self.consent, out)?
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
            let deed = DestructiveAction {
                verb: "migrate repair --undo",
                does: "undoes a migration and deletes what its tables contain",
            };
            let lost = losses::sentences(&plan);
            if !guard::consent_to_lose(&target, protected, deed, &lost, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        let (outcome, status) = watcher.run(&mut db, &source, place.options(), &goal)?;
        interrupt::done();
        steps::report(&outcome, &status, &Taken::from_plan(&plan), out);
        Ok(Answer::Done)
    }
}
