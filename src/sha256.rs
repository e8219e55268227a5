//! SHA-256 as text, of whole files, and as the seal of a JSON text.

use std::fmt::Write;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// What is before and after the digest in a sealed text: the last key of a JSON object.
const SEAL: (&str, &str) = (",\n  \"sha256\": \"", "\"\n}\n");
/// The length of a digest in hexadecimal.
const HEX: usize = 64;

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

/// A JSON object on several lines, with a digest of everything before it.
pub(crate) fn sealed(text: &str) -> String {
    let text = text.trim_end().trim_end_matches('}').trim_end();
    format!("{text}{}{}{}", SEAL.0, of(text), SEAL.1)
}

/// Whether the digest at the end of a text matches the rest; `None` without a digest.
pub(crate) fn is_as_sealed(text: &[u8]) -> Option<bool> {
    let text = text.strip_suffix(SEAL.1.as_bytes())?;
    let (rest, digest) = text.split_at_checked(text.len().checked_sub(HEX)?)?;
    let rest = rest.strip_suffix(SEAL.0.as_bytes())?;
    Some(of(rest).as_bytes() == digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_of_a_sealed_text_can_be_changed() {
        let text = sealed("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n");
        assert!(text.starts_with("{\n  \"a\": {\n    \"b\": 1\n  },\n  \"sha256\": \""), "{text}");
        serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        assert_eq!(is_as_sealed(text.as_bytes()), Some(true));
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] ^= 1;
            assert_ne!(is_as_sealed(&other), Some(true), "{at}");
        }
        assert_eq!(is_as_sealed(b"{\n}\n"), None);
    }
}
