//! The groups of options that several verbs share, and how words become values.
//!
//! Groups are flattened, so that an option has one name, one meaning and one help text everywhere. Nothing here reads
//! the environment: the library resolves `DATABASE_URL` and `.env`, because a value from `.env` must count as much as
//! one from the shell.

mod copy;
mod files;
mod refused;
mod seed;
mod values;
mod world;

pub use copy::CopyArgs;
pub use files::{FileArgs, SCHEMA};
pub use seed::SeedArgs;
#[cfg(feature = "course")]
pub use values::exercise;
pub use values::{age, cores, edition, folder, goal, name_the_option, name_the_way, positive, table, whole};
pub use world::WorldArgs;

use crate::failure::Failure;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueHint};
use instaseed::database::{self, Db, Engine, Origin, Target};
use instaseed::migration::{self, MigrationError, Source};
use std::path::PathBuf;
use std::time::Duration;

/// How the answer is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print one JSON object to standard output instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Print only the result and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// Which database is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub struct TargetArgs {
    /// Database to use [default: DATABASE_URL, else .env, else sqlite://instaseed.db]
    ///
    /// SQLite: sqlite://FILE, or just a file name. MySQL and MariaDB: mysql://USER:PASSWORD@HOST/NAME or
    /// mariadb://... PostgreSQL: postgres://USER:PASSWORD@HOST/NAME or postgresql://... In a URL, write
    /// special characters of a password as %XX; `@` becomes %40.
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,
    /// Wait up to SECONDS for the server to start [default: do not wait]
    #[arg(long, value_name = "SECONDS", global = true, value_parser = whole::<u64>)]
    pub wait: Option<u64>,
}

/// Which migrations there are, and how a run of them behaves.
#[derive(Debug, Args)]
#[command(next_help_heading = "Migrations")]
pub struct SourceArgs {
    /// Folder with your own migrations, which run after the built-in ones
    /// [default: INSTASEED_MIGRATIONS, also read from .env]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(folder))]
    pub migrations: Option<PathBuf>,
    /// Wait up to SECONDS for another run that holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 60, global = true,
        value_parser = whole::<u64>)]
    pub lock_timeout: u64,
    /// Apply a pending migration even if a later one is applied
    #[arg(long, global = true)]
    pub allow_out_of_order: bool,
}

/// The variable that names the folder of own migrations.
const MIGRATIONS: &str = "INSTASEED_MIGRATIONS";

/// Consent to what cannot be taken back.
#[derive(Debug, Args)]
#[command(next_help_heading = "Consent")]
pub struct ConsentArgs {
    /// Answer yes to all questions
    #[arg(long, short)]
    pub yes: bool,
    /// Allow this on a database that is on another machine
    #[arg(long)]
    pub allow_remote: bool,
}

impl ConsentArgs {
    /// Of a verb that takes no such options.
    pub const NONE: ConsentArgs = ConsentArgs { yes: false, allow_remote: false };
}

impl TargetArgs {
    /// The database that is meant, once its server answers if that is to be waited for.
    pub fn target(&self) -> Result<Target, Failure> {
        Ok(self.target_and_origin()?.0)
    }

    /// The same, with where it was said.
    pub fn target_and_origin(&self) -> Result<(Target, Origin), Failure> {
        let (target, origin) = Target::resolve(self.database_url.as_deref())?;
        if let Some(seconds) = self.wait {
            database::wait(&target, Duration::from_secs(seconds))?;
        }
        Ok((target, origin))
    }

    /// Refuses to create a file from a word that reads like the name of a server: `localhost`.
    pub fn refuse_bare_word(&self, target: &Target) -> Result<(), Failure> {
        let is_bare = |word: &str| !word.contains(['.', '/', ':', '\\']);
        match self.database_url.as_deref().map(str::trim).filter(|word| is_bare(word)) {
            Some(word) if target.path().is_some() && !database::exists(target)? => {
                Err(Failure::BareWord { word: word.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// The database that is meant, which must be there.
    pub fn connect(&self) -> Result<(Target, Db), Failure> {
        let target = self.target()?;
        let db = Db::connect(&target)?;
        Ok((target, db))
    }
}

impl SourceArgs {
    /// The folder of own migrations; an empty name counts as absent, as in a shell's `${NAME:-...}`.
    pub fn folder(&self) -> Result<Option<PathBuf>, Failure> {
        match &self.migrations {
            Some(folder) if !folder.as_os_str().is_empty() => Ok(Some(folder.clone())),
            _ => Ok(database::path_setting(MIGRATIONS)?),
        }
    }

    /// The embedded migrations, and the user's own behind them.
    pub fn source(&self, engine: Engine) -> Result<Source, Failure> {
        let embedded = Source::embedded(engine)?;
        match self.folder()? {
            Some(folder) => Ok(embedded.with_folder(&folder)?),
            None => Ok(embedded),
        }
    }

    /// The same for a verb that only looks: an own migration that cannot be read is named, and the others are there.
    pub fn readable_source(&self, engine: Engine) -> Result<(Source, Option<MigrationError>), Failure> {
        let embedded = Source::embedded(engine)?;
        match self.folder()? {
            Some(folder) => Ok(embedded.with_readable(&folder)?),
            None => Ok((embedded, None)),
        }
    }

    pub fn options(&self) -> migration::Options {
        migration::Options {
            lock_timeout: Duration::from_secs(self.lock_timeout),
            allow_out_of_order: self.allow_out_of_order,
            may_take_back: true,
            target: None,
        }
    }
}
