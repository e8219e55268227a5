//! SQLite: files. Opens only what exists (`mode=rw`), distinguishes folders, other files and locked
//! ones, and removes a database together with its side files. Foreign keys are set explicitly,
//! because a system library leaves them off.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::driver::{self, Dialect, Driver, Location};
use super::error::{Cause, DatabaseError, FileProblem};
use super::target::Target;
use super::{Db, Engine, ServerInfo, catalogue};

pub(crate) use catalogue::sqlite::DDL;
pub(crate) use memory::Memory;

mod defence;
mod memory;

/// Sets how long a statement waits for another program's lock. The page size matters only while the
/// file is still empty: pages of 16 kB are filled a third faster than those of 4 kB, and read as fast.
const SESSION: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA page_size = 16384;";

/// Characters with a special meaning in SQLite's URI syntax.
const URI: &AsciiSet = &CONTROLS.add(b'?').add(b'#').add(b'%').add(b' ');

/// Files that SQLite keeps next to a database.
const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

impl super::Backed for diesel::sqlite::Sqlite {
    type Connection = SqliteConnection;
}

pub(super) const DRIVER: Driver = Driver {
    kind: driver::SQLITE,
    engine: Engine::Sqlite,
    location: Location::File,
    case_matters: false,
    connect: |target| connect(target).map(Db::Sqlite),
    exists,
    create,
    remove,
    sql: Dialect {
        tables: catalogue::sqlite::TABLES,
        facts: FACTS,
        sizes: SIZES,
        begin_snapshot: "BEGIN",
        quote,
        views_named: |name| {
            format!("sqlite_schema WHERE type = 'view' AND name = {} COLLATE NOCASE", literal(name))
        },
        strangers: None,
        seconds: |moment| format!("CAST(strftime('%s', {moment}) AS INTEGER)"),
        json_array: "json_array",
        text: "TEXT",
        integer: "INTEGER",
    },
    catalogue: catalogue::sqlite::read,
    add_facts: |_, target, facts| add_file_facts(path(target), facts),
};

impl driver::Connection for SqliteConnection {
    const ENGINE: Engine = Engine::Sqlite;
}

const FACTS: &str =
    "SELECT 'product' AS a, 'SQLite' AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
UNION ALL SELECT 'version', sqlite_version(), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'character_set', encoding, NULL, NULL, NULL, NULL, NULL, NULL FROM pragma_encoding
UNION ALL SELECT 'data_bytes', CAST(c.page_count * s.page_size AS TEXT), NULL, NULL, NULL, NULL, NULL, NULL
FROM pragma_page_count c, pragma_page_size s";

/// Every page of the file is visited: as long as reading the file.
const SIZES: &str =
    "SELECT m.tbl_name AS a, CAST(SUM(s.pgsize) AS TEXT) AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f,
    NULL AS g, NULL AS h
FROM dbstat s JOIN sqlite_schema m ON m.name = s.name WHERE s.aggregate = TRUE GROUP BY m.tbl_name";

fn path(target: &Target) -> &Path {
    target.path().expect("the caller chose this engine by the target, and SQLite targets have a path")
}

fn failure(path: &Path, problem: FileProblem, source: Option<Cause>) -> DatabaseError {
    DatabaseError::File { path: path.to_owned(), problem, source }
}

/// Opens an existing file and sets the session up.
pub(crate) fn connect(target: &Target) -> Result<SqliteConnection, DatabaseError> {
    let path = path(target);
    if !exists(target)? {
        return Err(failure(path, FileProblem::Missing, None));
    }
    for file in SIDE_FILES.iter().map(|suffix| side_file(path, suffix)) {
        if fs::metadata(&file).is_ok_and(|found| !found.is_file()) {
            return Err(failure(&file, FileProblem::NotAFile, None));
        }
    }
    // mode=rw: a file that vanishes meanwhile is an error, not a new database
    let uri = uri(path, "mode=rw")?;
    let mut connection = defence::open(&uri).map_err(|e| open_failure(path, e))?;
    // Reads the header, to detect a file that is not a database at once. A locked one is a database:
    // the caller that must wait for the lock decides how long, and can report who holds it.
    match connection.batch_execute("PRAGMA busy_timeout = 0; PRAGMA schema_version") {
        Err(e) if e.to_string().contains("is locked") => {}
        other => other.map_err(|e| classify(path, e))?,
    }
    connection.batch_execute(SESSION).map_err(|e| classify(path, e))?;
    Ok(connection)
}

