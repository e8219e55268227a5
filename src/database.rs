//! Where the data lives: URLs, connections, and the databases themselves (exists, create, remove).
//!
//! One enum of connections, [`Db`], serves the three engines; `on_db!` runs one piece of Diesel code on whichever
//! is open. Whatever differs between the engines is a function of `database/<engine>.rs`: this file only chooses.
//! Invariants: `connect` never creates anything; every session speaks UTF-8 and UTC; no error holds a password.

use std::time::{Duration, Instant};

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncMysqlConnection, AsyncPgConnection};

mod catalogue;
mod dotenv;
mod error;
mod escape;
mod facts;
pub(crate) mod mysql;
mod patience;
pub(crate) mod postgres;
pub(crate) mod records;
mod redact;
mod resolve;
mod rows;
mod runtime;
pub(crate) mod sqlite;
mod stream;
mod target;
pub(crate) mod tls;

pub use catalogue::{Catalogue, Column, ForeignKey, Index, Table};
pub(crate) use error::Result;
pub use error::{Cause, DatabaseError, Exposure, FileProblem, TlsProblem, Unreachable, UrlProblem};
pub use escape::{escape_line, escape_where, is_terminal_control};
pub use facts::Facts;
pub use patience::Patient;
pub use redact::{looks_secret, redact};
pub use resolve::{Origin, path_setting};
pub use rows::Field;
pub use runtime::Runtime;
pub use stream::{Ask, Value};
pub use target::Target;
pub use tls::TlsMode;

/// How often a connection on which nothing comes asks whether the other machine is still there.
const KEEPALIVE: Duration = Duration::from_secs(20);
/// A server that is there answers within this time, however little patience is left.
const LEAST_PATIENCE: Duration = Duration::from_millis(500);
/// How long a machine may leave that, or what was sent to it, without an answer before it counts as gone.
const DEAD_AFTER: Duration = Duration::from_secs(60);

/// A blocking Diesel connection to MySQL or MariaDB, over the pure Rust driver.
pub type MysqlConnection = AsyncConnectionWrapper<Patient<AsyncMysqlConnection>, Runtime>;
/// A blocking Diesel connection to PostgreSQL, over the pure Rust driver.
pub type PgConnection = AsyncConnectionWrapper<Patient<AsyncPgConnection>, Runtime>;

/// The kinds of databases. `Mysql` is MySQL and MariaDB: which of them, only the server can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    Sqlite,
    Mysql,
    Postgres,
}

impl Engine {
    /// Every engine, in the order in which they are always listed.
    pub const ALL: [Engine; 3] = [Engine::Sqlite, Engine::Mysql, Engine::Postgres];

    /// The lower-case name, as in `migrations/<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Mysql => "mysql",
            Engine::Postgres => "postgres",
        }
    }

    fn scheme(self) -> &'static str {
        self.name()
    }

    fn default_port(self) -> u16 {
        match self {
            Engine::Sqlite => 0,
            Engine::Mysql => mysql::PORT,
            Engine::Postgres => postgres::PORT,
        }
    }

    fn socket_parameter(self) -> &'static str {
        match self {
            Engine::Mysql => "socket",
            Engine::Sqlite | Engine::Postgres => "host",
        }
    }
}

impl std::fmt::Display for Engine {
    /// The name as its makers write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Engine::Sqlite => "SQLite",
            Engine::Mysql => "MySQL",
            Engine::Postgres => "PostgreSQL",
        })
    }
}

/// An open connection. The server connections own a runtime each and block: inside tokio, use `spawn_blocking`.
#[allow(
    clippy::large_enum_variant,
    reason = "a process has a handful of connections; boxes would show in every use"
)]
pub enum Db {
    Sqlite(SqliteConnection),
    Mysql(MysqlConnection),
    Postgres(PgConnection),
}

/// Runs one expression on whichever connection is open; the compiler checks it for every engine.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::database::Db::Sqlite($c) => $body,
            $crate::database::Db::Mysql($c) => $body,
            $crate::database::Db::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_db;

