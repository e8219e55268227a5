//! The only place in `sandbox` that names engines.

use super::gate::{self, Rules};
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Refusal, Trouble};
use crate::database::Engine;

/// Whether a text would be let through to an engine as a query, without asking the engine.
pub fn admit(engine: Engine, text: &str) -> Result<(), Refusal> {
    match gate::query(text, rules(engine)) {
        Err(Trouble::Refused(refusal)) => Err(refusal),
        _ => Ok(()),
    }
}

fn rules(engine: Engine) -> &'static Rules {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => &sqlite::RULES,
        #[cfg(feature = "mysql")]
        Engine::Mysql => &super::mysql::RULES,
        #[cfg(feature = "postgres")]
        Engine::Postgres => &super::postgres::RULES,
    }
}
