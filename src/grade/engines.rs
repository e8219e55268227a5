//! The only place in `grade` that names engines: how each of them counts its work.

use super::count::{self, Counter};
use crate::database::Engine;

/// How an engine's work is counted.
pub(super) fn counter(engine: Engine) -> &'static Counter {
    match engine {
        Engine::Sqlite => &count::SQLITE,
        #[cfg(feature = "mysql")]
        Engine::Mysql => &count::MYSQL,
        #[cfg(feature = "postgres")]
        Engine::Postgres => &count::POSTGRES,
    }
}
