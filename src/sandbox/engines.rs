//! The only place in `sandbox` that names engines.

#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Result, Sandbox, SandboxError};
use crate::database::{Engine, Target};

/// Opens a database for a stranger's SQL. On a server it opens the database itself, which should be a throw-away clone; of a
/// file it opens a copy in memory.
pub fn open(target: &Target) -> Result<Box<dyn Sandbox>> {
    Ok(match target.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => Box::new(sqlite::SqliteSandbox::scratch(bytes_of(target)?)?),
        #[cfg(feature = "mysql")]
        Engine::Mysql => Box::new(super::mysql::MysqlSandbox::open(target)?),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Box::new(super::postgres::PostgresSandbox::open(target)?),
    })
}

#[cfg(feature = "sqlite")]
fn bytes_of(target: &Target) -> Result<Vec<u8>> {
    std::fs::read(target.path().unwrap_or_else(|| target.database().as_ref()))
        .map_err(|error| SandboxError::Broken { action: "reading its file", source: Box::new(error) })
}
