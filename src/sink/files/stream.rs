//! Writes one table after another to standard output, or to any other writer.

use std::io::{self, Write};

use super::counted::Counted;
use crate::edition::Table;
use crate::format::{Facts, FileFormat};
use crate::sink::{Batch, Result, Sink, SinkError};

/// Writes one table after another to standard output, or to any other writer.
pub struct Stream<F: FileFormat, W> {
    out: Counted<W>,
    facts: Facts,
    open: Option<F::Open>,
}

impl<F: FileFormat, W: Write> Stream<F, W> {
    pub fn new(out: W) -> Stream<F, W> {
        Stream { out: Counted::new(out), facts: Facts::default(), open: None }
    }

    /// What the output says of its rows, if the format has room for it.
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    /// Writes a text before all rows.
    pub fn preface(&mut self, text: &str) -> Result<()> {
        F::preface(text, &mut self.out).map_err(lost)
    }

    pub fn bytes(&self) -> u64 {
        self.out.bytes
    }
}

fn lost(source: io::Error) -> SinkError {
    if source.kind() == io::ErrorKind::BrokenPipe { SinkError::Closed } else { SinkError::Stdout { source } }
}

impl<F: FileFormat, W: Write> Sink for Stream<F, W> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.open = Some(F::open(table, &self.facts, &mut self.out).map_err(lost)?);
        Ok(())
    }

    fn deliver(&mut self, _table: &'static Table, batch: &mut Batch<F::Chunk>) -> Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        F::append(open, &mut batch.chunk, &mut self.out).map_err(lost)
    }

    fn end(&mut self, _table: &'static Table) -> Result<()> {
        if let Some(open) = self.open.take() {
            F::close(open, &mut self.out).map_err(lost)?;
        }
        self.out.flush().map_err(lost)
    }
}
