//! Measures how long an engine keeps us waiting, so that the distance to what it can take at all is visible.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::edition::Table;
use crate::sink::bulk::{Bulk, Coming};
use crate::sink::{Batch, Result, Sink};

/// A connection that loads, with a stopwatch.
pub(super) struct Timed<'a, B> {
    bulk: &'a mut B,
    /// How long its calls took.
    pub busy: Duration,
}

impl<'a, B: Bulk> Timed<'a, B> {
    pub(super) fn new(bulk: &'a mut B) -> Self {
        Self { bulk, busy: Duration::ZERO }
    }

    pub(super) fn expect(&mut self, portions: VecDeque<Coming>) {
        self.bulk.expect(portions);
    }

    fn time<T>(&mut self, call: impl FnOnce(&mut B) -> T) -> T {
        let begun = Instant::now();
        let value = call(self.bulk);
        self.busy += begun.elapsed();
        value
    }
}

impl<B: Bulk> Sink for Timed<'_, B> {
    type Encoder = B::Encoder;

    fn encoder(&self) -> B::Encoder {
        self.bulk.encoder()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.time(|bulk| bulk.begin(table))
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch) -> Result<()> {
        self.time(|bulk| bulk.deliver(table, batch))
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        self.time(|bulk| bulk.end(table))
    }
}
