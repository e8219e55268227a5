//! Portions: the units of committing. A portion is a range of chunks of one table. The numbering runs over all tables
//! and is the same on every machine, so the record "portion 17 is in" means the same rows to every run that resumes.
//!
//! Some engines load an empty table fastest in one go; there, a table up to a certain size is a single portion.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use crate::edition::{Rows, Table};
use crate::plan::Part;
use crate::sink::bulk::PortionSpec;
use crate::sink::digest::Digest;

/// Roughly the megabytes in a transaction: small enough to repeat, large enough that commits cost nothing.
const CHUNKS: u64 = 16;

/// The portions of a load.
pub(super) struct Portions {
    portions: Vec<(PortionSpec, Part)>,
    /// The tables that are loaded in several portions, so what slows them down should be parked.
    pub divided: Vec<&'static Table>,
    /// What comes before the first id of each table with ids, and how many it needs.
    pub ids: Vec<(&'static Table, i64, u64)>,
    /// How many rows each table has; an estimate where they have not been counted.
    pub rows: Vec<(&'static Table, u64)>,
    /// The tables whose rows take a moment to prepare.
    late: Vec<&'static str>,
}

/// What a connection has to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignment {
    pub coming: VecDeque<PortionSpec>,
    pub parts: Vec<Part>,
}

impl Assignment {
    fn cells(&self) -> u64 {
        self.coming.iter().zip(&self.parts).map(|(coming, part)| cells(coming, part)).sum()
    }

    fn take(&mut self, (coming, part): &(PortionSpec, Part)) {
        self.coming.push_back(*coming);
        self.parts.push(part.clone());
    }
}

/// Roughly what a portion costs: a row costs as much as one more cell.
fn cells(coming: &PortionSpec, part: &Part) -> u64 {
    coming.rows * (part.table.columns.len() as u64 + 1)
}

impl Portions {
    /// Each table of up to `whole_chunks` chunks becomes a single portion.
    pub(super) fn of<R: Rows>(rows: &R, parts: &[Part], whole_chunks: u64) -> Self {
        let (mut portions, mut divided, mut late) = (Vec::new(), Vec::new(), Vec::new());
        let ids = |part: &Part| {
            let counted = part.last_id()?;
            let (before, count) = match rows.own_ids(part.table) {
                Some((first, last)) => (first - 1, (last - first + 1).unsigned_abs()),
                None => (rows.ids_before(part.table), counted),
            };
            Some((part.table, before, count))
        };
        let ids: Vec<_> = parts.iter().filter_map(ids).collect();
        let about = |part: &Part| match rows.own_ids(part.table) {
            None => part.last_id().unwrap_or_else(|| rows.rows_about(part.table)),
            Some(_) => rows.rows_about(part.table),
        };
        let counts = parts.iter().map(|part| (part.table, about(part))).collect();
        for part in parts {
            let whole = whole_chunks > 0 && part.chunks() <= whole_chunks;
            if !whole {
                divided.push(part.table);
            }
            if rows.needs_warm_up(part.table) {
                late.push(part.table.name);
            }
            for part in part.split(if whole { whole_chunks } else { CHUNKS }) {
                let number = portions.len() as u64;
                let rows = if whole { rows.rows_about(part.table) } else { 0 };
                portions.push((PortionSpec { number, rows, whole }, part));
            }
        }
        Self { portions, divided, ids, rows: counts, late }
    }

    pub(super) fn count(&self) -> u64 {
        self.portions.len() as u64
    }

