//! The files of a folder, one a table, in whichever format they are.

use std::path::{Path, PathBuf};

use super::error::ReadError;
use super::schema::Difference;
use super::{EachRow, Source};
use crate::edition::{Edition, Table};
use crate::format::{FileType, Format};
use crate::read::Result;

/// A folder of files, one a table.
pub struct Folder {
    dir: PathBuf,
}

impl Folder {
    pub fn new(dir: &Path) -> Folder {
        Folder { dir: dir.to_owned() }
    }

    fn path(&self, kind: FileType, table: &Table) -> PathBuf {
        self.dir.join(kind.file_name(table))
    }

    /// The type of the file in which a table is there; the first of all if it is in none.
    fn type_of(&self, table: &Table) -> FileType {
        let there = |kind: &FileType| self.path(*kind, table).is_file();
        FileType::all().find(there).unwrap_or(Format::Csv.plain())
    }
}

impl Source for Folder {
    fn place(&self) -> String {
        self.dir.display().to_string()
    }

    /// The edition whose files are all there.
    fn edition(&mut self) -> Result<Edition> {
        if !self.dir.is_dir() {
            return Err(ReadError::NoFolder { path: self.dir.clone() });
        }
        let there = |table: &Table| self.path(self.type_of(table), table).is_file();
        let found = Edition::ALL.into_iter().find(|edition| edition.tables().iter().all(there));
        found.ok_or_else(|| ReadError::NoEdition { place: self.place() })
    }

    /// A file's columns are looked at when the file is read.
    fn differences(&mut self, _: Edition) -> Result<Vec<Difference>> {
        Ok(Vec::new())
    }

    fn read(&mut self, table: &'static Table, each: &mut EachRow<'_>) -> Result<()> {
        let kind = self.type_of(table);
        kind.read(&self.path(kind, table), table, each)
    }
}
