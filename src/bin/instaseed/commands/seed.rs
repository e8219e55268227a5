//! `instaseed seed`: fills a migrated, empty database with the data of a profile.

use crate::cli::TargetArgs;

/// Fill a migrated database with data
///
/// The tables have to be empty: rows that are there are never touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed seed                         the default profile: 100 users and what they do
  instaseed seed --profile tiny          ten users, each edge case once
  instaseed seed --seed 7                other people and photos; always the same for 7

The same seed, profile and version give the same rows on every engine.")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
}
