//! What to do about an error of a migration, as values. The user interface puts them into words.

use std::io;

use super::error::{MigrationError, Remains};
use super::split::{Lock, SplitError};
use super::{Direction, Obstacle, WayOut};

/// A hint. Not `non_exhaustive`: whoever puts hints into words must cover all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Write `up.sql`, or remove the folder.
    WriteUp { folder: String },
    /// Let the scaffold write the folder.
    ScaffoldFolder,
    /// Use lower-case words with underscores between them.
    ChooseName,
    /// Give one of the two folders another version.
    ChangeVersion,
    /// Write `down.sql`, or say in `metadata.toml` why the migration is irreversible.
    WriteDown,
    /// Remove `down.sql`, or the key `irreversible`.
    RemoveDown,
    /// Save the file as UTF-8.
    SaveAsUtf8,
    /// Use the keys that `metadata.toml` may have.
    CorrectMetadata,
    /// Remove the client's command.
    RemoveDelimiter,
    /// Remove the statement: the runner manages the transaction.
    RemoveTransaction { word: String },
    /// Remove the statement, or use one that leaves the runner's lock alone.
    SpareLocks { does: Lock },
    /// Remove the XA statements.
    RemoveDistributed,
    /// Use `INSERT`, or `COPY` from a file on the server.
    InsertRows,
    /// Write the SQL; `SELECT 1;` if there is nothing to do.
    WriteSql,
    /// Put the statement into a separate migration, whose `metadata.toml` says how it runs.
    SplitMigration,
    /// Use an ordinary table, and drop it at the end.
    UseOrdinaryTable,
    /// Perhaps this one was meant.
    DidYouMean { nearest: String },
    /// Look at the list of versions.
    ListVersions,
    /// Give the migration a newer version, or allow it to run out of order.
    RenewVersion { version: String },
    /// Use one of these editions, or no such key.
    KnownEditions { known: Vec<String> },
    /// Change the edition first.
    ChangeEdition { edition: String },
    /// Change the edition and keep the rows, or rebuild the database.
    ChangeEditionOrReset { edition: String },
    /// Finish the migration that was interrupted in this direction, or reverse it.
    FinishOrTurn { direction: Direction },
    /// Correct the path of the folder of own migrations, or create it.
    CorrectFolder,
    /// Restore the file, or accept it as it is; or, if allowed, undo the migration and run it again.
    RestoreOrAccept { version: String, may_redo: bool },
    /// Nothing was changed: look where the database is now.
    ShowStatus { is_unchanged: bool },
    /// Name the folder that contains the migration, or rebuild the database.
    NameFolder,
    /// Connect as the account that set up the database; if another did, inspect the table and drop it.
    RunAsOwner { table: String, owner: String },
    /// Use another database, remove the table, or adopt the existing tables.
    UseOtherDatabase { table: String },
    /// Remove the obstacles.
    ClearTheWay { ways: Vec<WayOut> },
    /// Wait longer for the lock.
    WaitForLock,
    /// Put the statement into a migration that runs without a transaction.
    RunWithoutTransaction,
    /// Free some space for the database.
    FreeSpace,
    /// End the blocking transactions, with this statement if there is one, or wait longer.
    EndTransactions { sql: Option<String>, nothing_kept: bool },
    /// Find out whether this statement has run, and continue with it or with the next.
    ResumeFrom { number: usize },
    /// Run the rest by hand, or continue from an earlier statement.
    RunRestByHand,
    /// Give the number of a statement, or the one after the last if all have run.
    GiveNumber { total: usize },
    /// Correct the cause and continue from the statement that failed.
    CorrectAndRepair,
    /// Correct the cause and run the migration again: nothing of it was kept.
    CorrectAndRun,
    /// Declare the loss, if it is intended; nothing was kept.
    DeclareLoss { table: String },
    /// Correct the data or the migration; nothing was kept.
    CorrectData,
    /// Restore the statements in this file that had run, then continue.
    RestoreFile { file: String },
    /// Check what the account and the server allow.
    Diagnose,
}

/// How PostgreSQL and SQLite report a statement that must run alone.
fn refuses_transaction(message: &str) -> bool {
    message.contains("cannot run inside a transaction block") || message.contains("from within a transaction")
}

