//! What to do about an error of a load, as values. The user interface puts them into words.

use super::{LoadError, Phase};
use crate::database::records::LOAD_TABLES;
use crate::sink::StrangeKind;

/// A hint. Not `non_exhaustive`: whoever puts hints into words must cover all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Add a second world to the rows, or replace them.
    AppendOrReplace,
    /// Empty this table first, or add a second world to the rows.
    EmptyOrAppend { table: String },
    /// Find out who holds the lock, and wait for it.
    WaitForLock,
    /// Finish undoing the load.
    FinishUndo,
    /// Resume the load, or undo it.
    ResumeOrUndo,
    /// Delete the other rows, or point them at different rows; or resume the load, if that is possible.
    MoveRowsOfOthers { may_resume: bool },
    /// Give the rows that the load began with.
    ResumeAsBegun,
    /// Begin a load.
    Begin,
    /// Undo the load and begin again.
    UndoAndBegin,
    /// Rebuild the tables, whatever is recorded.
    Reset,
    /// Connect as the account that began the load; if there was no load, drop its records.
    RunAsOwnerOrDrop { owner: String, tables: &'static [&'static str] },
    /// Find out who wrote into this table, and drop it with the other records if there was no load.
    InspectRecords { table: &'static str, tables: &'static [&'static str] },
    /// Find out where the schema is, or create it.
    CreateTables,
    /// Convert the table to the character set of the data.
    ConvertCharacterSet { table: &'static str },
    /// Rename or detach the table, or use another database.
    UseOrdinaryTable { table: &'static str },
    /// Undo the load.
    Undo,
}

impl LoadError {
    /// The hint for an error of a load. Errors from other modules have their own hints.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            LoadError::Database(_)
            | LoadError::Migration(_)
            | LoadError::Run(_)
            | LoadError::Bulk(_)
            | LoadError::World(_)
            | LoadError::Edition(_)
            | LoadError::Plan(_) => return None,
            LoadError::NotEmpty { .. } => Hint::AppendOrReplace,
            LoadError::Referenced { table } => Hint::EmptyOrAppend { table: table.clone() },
            LoadError::Locked { .. } => Hint::WaitForLock,
            LoadError::Unfinished { phase: Phase::Discarding, .. } => Hint::FinishUndo,
            LoadError::Unfinished { .. } => Hint::ResumeOrUndo,
            LoadError::Strangers { phase, .. } => {
                Hint::MoveRowsOfOthers { may_resume: *phase != Phase::Discarding }
            }
            LoadError::OtherSource { .. } => Hint::ResumeAsBegun,
            LoadError::NothingToResume => Hint::Begin,
            LoadError::OtherGenerator { .. } => Hint::UndoAndBegin,
            LoadError::Unreadable { .. } => Hint::Reset,
            LoadError::Planted { owner, .. } => {
                Hint::RunAsOwnerOrDrop { owner: owner.clone(), tables: &LOAD_TABLES }
            }
            LoadError::NotOurs { table, .. } => Hint::InspectRecords { table, tables: &LOAD_TABLES },
            LoadError::Strange { table, kind, .. } => match kind {
                StrangeKind::Missing => Hint::CreateTables,
                StrangeKind::CharacterSet => Hint::ConvertCharacterSet { table },
                StrangeKind::Other => Hint::UseOrdinaryTable { table },
            },
            LoadError::Orphans { .. } | LoadError::Rows { .. } => Hint::Undo,
        })
    }
}