impl Db {
    /// Opens an existing database and sets the session up; never creates one.
    pub fn connect(target: &Target) -> Result<Db> {
        Ok(match target.engine() {
            Engine::Sqlite => Db::Sqlite(sqlite::connect(target)?),
            Engine::Mysql => Db::Mysql(mysql::connect(target)?),
            Engine::Postgres => Db::Postgres(postgres::connect(target)?),
        })
    }

    /// Which kind of database this is.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Sqlite(_) => Engine::Sqlite,
            Db::Mysql(_) => Engine::Mysql,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// From now on the server must answer each question soon (within six times the `connect_timeout` of its URL): for
    /// verbs that only ask how things stand. Statements that may run for hours have no limit.
    pub fn answer_soon(&mut self) {
        self.hurry(true);
    }

    fn hurry(&mut self, soon: bool) -> bool {
        match self {
            Db::Sqlite(_) => false,
            Db::Mysql(c) => c.hurry(soon),
            Db::Postgres(c) => c.hurry(soon),
        }
    }

    /// The connection is not used again: whatever is asked fails at once.
    fn give_up(&mut self) {
        match self {
            Db::Sqlite(_) => {}
            Db::Mysql(c) => c.give_up(),
            Db::Postgres(c) => c.give_up(),
        }
    }

    /// Asks something short.
    fn soon<T>(&mut self, ask: impl FnOnce(&mut Db) -> T) -> T {
        let before = self.hurry(true);
        let answer = ask(self);
        self.hurry(before);
        answer
    }

    /// Runs a script of statements; results are dropped, the first error ends it.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        on_db!(self, c => c.batch_execute(sql)).map_err(DatabaseError::from)?;
        Ok(())
    }
}

/// Whether the database is there. A wrong password or a silent server is an error, never "no".
pub fn exists(target: &Target) -> Result<bool> {
    let found = match target.engine() {
        Engine::Sqlite => sqlite::exists(target),
        Engine::Mysql => mysql::connect(target).map(|_| true),
        Engine::Postgres => postgres::connect(target).map(|_| true),
    };
    match found {
        Err(error) if error.is_missing() => Ok(false),
        other => Ok(other?),
    }
}

/// Creates an empty database; one that another process creates at the same moment is as good.
pub fn create(target: &Target) -> Result<()> {
    match target.engine() {
        Engine::Sqlite => sqlite::create(target)?,
        Engine::Mysql => mysql::create(target)?,
        Engine::Postgres => postgres::create(target)?,
    }
    Ok(())
}

/// Removes the database and everything in it; one that is not there is as good.
pub fn remove(target: &Target) -> Result<()> {
    match target.engine() {
        Engine::Sqlite => sqlite::remove(target)?,
        Engine::Mysql => mysql::remove(target)?,
        Engine::Postgres => postgres::remove(target)?,
    }
    Ok(())
}

/// Waits until a server answers at all (a refused login or a missing database is an answer).
pub fn wait(target: &Target, patience: Duration) -> Result<()> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(50);
    loop {
        // a server that takes the connection and is silent may not have more of it than is left
        let target = &target.within(patience.saturating_sub(start.elapsed()).max(LEAST_PATIENCE));
        let answer = match target.engine() {
            Engine::Sqlite => return Ok(()),
            Engine::Mysql => mysql::connect(target).map(drop),
            Engine::Postgres => postgres::connect(target).map(drop),
        };
        match answer {
            Err(error) if error.is_unreachable() => {
                if start.elapsed() + pause > patience {
                    let source = Box::new(error);
                    let target = target.to_string();
                    return Err(DatabaseError::StillUnreachable { target, waited: patience, source });
                }
            }
            _ => return Ok(()),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

/// The name under which the operating system knows the user: the default user of a server's URL.
fn login_name() -> String {
    ["USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .or_else(|| {
            let uid = rustix::process::getuid().as_raw().to_string();
            let users = std::fs::read_to_string("/etc/passwd").ok()?;
            let line = users.lines().find(|line| line.split(':').nth(2) == Some(uid.as_str()))?;
            line.split(':').next().map(str::to_owned)
        })
        .unwrap_or_else(|| "root".to_owned())
}
