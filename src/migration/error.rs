//! What can go wrong between a folder of migrations and a migrated database, each with its file,
//! line and statement. The hints are in `hint`.

use std::path::PathBuf;

use super::holder::Holder;
use super::{Direction, Obstacle};
use crate::database::{DatabaseError, escape_line};

/// What remains of a migration after a failed statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    Nothing,
    /// The previous statements, as recorded.
    Recorded,
    /// The previous statements, and perhaps part of the failed one.
    Uncertain,
}

/// The result of a fallible function in `migration`.
pub(crate) type Result<T, E = MigrationError> = std::result::Result<T, E>;

/// A migration was refused or failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// Connecting to the database or querying it.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    // The files.
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} has folders for other engines, but none named {engine}", path.display())]
    NoEngineFolder { path: PathBuf, engine: &'static str },
    #[error("{file} is not a migration: it has no up.sql")]
    EmptyFolder { file: String },
    #[error("{file} is not named <version>_<name>, where the version is letters and digits")]
    BadFolderName { file: String },
    #[error("two migrations have version {version}: {first} and {second}")]
    DuplicateVersion { version: String, first: String, second: String },
    #[error("{file} has no down.sql")]
    MissingDown { file: String },
    #[error("{file} is marked as irreversible, but has a down.sql")]
    NeedlessDown { file: String },
    #[error("{file}:{line}: invalid UTF-8 at byte {byte}")]
    InvalidUtf8 { file: String, line: usize, byte: usize },
    #[error("{}: {message}", place(file, *line))]
    BadMetadata { file: String, line: Option<usize>, message: String },
    #[error("{file} contains no statement")]
    EmptyScript { file: String },
    #[error("{}: {source}", place(file, Some(source.line())))]
    BadScript { file: String, source: super::SplitError },
    #[error("{file}:{line}: a temporary table is lost if the run is interrupted between two statements")]
    TemporaryTable { file: String, line: usize },
    #[error("{file}:{line}: {because}")]
    WrongManner { file: String, line: usize, because: &'static str },
    #[error("{file}: {message}")]
    BadEditions { file: String, message: String },
    #[error("{file}: {}", match edition.as_str() {
        "" => "`editions` is empty, so the migration fits no edition".to_owned(),
        edition => format!("there is no edition `{edition}`"),
    })]
    BadEdition { file: String, edition: String, known: Vec<String> },

    // What was asked for.
    #[error("there is no migration {wanted}")]
    UnknownVersion { wanted: String, nearest: Option<String> },
    #[error("`{wanted}` names more than one migration: {}", found.join(", "))]
    AmbiguousVersion { wanted: String, found: Vec<String> },
    #[error("{version} is pending, but the newer {newest} is already applied")]
    OutOfOrder { version: String, newest: String },
    #[error("{file} was changed after version {version} was applied")]
    Changed { version: String, file: String, may_redo: bool },
    #[error("version {version} belongs to edition {}, but the database is meant for {goal}", editions.join(", "))]
    OfOtherEdition { version: String, editions: Vec<String>, goal: String },
    #[error(
        "the database is meant for edition {goal}, not {wanted}, and `setup` does not change the edition"
    )]
    EditionStays { goal: String, wanted: String },
    #[error(
        "version {version} ({name}) is half undone: {done} of {total} statements of its down.sql have run"
    )]
    HalfReverted { version: String, name: String, done: usize, total: usize },
    #[error(
        "version {version} ({name}) is half-applied: {done} of {total} statements of its {direction}.sql have run"
    )]
    HalfApplied { version: String, name: String, direction: Direction, done: usize, total: usize },
    #[error("version {version} is applied, but its files are missing")]
    MissingFile { version: String },
    #[error("another run has changed the database meanwhile: this run would now undo migrations")]
    MovedMeanwhile,
    #[error("stopped before the end")]
    Stopped,
    #[error("version {version} cannot be undone: {because}")]
    Irreversible { version: String, because: String },
    #[error("the files of version {version} have not changed since it was applied")]
    NotChanged { version: String },
    #[error(
        "`{name}` is not a valid name for a migration: it must be at most 60 lower-case letters, digits and underscores, and begin with a letter"
    )]
    BadName { name: String },
    #[error("cannot write {}", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("{} already exists", path.display())]
    AlreadyThere { path: PathBuf },

    // The database.
    #[error("the database already has a table `{table}` that no built-in migration created")]
    ForeignDatabase { table: String },
    #[error("{table} was created by another account: {owner}")]
    Planted { table: String, owner: String },
    #[error("these steps would break what others created in the database:{}", listed(obstacles))]
    Obstacles { obstacles: Vec<Obstacle> },
    #[error("another run holds the lock: {}", escape_line(&holder.to_string()))]
    Locked { holder: Holder, waited_seconds: u64 },
    #[error("{}", failed(file, *line, statement, message, in_the_way))]
    Statement {
        file: String,
        line: usize,
        statement: String,
        number: usize,
        total: usize,
        message: String,
        remains: Remains,
        /// The migration runs without a transaction.
        stepwise: bool,
        /// The sessions that held locks on what the statement needed, if it waited in vain.
        in_the_way: Vec<Holder>,
    },
    #[error(
        "{file}: {} had {before} rows before {version} and has {after} after it, but no loss is declared",
        escape_line(table)
    )]
    RowsLost { file: String, version: String, table: String, before: i64, after: i64 },
    #[error(
        "{file}: after {version}, {rows} rows of {} reference rows of {} that do not exist (first: {first})",
        escape_line(table),
        escape_line(parent)
    )]
    DanglingRows { file: String, version: String, table: String, parent: String, rows: usize, first: String },
    #[error(
        "version {version} is half-applied ({direction}, {done} of {total} statements), and {file} was changed in statements that have already run"
    )]
    CannotResume { version: String, direction: Direction, done: usize, total: usize, file: String },
    #[error(
        "{file}:{line}: the run was interrupted in this statement, and it is unknown whether it took effect\n  in: {statement}"
    )]
    Uncertain { file: String, line: usize, statement: String, number: usize },
    #[error(
        "{file}:{line}: the run was interrupted before this statement, which needs what was lost with the session: {lost}\n  in: {statement}"
    )]
    SessionLost { file: String, line: usize, statement: String, number: usize, lost: String },
    #[error("no migration is half-applied")]
    NothingCutOff,
    #[error("{file} has no statement {number}")]
    NoSuchStatement { file: String, number: usize, total: usize },
    #[error("{what}: {message}")]
    Engine { what: String, message: String },
}

fn place(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

fn listed(obstacles: &[Obstacle]) -> String {
    let line = |found: &Obstacle| format!("{} {}: {}", found.kind, found.name, found.because);
    obstacles.iter().map(|found| format!("\n  {}", escape_line(&line(found)))).collect()
}

fn failed(file: &str, line: usize, statement: &str, message: &str, in_the_way: &[Holder]) -> String {
    let mut text = format!("{file}:{line}: {message}\n  in: {statement}");
    for holder in in_the_way {
        text.push_str(&format!("\n  blocked by: {}", escape_line(&holder.to_string())));
    }
    text
}

impl MigrationError {
    pub(crate) fn engine(what: impl Into<String>) -> impl FnOnce(diesel::result::Error) -> Self {
        let what = what.into();
        move |error| Self::Engine { what, message: error.to_string() }
    }

    /// Whether the engine aborted this run in favour of another transaction, and nothing of the statement remains.
    pub(crate) fn is_deadlock(&self) -> bool {
        matches!(self, Self::Statement { message, remains, .. }
            if *remains != Remains::Uncertain && message.to_lowercase().contains("deadlock"))
    }
}
