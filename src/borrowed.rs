//! Works on a Diesel connection of the caller, within the caller's transaction if there is one: for test suites that keep
//! their connections, and roll each test back.
//!
//! The schema comes from the built-in migrations, run by Diesel's own harness, so that `diesel migration list` and instaseed
//! know them. Rows are sent as INSERT statements. That is slower than a [load](crate::load), which needs connections of its
//! own, and quick enough for a few thousand rows.
//!
//! ```
//! use diesel::prelude::*;
//! use instaseed::edition::Edition;
//! use instaseed::profile::Profile;
//! use instaseed::schema::platform::users;
//! use instaseed::world::World;
//!
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut connection = SqliteConnection::establish(":memory:")?;
//! connection.begin_test_transaction()?;
//! instaseed::borrowed::migrate_to(&mut connection, Edition::Platform)?;
//! let world = World::new(&Profile::of("tiny")?)?;
//! instaseed::borrowed::seed(&mut connection, Edition::Platform, &world)?;
//! assert_eq!(users::table.count().get_result(&mut connection), Ok(10_i64));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! MySQL and MariaDB commit by themselves when a table is created: there [`migrate_to`] ends the caller's transaction, and only
//! [`seed`] can be rolled back.

mod builtin;

use diesel::connection::{Connection, SimpleConnection};
use diesel::result::Error as DieselError;
use diesel_migrations::MigrationHarness;

use crate::database::Engine;
use crate::edition::{Edition, EditionError, Rows, WorldRows};
use crate::format::Encoder;
use crate::format::sql::{self, Dialect, Sql};
use crate::migration::{MigrationError, Source};
use crate::plan::{PlanError, Shard, plan};
use crate::run::{self, RunError};
use crate::world::World;
use builtin::Builtin;

/// A backend of Diesel's that instaseed has migrations for.
pub trait Known: diesel::backend::Backend {
    const ENGINE: Engine;
    /// How its rows are written.
    type Sql: Dialect;
    /// What a session must be told before rows, and after them: times are UTC.
    const SESSION: [&'static str; 2] = ["", ""];
}

#[cfg(feature = "sqlite")]
impl Known for diesel::sqlite::Sqlite {
    const ENGINE: Engine = Engine::Sqlite;
    type Sql = sql::Sqlite;
}

#[cfg(feature = "mysql")]
impl Known for diesel::mysql::Mysql {
    const ENGINE: Engine = Engine::Mysql;
    type Sql = sql::Mysql;
    const SESSION: [&'static str; 2] =
        ["SET @instaseed_zone = @@time_zone, time_zone = '+00:00'", "SET time_zone = @instaseed_zone"];
}

#[cfg(feature = "postgres")]
impl Known for diesel::pg::Pg {
    const ENGINE: Engine = Engine::Postgres;
    type Sql = sql::Postgres;
}

/// A connection of the caller's that could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BorrowedError {
    #[error(
        "the database of the connection has migrations of another goal than edition {edition}, and only an empty one is migrated here"
    )]
    NotEmpty { edition: Edition },
    #[error("the migrations of the connection cannot be read")]
    Versions { source: Box<dyn std::error::Error + Send + Sync> },
    #[error("migration {version} failed")]
    Migrating { version: String, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("the rows of {table} cannot be inserted")]
    Inserting { table: &'static str, source: DieselError },
    #[error("the session cannot be prepared")]
    Session { source: DieselError },
    #[error(transparent)]
    Migration(#[from] MigrationError),
    #[error(transparent)]
    Edition(#[from] EditionError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Run(#[from] RunError),
}

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = BorrowedError> = std::result::Result<T, E>;

/// Creates the schema of an edition in an empty database; does nothing if it is there. To move a database with rows from one
/// edition to another takes a lock and a connection of its own: see [`Database`](crate::Database).
pub fn migrate_to<C>(connection: &mut C, edition: Edition) -> Result<()>
where
    C: MigrationHarness<C::Backend> + Connection,
    C::Backend: Known + 'static,
{
    let source = Source::embedded(C::Backend::ENGINE)?;
    let applied = connection.applied_migrations().map_err(|source| BorrowedError::Versions { source })?;
    let wanted: Vec<_> =
        source.migrations().iter().filter(|one| leads_to(&source, &one.version, edition)).collect();
    if !applied.is_empty() {
        let ours = |version: &String| wanted.iter().any(|one| one.version == *version);
        let ours = applied.iter().map(ToString::to_string).filter(ours).count();
        return match ours == wanted.len() && ours == applied.len() {
            true => Ok(()),
            false => Err(BorrowedError::NotEmpty { edition }),
        };
    }
    for migration in wanted {
        let ran = connection.run_migration(&Builtin(migration));
        ran.map_err(|source| BorrowedError::Migrating { version: migration.version.clone(), source })?;
    }
    Ok(())
}

/// Inserts the rows of a world into the tables of an edition, in one transaction: a savepoint where the caller has one.
pub fn seed<C>(connection: &mut C, edition: Edition, world: &World) -> Result<()>
where
    C: Connection,
    C::Backend: Known,
{
    let rows = WorldRows::new(world, edition)?;
    let tables: Vec<_> = edition.tables().iter().collect();
    let mut parts = plan(&rows, &tables, Shard::WHOLE)?;
    let stop = std::sync::atomic::AtomicBool::new(false);
    run::number(&rows, &mut parts, run::Options { threads: 1, stop: &stop, observer: &() })?;
    let [before, after] = C::Backend::SESSION;
    run_if_any(connection, before)?;
    let done = connection.transaction(|connection| {
        let mut encoder = Sql::<<C::Backend as Known>::Sql>::default();
        let mut scratch = rows.scratch();
        for part in &parts {
            let failed = |source| Failed(BorrowedError::Inserting { table: part.table.name, source });
            for chunk in 0..part.chunks() {
                encoder.begin(part.table, Default::default());
                let (units, first_id) = (part.chunk(chunk), part.first_id(chunk));
                encoder = rows.write(part.table, units, first_id, encoder, &mut scratch);
                let sql = encoder.finish();
                let sql = std::str::from_utf8(sql.as_slice()).expect("texts are written as UTF-8");
                // One statement at a time: not every connection takes several.
                for statement in sql.split_inclusive(";\n").filter(|statement| !statement.trim().is_empty()) {
                    connection.batch_execute(statement).map_err(failed)?;
                }
            }
            let counted = (<C::Backend as Known>::Sql::SPELLING.count_on)(part.table);
            if !counted.is_empty() {
                connection.batch_execute(&counted).map_err(failed)?;
            }
        }
        Ok(())
    });
    let restored = run_if_any(connection, after);
    done.map_err(|Failed(error)| error)?;
    restored
}

/// Diesel's transactions want an error that can come from Diesel.
struct Failed(BorrowedError);

impl From<DieselError> for Failed {
    fn from(source: DieselError) -> Failed {
        Failed(BorrowedError::Session { source })
    }
}

fn run_if_any(connection: &mut impl SimpleConnection, sql: &str) -> Result<()> {
    match sql {
        "" => Ok(()),
        sql => connection.batch_execute(sql).map_err(|source| BorrowedError::Session { source }),
    }
}

/// Whether a migration of ours is on the way to an edition.
fn leads_to(source: &Source, version: &str, edition: Edition) -> bool {
    let milestone = source.milestones().iter().find(|milestone| milestone.edition == edition.name());
    milestone.is_some_and(|milestone| version <= milestone.version.as_str())
}
