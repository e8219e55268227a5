//! What this module must know about an engine: one [`Driver`] each, a constant in `database/<engine>.rs`.
//! The files that serve every engine ask it for whatever differs, and decide nothing themselves.

use super::catalogue::{Catalogue, Questions};
use super::{DatabaseError, Db, Engine, Result, ServerInfo, Target};

/// What is known about an engine even if this build does not include it.
pub(super) struct Kind {
    /// In lower case: its scheme, its folder below `migrations/` and its cargo feature.
    pub name: &'static str,
    /// The name as its makers write it.
    pub product: &'static str,
    /// The schemes that a URL may begin with.
    pub schemes: &'static [&'static str],
    /// The one that every client library takes.
    pub common_scheme: &'static str,
}

/// Every engine, in the order in which they are listed.
pub(super) const KINDS: [Kind; 3] = [SQLITE, MYSQL, POSTGRES];
pub(super) const SQLITE: Kind =
    Kind { name: "sqlite", product: "SQLite", schemes: &["sqlite"], common_scheme: "sqlite" };
pub(super) const MYSQL: Kind =
    Kind { name: "mysql", product: "MySQL", schemes: &["mysql", "mariadb"], common_scheme: "mysql" };
pub(super) const POSTGRES: Kind = Kind {
    name: "postgres",
    product: "PostgreSQL",
    schemes: &["postgres", "postgresql"],
    common_scheme: "postgresql",
};

/// Diesel's backend for an engine, with the only connection type that this library opens for it.
pub(crate) trait Backed: diesel::backend::Backend {
    type Connection: diesel::Connection<Backend = Self> + 'static;
}

/// An engine that is built in.
pub(super) struct Driver {
    pub kind: Kind,
    pub engine: Engine,
    pub location: Location,
    /// Whether names that differ only in case are different names.
    pub case_matters: bool,
    /// Opens an existing database and sets the session up.
    pub connect: fn(&Target) -> Result<Db>,
    /// Whether the database exists; [`DatabaseError::is_missing`] also means that it does not.
    pub exists: fn(&Target) -> Result<bool>,
    pub create: fn(&Target) -> Result<()>,
    pub remove: fn(&Target) -> Result<()>,
    pub sql: Dialect,
    /// Reads the schema, bookkeeping tables included.
    pub catalogue: fn(&mut dyn Questions) -> Result<Catalogue>,
    /// Adds what [`Dialect::facts`] cannot report.
    pub add_facts: fn(&mut Db, &Target, &mut ServerInfo),
}

/// Where an engine keeps its databases.
pub(super) enum Location {
    File,
    Server {
        port: u16,
        /// The parameter of a URL that names a socket.
        socket_parameter: &'static str,
    },
}

/// How an engine spells the queries that every engine must support.
pub(super) struct Dialect {
    /// The names of all tables.
    pub tables: &'static str,
    /// What [`ServerInfo`] shows, one row per fact: its name and its value.
    pub facts: &'static str,
    /// The bytes of each table with its indexes, one row per table: its name and its bytes.
    pub sizes: &'static str,
    pub begin_snapshot: &'static str,
    /// Quotes a name for use in a statement.
    pub quote: fn(&str) -> String,
    /// The views with a given name, as what may follow `SELECT count(*) FROM`.
    pub views_named: fn(&str) -> String,
    /// A query for those of some tables that another account owns, each with that account; `None`
    /// if tables have no owners.
    pub strangers: Option<fn(&[&str]) -> String>,
    /// A moment as whole seconds since 1970.
    pub seconds: fn(&str) -> String,
    /// The function that builds a JSON array, and the types to which a cell is cast.
    pub json_array: &'static str,
    pub text: &'static str,
    pub integer: &'static str,
}

/// What this module needs from a connection besides Diesel's own traits.
pub(super) trait Connection {
    const ENGINE: Engine;

    /// Sets whether every response must come soon from now on; returns the previous setting. A file always responds.
    fn hurry(&mut self, _soon: bool) -> bool {
        false
    }

    /// Sends no more queries.
    fn give_up(&mut self) {}
}

/// The driver for a URL's scheme; an error if this build does not include it, `None` if no engine has the scheme.
pub(super) fn of_scheme(scheme: &str) -> Option<Result<&'static Driver>> {
    let kind =
        KINDS.iter().find(|kind| kind.schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)))?;
    Some(of_kind(kind))
}

/// The driver for files.
pub(super) fn of_files() -> Result<&'static Driver> {
    of_kind(&SQLITE)
}

fn of_kind(kind: &Kind) -> Result<&'static Driver> {
    let mut built = Engine::ALL.iter().map(|engine| engine.driver());
    built
        .find(|driver| driver.kind.name == kind.name)
        .ok_or(DatabaseError::NotBuilt { product: kind.product, feature: kind.name })
}
