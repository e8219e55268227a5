//! What a verb answers: the exit codes 0 and 1, and why it could not do its work, which is exit code 2.

use crate::hints;
use instaseed::Error;
use instaseed::check::CheckError;
#[cfg(feature = "course")]
use instaseed::classroom::ClassroomError;
use instaseed::copy::CopyError;
#[cfg(feature = "course")]
use instaseed::course::CourseError;
use instaseed::database::DatabaseError;
use instaseed::deployment::DeploymentError;
use instaseed::edition::{self, EditionError};
#[cfg(feature = "course")]
use instaseed::exercise::ExerciseError;
use instaseed::fixture::FixtureError;
#[cfg(feature = "course")]
use instaseed::grade::GradeError;
#[cfg(feature = "course")]
use instaseed::lint::LintError;
use instaseed::load::LoadError;
use instaseed::manifest::ManifestError;
use instaseed::migration::MigrationError;
use instaseed::plan::PlanError;
use instaseed::profile::ProfileError;
use instaseed::query::QueryError;
use instaseed::read::ReadError;
use instaseed::report::ReportError;
use instaseed::run::RunError;
use instaseed::sink::{BulkError, SinkError};
use instaseed::world::WorldError;
use std::path::PathBuf;

/// What a verb that could do its work has to say: the exit codes 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    No,
}

