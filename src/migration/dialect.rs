//! What the pure parts (source, cutter, plan) must know of an engine; the one place of this room that chooses
//! by engine. The facts themselves stand in `sqlite.rs`, `mysql.rs` and `postgres.rs`.

use super::split::Lexis;
use super::{Statement, mysql, postgres, sqlite};
use crate::database::Engine;

/// The facts of one engine.
pub(crate) struct Dialect {
    /// Its folder below `migrations/`.
    pub folder: &'static str,
    pub lexis: &'static Lexis,
    /// DDL ends the transaction that it stands in: nothing can be rolled back as a whole.
    pub commits_ddl: bool,
    /// How a statement of a migration without a transaction runs.
    pub manner: fn(&Statement) -> Manner,
}

/// How one statement runs when no transaction holds the whole migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// In a transaction of its own, together with the record that it ran: exact.
    WithRecord,
    /// Changes the session only: run again before a later statement is resumed.
    Setting,
    /// By itself; whether it ran is seen from the catalogue.
    Alone,
}

pub(crate) const FOLDERS: [&str; 3] =
    [sqlite::DIALECT.folder, mysql::DIALECT.folder, postgres::DIALECT.folder];

pub(crate) fn dialect(engine: Engine) -> &'static Dialect {
    match engine {
        Engine::Sqlite => &sqlite::DIALECT,
        Engine::Mysql => &mysql::DIALECT,
        Engine::Postgres => &postgres::DIALECT,
    }
}
