//! The bytes of a backup's files: read from regular files only, and digested. A manifest ends with a digest of itself.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{CopyError, Result};
use crate::sha256;

/// What is before and after the digest in a sealed text: the last key of a JSON object.
const SEAL: (&str, &str) = (",\n  \"sha256\": \"", "\"\n}\n");
/// The length of a digest in hexadecimal.
const HEX: usize = 64;

/// Opens a regular file. Does not wait for a pipe, which would never end.
pub(super) fn open(path: &Path) -> Result<File> {
    let damaged = |what: &str| CopyError::Damaged { path: path.to_owned(), what: what.to_owned() };
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => damaged("it is missing"),
        _ => CopyError::Read { path: path.to_owned(), source },
    };
    let without_waiting = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let opened = OpenOptions::new().read(true).custom_flags(without_waiting).open(path);
    // A socket cannot be opened at all.
    let is_other = |path: &Path| path.metadata().is_ok_and(|found| !found.is_file());
    match opened {
        Ok(file) if file.metadata().map_err(failed)?.is_file() => Ok(file),
        Ok(_) => Err(damaged("it is not a regular file")),
        Err(_) if is_other(path) => Err(damaged("it is not a regular file")),
        Err(error) => Err(failed(error)),
    }
}

/// Reads a whole file, unless it is longer than this.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let failed = |source| CopyError::Read { path: path.to_owned(), source };
    let file = open(path)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let mut text = Vec::new();
    if bytes <= most {
        file.take(most + 1).read_to_end(&mut text).map_err(failed)?;
    }
    match bytes.max(text.len() as u64) > most {
        true => Err(CopyError::Damaged { path: path.to_owned(), what: "it is too large".to_owned() }),
        false => Ok(text),
    }
}

/// How many bytes a file has, and their SHA-256.
pub(super) fn sum_of(path: &Path) -> Result<(u64, String)> {
    sha256::of_reader(open(path)?).map_err(|source| CopyError::Read { path: path.to_owned(), source })
}

/// A JSON object on several lines, with a digest of everything before it.
pub(super) fn sealed(text: &str) -> String {
    let text = text.trim_end().trim_end_matches('}').trim_end();
    format!("{text}{}{}{}", SEAL.0, sha256::of(text), SEAL.1)
}

/// Whether the digest at the end of a text matches the rest; `None` without a digest.
pub(super) fn is_as_sealed(text: &[u8]) -> Option<bool> {
    let text = text.strip_suffix(SEAL.1.as_bytes())?;
    let (rest, digest) = text.split_at_checked(text.len().checked_sub(HEX)?)?;
    let rest = rest.strip_suffix(SEAL.0.as_bytes())?;
    Some(sha256::of(rest).as_bytes() == digest)
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
