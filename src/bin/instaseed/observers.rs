//! What is shown of work that lasts: the library reports, and these show it.

mod copy;
mod deployment;
mod estimate;
mod fixture;
mod live;
mod load;
mod migration;
mod phases;
mod reading;
#[cfg(feature = "course")]
mod steps;

pub use deployment::{deployment, note_empty_folder};
pub use fixture::FixtureProgress;
pub use migration::MigrationProgress;
pub use phases::Phases;
pub use reading::ReadingProgress;
#[cfg(feature = "course")]
pub use steps::Steps;
