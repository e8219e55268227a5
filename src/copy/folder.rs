//! Reads the rows of a backup, piece by piece.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use super::manifest::Manifest;
use super::pieces::{Piece, Reader};
use super::{CopyError, Result, lines};
use crate::edition::{Cells, Table};

/// No piece of ours comes near this: a manifest that says so must not exhaust the memory.
const MAX_PIECE: u64 = 1 << 31;

/// A backup that is read.
pub(crate) struct FolderReader {
    folder: PathBuf,
    manifest: Arc<Manifest>,
}

impl FolderReader {
    pub(super) fn new(folder: PathBuf, manifest: Arc<Manifest>) -> FolderReader {
        FolderReader { folder, manifest }
    }
}

impl Reader for FolderReader {
    /// A backup knows its pieces, and is not asked.
    fn numbers(&mut self, _: &str) -> Result<Vec<Option<i64>>> {
        Ok(Vec::new())
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        let backed = self.manifest.tables.iter().find(|backed| backed.table == table.name);
        let Some((backed, found)) =
            backed.and_then(|backed| Some((backed, backed.pieces.get(piece.number)?)))
        else {
            return Ok(());
        };
        let path = self.folder.join(&backed.file.name);
        if found.bytes.max(found.plain_bytes) > MAX_PIECE {
            return Err(CopyError::Damaged { path, what: "a piece of it is too large".to_owned() });
        }
        let mut packed = vec![0; found.bytes as usize];
        let read = File::open(&path).and_then(|file| file.read_exact_at(&mut packed, found.offset));
        read.map_err(|source| CopyError::Read { path: path.clone(), source })?;
        let plain = lines::unpack(&packed, found.plain_bytes)
            .map_err(|error| CopyError::Damaged { path, what: error.to_string() })?;
        lines::read(&plain, table, cells)
    }
}