    /// Distributes what is not in yet over the connections, the largest portions first, each to the
    /// connection with the least to do. A connection loads its whole tables first, then its other
    /// portions in the order of their tables; tables whose rows must be prepared come last.
    pub(super) fn assign(&self, lanes: usize, done: &BTreeMap<u64, Digest>) -> Vec<Assignment> {
        let mut hands = vec![Assignment::default(); lanes];
        let missing = self.portions.iter().filter(|(coming, _)| !done.contains_key(&coming.number));
        let (mut whole, mut others): (Vec<_>, Vec<_>) = missing.partition(|(coming, _)| coming.whole);
        whole.sort_by_key(|(coming, part)| Reverse(cells(coming, part)));
        for portion in whole {
            if let Some(hand) = hands.iter_mut().min_by_key(|hand| hand.cells()) {
                hand.take(portion);
            }
        }
        others.sort_by_key(|(_, part)| Reverse(part.chunks()));
        let mut shares = vec![Vec::new(); lanes];
        for portion in others {
            let chunks = |share: &&mut Vec<&(PortionSpec, Part)>| -> u64 {
                share.iter().map(|(_, part)| part.chunks()).sum()
            };
            if let Some(share) = shares.iter_mut().min_by_key(chunks) {
                share.push(portion);
            }
        }
        for (hand, share) in hands.iter_mut().zip(&mut shares) {
            share.sort_by_key(|(coming, part)| (self.late.contains(&part.table.name), coming.number));
            share.iter().for_each(|portion| hand.take(portion));
        }
        hands
    }

    /// How many rows a table has; an estimate where they have not been counted.
    pub(super) fn rows_of(&self, table: &str) -> u64 {
        self.rows.iter().find(|(known, _)| known.name == table).map_or(0, |(_, rows)| *rows)
    }

    /// Whether a table is loaded in one portion, which starts over if it is interrupted.
    pub(super) fn is_whole(&self, table: &str) -> bool {
        self.portions.iter().any(|(coming, part)| coming.whole && part.table.name == table)
    }

    /// How many portions a table has.
    pub(super) fn of_table(&self, table: &str) -> usize {
        self.portions.iter().filter(|(_, part)| part.table.name == table).count()
    }

    /// The portions that are in, each with its rows' units.
    pub(super) fn loaded(&self, done: &BTreeMap<u64, Digest>) -> Vec<(u64, &Part)> {
        let is_in = |(coming, _): &&(PortionSpec, Part)| done.contains_key(&coming.number);
        self.portions.iter().filter(is_in).map(|(coming, part)| (coming.number, part)).collect()
    }

    /// Whether all portions of a table are in.
    pub(super) fn are_in(&self, table: &str, done: &BTreeMap<u64, Digest>) -> bool {
        let of_table = |(_, part): &&(PortionSpec, Part)| part.table.name == table;
        self.portions.iter().filter(of_table).all(|(coming, _)| done.contains_key(&coming.number))
    }

    /// The sum of the digests of a table's portions that are in.
    pub(super) fn sum(&self, table: &str, done: &BTreeMap<u64, Digest>) -> Digest {
        let mut sum = Digest::default();
        for (coming, part) in &self.portions {
            if part.table.name == table
                && let Some(digest) = done.get(&coming.number)
            {
                sum += *digest;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Edition, Entity, WorldRows};
    use crate::plan::{Shard, plan};
    use crate::profile::{Profile, ProfileOverrides};
    use crate::world::World;

    #[test]
    fn what_is_prepared_meanwhile_goes_last_and_everything_goes_once() {
        let over = ProfileOverrides { users: Some(3000), ..ProfileOverrides::default() };
        let world = World::new(&Profile::load("app", &over).unwrap()).unwrap();
        let rows = WorldRows::new(&world, Edition::Course).unwrap();
        let tables: Vec<_> = Edition::Course.tables().iter().collect();
        let parts = plan(&rows, &tables, Shard::WHOLE).unwrap();
        let portions = Portions::of(&rows, &parts, 0);
        for lanes in 1..4 {
            let hands = portions.assign(lanes, &BTreeMap::new());
            let mut dealt: Vec<_> = hands.iter().flat_map(|hand| &hand.coming).map(|c| c.number).collect();
            dealt.sort_unstable();
            assert_eq!(dealt, (0..portions.count()).collect::<Vec<_>>());
            for hand in &hands {
                assert!(hand.parts.is_sorted_by_key(|part| part.table.entity == Entity::Like));
            }
        }
    }
}
