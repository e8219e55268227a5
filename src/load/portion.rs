//! Portions: the units of committing. Ranges of chunks of one table, numbered over all tables, the same on every
//! machine and engine, so that a record "portion 17 is in" means the same rows to whoever resumes.

use std::collections::{BTreeMap, VecDeque};

use crate::plan::Part;
use crate::sink::digest::Digest;

/// About so many megabytes in a transaction: small enough to repeat, large enough that commits cost nothing.
const CHUNKS: u64 = 16;

/// The portions of a load.
pub(super) struct Portions {
    parts: Vec<Part>,
}

impl Portions {
    pub(super) fn of(parts: &[Part]) -> Self {
        Self { parts: parts.iter().flat_map(|part| part.split(CHUNKS)).collect() }
    }

    pub(super) fn count(&self) -> u64 {
        self.parts.len() as u64
    }

    /// What each connection has to do: every `lanes`-th of the portions that are not in yet.
    pub(super) fn deal(&self, lanes: usize, done: &BTreeMap<u64, Digest>) -> Vec<(VecDeque<u64>, Vec<Part>)> {
        let mut hands = vec![(VecDeque::new(), Vec::new()); lanes];
        let missing = (0..self.count()).filter(|number| !done.contains_key(number));
        for (turn, number) in missing.enumerate() {
            let (numbers, parts) = &mut hands[turn % lanes];
            numbers.push_back(number);
            parts.push(self.parts[number as usize].clone());
        }
        hands
    }

    /// How many portions a table has.
    pub(super) fn of_table(&self, table: &str) -> usize {
        self.parts.iter().filter(|part| part.table.name == table).count()
    }

    /// What a table's portions add up to, as far as they are in.
    pub(super) fn sum(&self, table: &str, done: &BTreeMap<u64, Digest>) -> Digest {
        let mut sum = Digest::default();
        for (part, number) in self.parts.iter().zip(0..) {
            if part.table.name == table
                && let Some(digest) = done.get(&number)
            {
                sum += *digest;
            }
        }
        sum
    }
}
