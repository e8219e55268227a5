//! Where the data lives: URLs, connections, and the databases themselves (exists, create, remove).
//!
//! One enum of connections, [`Db`], serves the three engines; `on_db!` runs one piece of Diesel code on whichever
//! is open. Whatever differs between the engines is in the `DRIVER` of `database/<engine>.rs`: this file has the list of
//! them, and is the only one of the room that names an engine.
//! Invariants: `connect` never creates anything; every session speaks UTF-8 and UTC; no error holds a password.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

mod catalogue;
mod dotenv;
mod driver;
mod error;
mod escape;
mod hint;
mod lock_file;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "server")]
mod patience;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
pub(crate) mod properties;
pub(crate) mod records;
mod redact;
mod resolve;
mod rows;
#[cfg(feature = "server")]
mod runtime;
mod server_info;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod stream;
mod target;
#[cfg(feature = "server")]
mod tls;
mod tls_mode;

pub use catalogue::{Catalogue, Column, ForeignKey, Index, Table};
#[cfg(feature = "course")]
pub(crate) use catalogue::{Cells, Questions, read as read_catalogue};
pub(crate) use driver::Backed;
use driver::{Connection, Dialect, Driver, Location};
pub(crate) use error::Result;
pub use error::{
    Cause, DatabaseError, DotEnvProblem, Exposure, FileProblem, TlsProblem, Unreachable, UrlProblem,
};
pub use escape::{escape_line, escape_where, is_terminal_control};
pub use hint::Hint;
pub(crate) use lock_file::{Pauses, is_at};
#[cfg(feature = "mysql")]
pub use mysql::MysqlConnection;
#[cfg(feature = "server")]
pub use patience::Patient;
#[cfg(feature = "postgres")]
pub use postgres::PgConnection;
pub use redact::{looks_secret, redact};
pub use resolve::{Origin, path_setting};
pub use rows::Field;
#[cfg(feature = "server")]
pub use runtime::Runtime;
pub use server_info::ServerInfo;
pub use stream::{Ask, Value};
#[cfg(feature = "server")]
pub(crate) use target::Host;
pub use target::Target;
#[cfg(feature = "server")]
pub(crate) use tls_mode::Roots;
pub use tls_mode::TlsMode;

/// A server that is there answers within this time, however little patience is left.
const MIN_PATIENCE: Duration = Duration::from_millis(500);

/// The kinds of databases. `Mysql` is MySQL and MariaDB: which of them, only the server can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "mysql")]
    Mysql,
    #[cfg(feature = "postgres")]
    Postgres,
}

/// One row for each engine, in the order of [`Engine`].
const DRIVERS: &[Driver] = &[
    #[cfg(feature = "sqlite")]
    sqlite::DRIVER,
    #[cfg(feature = "mysql")]
    mysql::DRIVER,
    #[cfg(feature = "postgres")]
    postgres::DRIVER,
];

impl Engine {
    /// Every engine of this build, in the order in which they are always listed.
    pub const ALL: [Engine; DRIVERS.len()] = {
        let mut all = [DRIVERS[0].engine; DRIVERS.len()];
        let mut at = 0;
        while at < DRIVERS.len() {
            all[at] = DRIVERS[at].engine;
            assert!(all[at] as usize == at, "the table has the order of the enum");
            at += 1;
        }
        all
    };

    /// The lower-case name, as in `migrations/<name>`.
    pub fn name(self) -> &'static str {
        self.driver().kind.name
    }

    /// Whether a database is a file of this machine.
    pub fn is_file(self) -> bool {
        matches!(self.driver().location, Location::File)
    }

    /// Whether two columns may have names that differ in case only.
    pub(crate) fn case_matters(self) -> bool {
        self.driver().case_matters
    }

    /// A name as it is written in a statement.
    #[cfg(feature = "course")]
    pub(crate) fn quote(self, name: &str) -> String {
        (self.driver().sql.quote)(name)
    }

    /// The names of all engines, whether or not this build has them.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        driver::KINDS.iter().map(|kind| kind.name)
    }

    fn driver(self) -> &'static Driver {
        &DRIVERS[self as usize]
    }
}

impl std::fmt::Display for Engine {
    /// The name as its makers write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.driver().kind.product)
    }
}

/// An open connection. The server connections own a runtime each and block: inside tokio, use `spawn_blocking`.
#[allow(
    clippy::large_enum_variant,
    reason = "a process has a handful of connections; boxes would show in every use"
)]
pub enum Db {
    #[cfg(feature = "sqlite")]
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "mysql")]
    Mysql(MysqlConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

/// Runs one expression on whichever connection is open; the compiler checks it for every engine.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            #[cfg(feature = "sqlite")]
            $crate::database::Db::Sqlite($c) => $body,
            #[cfg(feature = "mysql")]
            $crate::database::Db::Mysql($c) => $body,
            #[cfg(feature = "postgres")]
            $crate::database::Db::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_db;

impl Db {
    /// Opens an existing database and sets the session up; never creates one.
    pub fn connect(target: &Target) -> Result<Db> {
        (target.engine().driver().connect)(target)
    }

    /// Which kind of database this is.
    pub fn engine(&self) -> Engine {
        fn of<C: Connection>(_: &C) -> Engine {
            C::ENGINE
        }
        on_db!(self, c => of(c))
    }

    fn sql(&self) -> &'static Dialect {
        &self.engine().driver().sql
    }

    /// From now on the server must answer each question soon (within six times the `connect_timeout` of its URL): for
    /// verbs that only ask how things stand. Statements that may run for hours have no limit.
    pub fn answer_soon(&mut self) {
        self.hurry(true);
    }

    fn hurry(&mut self, soon: bool) -> bool {
        on_db!(self, c => Connection::hurry(c, soon))
    }

    /// The connection is not used again: whatever is asked fails at once.
    fn give_up(&mut self) {
        on_db!(self, c => Connection::give_up(c));
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
    match (target.engine().driver().exists)(target) {
        Err(error) if error.is_missing() => Ok(false),
        other => other,
    }
}

/// Creates an empty database; one that another process creates at the same moment is as good.
pub fn create(target: &Target) -> Result<()> {
    (target.engine().driver().create)(target)
}

/// Removes the database and everything in it; one that is not there is as good.
pub fn remove(target: &Target) -> Result<()> {
    (target.engine().driver().remove)(target)
}

/// Waits until a server answers at all (a refused login or a missing database is an answer).
pub fn wait(target: &Target, patience: Duration) -> Result<()> {
    if target.engine().is_file() {
        return Ok(());
    }
    let start = Instant::now();
    let mut pause = Duration::from_millis(50);
    loop {
        // a server that takes the connection and is silent may not have more of it than is left
        let target = &target.within(patience.saturating_sub(start.elapsed()).max(MIN_PATIENCE));
        match Db::connect(target) {
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
