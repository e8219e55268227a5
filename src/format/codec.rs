//! gzip and zstd: compresses bytes in memory to a whole member or frame, and decompresses a file if its name says so.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

/// The fastest level of `gzip`, because each chunk is compressed by the thread that makes it.
const GZIP_LEVEL: u32 = 1;
/// The default level of `zstd`.
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

/// The text of a file, which is compressed if its name says so.
pub(super) fn opened(path: &Path, file: impl Read + 'static, buffer: usize) -> io::Result<Box<dyn BufRead>> {
    let packed = BufReader::with_capacity(buffer, file);
    let ending = path.extension().and_then(|ending| ending.to_str());
    Ok(match ending {
        Some(Gzip::ENDING) => Box::new(BufReader::with_capacity(buffer, MultiGzDecoder::new(packed))),
        Some(Zstd::ENDING) => Box::new(BufReader::with_capacity(buffer, zstd::Decoder::with_buffer(packed)?)),
        _ => Box::new(packed),
    })
}
