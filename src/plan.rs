//! The work as a pure value: which rows of which tables, in which order, in which chunks.
//!
//! Boundaries are multiples of a chunk length that follows from the world alone, cut at the shard's ends, so
//! that no thread count, engine or path can change a byte.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::decimal::grouped;
use crate::edition::{Rows, Table};

/// The largest key that the schema's INT columns hold.
pub(crate) const MAX_KEYS: u64 = i32::MAX as u64;

/// Part `index` of `count` of a data set; the parts put one after another are the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    pub const WHOLE: Shard = Shard { index: 1, count: 1 };

    /// `index` counts from 1.
    pub fn new(index: u64, count: u64) -> Result<Shard, PlanError> {
        if index == 0 || index > count {
            return Err(PlanError::ShardOutside { index, count });
        }
        Ok(Shard { index, count })
    }

    /// Which part this is, counted from 1.
    pub fn index(self) -> u64 {
        self.index
    }

    /// How many parts there are.
    pub fn count(self) -> u64 {
        self.count
    }

    fn of(self, units: u64) -> Range<u64> {
        let cut = |i: u64| (u128::from(units) * u128::from(i) / u128::from(self.count)) as u64;
        cut(self.index - 1)..cut(self.index)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Shard, PlanError> {
        let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let (index, count) = parts.ok_or_else(|| PlanError::ShardUnreadable { text: text.to_owned() })?;
        Shard::new(index, count)
    }
}

/// The rows of one table that are to be made.
#[derive(Clone, Debug)]
pub struct Part {
    pub table: &'static Table,
    pub units: Range<u64>,
    chunk_units: u64,
    /// The id of the first row of each chunk, for tables whose ids follow from a count of rows.
    first_ids: Vec<i64>,
    /// The id of the last row, for the same tables.
    last_id: u64,
}

impl Part {
    fn new(table: &'static Table, units: Range<u64>, chunk_units: u64) -> Part {
        Part { table, units, chunk_units: chunk_units.max(1), first_ids: Vec::new(), last_id: 0 }
    }

    fn first_chunk(&self) -> u64 {
        self.units.start / self.chunk_units
    }

    pub fn chunks(&self) -> u64 {
        if self.units.is_empty() {
            return 0;
        }
        self.units.end.div_ceil(self.chunk_units) - self.first_chunk()
    }

    /// The units of a chunk, counted from 0.
    pub fn chunk(&self, index: u64) -> Range<u64> {
        let start = (self.first_chunk() + index) * self.chunk_units;
        start.max(self.units.start)..(start + self.chunk_units).min(self.units.end)
    }

    pub fn first_id(&self, chunk: u64) -> i64 {
        self.first_ids.get(chunk as usize).copied().unwrap_or(1)
    }

    /// The last id of the table, if its rows have one and the part is the whole of it.
    pub(crate) fn last_id(&self) -> Option<u64> {
        let last = if self.is_numbered() { self.last_id } else { self.units.end };
        self.table.has_id().then_some(last)
    }

    /// The part cut into parts of so many chunks each; their chunks are the same, and so are their ids.
    pub(crate) fn split(&self, chunks: u64) -> Vec<Part> {
        let starts = (0..self.chunks()).step_by(chunks.max(1) as usize);
        let parts = starts.map(|start| {
            let end = (start + chunks.max(1)).min(self.chunks());
            let ids = self.first_ids.get(start as usize..end as usize).unwrap_or_default();
            Part {
                table: self.table,
                units: self.chunk(start).start..self.chunk(end - 1).end,
                chunk_units: self.chunk_units,
                first_ids: ids.to_vec(),
                last_id: self.last_id,
            }
        });
        parts.collect()
    }

    pub(crate) fn is_numbered(&self) -> bool {
        self.table.ids_are_counted()
    }

    /// What stands before this part in its table.
    pub(crate) fn before(&self) -> Part {
        Part::new(self.table, 0..self.units.start, self.chunk_units)
    }

    /// Gives each chunk its first id, from the rows before the part and in each of its chunks.
    pub(crate) fn number(&mut self, before: u64, counts: &[u64]) -> Result<()> {
        let mut next = before;
        self.first_ids.clear();
        for count in counts {
            self.first_ids.push(next as i64 + 1);
            next += count;
        }
        self.last_id = next;
        fits(self.table, next)
    }
}

