//! `instaseed setup`: from nothing to a database with data, in one command that may be run again at any time.

use crate::cli::{SourceArgs, TargetArgs};

/// Make a database with tables and data: create it if missing, migrate, seed
///
/// It only ever adds: a database that is there is not emptied, rows that are there stay, and running it
/// twice changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed setup                                  instaseed.db: the course's seven tables, with data
  instaseed setup --edition platform               the fuller schema: posts, media, e-mail addresses
  instaseed setup --database-url mysql://root:secret@127.0.0.1/instagram
  instaseed setup --no-seed                        the tables only
  instaseed setup --seed 7                         other people, other photos; always the same for 7

Then look at it:  instaseed show")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// Which schema: course (seven tables) or platform [default: what is there, else course]
    #[arg(long)]
    edition: Option<String>,
    /// Leave the tables empty
    #[arg(long)]
    no_seed: bool,
}
