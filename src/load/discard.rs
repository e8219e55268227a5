//! Undoes a load: deletes its own rows and nothing else. What an application wrote stays. If its rows
//! would be left pointing at nothing, or cannot be distinguished from the load's, no rows are deleted.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::ours::Ours;
use super::session::Load;
use super::state::{Interrupted, Phase};
use super::{LoadError, Mode, Observer, Options, journal, recorded};
use crate::database::Target;
use crate::database::records::{LOAD_TABLE, LOAD_TABLES};
use crate::edition::{Edition, Table, WorldRows, ids_before};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load::Result;
use crate::profile::Profile;
use crate::sink::bulk::{Bulk, ForeignKey, number};
use crate::world::World;

/// What was undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Discarded {
    /// Whether there was a load to undo.
    pub found: bool,
    pub rows: u64,
}

/// Other people's rows that prevent an undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    pub table: String,
    pub rows: u64,
    /// Whether their keys are within the load's own range; otherwise they point at rows of the load.
    pub among: bool,
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stranger { table, rows, among } = self;
        let plural = if *rows == 1 { "" } else { "s" };
        let what = if *among { "among the load's own" } else { "pointing at the load's own" };
        write!(f, "{rows} row{plural} of {table} {what}")
    }
}

pub(super) fn discard<B: Bulk>(
    target: &Target,
    edition: Edition,
    lock_timeout: Duration,
    observer: &dyn Observer,
) -> Result<Discarded> {
    let mut load = Load::<B>::open(target, edition, lock_timeout, observer)?;
    load.lock()?;
    let Some(found) = journal::find(load.control())? else { return Ok(Discarded::default()) };
    load.expect_tables()?;
    // Find out what cannot be put back before any rows are deleted.
    load.expect_restorable()?;
    // No row of the load is in yet: leave what remains of the earlier rows.
    let rows = if found.phase == Phase::Emptying { 0 } else { load.remove(&found)? };
    load.open_lanes()?;
    // Keep the phase: a load whose rows are gone cannot be resumed.
    load.put_back()?;
    load.journal().drop_tables()?;
    Ok(Discarded { found: true, rows })
}

/// Empties the tables and ends any recorded load, even if its record is unreadable. For callers
/// that rebuild the tables.
pub(super) fn clear<B: Bulk>(target: &Target, edition: Edition, lock_timeout: Duration) -> Result<()> {
    let mut load = Load::<B>::open(target, edition, lock_timeout, &())?;
    load.lock()?;
    if !load.control().has_table(LOAD_TABLE)? {
        return Ok(());
    }
    journal::refuse_stranger(load.control().stranger(&LOAD_TABLES)?)?;
    load.expect_tables()?;
    load.expect_restorable()?;
    let others = load.expect_unreferenced()?;
    load.hold(&others, &[], true)?;
    load.expect_no_rows(&others)?;
    let tables = load.tables.clone();
    load.control().empty(&tables)?;
    recorded::forget(load.control())?;
    load.control().release()?;
    load.open_lanes()?;
    load.put_back()?;
    Ok(load.journal().drop_tables()?)
}

