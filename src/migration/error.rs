//! What can go wrong between a folder of migrations and a migrated database, each with its file, line and
//! statement, and with the way out.

use std::path::PathBuf;

use super::lock::Holder;
use super::{Direction, Obstacle};
use crate::database::{DatabaseError, escape_line};

/// What a failed statement has left of its migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remains {
    Nothing,
    /// The statements before it, as recorded.
    Recorded,
    /// Those, and perhaps a part of what the statement does.
    Uncertain,
}

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = MigrationError> = std::result::Result<T, E>;

/// Errors of this room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// Reaching or asking the database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    // The files.
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} has folders for other engines, but none named {engine}", path.display())]
    NoEngineFolder { path: PathBuf, engine: &'static str },
    #[error("{file} is no migration: it has no up.sql")]
    EmptyFolder { file: String },
    #[error("{file} is not named <version>_<name>, a version being letters and digits")]
    BadFolderName { file: String },
    #[error("version {version} is there twice: {first} and {second}")]
    DuplicateVersion { version: String, first: String, second: String },
    #[error("{file} has no down.sql")]
    MissingDown { file: String },
    #[error("{file} says that it is irreversible, but has a down.sql")]
    NeedlessDown { file: String },
    #[error("{file}:{line}: invalid UTF-8 at byte {byte}")]
    InvalidUtf8 { file: String, line: usize, byte: usize },
    #[error("{}: {message}", place(file, *line))]
    BadMetadata { file: String, line: Option<usize>, message: String },
    #[error("{file} holds no statement")]
    EmptyScript { file: String },
    #[error("{}: {source}", place(file, Some(source.line())))]
    BadScript { file: String, source: super::SplitError },
    #[error("{file}:{line}: a temporary table is lost when the run is cut off between two statements")]
    TemporaryTable { file: String, line: usize },
    #[error("{file}:{line}: {because}")]
    WrongManner { file: String, line: usize, because: &'static str },
    #[error("{file}: {message}")]
    BadEditions { file: String, message: String },
    #[error("{file}: {}", match edition.as_str() {
        "" => "`editions` is empty, so that the migration fits none".to_owned(),
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
    #[error("version {version} belongs to edition {}, and the database is meant for {goal}", editions.join(", "))]
    OfOtherEdition { version: String, editions: Vec<String>, goal: String },
    #[error(
        "the database is meant for edition {goal}, and setup does not change the edition (asked for: {wanted})"
    )]
    EditionStays { goal: String, wanted: String },
    #[error(
        "version {version} ({name}) is half taken back: {done} of {total} statements of its down.sql have run"
    )]
    HalfReverted { version: String, name: String, done: usize, total: usize },
    #[error(
        "version {version} ({name}) is half-applied: {done} of {total} statements of its {direction}.sql have run"
    )]
    HalfApplied { version: String, name: String, direction: Direction, done: usize, total: usize },
    #[error("version {version} is applied, but no file of it is here")]
    MissingFile { version: String },
    #[error("another run went on meanwhile: from where the database is now, this would take migrations back")]
    MovedMeanwhile,
    #[error("stopped before the end")]
    Stopped,
    #[error("version {version} cannot be reverted: {because}")]
    Irreversible { version: String, because: String },
    #[error("version {version} is not applied with another content than its file's")]
    NotChanged { version: String },
    #[error(
        "`{name}` is not a name for a migration: small letters, digits and underscores, beginning with a letter, 60 at most"
    )]
    BadName { name: String },
    #[error("cannot write {}", path.display())]
    Unwritable { path: PathBuf, source: std::io::Error },
    #[error("{} is already there", path.display())]
    AlreadyThere { path: PathBuf },

    // The database.
    #[error("the database already has a table `{table}`, which none of these migrations made")]
    ForeignDatabase { table: String },
    #[error("{table} was made by another account: {owner}")]
    Planted { table: String, owner: String },
    #[error("these steps cannot bring along what others made here:{}", listed(obstacles))]
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
        /// Who held locks on what the statement needed, where it waited for one in vain.
        in_the_way: Vec<Holder>,
    },
    #[error(
        "{file}: {} had {before} rows before {version} and has {after} after it, and no loss is declared",
        escape_line(table)
    )]
    RowsLost { file: String, version: String, table: String, before: i64, after: i64 },
    #[error(
        "{file}: after {version}, {rows} rows of {} point at rows of {} that do not exist (first: {first})",
        escape_line(table),
        escape_line(parent)
    )]
    DanglingRows { file: String, version: String, table: String, parent: String, rows: usize, first: String },
    #[error(
        "version {version} is half-applied ({direction}, {done} of {total} statements), and {file} was changed in what had run"
    )]
    CannotResume { version: String, direction: Direction, done: usize, total: usize, file: String },
    #[error(
        "{file}:{line}: the run was cut off in this statement, and whether it has happened cannot be told\n  in: {statement}"
    )]
    Uncertain { file: String, line: usize, statement: String, number: usize },
    #[error(
        "{file}:{line}: the run was cut off before this statement, and it needs what was lost with the session: {lost}\n  in: {statement}"
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
        text.push_str(&format!("\n  in the way: {}", escape_line(&holder.to_string())));
    }
    text
}