/// The URI of a file, with a parameter.
pub(crate) fn uri(path: &Path, parameter: &str) -> Result<String, DatabaseError> {
    let path = absolute(path)?;
    Ok(format!("file:{}?{parameter}", percent_encode(path.as_os_str().as_bytes(), URI)))
}

/// Opens a database in memory that a [`Memory`] keeps.
pub(crate) fn connect_to_memory(uri: &str) -> Result<SqliteConnection, DatabaseError> {
    let problem = |source: Cause| failure(Path::new(uri), FileProblem::Other, Some(source));
    let mut connection = defence::open(uri).map_err(|error| problem(error.into()))?;
    connection.batch_execute(SESSION).map_err(|error| problem(error.into()))?;
    Ok(connection)
}

/// An empty database in memory, opened with the same precautions as a file: a schema may be copied into it.
pub(crate) fn in_memory() -> diesel::ConnectionResult<SqliteConnection> {
    defence::open(":memory:")
}

/// Whether the file exists; a folder with that name, or one that cannot be accessed, is an error.
fn exists(target: &Target) -> Result<bool, DatabaseError> {
    let path = path(target);
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(failure(path, FileProblem::Directory, None)),
        // Opening a pipe would wait for somebody at the other end.
        Ok(found) if !found.is_file() => Err(failure(path, FileProblem::NotAFile, None)),
        Ok(_) => Ok(true),
        Err(e) if e.kind() == ErrorKind::NotFound && path.is_symlink() => {
            Err(failure(path, FileProblem::DanglingLink, Some(Box::new(e))))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) if e.kind() == ErrorKind::NotADirectory => {
            Err(failure(path, FileProblem::NoFolder, Some(Box::new(e))))
        }
        Err(e) if e.kind() == ErrorKind::PermissionDenied => {
            Err(failure(path, FileProblem::NotReadable, Some(Box::new(e))))
        }
        Err(e) => Err(failure(path, FileProblem::Other, Some(Box::new(e)))),
    }
}

fn create(target: &Target) -> Result<(), DatabaseError> {
    let path = path(target);
    if exists(target)? {
        return Ok(());
    }
    if !folder(path).is_dir() {
        return Err(failure(path, FileProblem::NoFolder, None));
    }
    // an empty file is an empty database
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => {
            let problem = match e.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => FileProblem::ReadOnly,
                ErrorKind::StorageFull => FileProblem::DiskFull,
                _ => FileProblem::Other,
            };
            Err(failure(path, problem, Some(Box::new(e))))
        }
    }
}

/// Removes the file and its side files. Refuses a file that is not a database, which is not ours to
/// remove, and a link: removing it would leave the data.
fn remove(target: &Target) -> Result<(), DatabaseError> {
    let path = path(target);
    if !exists(target)? {
        return Ok(());
    }
    if path.is_symlink() {
        return Err(failure(path, FileProblem::Link, None));
    }
    let mut connection = connect(target)?;
    connection
        .batch_execute("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE; ROLLBACK")
        .map_err(|e| classify(path, e))?;
    drop(connection);
    for file in
        std::iter::once(path.to_owned()).chain(SIDE_FILES.iter().map(|suffix| side_file(path, suffix)))
    {
        match fs::remove_file(&file) {
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(failure(&file, FileProblem::ReadOnly, Some(Box::new(e)))),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// Quotes a name for use in a statement.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL string.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What the file system reports: the free space, and whether this user may write.
fn add_file_facts(path: &Path, facts: &mut ServerInfo) {
    let may_write = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    facts.may_create_tables = Some(may_write(path) && may_write(folder(path)));
    facts.may_create_databases = Some(may_write(folder(path)));
    facts.free_bytes =
        rustix::fs::statvfs(folder(path)).ok().map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize));
}

fn side_file(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The folder that holds a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn absolute(path: &Path) -> Result<PathBuf, DatabaseError> {
    std::path::absolute(path).map_err(|e| failure(path, FileProblem::Other, Some(Box::new(e))))
}

fn open_failure(path: &Path, error: diesel::ConnectionError) -> DatabaseError {
    let problem = match fs::File::open(path).map_err(|e| e.kind()) {
        Err(ErrorKind::PermissionDenied) => FileProblem::NotReadable,
        Err(ErrorKind::NotFound) => FileProblem::Missing,
        _ => FileProblem::Other,
    };
    failure(path, problem, Some(Box::new(error)))
}

fn classify(path: &Path, error: diesel::result::Error) -> DatabaseError {
    let problem = FileProblem::of_sqlite(&error.to_string()).unwrap_or(FileProblem::Other);
    failure(path, problem, Some(Box::new(error)))
}
