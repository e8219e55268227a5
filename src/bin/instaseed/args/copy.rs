//! What `backup`, `restore` and `copy` share.

use super::{SourceArgs, TargetArgs, positive};
use clap::Args;
use instaseed::copy::Consent;

/// How the rows and tables of a database are copied.
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// Leave behind what cannot be carried: on another engine views, triggers and the like
    #[arg(long, short)]
    yes: bool,
    /// Number of threads that read rows [default: one per core]
    #[arg(long, value_name = "N", value_parser = positive::<usize>)]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub target: TargetArgs,
    #[command(flatten)]
    pub source: SourceArgs,
}

impl CopyArgs {
    /// What may be left behind.
    pub fn consent(&self) -> Consent {
        if self.yes { Consent::LeaveRest } else { Consent::Everything }
    }
}
