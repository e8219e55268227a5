//! Why a database cannot be copied.

use std::path::PathBuf;

use crate::database::{DatabaseError, Engine, escape_line};
use crate::deployment::DeploymentError;
use crate::load::LoadError;
use crate::migration::MigrationError;
use crate::run::RunError;
use crate::sink::has_no_room;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = CopyError> = std::result::Result<T, E>;

/// A copy was refused, or could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    #[error("{target} would be copied into itself")]
    Itself { target: String },
    #[error("a load of {from} was interrupted: its rows are incomplete, and parts of its schema are missing")]
    SourceCutOff { from: String },
    #[error("{from} is itself an interrupted copy of {of}")]
    SourceUnfinished { from: String, of: String },
    #[error("{target} is not empty: {}; nothing was changed", escape_line(what))]
    NotEmpty { target: String, what: String },
    #[error("{target} is an interrupted copy of {of}, not of {from}; nothing was changed")]
    OtherSource { target: String, of: String, from: String },
    #[error(
        "{target} has a table {}, which this copy did not create and would replace; nothing was changed",
        escape_line(table)
    )]
    Occupied { target: String, table: String },
    #[error(
        "another copy or restore into {target} is under way: waited {waited_seconds} s; nothing was changed"
    )]
    Locked { target: String, waited_seconds: u64 },
    #[error(
        "the connection that held the lock of {target} was lost: something else may have changed the database since"
    )]
    LockLost { target: String },
    #[error(
        "{target} was changed by something else during the copy: it is now {is} instead of a copy of {from}"
    )]
    Overtaken { target: String, is: String, from: String },
    #[error("{table}.{column} has a value that not every engine can hold: {}", escape_line(value))]
    Value { table: &'static str, column: &'static str, value: String },
    #[error("the source has no {what}, which its edition has")]
    Lacks { what: String },
    #[error("the source cannot be read any more: {}", escape_line(words))]
    Source { words: String },
    #[error("the schema of {from} was changed while it was being read")]
    Migrated { from: String },
    #[error(
        "after the copy, {table} has {found} rows with digest {digest} instead of {rows} with {expected}"
    )]
    Differs { table: String, rows: u64, expected: String, found: u64, digest: String },
    #[error("{from} has {}; nothing was changed", escape_line(&what.join(", ")))]
    Dangling { from: String, table: String, what: Vec<String> },
    #[error("{engine} cannot hold {}; nothing was changed", escape_line(&what.join(", ")))]
    Unheld { engine: Engine, what: Vec<String> },
    #[error("what the application added cannot all be carried: {}; nothing was changed", escape_line(&what.join(", ")))]
    Leaves { what: Vec<String> },
    #[error(
        "an application's table cannot be copied: {}; the statement was: {}",
        escape_line(words),
        escape_line(sql)
    )]
    Statement { sql: String, words: String },
    #[error("{what} cannot be created in the target: {}", escape_line(words))]
    Object { what: String, words: String },
    #[error("{} does not contain a backup", path.display())]
    NoBackup { path: PathBuf },
    #[error("there is no folder {}", path.display())]
    NoFolder { path: PathBuf },
    #[error("{} is not a backup, but contains {}; the newest is {}", path.display(), counted(*count), newest.display())]
    BackupsWithin { path: PathBuf, count: usize, newest: PathBuf },
    #[error("{} cannot be the name of a new folder", if path.as_os_str().is_empty() { "an empty text".into() } else { path.to_string_lossy() })]
    NoName { path: PathBuf },
    #[error("{} contains files that do not belong to a backup: {}; nothing was changed", path.display(), escape_line(&Self::some_of(names)))]
    OtherFiles { path: PathBuf, names: Vec<String> },
    #[error("{} is damaged: {}; nothing was changed", path.display(), escape_line(what))]
    Damaged { path: PathBuf, what: String },
    #[error("{} has version {theirs}; this program reads versions up to {ours}", path.display())]
    NewerManifest { path: PathBuf, theirs: u32, ours: u32 },
    #[error("{} already exists and is {what}", path.display())]
    Exists { path: PathBuf, what: &'static str },
    #[error("another run is writing {}", path.display())]
    UnderWay { path: PathBuf },
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("stopped before the end")]
    Stopped,
    /// Reaching, creating or asking a database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The target cannot be set up.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The rows cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Reading or writing the records of the schema.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// Reading the rows was stopped or failed.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl CopyError {
    /// The first of many names.
    pub(super) fn some_of(names: &[String]) -> String {
        const SHOWN: usize = 5;
        let shown = names[..names.len().min(SHOWN)].join(", ");
        if names.len() > SHOWN { format!("{shown} and {} more", names.len() - SHOWN) } else { shown }
    }

    /// Whether the work ended because it was asked to.
    pub fn is_a_stop(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::Deployment(error) => error.is_a_stop(),
            Self::Migration(error) => matches!(error, MigrationError::Stopped),
            _ => false,
        }
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 backup".to_owned() } else { format!("{count} backups") }
}

