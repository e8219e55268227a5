//! Compressed text formats. Each chunk becomes a gzip member or a zstd frame by itself, on the thread that made it; so the
//! bytes are the same for any number of threads, and `gunzip`, `zstd` and what builds upon them read the file as one.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

use super::lines::{BUFFER_BYTES, Lines};
use super::text::TextFormat;
use super::{Buffer, Encoder, FileFormat, FormatError};
use crate::edition::{Cells, EachRow, Table};
use crate::time::Time;

/// The level of `gzip` that takes least time: the higher ones save a tenth of the size for twice the time and more.
const GZIP_LEVEL: u32 = 1;
/// The level that `zstd` takes by default.
const ZSTD_LEVEL: i32 = 3;

/// A way to compress.
pub trait Codec: Default + Send {
    /// The end of a file's name.
    const ENDING: &'static str;

    /// Appends the bytes, compressed, to `out`.
    fn pack(&mut self, bytes: &[u8], out: &mut Vec<u8>);
}

/// gzip, without a time in its headers.
#[derive(Default)]
pub struct Gzip;

impl Codec for Gzip {
    const ENDING: &'static str = "gz";

    fn pack(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut encoder = GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
        encoder.write_all(bytes).and_then(|()| encoder.try_finish()).expect("memory takes every byte");
    }
}

/// Zstandard, with a checksum in each frame.
pub struct Zstd(Compressor<'static>);

impl Default for Zstd {
    fn default() -> Self {
        let mut compressor = Compressor::new(ZSTD_LEVEL).expect("the level is one of zstd's");
        compressor.include_checksum(true).expect("every zstd has checksums");
        Zstd(compressor)
    }
}

impl Codec for Zstd {
    const ENDING: &'static str = "zst";

    fn pack(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut frame = std::mem::take(out);
        if frame.is_empty() {
            frame.reserve(compress_bound(bytes.len()));
            self.0.compress_to_buffer(bytes, &mut frame).expect("there is room for the worst case");
        } else {
            frame.extend(self.0.compress(bytes).expect("there is room for the worst case"));
        }
        *out = frame;
    }
}

/// A text format, compressed.
#[derive(Default)]
pub struct Compressed<F, C> {
    format: F,
    codec: C,
    /// The text of the last chunk: its memory is used again.
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

    /// A chunk without rows is no member.
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

    fn open(table: &'static Table, out: &mut dyn Write) -> io::Result<&'static Table> {
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

/// The text of a file, which is compressed if its name says so.
pub(super) fn opened(path: &Path, file: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let packed = BufReader::with_capacity(BUFFER_BYTES, file);
    let ending = path.extension().and_then(|ending| ending.to_str());
    Ok(match ending {
        Some(Gzip::ENDING) => Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(packed))),
        Some(Zstd::ENDING) => {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, zstd::Decoder::with_buffer(packed)?))
        }
        _ => Box::new(packed),
    })
}
