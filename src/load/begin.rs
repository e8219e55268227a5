//! Decides how a load starts from the request and the database's records. Reads and writes nothing.

use std::collections::BTreeMap;

use super::ours::Ours;
use super::portion::Portions;
use super::shift::Offsets;
use super::state::{Interrupted, Phase};
use super::{LoadError, Mode};
use crate::edition::{Entity, Rows, Table};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load::Result;
use crate::sink::digest::Digest;

/// How a load starts.
#[derive(Debug)]
pub(super) struct Start {
    /// The interrupted load to resume.
    pub found: Option<Interrupted>,
    /// Tables of up to this many chunks are loaded in one portion. A resumed load keeps the number
    /// it began with; a new one takes the engine's.
    pub whole_chunks: u64,
}

/// Where a load continues.
pub(super) struct Begun {
    pub phase: Phase,
    pub offsets: Option<Offsets>,
    pub ours: Ours,
    /// The portions that are in, each with its digest.
    pub done: BTreeMap<u64, Digest>,
    /// Those of a copy whose rows have changed at the source since: they go out first.
    pub stale: Vec<Stale>,
}

/// A portion to remove: its number, its table, and the SQL condition for its rows.
pub(super) struct Stale {
    pub portion: u64,
    pub table: &'static str,
    pub condition: String,
}

/// Refuses an interrupted load when none is expected, and the other way round. `suits` is the
/// number of chunks up to which the engine takes a table in one portion.
pub(super) fn begin(mode: Mode, found: Option<Interrupted>, suits: u64) -> Result<Start> {
    let found = match (mode, found) {
        (Mode::Resume, None) => return Err(LoadError::NothingToResume),
        (Mode::Resume, Some(found)) if found.phase == Phase::Discarding => return Err(unfinished(&found)),
        (Mode::Resume, Some(found))
            if found.data.origin.is_none() && found.data.generator_version != GENERATOR_VERSION =>
        {
            let theirs = found.data.generator_version;
            return Err(LoadError::OtherGenerator { theirs, ours: GENERATOR_VERSION });
        }
        (Mode::Resume, found) => found,
        (_, Some(found)) => return Err(unfinished(&found)),
        (_, None) => None,
    };
    let whole_chunks = match &found {
        Some(found) => found.whole_chunks,
        None if mode == Mode::Append => 0,
        None => suits,
    };
    Ok(Start { found, whole_chunks })
}

fn unfinished(found: &Interrupted) -> LoadError {
    LoadError::Unfinished {
        what: found.world(),
        phase: found.phase,
        done: found.done,
        portions: found.portions,
    }
}

/// Where an interrupted load continues. Refuses a record that does not fit the rows.
pub(super) fn resumed<R: Rows>(
    found: Interrupted,
    tables: &[&'static Table],
    rows: &R,
    portions: &Portions,
    done: BTreeMap<u64, Digest>,
) -> Result<Begun> {
    let unreadable =
        |what: &str| LoadError::Unreadable { what: format!("{what} are not those of its world") };
    if found.portions != portions.count() {
        return Err(unreadable("the portions"));
    }
    if let Some(offsets) = &found.offsets {
        let tags: u64 =
            tables.iter().filter(|table| table.entity == Entity::Tag).map(|table| rows.units(table)).sum();
        let whole = offsets.keys.values().all(|last| *last >= 0)
            && offsets.tags.len() as u64 == tags
            && offsets.tags.iter().all(|key| *key > 0);
        if !whole {
            return Err(unreadable("the offsets"));
        }
    }
    match Ours::of(portions, found.offsets.as_ref()) {
        // The source of a copy may have got more rows since.
        Ok(ours) if ours == found.ours || found.data.origin.is_some() => {
            Ok(Begun { phase: found.phase, offsets: found.offsets, ours, done, stale: Vec::new() })
        }
        _ => Err(unreadable("the ids")),
    }
}

#[cfg(test)]
mod tests;
