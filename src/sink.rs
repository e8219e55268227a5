//! Where rows go: one file for each kind of file or database.
//!
//! A sink has two halves. Its [`Encoder`] runs on the producing threads and turns typed cells into the bytes
//! of a chunk; the [`Sink`] itself stands on one thread and takes finished chunks in order. So a new format
//! or engine never meets threads, and the producer never meets an engine.

pub(crate) mod bulk;
mod copy_binary;
pub mod csv;
pub mod digest;
mod error;
pub mod files;
mod load_data;
pub(crate) mod mysql;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod sqlite_feed;
mod time_text;

use crate::edition::{Cells, Table};
use crate::time::Time;
use digest::Digest;

pub use bulk::{BulkError, Problem};
pub(crate) use error::Result;
pub use error::SinkError;

/// Bytes of a chunk; the room behind them is kept when the buffer is used again.
#[derive(Debug, Default)]
pub struct Buffer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) len: usize,
}

impl Buffer {
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The half of a sink that runs on the producing threads, one for each of them.
pub trait Encoder: Cells + Send {
    fn begin(&mut self, table: &'static Table, buffer: Buffer);
    fn finish(&mut self) -> Buffer;
}

/// A finished chunk on its way to its sink. A sink that needs the bytes for longer may take the buffer.
#[derive(Debug)]
pub struct Batch {
    /// Which chunk of its part this is, counted from 0.
    pub chunk: u64,
    pub digest: Digest,
    pub buffer: Buffer,
}

/// The half of a sink that takes chunks in order, on one thread.
pub trait Sink {
    type Encoder: Encoder;

    fn encoder(&self) -> Self::Encoder;
    fn begin(&mut self, table: &'static Table) -> Result<()>;
    fn deliver(&mut self, table: &'static Table, batch: &mut Batch) -> Result<()>;
    fn end(&mut self, table: &'static Table) -> Result<()>;
}

/// Encodes nothing and keeps nothing: only the digests of a run are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere;

impl Cells for Nowhere {
    fn integer(&mut self, _: i64) {}
    fn text(&mut self, _: &str) {}
    fn time(&mut self, _: Time) {}
    fn null(&mut self) {}
    fn end_row(&mut self) {}
}

impl Encoder for Nowhere {
    fn begin(&mut self, _: &'static Table, _: Buffer) {}

    fn finish(&mut self) -> Buffer {
        Buffer::default()
    }
}

impl Sink for Nowhere {
    type Encoder = Nowhere;

    fn encoder(&self) -> Nowhere {
        Nowhere
    }

    fn begin(&mut self, _: &'static Table) -> Result<()> {
        Ok(())
    }

    fn deliver(&mut self, _: &'static Table, _: &mut Batch) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &'static Table) -> Result<()> {
        Ok(())
    }
}
