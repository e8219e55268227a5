//! Text files, one a table: written under a temporary name and renamed when all are whole, so that a full disk
//! or an interruption leaves nothing half-written under its final name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Batch, Encoder, Sink, SinkError};
use crate::Result;
use crate::edition::Table;

/// A text format: how rows become bytes, and what stands above them.
pub trait Format: Encoder + Default {
    /// The end of a file's name.
    const EXTENSION: &'static str;

    fn header(table: &Table) -> String;
}

impl Format for super::csv::Csv {
    const EXTENSION: &'static str = "csv";

    fn header(table: &Table) -> String {
        super::csv::header(table)
    }
}

/// Whether files of an earlier run may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    Replace,
}

/// Writes a file a table into a folder. What is not kept by [`Folder::commit`] is removed.
pub struct Folder<F> {
    dir: PathBuf,
    open: Option<(File, PathBuf)>,
    /// Temporary and final names of the files that are whole.
    whole: Vec<(PathBuf, PathBuf)>,
    bytes: u64,
    format: std::marker::PhantomData<F>,
}

impl<F: Format> Folder<F> {
    /// Makes the folder if need be, and looks before anything is written whether a file would be replaced.
    pub fn new(dir: &Path, tables: &[&'static Table], existing: Existing) -> Result<Folder<F>> {
        if existing == Existing::Refuse {
            for table in tables {
                let path = final_path::<F>(dir, table);
                if path.symlink_metadata().is_ok() {
                    return Err(SinkError::Exists { path }.into());
                }
            }
        }
        fs::create_dir_all(dir).map_err(|source| SinkError::Write { path: dir.to_owned(), source })?;
        let format = std::marker::PhantomData;
        Ok(Folder { dir: dir.to_owned(), open: None, whole: Vec::new(), bytes: 0, format })
    }

    /// Gives the files their final names, and tells them and how many bytes they hold.
    pub fn commit(mut self) -> Result<(Vec<PathBuf>, u64)> {
        let mut paths = Vec::new();
        for (temporary, path) in &self.whole {
            fs::rename(temporary, path).map_err(|source| SinkError::Write { path: path.clone(), source })?;
            paths.push(path.clone());
        }
        self.whole.clear();
        Ok((paths, self.bytes))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some((file, path)) = &mut self.open {
            file.write_all(bytes).map_err(|source| SinkError::Write { path: path.clone(), source })?;
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }
}

impl<F: Format> Sink for Folder<F> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        let path = self.dir.join(format!(".{}.{}.partial", table.name, F::EXTENSION));
        let file = File::create(&path).map_err(|source| SinkError::Write { path: path.clone(), source })?;
        self.open = Some((file, path));
        self.write(F::header(table).as_bytes())
    }

    fn deliver(&mut self, _table: &'static Table, batch: &mut Batch) -> Result<()> {
        self.write(batch.buffer.as_slice())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if let Some((_, temporary)) = self.open.take() {
            self.whole.push((temporary, final_path::<F>(&self.dir, table)));
        }
        Ok(())
    }
}

impl<F> Drop for Folder<F> {
    fn drop(&mut self) {
        let half = self.open.take().map(|(_, path)| path);
        for path in half.into_iter().chain(self.whole.drain(..).map(|(temporary, _)| temporary)) {
            // Nothing more can be done about a file that does not go away; its name says what it is.
            let _ = fs::remove_file(path);
        }
    }
}

fn final_path<F: Format>(dir: &Path, table: &Table) -> PathBuf {
    dir.join(format!("{}.{}", table.name, F::EXTENSION))
}

/// Writes one table after another to standard output, or to any other writer.
pub struct Stream<F, W> {
    out: W,
    bytes: u64,
    format: std::marker::PhantomData<F>,
}

impl<F: Format, W: Write> Stream<F, W> {
    pub fn new(out: W) -> Stream<F, W> {
        Stream { out, bytes: 0, format: std::marker::PhantomData }
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(lost)
    }
}

fn lost(source: io::Error) -> crate::Error {
    if source.kind() == io::ErrorKind::BrokenPipe { SinkError::Closed } else { SinkError::Stdout { source } }
        .into()
}

impl<F: Format, W: Write> Sink for Stream<F, W> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.write(F::header(table).as_bytes())
    }

    fn deliver(&mut self, _table: &'static Table, batch: &mut Batch) -> Result<()> {
        self.write(batch.buffer.as_slice())
    }

    fn end(&mut self, _table: &'static Table) -> Result<()> {
        self.out.flush().map_err(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Cells, Edition};
    use crate::sink::csv::Csv;

    fn tags() -> &'static Table {
        Edition::Course.table("tags").unwrap()
    }

    fn fill(folder: &mut Folder<Csv>) {
        folder.begin(tags()).unwrap();
        let mut csv = folder.encoder();
        csv.begin(tags(), Default::default());
        csv.integer(1);
        csv.text("love");
        csv.null();
        csv.end_row();
        let mut batch = Batch { chunk: 0, digest: Default::default(), buffer: csv.finish() };
        folder.deliver(tags(), &mut batch).unwrap();
        folder.end(tags()).unwrap();
    }

    fn listing(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn files_appear_when_all_are_whole() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new/folder");
        let mut folder = Folder::<Csv>::new(&dir, &[tags()], Existing::Refuse).unwrap();
        fill(&mut folder);
        assert_eq!(listing(&dir), [".tags.csv.partial"]);
        let (paths, bytes) = folder.commit().unwrap();
        assert_eq!(paths, [dir.join("tags.csv")]);
        assert_eq!(fs::read_to_string(&paths[0]).unwrap(), "id,tag_name,created_at\n1,love,\n");
        assert_eq!((listing(&dir).len(), bytes), (1, 31));
    }

    #[test]
    fn what_is_not_committed_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Refuse).unwrap();
        fill(&mut folder);
        folder.begin(tags()).unwrap();
        drop(folder);
        assert_eq!(listing(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn files_that_are_there_are_kept_unless_told_otherwise() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("tags.csv"), "mine").unwrap();
        let error = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Refuse).err().unwrap();
        assert!(error.to_string().ends_with("tags.csv is there already"), "{error}");
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Replace).unwrap();
        fill(&mut folder);
        folder.commit().unwrap();
        assert!(fs::read_to_string(dir.path().join("tags.csv")).unwrap().starts_with("id,"));
    }
}
