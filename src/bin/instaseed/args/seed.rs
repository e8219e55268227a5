//! Whether and with what `setup` and `reset` seed.

use super::WorldArgs;
use crate::failure::Failure;
use clap::Args;
use instaseed::profile::Profile;

/// Whether rows are wanted, and of which world.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// Create the tables only, without rows
    #[arg(long)]
    no_seed: bool,
    #[command(flatten)]
    pub world: WorldArgs,
}

impl SeedArgs {
    /// The profile of the world that is wanted.
    pub fn profile(&self) -> Result<Option<Profile>, Failure> {
        match self.no_seed {
            true => Ok(None),
            false => Ok(Some(self.world.profile()?)),
        }
    }
}
