//! The record of a portion: written in the portion's own transaction, so that it is there exactly if the rows are.

use std::collections::VecDeque;

use crate::database::records::PORTIONS_TABLE;
use crate::edition::Table;
use crate::sink::Batch;
use crate::sink::digest::Digest;

/// A portion that a connection is going to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coming {
    pub number: u64,
    /// About how many rows it has; 0 where nobody needs to know.
    pub rows: u64,
    /// It is all of its table, which is empty and as the migrations left it.
    pub whole: bool,
}

/// The portions that a connection is given, and the sum of the one under way.
#[derive(Debug, Default)]
pub(crate) struct Portions {
    waiting: VecDeque<Coming>,
    current: Option<Coming>,
    sum: Digest,
}

impl Portions {
    pub(crate) fn new(waiting: VecDeque<Coming>) -> Self {
        Self { waiting, ..Self::default() }
    }

    pub(crate) fn begin(&mut self) {
        self.current = self.waiting.pop_front();
        self.sum = Digest::default();
    }

    /// The portion under way.
    pub(crate) fn current(&self) -> Coming {
        self.current.expect("a connection is told of each portion before it begins")
    }

    pub(crate) fn add(&mut self, batch: &Batch) {
        self.sum += batch.digest;
    }

    pub(crate) fn rows(&self) -> u64 {
        self.sum.rows
    }

    /// The statement that records the portion under way.
    pub(crate) fn record(&self, table: &Table) -> String {
        let (number, name) = (self.current().number, table.name);
        format!("INSERT INTO {PORTIONS_TABLE} VALUES ({number}, '{name}', {}, '{}')", self.sum.rows, self.sum)
    }
}
