//! The files of a folder, one a table or a folder of parts, in whichever format they are.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::ReadError;
use super::schema::Difference;
use super::{EachRow, Source};
use crate::edition::{Edition, Table};
use crate::format::{FileType, Format, FormatError};
use crate::read::Result;

/// A folder of files, one a table.
pub struct Folder {
    dir: PathBuf,
    /// The names of its files, if they are known; no others are looked for.
    names: Option<Vec<String>>,
}

impl Folder {
    pub fn new(dir: &Path) -> Folder {
        Folder { dir: dir.to_owned(), names: None }
    }

    /// The files of these names.
    pub fn with_files(dir: &Path, names: Vec<String>) -> Folder {
        Folder { dir: dir.to_owned(), names: Some(names) }
    }

    fn path(&self, kind: FileType, table: &Table) -> PathBuf {
        self.dir.join(kind.file_name(table))
    }

    /// Whether a table is there in a format: a file, or a folder with parts.
    fn is_there(&self, kind: FileType, table: &Table) -> bool {
        if let Some(names) = &self.names {
            let file = kind.file_name(table);
            let is_part = |name: &String| name.strip_prefix(&file).is_some_and(|rest| rest.starts_with('/'));
            return names.iter().any(|name| *name == file || is_part(name));
        }
        let path = self.path(kind, table);
        path.is_file() || parts(&path).is_ok_and(|parts| !parts.is_empty())
    }

    /// The type of the file in which a table is there; the first of all if it is in none.
    fn type_of(&self, table: &Table) -> FileType {
        let there = |kind: &FileType| self.is_there(*kind, table);
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
        let there = |table: &Table| self.is_there(self.type_of(table), table);
        let found = Edition::ALL.into_iter().find(|edition| edition.tables().iter().all(there));
        found.ok_or_else(|| ReadError::NoEdition { place: self.place() })
    }

    /// A file's columns are looked at when the file is read.
    fn differences(&mut self, _: Edition) -> Result<Vec<Difference>> {
        Ok(Vec::new())
    }

    fn read(&mut self, table: &'static Table, each: &mut EachRow<'_>) -> Result<()> {
        let kind = self.type_of(table);
        let path = self.path(kind, table);
        if !path.is_dir() {
            return kind.read(&path, table, each);
        }
        let parts = parts(&path).map_err(|source| FormatError::Read { path, source })?;
        parts.iter().try_for_each(|part| kind.read(part, table, each))
    }
}

/// The parts of a table in its folder, in the order of their names: the files that end like the folder. Other programs
/// put files of their own next to them.
fn parts(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if !is_hidden && path.extension() == folder.extension() && path.is_file() {
            parts.push(path);
        }
    }
    parts.sort();
    Ok(parts)
}
