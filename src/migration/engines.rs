//! The only place in `migration` that names engines: each one's dialect, and its connection as the runner uses it.

use super::carry::Carrier;
use super::dialect::Dialect;
use super::lexer::Lexis;
#[cfg(feature = "mysql")]
use super::mysql;
#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "course")]
use super::split::split;
use super::split::{SplitError, split_any};
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::statement::Statement;
use crate::database::{Db, Engine, on_db};

pub(crate) fn dialect(engine: Engine) -> &'static Dialect {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => &sqlite::DIALECT,
        #[cfg(feature = "mysql")]
        Engine::Mysql => &mysql::DIALECT,
        #[cfg(feature = "postgres")]
        Engine::Postgres => &postgres::DIALECT,
    }
}

/// How an engine's texts are read.
pub(crate) fn lexis(engine: Engine) -> &'static Lexis {
    dialect(engine).lexis
}

/// A text cut into the statements of an engine.
#[cfg(feature = "course")]
pub(crate) fn statements(engine: Engine, text: &str) -> Result<Vec<Statement>, SplitError> {
    split(text, dialect(engine).lexis)
}

/// The same for statements of any kind, also those that a migration cannot contain.
pub(crate) fn any_statements(engine: Engine, text: &str) -> Result<Vec<Statement>, SplitError> {
    split_any(text, dialect(engine).lexis)
}

/// A connection as the runner sees it.
pub(crate) fn session(db: &mut Db) -> &mut dyn Carrier {
    on_db!(db, connection => connection)
}