impl<B: Bulk> Load<'_, B> {
    /// Removes the rows of a load and returns how many there were.
    fn remove(&mut self, found: &Interrupted) -> Result<u64> {
        let tables = self.tables.clone();
        let mut keys = self.control().foreign_keys(&tables)?;
        let mut loose = Vec::new();
        for parked in &found.pointing {
            if !keys.contains(parked) && self.still_is(parked) {
                keys.push(parked.clone());
                loose.push(parked.table.clone());
            }
        }
        let mut others: Vec<_> = keys.iter().map(|key| key.table.clone()).collect();
        others.sort();
        others.dedup();
        self.control().look_ourselves(&tables, true)?;
        self.hold(&others, &loose, true)?;
        let rows = self.expect_own(found)?;
        self.expect_no_strangers(found, &keys)?;
        self.journal().enter(Phase::Discarding)?;
        self.enter_phase(Phase::Discarding, tables.len());
        let mut alone = true;
        for table in &tables {
            let ours = found.ours.condition(table);
            let mut has = |condition: &str| {
                let sql = format!("SELECT 1 FROM {} WHERE {condition} LIMIT 1", table.name);
                Ok::<_, LoadError>(!self.control().rows(&sql)?.is_empty())
            };
            alone &= !has(&format!("NOT {ours}"))?;
        }
        if alone {
            self.control().empty(&tables)?;
        } else {
            for table in tables.iter().rev() {
                let ours = found.ours.condition(table);
                self.control().run(&format!("DELETE FROM {} WHERE {ours}", table.name))?;
                self.observer.step(table.name);
            }
        }
        self.control().release()?;
        self.control().look_ourselves(&tables, false)?;
        Ok(rows)
    }

    /// Counts the load's rows that are still there. Refuses a record whose ids are not the load's.
    /// Fewer rows than recorded are accepted only if the ids are those that the load's world
    /// reserves: then somebody has deleted some.
    fn expect_own(&mut self, found: &Interrupted) -> Result<u64> {
        let unreadable = || LoadError::Unreadable { what: "the ids are not those of its world".to_owned() };
        let offsets = found.offsets.as_ref();
        let offset = Profile::from_record(&found.data.profile).map_or(0, |profile| profile.id_offset);
        let (mut all, mut missing) = (0, false);
        for table in self.tables.clone() {
            let before = offsets.and_then(|offsets| offsets.keys.get(table.name)).copied().unwrap_or(0);
            let before = before.saturating_add(ids_before(found.data.edition, table, offset));
            if table.has_id()
                && found.ours.range(table.name).is_none_or(|(first, _)| before.checked_add(1) != Some(first))
            {
                return Err(unreadable());
            }
            let own = self.number_of(table.name, &found.ours.condition(table))?;
            missing |= own < found.rows.get(table.name).copied().unwrap_or(0);
            all += own;
        }
        // An interrupted removal made this check before it began.
        if missing && found.phase != Phase::Discarding && self.reserved(found)?.as_ref() != Some(&found.ours)
        {
            return Err(unreadable());
        }
        Ok(all)
    }

    /// The ids that a load of the recorded world reserves, if this version can generate that world.
    fn reserved(&mut self, found: &Interrupted) -> Result<Option<Ours>> {
        let profile = Profile::from_record(&found.data.profile);
        let Some(profile) = profile.filter(|_| found.data.generator_version == GENERATOR_VERSION) else {
            return Ok(None);
        };
        let world = World::new(&profile)?;
        let rows = WorldRows::new(&world, found.data.edition)?;
        let options = Options { mode: Mode::Resume, lock_timeout: self.patience, ..Options::default() };
        Ok(Ours::of(&self.portions(&rows, &options, 0)?, found.offsets.as_ref()).ok())
    }

    /// Refuses while other people's rows point at rows that would be deleted, or are mixed with them.
    fn expect_no_strangers(&mut self, found: &Interrupted, keys: &[ForeignKey]) -> Result<()> {
        let Interrupted { ours, rows, .. } = found;
        let mut strangers = Vec::new();
        for table in self.tables.clone() {
            let own = self.number_of(table.name, &ours.condition(table))?;
            let recorded = rows.get(table.name).copied().unwrap_or(0);
            if own > recorded {
                strangers.push(Stranger { table: table.name.to_owned(), rows: own - recorded, among: true });
            }
            if let Some(condition) = ours.strangers(table) {
                let rows = self.number_of(table.name, &condition)?;
                strangers.push(Stranger { table: table.name.to_owned(), rows, among: false });
            }
        }
        let mut pointing: BTreeMap<&str, u64> = BTreeMap::new();
        for key in keys {
            if let Some(condition) = self.points_at(ours, key) {
                let rows = self.number_of(&key.table, &condition)?;
                *pointing.entry(&key.table).or_default() += rows;
            }
        }
        let pointing = pointing.into_iter().map(|(table, rows)| Stranger {
            table: table.to_owned(),
            rows,
            among: false,
        });
        strangers.extend(pointing);
        strangers.retain(|stranger| stranger.rows > 0);
        match strangers.is_empty() {
            true => Ok(()),
            false => Err(LoadError::Strangers { strangers, phase: found.phase }),
        }
    }

    /// Whether the table and the columns of a parked key still exist.
    fn still_is(&mut self, key: &ForeignKey) -> bool {
        let sql = format!("SELECT {} FROM {} WHERE 1 = 0", key.columns.join(", "), key.table);
        self.control().rows(&sql).is_ok()
    }

    fn number_of(&mut self, table: &str, condition: &str) -> Result<u64> {
        Ok(number(self.control(), &format!("SELECT count(*) FROM {table} WHERE {condition}"))?.unwrap_or(0))
    }

    /// SQL condition for the rows of another table whose foreign key points at a row of the load.
    fn points_at(&self, ours: &Ours, key: &ForeignKey) -> Option<String> {
        let parent: &Table = self.tables.iter().find(|table| table.name == key.parent)?;
        let pairs = key.columns.iter().zip(&key.parent_columns);
        let pairs: Vec<_> =
            pairs.map(|(column, of)| format!("{}.{of} = {}.{column}", parent.name, key.table)).collect();
        Some(format!(
            "EXISTS (SELECT 1 FROM {} WHERE {} AND {})",
            parent.name,
            pairs.join(" AND "),
            ours.condition(parent)
        ))
    }
}
