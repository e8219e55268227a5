//! Consent before anything that cannot be taken back.
//!
//! One rule for every verb: a protected database refuses; a database that is not on this machine needs
//! `--allow-remote`; then the user is asked on a terminal, and `--yes` is needed where nobody can be asked.
//! The order matters: a script that always says `--yes` must still not reach a server by mistake.

use crate::args::ConsentArgs;
use crate::failure::Failure;
use crate::output::{Output, escape_line};
use instaseed::database::Target;
use instaseed::deployment::DeploymentError;

/// What is about to happen, for the question and for the refusals.
#[derive(Clone, Copy, Debug)]
pub struct DestructiveAction<'a> {
    /// The verb as it is typed: `reset`, `migrate down`.
    pub verb: &'a str,
    /// What it does, as a sentence without its subject: "undoes 2 migrations and deletes what their tables contain".
    pub does: &'a str,
}

/// Refuses SQL that may write where it must not; another machine is not even asked whether its database is protected. There
/// is no question: the option that allows writing has answered.
pub fn may_write(
    target: &Target,
    allow_remote: bool,
    protected: impl FnOnce() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    if !target.is_local() && !allow_remote {
        return Err(Failure::RemoteSql { target: target.to_string() });
    }
    match protected()? {
        true => Err(Failure::ProtectedFromSql { target: target.to_string() }),
        false => Ok(()),
    }
}

/// Whether the deed may be done; `false` when the user said no.
pub fn consent(
    target: &Target,
    protected: bool,
    deed: DestructiveAction<'_>,
    args: &ConsentArgs,
    out: &Output,
) -> Result<bool, Failure> {
    consent_to_lose(target, protected, deed, &[], args, out)
}

/// The same for a deed that cannot keep some things: each is said before the yes, and with `--yes` as well.
pub fn consent_to_lose(
    target: &Target,
    protected: bool,
    deed: DestructiveAction<'_>,
    losses: &[String],
    args: &ConsentArgs,
    out: &Output,
) -> Result<bool, Failure> {
    if protected {
        return Err(
            DeploymentError::Protected { target: target.to_string(), action: deed.verb.to_owned() }.into()
        );
    }
    if !target.is_local() && !args.allow_remote {
        return Err(Failure::Remote { target: target.to_string(), verb: deed.verb.to_owned() });
    }
    // They hold names from the database: none of them may forge a line.
    let does = escape_line(deed.does);
    let losses: Vec<_> = losses.iter().map(|loss| escape_line(loss)).collect();
    let name_what_goes = |what: &str| losses.iter().for_each(|loss| out.note(format_args!("{what}: {loss}")));
    if args.yes {
        name_what_goes("lost");
        return Ok(true);
    }
    let mut question = format!("{target}\n`{}` {}.", deed.verb, does);
    for loss in &losses {
        question.push_str("\n  would be lost: ");
        question.push_str(loss);
    }
    match out.ask(question, "Continue?") {
        Some(true) => Ok(true),
        Some(false) => {
            out.say("Nothing was changed.");
            Ok(false)
        }
        None => {
            name_what_goes("would be lost");
            Err(Failure::NobodyToAsk { verb: deed.verb.to_owned(), does: does.into_owned() })
        }
    }
}
