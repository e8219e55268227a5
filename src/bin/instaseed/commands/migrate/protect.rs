//! `instaseed migrate protect | unprotect`: marks a database, so that nothing destructive runs on it.

use super::Place;
use crate::cli::ConsentArgs;
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::interrupt::{self, Work};
use crate::output::Output;
use instaseed::migration;

/// Mark the database: down, redo, reset and the like refuse from now on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  instaseed migrate protect --database-url mysql://root@db.example.com/instagram

The mark stands in the database itself, so it holds for everyone who uses instaseed on it.")]
pub struct Protect {}

/// Take the mark away again; asks first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate unprotect
  instaseed migrate unprotect --allow-remote    of one on another machine")]
pub struct Unprotect {
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Protect {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect_in_turn(out)?;
        let _work = interrupt::begin(Work::Writing);
        migration::protect(&mut db)?;
        interrupt::done();
        out.say(format_args!("{target} is protected: nothing is taken away from it."));
        out.answer(&serde_json::json!({ "ok": true, "protected": true }));
        Ok(Answer::Done)
    }
}

impl Unprotect {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect_in_turn(out)?;
        if migration::is_protected(&mut db)? {
            let deed =
                Deed { verb: "migrate unprotect", does: "lets down, redo and reset take things away again" };
            if !guard::consent(&target, false, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
            let _work = interrupt::begin(Work::Writing);
            migration::unprotect(&mut db)?;
            interrupt::done();
            out.say(format_args!("{target} is not protected any more."));
        } else {
            out.say(format_args!("Nothing to do: {target} is not protected."));
        }
        out.answer(&serde_json::json!({ "ok": true, "protected": false }));
        Ok(Answer::Done)
    }
}
