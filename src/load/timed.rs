//! Measures how long the load waits for the engine, to show how close it is to the engine's limit.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::edition::Table;
use crate::sink::bulk::{Bulk, PortionSpec};
use crate::sink::{Batch, ChunkOf, Result, Sink};

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

    pub(super) fn expect(&mut self, portions: VecDeque<PortionSpec>) {
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

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<ChunkOf<B>>) -> Result<()> {
        self.time(|bulk| bulk.deliver(table, batch))
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        self.time(|bulk| bulk.end(table))
    }
}