/// What to do about an error of this room. Exhaustive, so the program that words hints must word all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Name another database as the target.
    ChooseOtherTarget,
    /// Resume the load of the source, or undo it, before copying.
    FinishSource,
    /// Finish that copy first, or copy from its source.
    FinishCopy,
    /// Use a database that is new or empty.
    UseEmptyTarget,
    /// Give the source with which the copy began, or begin in another database.
    GiveSameSource { of: String },
    /// Consent to leave them behind.
    LeaveBehind,
    /// Remove the table from the copy, or change it at the source.
    ChangeTable,
    /// Change the value at the source.
    ChangeValue,
    /// Restore what is missing in the schema of the source.
    RestoreSchema,
    /// Change these at the source, or use a target of an engine that can hold them.
    ChangeValues,
    /// Remove the rows that reference missing rows, or add the missing ones.
    MendReferences { table: String },
    /// Name the folder of a backup.
    NameBackup,
    /// Restore the newest of many.
    NameNewest { newest: PathBuf },
    /// Name a folder that can be created.
    NameFolder,
    /// Move the files that are not part of the backup out of the folder, or name another folder.
    MoveFiles { folder: PathBuf },
    /// Use another backup: this one cannot be trusted.
    UseOtherBackup,
    /// Use a version of the program that knows it.
    Upgrade,
    /// Name a folder that does not exist, or replace the backup.
    ReplaceOrRename { is_backup: bool },
    /// Wait for the other run.
    WaitForOther,
    /// Rename that table in the target, or remove it.
    RenameTable,
    /// Wait for the other copy into the same database.
    WaitForCopy,
    /// Free some space.
    FreeSpace,
    /// Run the same command again: it continues.
    RunAgain,
    /// Run the same command again when no other program changes the rows of the target.
    KeepOthersOut,
}

impl CopyError {
    /// What to do about an error of this room; the errors of other rooms have their own hints.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Database(_) | Self::Deployment(_) | Self::Load(_) | Self::Migration(_) | Self::Run(_) => {
                return None;
            }
            Self::Itself { .. } => Hint::ChooseOtherTarget,
            Self::SourceCutOff { .. } => Hint::FinishSource,
            Self::SourceUnfinished { .. } => Hint::FinishCopy,
            Self::NotEmpty { .. } => Hint::UseEmptyTarget,
            Self::OtherSource { of, .. } => Hint::GiveSameSource { of: of.clone() },
            Self::Occupied { .. } => Hint::RenameTable,
            Self::Locked { .. } => Hint::WaitForCopy,
            Self::LockLost { .. } => Hint::RunAgain,
            Self::Overtaken { .. } => Hint::UseEmptyTarget,
            Self::Leaves { .. } | Self::Object { .. } => Hint::LeaveBehind,
            Self::Statement { .. } => Hint::ChangeTable,
            Self::NoBackup { .. } | Self::NoFolder { .. } => Hint::NameBackup,
            Self::BackupsWithin { newest, .. } => Hint::NameNewest { newest: newest.clone() },
            Self::NoName { .. } => Hint::NameFolder,
            Self::OtherFiles { path, .. } => Hint::MoveFiles { folder: path.clone() },
            Self::Lacks { .. } => Hint::RestoreSchema,
            Self::Unheld { .. } => Hint::ChangeValues,
            Self::Dangling { table, .. } => Hint::MendReferences { table: table.clone() },
            Self::Damaged { .. } => Hint::UseOtherBackup,
            Self::NewerManifest { .. } => Hint::Upgrade,
            Self::Exists { what, .. } => Hint::ReplaceOrRename { is_backup: *what == "a backup" },
            Self::UnderWay { .. } => Hint::WaitForOther,
            Self::Write { source, .. } if has_no_room(source) => Hint::FreeSpace,
            Self::Read { .. } | Self::Write { .. } => return None,
            Self::Value { .. } => Hint::ChangeValue,
            Self::Source { .. } | Self::Migrated { .. } | Self::Stopped => Hint::RunAgain,
            Self::Differs { .. } => Hint::KeepOthersOut,
        })
    }
}
