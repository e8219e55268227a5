//! What to do about an error of this room, as values: whoever speaks to a person puts them into words.

use super::DeploymentError;
use crate::edition::Edition;

/// A way out. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Remove the protection, if that is really meant.
    Unprotect,
    /// Find out where the schema is, or set the database up.
    CreateTables,
    /// Finish the migration that was cut off.
    Repair,
    /// Move the schema to this edition.
    MoveTo { edition: String },
    /// Move the schema to one of the editions.
    MoveToEdition,
    /// Find out which migrations are not as they should be; nothing was changed.
    InspectSchema,
    /// Begin again; a load that has left a record has to be undone first.
    BeginAgain,
    /// Resume the load or undo it; the status of the migrations says how far it is.
    InspectThenResumeOrUndo,
    /// Finish the copy, or build the database anew.
    FinishCopy,
    /// Resume the load, or undo it.
    ResumeOrUndo,
    /// Resume with the version that began the load, or undo it.
    UseItsVersion,
    /// Leave the id offset out.
    LeaveOutIdOffset,
    /// Replace the rows, or add a second world to them.
    ReplaceOrAppend,
}

impl DeploymentError {
    /// The way out of an error of this room; those of other rooms have their own.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::Read(_)
            | Self::Database(_)
            | Self::Edition(_)
            | Self::Load(_)
            | Self::Migration(_)
            | Self::World(_) => return None,
            Self::Protected { .. } => Hint::Unprotect,
            Self::NoEdition { .. } => Hint::CreateTables,
            Self::BetweenEditions { half: true, .. } => Hint::Repair,
            Self::BetweenEditions { .. } => Hint::MoveToEdition,
            Self::OtherEdition { wanted, .. } => Hint::MoveTo { edition: Edition::name(*wanted).to_owned() },
            Self::SchemaNotClean { .. } => Hint::InspectSchema,
            Self::StoppedEarly => Hint::BeginAgain,
            Self::LoadStopped { .. } => Hint::InspectThenResumeOrUndo,
            Self::LoadCutOff { .. } => Hint::ResumeOrUndo,
            Self::CopyCutOff { .. } => Hint::FinishCopy,
            Self::UnknownRecord => Hint::UseItsVersion,
            Self::AppendedOffset => Hint::LeaveOutIdOffset,
            Self::OtherRows { .. } => Hint::ReplaceOrAppend,
        })
    }
}
