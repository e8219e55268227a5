//! Compressed text formats. Each chunk becomes a separate gzip member or zstd frame, on the thread that made it. So the bytes
//! are the same for any number of threads, and `gunzip`, `zstd` and programs that use their libraries read the file as one.

use std::io::{self, Write};
use std::path::Path;

use super::codec::Codec;
use super::lines::Lines;
use super::text::TextFormat;
use super::{Buffer, Encoder, Facts, FileFormat, FormatError};
use crate::edition::{Cells, EachRow, Table};
use crate::time::Time;

/// A text format, compressed.
#[derive(Default)]
pub struct Compressed<F, C> {
    format: F,
    codec: C,
    /// The text of the last chunk, whose memory is reused.
    plain: Buffer,
    packed: Vec<u8>,
}

impl<F: TextFormat, C: Codec> Encoder for Compressed<F, C> {
    type Chunk = Buffer;

    fn begin(&mut self, table: &'static Table, used: Buffer) {
        self.packed = used.bytes;
        self.packed.clear();
        self.format.begin(table, std::mem::take(&mut self.plain));
    }

    /// A chunk without rows makes no member.
    fn finish(&mut self) -> Buffer {
        self.plain = self.format.finish();
        if self.plain.len > 0 {
            self.codec.pack(self.plain.as_slice(), &mut self.packed);
        }
        let bytes = std::mem::take(&mut self.packed);
        Buffer { len: bytes.len(), bytes }
    }
}

impl<F: TextFormat, C: Codec> FileFormat for Compressed<F, C> {
    const NAME: &'static str = <F as TextFormat>::NAME;
    const ABOUT: &'static str = <F as TextFormat>::ABOUT;

    type Open = &'static Table;

    fn file_name(table: &Table) -> String {
        Self::named(<F as TextFormat>::file_name(table))
    }

    fn named(name: String) -> String {
        format!("{name}.{}", C::ENDING)
    }

    fn preface(text: &str, out: &mut dyn Write) -> io::Result<()> {
        let mut packed = Vec::new();
        if !text.is_empty() {
            C::default().pack(text.as_bytes(), &mut packed);
        }
        out.write_all(&packed)
    }

    fn open(table: &'static Table, _: &Facts, out: &mut dyn Write) -> io::Result<&'static Table> {
        Self::preface(&F::top(table), out)?;
        Ok(table)
    }

    fn append(_: &mut &'static Table, chunk: &mut Buffer, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(chunk.as_slice())
    }

    fn close(table: &'static Table, out: &mut dyn Write) -> io::Result<()> {
        Self::preface(&F::bottom(table), out)
    }

    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        <F as TextFormat>::read(&mut Lines::open(path)?, table, each)
    }
}

impl<F: TextFormat, C: Codec> Cells for Compressed<F, C> {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.format.integer(value);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.format.text(value);
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.format.time(value);
    }

    #[inline(always)]
    fn null(&mut self) {
        self.format.null();
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.format.end_row();
    }
}
