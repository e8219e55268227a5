//! What can be typed: the verbs, and the groups of options that several verbs share.
//!
//! Each verb's own options stand in its file under `commands/`. Groups are flattened, so that an option has one
//! name, one meaning and one help text everywhere. Nothing here reads the environment: the library resolves
//! `DATABASE_URL` and `.env`, because a value from `.env` must count as much as one from the shell.

use crate::commands;
use clap::{Args, Parser, Subcommand};

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

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
