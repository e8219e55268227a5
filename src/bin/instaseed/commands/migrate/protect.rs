//! `instaseed migrate protect | unprotect`: marks a database, so that nothing destructive runs on it.

use super::MigrateContext;
use crate::args::ConsentArgs;
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt::{self, Work};
use crate::output::Output;
use instaseed::migration;

/// Protect the database: destructive commands refuse to run on it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  instaseed migrate protect --database-url mysql://root@db.example.com/instagram

The protection is stored in the database, so it holds for everyone who uses instaseed on it. \
It stops `down`, `redo`, `to` when it goes back, `repair --undo`, `reset`, `seed --replace` and `seed --discard`.")]
pub struct Protect {}

/// Remove the protection; asks first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate unprotect
  instaseed migrate unprotect --allow-remote    on another machine")]
pub struct Unprotect {
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Protect {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect_in_turn(out)?;
        let _work = interrupt::begin(Work::Writing);
        migration::protect(&mut db)?;
        interrupt::done();
        out.say(format_args!("{target} is protected: commands that delete data refuse to run on it."));
        out.answer(&serde_json::json!({ "ok": true, "protected": true }));
        Ok(Answer::Done)
    }
}

impl Unprotect {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect_in_turn(out)?;
        if migration::is_protected(&mut db)? {
            let deed = DestructiveAction {
                verb: "migrate unprotect",
                does: "lets down, redo and reset delete data again",
            };
            if !guard::consent(&target, false, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
            let _work = interrupt::begin(Work::Writing);
            migration::unprotect(&mut db)?;
            interrupt::done();
            out.say(format_args!("{target} is no longer protected."));
        } else {
            out.say(format_args!("Nothing to do: {target} is not protected."));
        }
        out.answer(&serde_json::json!({ "ok": true, "protected": false }));
        Ok(Answer::Done)
    }
}
