//! What can be typed: the verbs, and the groups of options that several verbs share.
//!
//! Each verb's own options stand in its file under `commands/`. Groups are flattened, so that an option has one
//! name, one meaning and one help text everywhere. Nothing here reads the environment: the library resolves
//! `DATABASE_URL` and `.env`, because a value from `.env` must count as much as one from the shell.

mod values;
mod world;

pub use values::{edition, folder, goal, table, whole};
pub use world::WorldArgs;

use crate::commands::{self, Failure};
use crate::output::{Advice, Secrets};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use instaseed::database::{self, Db, Engine, Origin, Target};
use instaseed::migration::{self, MigrationError, Source};
use std::ffi::OsString;
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
  130, 143  stopped by Ctrl-C, by a signal to end

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

/// What was typed, understood.
pub struct Parsed {
    pub cli: Cli,
    pub advice: Advice,
    pub secrets: Secrets,
}

/// What was typed and cannot be run: a mistake, or a wish for help.
pub struct Refused {
    pub error: clap::Error,
    pub secrets: Secrets,
    pub is_json: bool,
}

/// Options that mean nothing to a verb, though it takes them for the sake of those beside it: not in its help.
const NOT_SHOWN: [(&[&str], &[&str]); 6] = [
    (&["doctor"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "new"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "protect"], &["migrations", "allow_out_of_order"]),
    (&["migrate", "unprotect"], &["migrations", "allow_out_of_order"]),
    (&["migrate", "status"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "down"], &["allow_out_of_order"]),
];

/// The whole command line, as it is parsed, explained and completed.
pub fn command() -> clap::Command {
    let mut command = Cli::command();
    for (verb, options) in NOT_SHOWN {
        command = hide(command, verb, options);
    }
    command.build();
    command
}

/// A verb whose options are not shown. Those that it has from the verb above it are taken over first.
fn hide(command: clap::Command, verb: &[&str], options: &[&str]) -> clap::Command {
    let Some((name, deeper)) = verb.split_first() else {
        return options.iter().fold(command, |command, option| command.mut_arg(option, |arg| arg.hide(true)));
    };
    let inherited: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set() && options.contains(&arg.get_id().as_str()))
        .cloned()
        .collect();
    command.mut_subcommand(name, |verb| {
        let known = |id: &clap::Id, verb: &clap::Command| verb.get_arguments().any(|arg| arg.get_id() == id);
        let missing: Vec<_> = inherited.into_iter().filter(|arg| !known(arg.get_id(), &verb)).collect();
        hide(verb.args(missing), deeper, options)
    })
}

/// Understands a command line. `help VERB` has no options, so `--json` is heard here.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Refused> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let is_json = words.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    if words.get(1).is_some_and(|word| word == "help") {
        words.retain(|word| word != "--json");
    }
    let root = command();
    let secrets = Secrets::new(&words);
    let refused = |mut error: clap::Error| {
        values::name_the_way(&mut error, &root);
        Refused { error, secrets: secrets.clone(), is_json }
    };
    let matches: ArgMatches = root.clone().try_get_matches_from(&words).map_err(refused)?;
    let cli = Cli::from_arg_matches(&matches).map_err(refused)?;
    let advice = Advice::new(root, &matches);
    Ok(Parsed { cli, advice, secrets })
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
    /// Wait up to this many seconds for a server that is starting
    #[arg(long, value_name = "SECONDS", global = true, value_parser = whole::<u64>)]
    pub wait: Option<u64>,
}

/// Which migrations there are, and how a run of them behaves.
#[derive(Debug, Args)]
#[command(next_help_heading = "Migrations")]
pub struct SourceArgs {
    /// A folder with migrations of your own, which follow on the built-in ones
    /// [default: INSTASEED_MIGRATIONS, also in .env]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(folder))]
    pub migrations: Option<PathBuf>,
    /// Wait at most this many seconds for another run that holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 60, global = true,
        value_parser = whole::<u64>)]
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

    /// Refuses to make a file of a word that reads like the name of a server: `localhost`.
    pub fn refuse_bare_word(&self, target: &Target) -> Result<(), Failure> {
        let is_bare = |word: &str| !word.contains(['.', '/', ':', '\\']);
        match self.database_url.as_deref().map(str::trim).filter(|word| is_bare(word)) {
            Some(word) if target.path().is_some() => Err(Failure::BareWord { word: word.to_owned() }),
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

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn an_option_that_is_not_shown_is_still_understood() {
        for line in
            ["migrate --migrations x protect", "migrate protect --migrations x", "doctor --lock-timeout 3"]
        {
            let words = ["instaseed"].into_iter().chain(line.split(' '));
            assert!(command().try_get_matches_from(words).is_ok(), "{line}");
        }
    }
}
