//! `instaseed reset`: takes every migration back, applies them again and seeds; asks first.

use crate::cli::{ConsentArgs, SourceArgs, TargetArgs};
use instaseed::edition::Edition;

/// Empty the database and build it again; asks first
///
/// Takes back every migration, applies them again up to the edition and seeds, as setup does. Tables that
/// instaseed did not make stay. With --drop the whole database goes and is made again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed reset                             the same edition again, freshly seeded; asks first
  instaseed reset --yes                       without asking
  instaseed reset --edition platform --yes    as the platform edition
  instaseed reset --drop --yes                remove the database itself first, whatever is in it

A database marked with `instaseed migrate protect` refuses; one that is not on this machine needs
--allow-remote as well.")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    consent: ConsentArgs,
    /// Which schema: course or platform [default: what is there, else course]
    #[arg(long)]
    edition: Option<Edition>,
    /// Leave the tables empty
    #[arg(long)]
    no_seed: bool,
    /// Remove the whole database and make it again, tables of others included
    #[arg(long)]
    drop: bool,
}
