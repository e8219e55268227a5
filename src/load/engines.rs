//! The only place in `load` that names engines: which connection loads each, and how its time is spent.

use super::state::Phase;
#[cfg(feature = "mysql")]
use crate::sink::mysql::MysqlBulk;
#[cfg(feature = "postgres")]
use crate::sink::postgres::PostgresBulk;
#[cfg(feature = "sqlite")]
use crate::sink::sqlite::SqliteBulk;

/// Evaluates an expression with the engine's bulk connection type bound to the given name.
macro_rules! on_bulk {
    ($engine:expr, $bulk:ident => $body:expr) => {
        match $engine {
            #[cfg(feature = "sqlite")]
            $crate::database::Engine::Sqlite => {
                type $bulk = $crate::sink::sqlite::SqliteBulk;
                $body
            }
            #[cfg(feature = "mysql")]
            $crate::database::Engine::Mysql => {
                type $bulk = $crate::sink::mysql::MysqlBulk;
                $body
            }
            #[cfg(feature = "postgres")]
            $crate::database::Engine::Postgres => {
                type $bulk = $crate::sink::postgres::PostgresBulk;
                $body
            }
        }
    };
}
pub(super) use on_bulk;

/// Roughly how a load's time is spent: good enough to start a progress bar. Later, what is measured
/// during the load counts more.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The share of each phase in the whole.
    pub phases: [(Phase, f64); 5],
    /// The share of a table's time that has passed when its last row has been handed to the engine.
    pub handed_in: f64,
}

/// The pace of a type of connection, measured with ten and twenty thousand users.
pub(super) trait Paced {
    /// Of parking, loading, restoring, verifying and finishing.
    const SHARES: [f64; 5];
    const HANDED_IN: f64;

    fn pace() -> Pace {
        let phases = [Phase::Parking, Phase::Loading, Phase::Restoring, Phase::Verifying, Phase::Finishing];
        let mut shares = Self::SHARES.into_iter();
        Pace { phases: phases.map(|phase| (phase, shares.next().unwrap_or(0.0))), handed_in: Self::HANDED_IN }
    }
}

#[cfg(feature = "sqlite")]
impl Paced for SqliteBulk {
    const SHARES: [f64; 5] = [0.01, 0.46, 0.50, 0.01, 0.02];
    const HANDED_IN: f64 = 1.0;
}

#[cfg(feature = "mysql")]
impl Paced for MysqlBulk {
    const SHARES: [f64; 5] = [0.005, 0.97, 0.005, 0.005, 0.015];
    const HANDED_IN: f64 = 0.9;
}

#[cfg(feature = "postgres")]
impl Paced for PostgresBulk {
    const SHARES: [f64; 5] = [0.02, 0.25, 0.65, 0.07, 0.01];
    const HANDED_IN: f64 = 1.0;
}
