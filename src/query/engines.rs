//! The only place in `query` that names engines.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[cfg(feature = "mysql")]
use super::mysql;
#[cfg(feature = "postgres")]
use super::postgres;
use super::session::Session;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Access, Result, Shell};
use crate::database::{Engine, Target};

pub(super) fn open(target: &Target, access: Access, stop: Arc<AtomicBool>) -> Result<Box<dyn Session>> {
    Ok(match target.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => Box::new(sqlite::Sqlite::open(target, access, stop)?),
        #[cfg(feature = "mysql")]
        Engine::Mysql => Box::new(mysql::Mysql::open(target, access, stop)?),
        #[cfg(feature = "postgres")]
        Engine::Postgres => Box::new(postgres::Postgres::open(target, access, stop)?),
    })
}

pub(super) fn shell(target: &Target, access: Access) -> Shell {
    match target.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => super::shell::of_file(target, access),
        #[cfg(feature = "mysql")]
        Engine::Mysql => super::shell::of_mysql(target, access),
        #[cfg(feature = "postgres")]
        Engine::Postgres => super::shell::of_postgres(target, access),
    }
}
