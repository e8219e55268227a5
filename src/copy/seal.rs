//! The bytes of a backup's files: read from regular files only, and digested.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{CopyError, Result};
use crate::sha256;

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
