//! Where rows go: one file for each kind of file or database.
//!
//! A sink has two halves. Its [`Encoder`] runs on the producing threads and turns typed cells into a chunk; the
//! [`Sink`] itself runs on one thread and takes finished chunks in order. So a new engine never meets threads, and the
//! producer never meets an engine. What the chunks of a file hold is the business of its [format](crate::format).

#[cfg(feature = "database")]
pub(crate) mod bulk;
#[cfg(feature = "postgres")]
mod copy_binary;
pub mod digest;
mod error;
pub mod files;
mod hint;
#[cfg(feature = "mysql")]
mod load_data;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite_feed;

use crate::edition::{Cells, Table};
use crate::format::Encoder;
use crate::time::Time;
use digest::Digest;

#[cfg(feature = "database")]
pub use bulk::{BulkError, Problem, StrangeKind};
pub(crate) use error::Result;
pub use error::SinkError;
pub use hint::Hint;
#[cfg(feature = "database")]
pub(crate) use hint::has_no_room;

/// A finished chunk on its way to its sink. A sink that needs the chunk for longer may take it.
#[derive(Debug)]
pub struct Batch<C> {
    /// Which chunk of its part this is, counted from 0.
    pub number: u64,
    pub digest: Digest,
    pub chunk: C,
}

/// What the encoder of a sink makes of a chunk.
pub type ChunkOf<S> = <<S as Sink>::Encoder as Encoder>::Chunk;

/// The half of a sink that takes chunks in order, on one thread.
pub trait Sink {
    type Encoder: Encoder;

    fn encoder(&self) -> Self::Encoder;
    fn begin(&mut self, table: &'static Table) -> Result<()>;
    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<ChunkOf<Self>>) -> Result<()>;
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
    type Chunk = ();

    fn begin(&mut self, _: &'static Table, (): ()) {}

    fn finish(&mut self) {}
}

impl Sink for Nowhere {
    type Encoder = Nowhere;

    fn encoder(&self) -> Nowhere {
        Nowhere
    }

    fn begin(&mut self, _: &'static Table) -> Result<()> {
        Ok(())
    }

    fn deliver(&mut self, _: &'static Table, _: &mut Batch<()>) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &'static Table) -> Result<()> {
        Ok(())
    }
}
