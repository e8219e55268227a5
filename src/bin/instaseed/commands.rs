//! The verbs: one file each with its options (`Args`) and what it does (`run`).
//!
//! A verb returns what the answer is; it never prints except through [`Output`] and never ends the process.

mod build;
pub mod check;
pub mod completions;
pub mod doctor;
mod fill;
pub mod generate;
pub mod migrate;
pub mod reset;
pub mod seed;
pub mod setup;
pub mod show;

use crate::cli::Command;
use crate::output::Output;
use instaseed::check::CheckError;
use instaseed::database::{DatabaseError, Db};
use instaseed::edition::{Edition, EditionError};
use instaseed::load::{self, Interrupted, LoadError};
use instaseed::migration::MigrationError;
use instaseed::plan::PlanError;
use instaseed::profile::{Profile, ProfileError};
use instaseed::run::RunError;
use instaseed::sink::SinkError;
use instaseed::words::Words;
use instaseed::world::{World, WorldError};
use std::thread;

/// What a verb that could do its work has to say: the exit codes 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    No,
}

/// A load that was cut off, or why its record cannot be read.
type CutOff = (Option<Interrupted>, Option<LoadError>);

/// Looks for a load that was cut off. A record that cannot be read is no failure here: the verb has more to say.
fn cut_off(db: &mut Db) -> Result<CutOff, Failure> {
    match load::interrupted(db) {
        Ok(found) => Ok((found, None)),
        Err(error) => match error.into() {
            instaseed::Error::Load(error) => Ok((None, Some(error))),
            error => Err(error.into()),
        },
    }
}

/// Why a verb could not do its work: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Library(#[from] instaseed::Error),
    #[error("could not write to standard output")]
    Output(#[source] std::io::Error),
    #[error("{target} is protected: `{verb}` takes something away")]
    Protected { target: String, verb: String },
    #[error("{target} is not on this machine: `{verb}` takes something away")]
    Remote { target: String, verb: String },
    #[error("`{verb}` {does}, and there is no terminal to ask on")]
    NobodyToAsk { verb: String, does: String },
    #[error("`{word}` would become a new SQLite file of that name")]
    BareWord { word: String },
    #[error("{target} has no table {table}")]
    NoTable { target: String, table: String, there: Vec<String> },
    #[error("{target} is at no edition")]
    NoEdition { target: String },
    #[error("{target} is between two editions")]
    BetweenEditions {
        target: String,
        /// The edition that it is meant for.
        goal: Option<String>,
        /// A migration was cut off.
        half: bool,
    },
    #[error("{target} was migrated while it was read")]
    Migrated { target: String },
    #[error("{target} is at edition {at}, not {wanted}")]
    OtherEdition { target: String, at: Edition, wanted: Edition },
    #[error("the schema of {target} is not whole: a migration is pending, changed, missing or cut off")]
    SchemaNotClean { target: String },
    #[error("stopped before the end{}", made_again(again))]
    LoadStopped {
        /// Tables that go in as a whole and were under way.
        again: Vec<&'static str>,
    },
    #[error("stopped before any row was loaded")]
    StoppedEarly,
    #[error("stopped while it was written")]
    StoppedWriting,
    #[error("stopped after the work was done")]
    StoppedAfter {
        /// The work was on the database, or on migrations.
        has_changed: bool,
    },
    #[error("stopped before the end")]
    Stopped,
    #[error("stopped before the end")]
    StoppedBetween,
    #[error("stopped {left}")]
    MigrationStopped {
        /// What has been run, and what is half-applied.
        left: String,
        /// A migration is half-applied.
        half: bool,
        /// The same command goes on from there.
        goes_on: bool,
    },
    #[error("the interrupted load is of {recorded}, and {said} is asked for")]
    OtherLoad { recorded: String, said: String },
    #[error("{table} is not empty: nothing was touched")]
    NotEmpty { table: &'static str, words: String },
    #[error("a load of {target} was cut off: the schema has to stay as it is until that is settled")]
    LoadCutOff { target: String },
    #[error("the record of the interrupted load cannot be read by this version")]
    UnknownRecord,
    #[error("the tables hold {}, and another world is asked for", match recorded {
        0 => "rows that instaseed did not write",
        _ => "the rows of another world",
    })]
    OtherRows { recorded: usize, words: String },
    #[error("where shall the migration be written?")]
    NoFolder,
    #[error("standard output holds one table, and several are asked for")]
    OneTable,
    #[error("standard output cannot hold both rows and the object of --json")]
    StdoutTaken,
    #[error("cannot listen for Ctrl-C")]
    Signals(#[source] std::io::Error),
}