impl MigrationError {
    /// The hint for an error of a migration, if there is one. Errors from other modules have their own hints.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::EmptyFolder { file } => Hint::WriteUp { folder: file.clone() },
            Self::BadFolderName { .. } => Hint::ScaffoldFolder,
            Self::BadName { .. } => Hint::ChooseName,
            Self::DuplicateVersion { .. } => Hint::ChangeVersion,
            Self::MissingDown { .. } => Hint::WriteDown,
            Self::NeedlessDown { .. } => Hint::RemoveDown,
            Self::InvalidUtf8 { .. } => Hint::SaveAsUtf8,
            Self::BadMetadata { .. } => Hint::CorrectMetadata,
            Self::BadScript { source, .. } => source.hint()?,
            Self::EmptyScript { .. } => Hint::WriteSql,
            Self::WrongManner { .. } => Hint::SplitMigration,
            Self::TemporaryTable { .. } => Hint::UseOrdinaryTable,
            Self::UnknownVersion { nearest: Some(nearest), .. } => {
                Hint::DidYouMean { nearest: nearest.clone() }
            }
            Self::UnknownVersion { .. } | Self::AmbiguousVersion { .. } => Hint::ListVersions,
            Self::OutOfOrder { version, .. } => Hint::RenewVersion { version: version.clone() },
            Self::BadEdition { known, .. } => Hint::KnownEditions { known: known.clone() },
            Self::OfOtherEdition { editions, .. } => {
                Hint::ChangeEdition { edition: editions.first()?.clone() }
            }
            Self::EditionStays { wanted, .. } => Hint::ChangeEditionOrReset { edition: wanted.clone() },
            Self::HalfReverted { .. } => Hint::FinishOrTurn { direction: Direction::Down },
            Self::HalfApplied { .. } => Hint::FinishOrTurn { direction: Direction::Up },
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Hint::CorrectFolder
            }
            Self::Changed { version, may_redo, .. } => {
                Hint::RestoreOrAccept { version: version.clone(), may_redo: *may_redo }
            }
            Self::MovedMeanwhile => Hint::ShowStatus { is_unchanged: true },
            Self::NothingCutOff => Hint::ShowStatus { is_unchanged: false },
            Self::MissingFile { .. } => Hint::NameFolder,
            Self::Planted { table, owner } => Hint::RunAsOwner { table: table.clone(), owner: owner.clone() },
            Self::ForeignDatabase { table } => Hint::UseOtherDatabase { table: table.clone() },
            Self::Obstacles { obstacles } => Hint::ClearTheWay { ways: ways(obstacles) },
            Self::Locked { .. } => Hint::WaitForLock,
            Self::Statement { message, stepwise: false, .. } if refuses_transaction(message) => {
                Hint::RunWithoutTransaction
            }
            Self::Statement { message, .. } | Self::Engine { message, .. }
                if message.contains("disk is full") =>
            {
                Hint::FreeSpace
            }
            Self::Statement { in_the_way, remains, .. } if !in_the_way.is_empty() => Hint::EndTransactions {
                sql: in_the_way[0].how_to_end().map(str::to_owned),
                nothing_kept: *remains == Remains::Nothing,
            },
            Self::Statement { remains: Remains::Uncertain, number, .. } | Self::Uncertain { number, .. } => {
                Hint::ResumeFrom { number: *number }
            }
            Self::Statement { remains: Remains::Recorded, .. } => Hint::CorrectAndRepair,
            Self::Statement { remains: Remains::Nothing, .. } => Hint::CorrectAndRun,
            Self::SessionLost { .. } => Hint::RunRestByHand,
            Self::NoSuchStatement { total, .. } => Hint::GiveNumber { total: *total },
            Self::RowsLost { table, .. } => Hint::DeclareLoss { table: table.clone() },
            Self::DanglingRows { .. } => Hint::CorrectData,
            Self::CannotResume { file, .. } => Hint::RestoreFile { file: file.clone() },
            Self::Engine { .. } => Hint::Diagnose,
            Self::Database(_)
            | Self::Unreadable { .. }
            | Self::NoEngineFolder { .. }
            | Self::BadEditions { .. }
            | Self::Stopped
            | Self::Irreversible { .. }
            | Self::NotChanged { .. }
            | Self::Unwritable { .. }
            | Self::AlreadyThere { .. } => return None,
        })
    }
}

impl SplitError {
    fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Unclosed { .. } => return None,
            Self::Delimiter { .. } => Hint::RemoveDelimiter,
            Self::TransactionControl { word, .. } => Hint::RemoveTransaction { word: word.clone() },
            Self::Locks { does, .. } => Hint::SpareLocks { does: *does },
            Self::Distributed { .. } => Hint::RemoveDistributed,
            Self::CopyFromClient { .. } => Hint::InsertRows,
        })
    }
}

/// Each way once: one statement may remove several obstacles.
fn ways(obstacles: &[Obstacle]) -> Vec<WayOut> {
    let mut ways = Vec::new();
    for found in obstacles {
        if !ways.contains(&found.way_out) {
            ways.push(found.way_out.clone());
        }
    }
    ways
}
