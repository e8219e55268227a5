//! SHA-256 as text, and of whole files.

use std::fmt::Write;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The digest of some bytes.
pub(crate) fn of(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// The number of bytes that a reader returns, and their digest.
pub(crate) fn of_reader(mut reader: impl Read) -> io::Result<(u64, String)> {
    let (mut sum, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, hex(&sum.finalize())));
        }
        sum.update(&buffer[..read]);
        size += read as u64;
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