macro_rules! from_rooms {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Library(error.into())
            }
        }
    )+};
}

from_rooms!(
    CheckError,
    DatabaseError,
    EditionError,
    LoadError,
    MigrationError,
    PlanError,
    ProfileError,
    RunError,
    SinkError,
    WorldError,
);

impl Failure {
    /// Whether the work ended because a signal asked it to.
    pub fn is_a_stop(&self) -> bool {
        use instaseed::Error::{Migration, Run};
        matches!(
            self,
            Failure::LoadStopped { .. }
                | Failure::StoppedEarly
                | Failure::MigrationStopped { .. }
                | Failure::Library(Run(RunError::Stopped) | Migration(MigrationError::Stopped))
        )
    }

    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Library(instaseed::Error::Run(RunError::Stopped)) => {
                Some("no file was left under its final name; the same command makes them again".to_owned())
            }
            Failure::Library(error) => error.hint(),
            Failure::Output(_) => None,
            Failure::Protected { .. } => {
                Some("if it is really meant: `instaseed migrate unprotect` takes the mark away".to_owned())
            }
            Failure::Remote { .. } => Some("if it is really meant, add --allow-remote".to_owned()),
            Failure::NobodyToAsk { .. } => Some("add --yes to do it without being asked".to_owned()),
            Failure::BareWord { word } => Some(format!(
                "a server is written with its kind and a database: mysql://{word}/instagram or postgres://{word}/instagram; a file is written ./{word}"
            )),
            Failure::NoTable { there, .. } if there.is_empty() => {
                Some("it has no tables at all: `instaseed setup` makes them".to_owned())
            }
            Failure::NoTable { table, there, .. } => {
                let names: Vec<&str> = there.iter().map(String::as_str).collect();
                Some(instaseed::edition::suggest(table, &names))
            }
            Failure::NoEdition { .. } => {
                Some("`instaseed migrate status` says where it is; `instaseed setup` makes the tables".to_owned())
            }
            Failure::BetweenEditions { half: true, .. } => {
                Some("`instaseed migrate repair` finishes the migration that was cut off".to_owned())
            }
            Failure::BetweenEditions { goal: Some(goal), .. } => {
                Some(format!("`instaseed migrate to {goal}` brings it to edition {goal}"))
            }
            Failure::BetweenEditions { goal: None, .. } => {
                Some(
                    "`instaseed migrate to course` or `instaseed migrate to platform` brings it to an edition; `instaseed migrate status` says where it is"
                        .to_owned(),
                )
            }
            Failure::Migrated { .. } => Some("check again when no migration is running".to_owned()),
            Failure::OtherEdition { wanted, .. } => {
                Some(format!("`instaseed migrate to {wanted}` brings it there"))
            }
            Failure::SchemaNotClean { .. } => {
                Some("`instaseed migrate status` says which; nothing was touched".to_owned())
            }
            Failure::StoppedEarly => Some(
                "begin again with the same command; should it say that a load was interrupted: `instaseed seed --discard`"
                    .to_owned(),
            ),
            Failure::StoppedWriting => {
                Some("`instaseed migrate status` shows whether it was done".to_owned())
            }
            Failure::StoppedAfter { has_changed: true } => Some(
                "`instaseed migrate status` and `instaseed show` show what is there; nothing is left to do"
                    .to_owned(),
            ),
            Failure::StoppedAfter { has_changed: false } => Some("nothing is left to do".to_owned()),
            Failure::Stopped => Some("nothing was changed; the same command begins again".to_owned()),
            Failure::StoppedBetween => Some(
                "`instaseed migrate status` shows where the database is; the same command again does the rest; `instaseed setup` makes a database that is gone"
                    .to_owned(),
            ),
            Failure::MigrationStopped { half, goes_on, .. } => Some(stopped_migration(*half, *goes_on).to_owned()),
            Failure::OtherLoad { .. } => Some(
                "`instaseed seed --resume` goes on with it as it was begun; `instaseed seed --discard` takes it back"
                    .to_owned(),
            ),
            Failure::LoadStopped { .. } => Some(
                "`instaseed migrate status` says what is in; `instaseed seed --resume` goes on, `instaseed seed --discard` takes it back"
                    .to_owned(),
            ),
            Failure::LoadCutOff { .. } => Some(
                "`instaseed seed --resume` goes on with it, `instaseed seed --discard` takes it back".to_owned(),
            ),
            Failure::UnknownRecord => Some(
                "go on with the version that began it, or take it back with `instaseed seed --discard`".to_owned(),
            ),
            Failure::OtherRows { words, .. } | Failure::NotEmpty { words, .. } => Some(format!(
                "to replace the rows (it asks): `instaseed seed{words} --replace`; to keep them and put a second world beside them: \
                 `instaseed seed{words} --append`"
            )),
            Failure::OneTable => Some("name it with --table, or a folder with --out".to_owned()),
            Failure::StdoutTaken => Some("leave --json out, or name a folder with --out".to_owned()),
            Failure::Signals(_) => None,
            Failure::NoFolder => Some(
                "name the folder of your own migrations with --migrations DIR (or INSTASEED_MIGRATIONS)"
                    .to_owned(),
            ),
        }
    }
}