/// Why a verb could not do its work: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Library(#[from] Error),
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
    #[error("{target} is not on this machine, and `{verb}` deletes data")]
    Remote { target: String, verb: String },
    #[error("`{verb}` {does}, and there is no terminal to ask for consent")]
    NobodyToAsk { verb: String, does: String },
    #[error("{target} is protected, and `sql --write` may change anything in it")]
    ProtectedFromSql { target: String },
    #[error("{target} is not on this machine, and `sql --write` may change anything in it")]
    RemoteSql { target: String },
    #[error("cannot read the query from standard input")]
    Input(#[source] std::io::Error),
    #[error("cannot start {program}")]
    Program {
        program: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{one} and {other} contradict each other")]
    TwoForms { one: &'static str, other: &'static str },
    #[error("`{word}` would create a new SQLite file with that name")]
    BareWord { word: String },
    #[error("{target} has no table {table}")]
    NoTable { target: String, table: String, there: Vec<String> },
    #[error("{target} was migrated while it was being read")]
    Migrated { target: String },
    #[error("stopped while the result was being written")]
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
        /// The same command continues from there.
        goes_on: bool,
    },
    #[error("{error}")]
    CopyCutOff { error: BulkError },
    #[error("{error}")]
    CopyLoad { error: LoadError },
    #[error("the interrupted load has {recorded}, but {said} was given")]
    OtherLoad { recorded: String, said: String },
    #[error("{error}")]
    RowsThere {
        error: Box<Error>,
        /// The flags of the world that was asked for.
        words: String,
    },
    #[error("{said} {why}")]
    Refused {
        /// The option and its value, as they were typed.
        said: String,
        why: String,
        /// What the library refused.
        error: Box<Error>,
    },
    #[error("the rows cannot come from two places: {first} and {second}")]
    TwoSources { first: &'static str, second: &'static str },
    #[error("no folder was given for the new migration")]
    NoFolder,
    #[cfg(feature = "course")]
    #[error("with a secret, each student has other data, and no student was given")]
    NoStudent,
    #[error("standard output can have only one table, and several were requested")]
    OneTable,
    #[error("{option} is for SQL files, and the format is {format}")]
    OnlyForSql { option: &'static str, format: &'static str },
    #[error("--format {format}.{ending} and --compress {other} contradict each other")]
    TwoCompressions { format: &'static str, ending: &'static str, other: &'static str },
    #[error("the files of --format {format} are compressed in themselves")]
    CompressedInside { format: &'static str },
    #[error("this build has no migrations for {product}")]
    NotBuilt { product: &'static str, feature: &'static str },
    #[error("standard output cannot have both rows and the object of --json")]
    StdoutTaken,
    #[cfg(feature = "course")]
    #[error("`{verb}` needs a terminal")]
    NoTerminal { verb: &'static str },
    #[cfg(feature = "course")]
    #[error("`{verb}` has no result for --json")]
    NoObject { verb: &'static str },
    #[cfg(feature = "serve")]
    #[error("cannot serve the page on {}", if *port == 0 { "any port".to_owned() } else { format!("port {port}") })]
    Page {
        /// 0 is any.
        port: u16,
        #[source]
        source: std::io::Error,
    },
    #[error("cannot write {}", path.display())]
    Manual {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
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
    CopyError,
    DatabaseError,
    DeploymentError,
    EditionError,
    FixtureError,
    LoadError,
    ManifestError,
    MigrationError,
    PlanError,
    ProfileError,
    QueryError,
    ReadError,
    ReportError,
    RunError,
    SinkError,
    WorldError,
);

#[cfg(feature = "course")]
from_rooms!(ClassroomError, CourseError, ExerciseError, GradeError, LintError);

impl Failure {
    /// Whether the work ended because a signal asked it to.
    pub fn is_a_stop(&self) -> bool {
        match self {
            Failure::MigrationStopped { .. } => true,
            Failure::Library(Error::Run(error)) => matches!(error, RunError::Stopped),
            Failure::Library(Error::Migration(error)) => matches!(error, MigrationError::Stopped),
            Failure::Library(Error::Deployment(error)) => error.is_a_stop(),
            Failure::Library(Error::Copy(error)) => error.is_a_stop(),
            Failure::Library(Error::Fixture(error)) => matches!(error, FixtureError::Stopped),
            Failure::Library(Error::Query(error)) => error.is_a_stop(),
            _ => false,
        }
    }

    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Library(Error::Run(RunError::Stopped)) => {
                Some("run the same command again to write all files; none was left under its final name".to_owned())
            }
            Failure::Library(error) => hints::of(error),
            Failure::Output(_) | Failure::Program { .. } | Failure::Manual { .. } => None,
            Failure::ProtectedFromSql { .. } => Some(
                "if it really is to change, lift the protection first with `instaseed migrate unprotect`".to_owned(),
            ),
            Failure::RemoteSql { .. } => Some("if you are sure, add --allow-remote".to_owned()),
            Failure::Input(_) => Some("give the query as UTF-8 text".to_owned()),
            Failure::TwoForms { one, other } => Some(format!("omit {one} or {other}")),
            Failure::Remote { .. } => Some("if you are sure, add --allow-remote".to_owned()),
            Failure::NobodyToAsk { .. } => Some("add --yes to run it without being asked".to_owned()),
            Failure::BareWord { word } => Some(format!(
                "for a server, write its kind and a database: mysql://{word}/instagram or postgres://{word}/instagram; for a file, write ./{word}"
            )),
            Failure::NoTable { there, .. } if there.is_empty() => {
                Some("create the tables with `instaseed setup`: there are none yet".to_owned())
            }
            Failure::NoTable { table, there, .. } => {
                let names: Vec<&str> = there.iter().map(String::as_str).collect();
                Some(hints::known_names(edition::nearest(table, &names), &names))
            }
            Failure::Migrated { .. } => Some("run this again when no migration is running".to_owned()),
            Failure::StoppedWriting => {
                Some("see whether it was done with `instaseed migrate status`".to_owned())
            }
            Failure::StoppedAfter { has_changed: true } => Some(
                "see the result with `instaseed migrate status` and `instaseed show`; nothing is left to do"
                    .to_owned(),
            ),
            Failure::StoppedAfter { has_changed: false } => Some("nothing is left to do".to_owned()),
            Failure::Stopped => Some("run the same command again; nothing was changed".to_owned()),
            Failure::StoppedBetween => Some(
                "see where the database is with `instaseed migrate status`; run the same command again to do the rest, or `instaseed setup` if the database is gone"
                    .to_owned(),
            ),
            Failure::MigrationStopped { half, goes_on, .. } => Some(stopped_migration(*half, *goes_on).to_owned()),
            Failure::CopyCutOff { error } => hints::of_copied_rows(error),
            Failure::CopyLoad { error } => hints::of_copied_load(error),
            Failure::OtherLoad { .. } => Some(
                "resume it as it was begun with `instaseed seed --resume`, or undo it with `instaseed seed --discard`"
                    .to_owned(),
            ),
            Failure::RowsThere { words, .. } => Some(format!(
                "replace the rows with `instaseed seed{words} --replace` (asks first), or keep them and add a second world with `instaseed seed{words} --append`"
            )),
            Failure::Refused { error, .. } => hints::of(error),
            Failure::TwoSources { .. } => {
                Some("name a folder, a database or options of a world such as --users, and only one of them".to_owned())
            }
            Failure::OneTable => Some("name the table with --table, or a folder with --out; SQL may have all tables: --format sql".to_owned()),
            Failure::OnlyForSql { option, .. } => Some(format!("write SQL with --format sql, or omit {option}")),
            Failure::TwoCompressions { format, ending, .. } => {
                Some(format!("use --format {format}.{ending} alone, or --format {format} with --compress"))
            }
            Failure::CompressedInside { .. } => Some("omit --compress".to_owned()),
            Failure::NotBuilt { feature, .. } => {
                Some(format!("omit --schema, or build instaseed with the feature {feature}"))
            }
            Failure::StdoutTaken => Some("omit --json, or name a folder with --out".to_owned()),
            #[cfg(feature = "course")]
            Failure::NoTerminal { .. } | Failure::NoObject { .. } => {
                Some("check an answer after each save with `instaseed course check`".to_owned())
            }
            #[cfg(feature = "serve")]
            Failure::Page { port: 0, .. } => None,
            #[cfg(feature = "serve")]
            Failure::Page { .. } => Some("omit --port to use any free port".to_owned()),
            #[cfg(feature = "course")]
            Failure::NoStudent => Some("name the student with --student NAME, as in the results".to_owned()),
            Failure::Signals(_) => None,
            Failure::NoFolder => Some(
                "name the folder of your own migrations with --migrations DIR (or INSTASEED_MIGRATIONS)"
                    .to_owned(),
            ),
        }
    }
}

/// How to continue after a run of migrations that was stopped. The same command is no way for `down 2` and the like, which
/// would count anew.
fn stopped_migration(half: bool, goes_on: bool) -> &'static str {
    match (half, goes_on) {
        (true, true) => {
            "run the same command again to continue, or finish only that migration with `instaseed migrate repair`"
        }
        (true, false) => {
            "finish that migration with `instaseed migrate repair`, or see how far it is with `instaseed migrate status`"
        }
        (false, true) => {
            "run the same command again to do the rest, or see what is applied with `instaseed migrate status`"
        }
        (false, false) => "see what is applied with `instaseed migrate status`",
    }
}
