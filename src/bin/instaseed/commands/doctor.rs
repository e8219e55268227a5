//! `instaseed doctor`: what it sees of a database and its server, and what to do about what is amiss.

use crate::cli::{SourceArgs, TargetArgs};

/// Say what instaseed sees: server, version, edition, what is pending, rights, time zone, room on disk
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed doctor
  instaseed doctor --database-url postgres://me@db.example.com/instagram
  instaseed doctor --json              attach this to a report of a problem; it holds no password

Exit code 1 when something is amiss; each such line says what to do.")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
}