fn uncertain(number: usize) -> String {
    format!(
        "look whether it has happened; if not: `instaseed migrate repair --from {number}`; if so: `instaseed migrate repair --from {}`",
        number + 1
    )
}

/// PostgreSQL's and SQLite's words for a statement that must stand alone.
fn refuses_transaction(message: &str) -> bool {
    message.contains("cannot run inside a transaction block") || message.contains("from within a transaction")
}

impl MigrationError {
    pub(crate) fn engine(what: impl Into<String>) -> impl FnOnce(diesel::result::Error) -> Self {
        let what = what.into();
        move |error| Self::Engine { what, message: error.to_string() }
    }

    /// Whether the engine gave up this run in favour of another transaction, and nothing of the statement is left.
    pub(crate) fn is_deadlock(&self) -> bool {
        matches!(self, Self::Statement { message, remains, .. }
            if *remains != Remains::Uncertain && message.to_lowercase().contains("deadlock"))
    }

    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Database(error) => return error.hint(),
            Self::EmptyFolder { file } => format!("write {file}/up.sql, or remove the folder"),
            Self::BadFolderName { .. } => "`instaseed migrate new NAME` writes folders with a good name".into(),
            Self::DuplicateVersion { .. } => "give one of the two folders another version".into(),
            Self::MissingDown { .. } => {
                "write down.sql, or say why there is no way back in metadata.toml: irreversible = \"...\"".into()
            }
            Self::NeedlessDown { .. } => "remove the key `irreversible`, or the file".into(),
            Self::InvalidUtf8 { .. } => "save the file as UTF-8".into(),
            Self::BadMetadata { .. } => "it needs the key `run_in_transaction` and knows `irreversible`, `editions`, [[up.loses]] and [[down.loses]]".into(),
            Self::BadScript { source, .. } => source.hint()?.into(),
            Self::EmptyScript { .. } => "write its SQL; `SELECT 1;` stands for nothing to do".into(),
            Self::WrongManner { .. } => "run_in_transaction in the metadata.toml of the migration says which: put it into a migration of its own".into(),
            Self::TemporaryTable { .. } => "use an ordinary table and drop it in the end".into(),
            Self::UnknownVersion { nearest: Some(nearest), .. } => format!("did you mean {nearest}?"),
            Self::UnknownVersion { .. } => "`instaseed migrate status` lists the versions".into(),
            Self::OutOfOrder { .. } => "give it a newer version, or run it all the same with --allow-out-of-order".into(),
            Self::BadEdition { known, .. } => format!("known editions: {}; without the key it fits every one", known.join(", ")),
            Self::OfOtherEdition { editions, .. } => match editions.first() {
                Some(edition) => format!("`instaseed migrate to {edition}` changes the edition first"),
                None => return None,
            },
            Self::EditionStays { wanted, .. } => format!(
                "`instaseed migrate to {wanted}` changes the edition and keeps the rows; `instaseed reset --edition {wanted}` starts anew"
            ),
            Self::HalfReverted { .. } => {
                "`instaseed migrate repair` finishes taking it back; `instaseed migrate repair --undo` brings it back up".into()
            }
            Self::HalfApplied { .. } => {
                "`instaseed migrate repair` finishes it; `instaseed migrate repair --undo` turns it back".into()
            }
            Self::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "check the folder of your own migrations (--migrations or INSTASEED_MIGRATIONS); `instaseed migrate new NAME` makes it".into()
            }
            Self::Changed { version, may_redo: true, .. } => format!(
                "undo it and apply it as it is now: `instaseed migrate redo`, which asks first; or restore the file; or accept it without running it: `instaseed migrate repair --accept-changed {version}`"
            ),
            Self::Changed { version, .. } => format!(
                "restore the file, or accept it as it is now: `instaseed migrate repair --accept-changed {version}`"
            ),
            Self::MovedMeanwhile => "nothing was changed; `instaseed migrate status` says where it is now".into(),
            Self::MissingFile { .. } => "name the folder that has it with --migrations DIR; if it is gone for good, `instaseed reset --drop` starts anew (it asks)".into(),
            Self::Planted { table, owner } => format!(
                "run it as the account that set the database up, if that was {owner}; else look into {table}, drop it, and run this again"
            ),
            Self::ForeignDatabase { .. } => {
                "use another database, or remove the table if nobody needs it; to go on with the course's tables as another tool made them, see \"Adopting a course database\" in migrations/README.md".into()
            },
            Self::Obstacles { obstacles } => {
                let mut ways: Vec<_> = Vec::new();
                for found in obstacles {
                    // One statement may clear several of them.
                    let way_out = escape_line(&found.way_out);
                    if !ways.contains(&way_out) {
                        ways.push(way_out);
                    }
                }
                format!("nothing was changed; run this first:\n  {}", ways.join("\n  "))
            }
            Self::Locked { .. } => "wait for it, or raise --lock-timeout".into(),
            Self::Statement { message, stepwise: false, .. } if refuses_transaction(message) => {
                "put it into a migration of its own, with run_in_transaction = false in its metadata.toml".into()
            }
            Self::Statement { message, .. } if message.contains("disk is full") => {
                "free some space for the database, then run it again".into()
            }
            Self::Statement { in_the_way, remains, .. } if !in_the_way.is_empty() => format!(
                "end the transactions of those connections{}, and run it again; or raise --lock-timeout",
                in_the_way[0].how_to_end().map(|sql| format!(" (`{sql}`)")).unwrap_or_default()
            ) + if *remains == Remains::Nothing { "; nothing of this migration was kept" } else { "" },
            Self::Statement { remains: Remains::Uncertain, number, .. } => uncertain(*number),
            Self::Uncertain { number, .. } => uncertain(*number),
            Self::SessionLost { .. } => {
                "run the rest of the migration by hand, then: `instaseed migrate repair --done`; or go on from an earlier statement: `instaseed migrate repair --from N`".into()
            }
            Self::NoSuchStatement { total, .. } => format!("give a number from 1 to {total}"),
            Self::NothingCutOff => "`instaseed migrate status` says where the database is".into(),
            Self::Statement { remains: Remains::Recorded, .. } => {
                "what had run is recorded: correct the cause, then `instaseed migrate repair` goes on from this statement".into()
            }
            Self::Statement { .. } => "nothing of this migration was kept: correct the cause and run it again".into(),
            Self::RowsLost { table, .. } => format!("nothing was kept; if the loss is meant, declare it in metadata.toml for {} with rows = \"...\"", escape_line(table)),
            Self::DanglingRows { .. } => "nothing was kept; correct the data or the migration".into(),
            Self::CannotResume { file, .. } => format!("bring {file} back to what was run, then `instaseed migrate repair`"),
            Self::Engine { .. } => "`instaseed doctor` says what this account and this place allow".into(),
            _ => return None,
        })
    }
}
