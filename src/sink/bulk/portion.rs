//! The record of a portion: written in the portion's own transaction, so it exists if and only if the rows do.

use std::collections::VecDeque;

use crate::database::records::PORTIONS_TABLE;
use crate::edition::Table;
use crate::sink::Batch;
use crate::sink::digest::Digest;

/// A portion that a connection is going to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PortionSpec {
    pub number: u64,
    /// Roughly how many rows it has; 0 if nobody needs to know.
    pub rows: u64,
    /// It is the whole of its table, which is empty and as the migrations left it.
    pub whole: bool,
}

/// The portions that a connection is given, and the sum of the current one.
#[derive(Debug, Default)]
pub(crate) struct Portions {
    waiting: VecDeque<PortionSpec>,
    current: Option<PortionSpec>,
    sum: Digest,
}

impl Portions {
    pub(crate) fn new(waiting: VecDeque<PortionSpec>) -> Self {
        Self { waiting, ..Self::default() }
    }

    pub(crate) fn begin(&mut self) {
        self.current = self.waiting.pop_front();
        self.sum = Digest::default();
    }

    /// The current portion.
    pub(crate) fn current(&self) -> PortionSpec {
        self.current.expect("a connection is told of each portion before it begins")
    }

    pub(crate) fn add<C>(&mut self, batch: &Batch<C>) {
        self.sum += batch.digest;
    }

    pub(crate) fn rows(&self) -> u64 {
        self.sum.rows
    }

    /// The statement that records the current portion.
    pub(crate) fn record(&self, table: &Table) -> String {
        let (number, name) = (self.current().number, table.name);
        format!("INSERT INTO {PORTIONS_TABLE} VALUES ({number}, '{name}', {}, '{}')", self.sum.rows, self.sum)
    }
}
