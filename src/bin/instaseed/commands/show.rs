//! `instaseed show`: a few rows of each table, on any engine, without a client of it.

use crate::cli::TargetArgs;

/// Show a few rows of each table
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed show                       three rows of every table, and how many there are
  instaseed show users                 ten users
  instaseed show likes --rows 50       more of them
  instaseed show comments --json       for programs")]
pub struct Args {
    /// Only this table
    table: Option<String>,
    /// How many rows [default: 3 of each table, 10 of one]
    #[arg(long, short = 'n', value_name = "N")]
    rows: Option<u32>,
    #[command(flatten)]
    target: TargetArgs,
}
