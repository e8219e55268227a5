//! What can be typed: the verbs, and the groups of options that several verbs share.
//!
//! Each verb's own options stand in its file under `commands/`. Groups are flattened, so that an option has one
//! name, one meaning and one help text everywhere. Nothing here reads the environment: the library resolves
//! `DATABASE_URL` and `.env`, because a value from `.env` must count as much as one from the shell.

mod world;

pub use world::WorldArgs;

use crate::commands::{self, Failure};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use instaseed::database::{self, Db, Engine, Origin, Target};
use instaseed::migration::{self, Source};
use std::path::PathBuf;
use std::time::Duration;

/// An Instagram-like database in one command.
///
/// Versioned, reversible migrations and believable data on SQLite, MySQL/MariaDB and PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "instaseed", version, arg_required_else_help = true, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the answer is no (declined, a difference was found, a migration is pending)
  2  could not be done; the reason and a way out are on standard error

Start here:
  instaseed setup                 make instaseed.db with the course's tables and data
  instaseed help VERB             a page about one verb, with examples";

/// The verbs, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    Setup(commands::setup::Args),
    Seed(commands::seed::Args),
    Show(commands::show::Args),
    Reset(commands::reset::Args),
    Migrate(commands::migrate::Args),
    Generate(commands::generate::Args),
    Check(commands::check::Args),
    Doctor(commands::doctor::Args),
    Completions(commands::completions::Args),
}

/// How the answer is given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Print one JSON object on standard output instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but what was asked for and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// Which database is meant.
#[derive(Debug, Args)]
#[command(next_help_heading = "Database")]
pub struct TargetArgs {
    /// Where the database is [default: DATABASE_URL, else .env, else sqlite://instaseed.db]
    ///
    /// sqlite://FILE or just a file name; mysql://USER:PASSWORD@HOST/NAME or mariadb://...;
    /// postgres://USER:PASSWORD@HOST/NAME or postgresql://... Special characters in a password are
    /// percent-encoded (@ is %40).
    #[arg(long, value_name = "URL", global = true)]
    pub database_url: Option<String>,
    /// Wait up to so many seconds for a server that is starting
    #[arg(long, value_name = "SECONDS", global = true)]
    pub wait: Option<u64>,
}

/// Which migrations there are, and how a run of them behaves.
#[derive(Debug, Args)]
#[command(next_help_heading = "Migrations")]
pub struct SourceArgs {
    /// A folder with migrations of your own, which follow on the built-in ones
    /// [default: INSTASEED_MIGRATIONS, also in .env]
    #[arg(long, value_name = "DIR", global = true, value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub migrations: Option<PathBuf>,
    /// Wait at most so many seconds for another run that holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 60, global = true)]
    pub lock_timeout: u64,
    /// Run a pending migration even though a later one is applied
    #[arg(long, global = true)]
    pub allow_out_of_order: bool,
}

/// The variable that names the folder of own migrations.
const MIGRATIONS: &str = "INSTASEED_MIGRATIONS";

/// Consent to what cannot be taken back.
#[derive(Debug, Args)]
#[command(next_help_heading = "Consent")]
pub struct ConsentArgs {
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Allow it on a database that is not on this machine
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
        let embedded = Source::embedded(engine).map_err(instaseed::Error::from)?;
        match self.folder()? {
            Some(folder) => Ok(embedded.with_folder(&folder).map_err(instaseed::Error::from)?),
            None => Ok(embedded),
        }
    }

    pub fn options(&self) -> migration::Options {
        migration::Options {
            lock_timeout: Duration::from_secs(self.lock_timeout),
            allow_out_of_order: self.allow_out_of_order,
            may_take_back: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
