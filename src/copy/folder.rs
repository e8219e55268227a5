//! Reads the rows of a backup, piece by piece.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use super::manifest::Manifest;
use super::pieces::{EachText, Piece, Reader};
use super::{CopyError, Result, lines, own, seal};
use crate::edition::{Cells, Table};

/// The largest piece that is read. No real piece comes near it, so a forged manifest cannot exhaust the memory.
const MAX_PIECE: u64 = 1 << 31;

/// A backup that is being read.
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
    /// A backup knows its pieces, so this is never called.
    fn numbers(&mut self, _: &str) -> Result<Vec<Option<i64>>> {
        Ok(Vec::new())
    }

    /// Here the query is the name of an application's table.
    fn texts(&mut self, table: &str, each: &mut EachText<'_>) -> Result<()> {
        let Some(backed) = self.manifest.own_tables.iter().find(|backed| backed.table == table) else {
            return Ok(());
        };
        let columns = self.manifest.own.all().find(|own| own.table == table);
        let columns = columns.map_or(0, |own| own.columns.len());
        let path = self.folder.join(&backed.file.name);
        let failed = |source| CopyError::Read { path: path.clone(), source };
        let file = zstd::stream::read::Decoder::new(seal::open(&path)?).map_err(failed)?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines.by_ref().take(MAX_PIECE).read_until(b'\n', &mut line).map_err(failed)? == 0 {
                return Ok(());
            }
            let row = own::read_line(line.trim_ascii_end(), columns);
            let what = "a line of it cannot be read".to_owned();
            each(row.ok_or_else(|| CopyError::Damaged { path: path.clone(), what })?)?;
        }
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
        let read = seal::open(&path)?.read_exact_at(&mut packed, found.offset);
        read.map_err(|source| CopyError::Read { path: path.clone(), source })?;
        let plain = lines::unpack(&packed, found.plain_bytes)
            .map_err(|error| CopyError::Damaged { path, what: error.to_string() })?;
        lines::read(&plain, table, cells)
    }
}