/// How to go on after a run of migrations that was stopped. The same command is no way for `down 2` and the like, which
/// would count anew.
fn stopped_migration(half: bool, goes_on: bool) -> &'static str {
    match (half, goes_on) {
        (true, true) => {
            "the same command again goes on from there; `instaseed migrate repair` finishes that migration only"
        }
        (true, false) => {
            "`instaseed migrate status` shows how far it is; `instaseed migrate repair` finishes that migration"
        }
        (false, true) => {
            "`instaseed migrate status` shows what is applied; the same command again does the rest"
        }
        (false, false) => "`instaseed migrate status` shows what is applied",
    }
}

fn made_again(again: &[&str]) -> String {
    match again {
        [] => String::new(),
        tables => format!("; what was loaded of {} will be made again", tables.join(" and ")),
    }
}

/// Runs the verb that was typed.
pub fn run(command: Command, out: &Output) -> Result<Answer, Failure> {
    match command {
        Command::Setup(args) => setup::run(&args, out),
        Command::Seed(args) => seed::run(&args, out),
        Command::Show(args) => show::run(&args, out),
        Command::Reset(args) => reset::run(&args, out),
        Command::Migrate(args) => migrate::run(args, out),
        Command::Check(args) => check::run(&args, out),
        Command::Generate(args) => generate::run(&args, out),
        Command::Doctor(args) => doctor::run(&args, out),
        Command::Completions(args) => completions::run(&args, out),
    }
}

/// Builds the world of a profile. Meanwhile the word lists are read, in which its rows are going to be told.
fn world_of(profile: &Profile) -> Result<World, Failure> {
    thread::scope(|scope| {
        // What is wrong with them is told to whoever wants them next.
        scope.spawn(|| Words::embedded().is_ok());
        Ok(World::new(profile)?)
    })
}