/// Lists the work. Refuses what the schema cannot hold: only the tables that are asked for count.
pub fn plan(rows: &impl Rows, tables: &[&'static Table], shard: Shard) -> Result<Vec<Part>> {
    for table in tables {
        for keys in rows.keys(table) {
            fits(keys.table, keys.count)?;
        }
    }
    Ok(tables
        .iter()
        .map(|table| Part::new(table, shard.of(rows.units(table)), rows.chunk_units(table)))
        .collect())
}

fn fits(table: &'static Table, count: u64) -> Result<()> {
    if count > MAX_KEYS {
        return Err(PlanError::TooManyKeys { table: table.name, count });
    }
    Ok(())
}

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = PlanError> = std::result::Result<T, E>;

/// What cannot be planned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    #[error("\"{text}\" is not a shard")]
    ShardUnreadable { text: String },
    #[error("there is no shard {index} of {count}")]
    ShardOutside { index: u64, count: u64 },
    #[error("{table} would need about {} ids, and an INT id cannot exceed {}", grouped(*count), grouped(MAX_KEYS))]
    TooManyKeys { table: &'static str, count: u64 },
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Write part i of n as `i/n`.
    WriteShard,
    /// Cut into at least one part.
    RaiseShardCount,
    /// Ask for a part from 1 to this one.
    ChooseShard { count: u64 },
    /// Ask for fewer rows.
    AskForLess,
}

impl PlanError {
    /// The way out.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            PlanError::ShardUnreadable { .. } => Hint::WriteShard,
            PlanError::ShardOutside { count: 0, .. } => Hint::RaiseShardCount,
            PlanError::ShardOutside { count, .. } => Hint::ChooseShard { count: *count },
            PlanError::TooManyKeys { .. } => Hint::AskForLess,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn part(units: Range<u64>) -> Part {
        Part::new(Edition::Course.table("follows").unwrap(), units, 100)
    }

    #[test]
    fn chunks_cover_a_part_without_gap() {
        for units in [0..0, 0..1, 0..100, 0..101, 50..250, 99..100, 100..300, 150..160] {
            let part = part(units.clone());
            let chunks: Vec<_> = (0..part.chunks()).map(|i| part.chunk(i)).collect();
            let mut next = units.start;
            for chunk in chunks {
                assert_eq!(chunk.start, next);
                assert!(!chunk.is_empty());
                next = chunk.end;
            }
            assert_eq!(next, units.end);
        }
    }

    #[test]
    fn a_split_part_has_the_same_chunks_and_ids() {
        let mut part = part(50..1234);
        let counts: Vec<u64> = (0..part.chunks()).collect();
        part.number(7, &counts).unwrap();
        let all: Vec<_> = (0..part.chunks()).map(|i| (part.chunk(i), part.first_id(i))).collect();
        for chunks in [1, 2, 5, 100] {
            let split = part.split(chunks);
            let again: Vec<_> =
                split.iter().flat_map(|p| (0..p.chunks()).map(|i| (p.chunk(i), p.first_id(i)))).collect();
            assert_eq!(again, all, "{chunks}");
            assert!(split.iter().all(|p| p.chunks() <= chunks));
        }
    }

    #[test]
    fn shards_follow_each_other() {
        for count in [1, 2, 7, 2000] {
            for units in [0, 1, 5, 1999, 1_000_003, u64::from(u32::MAX)] {
                let mut next = 0;
                for index in 1..=count {
                    let units = Shard::new(index, count).unwrap().of(units);
                    assert_eq!(units.start, next);
                    next = units.end;
                }
                assert_eq!(next, units);
            }
        }
    }

    #[test]
    fn a_shard_is_read_or_refused() {
        assert_eq!("2/7".parse::<Shard>().unwrap(), Shard { index: 2, count: 7 });
        assert_eq!("8/7".parse::<Shard>().unwrap_err().to_string(), "there is no shard 8 of 7");
        assert_eq!("0/7".parse::<Shard>().unwrap_err().to_string(), "there is no shard 0 of 7");
        assert_eq!("1/0".parse::<Shard>().unwrap_err().hint(), Some(Hint::RaiseShardCount));
        for text in ["", "7", "1/", "/7", "a/b", "-1/7", "1/7/2"] {
            assert_eq!(text.parse::<Shard>().unwrap_err().to_string(), format!("\"{text}\" is not a shard"));
        }
    }

    #[test]
    fn ids_follow_from_counts_and_stop_at_the_largest_int() {
        let mut part = part(0..300);
        part.number(10, &[5, 0, 7]).unwrap();
        assert_eq!([part.first_id(0), part.first_id(1), part.first_id(2)], [11, 16, 16]);
        assert!(part.number(MAX_KEYS, &[0, 0, 0]).is_ok());
        let error = part.number(MAX_KEYS, &[0, 1, 0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "follows would need about 2,147,483,648 ids, and an INT id cannot exceed 2,147,483,647"
        );
    }
}
