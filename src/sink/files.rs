//! Text files, one a table: written under a temporary name and renamed when all are whole, so that a full disk
//! or an interruption leaves nothing half-written under its final name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Batch, Encoder, Sink, SinkError};
use crate::edition::Table;
use crate::sink::Result;

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
    existing: Existing,
    open: Option<NamedTempFile>,
    /// The files that are whole, and their final names.
    whole: Vec<(NamedTempFile, PathBuf)>,
    /// Folders that were not there before, the innermost first.
    made: Vec<PathBuf>,
    bytes: u64,
    format: std::marker::PhantomData<F>,
}

impl<F: Format> Folder<F> {
    /// Makes the folder if need be, and looks before anything is written whether a file would be replaced.
    pub fn new(dir: &Path, tables: &[&'static Table], existing: Existing) -> Result<Folder<F>> {
        for table in tables {
            may_become(&final_path::<F>(dir, table), existing)?;
        }
        let made = dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
        let made = made.map(Path::to_owned).collect();
        fs::create_dir_all(dir).map_err(|source| SinkError::Write { path: dir.to_owned(), source })?;
        let format = std::marker::PhantomData;
        Ok(Folder { dir: dir.to_owned(), existing, open: None, whole: Vec::new(), made, bytes: 0, format })
    }

    /// Gives the files their final names, and tells them and how many bytes they hold. Of two runs that end at the same
    /// time one comes after the other, so that all files of a folder are of one run.
    pub fn commit(mut self) -> Result<(Vec<PathBuf>, u64)> {
        let _alone = lock(&self.dir);
        for (_, path) in &self.whole {
            may_become(path, self.existing)?;
        }
        let mut paths = Vec::new();
        for (file, path) in self.whole.drain(..) {
            let named = match self.existing {
                Existing::Replace => file.persist(&path),
                Existing::Refuse => file.persist_noclobber(&path),
            };
            if let Err(error) = named {
                if self.existing == Existing::Refuse {
                    // all of them or none; the names were free, so these are ours
                    paths.iter().for_each(|path| drop(fs::remove_file(path)));
                }
                let source = error.error;
                return Err(match source.kind() {
                    io::ErrorKind::AlreadyExists => SinkError::Exists { path },
                    _ => SinkError::Write { path, source },
                });
            }
            paths.push(path);
        }
        self.made.clear();
        Ok((paths, self.bytes))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(file) = &mut self.open {
            let written = file.as_file_mut().write_all(bytes);
            written.map_err(|source| SinkError::Write { path: file.path().to_owned(), source })?;
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }
}

/// Whether a name may be given to a file of ours: it is free, or a plain file that may be replaced.
fn may_become(path: &Path, existing: Existing) -> Result<(), SinkError> {
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) if existing == Existing::Refuse => Err(SinkError::Exists { path: path.to_owned() }),
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) => {
            let what = match found.file_type() {
                kind if kind.is_symlink() => "a link",
                kind if kind.is_dir() => "a folder",
                _ => "no plain file",
            };
            Err(SinkError::NoPlainFile { path: path.to_owned(), what })
        }
    }
}

/// Holds a folder until dropped; where its file system knows no locks, nothing is held.
fn lock(dir: &Path) -> Option<File> {
    let folder = File::open(dir).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

impl<F: Format> Sink for Folder<F> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    /// The name is drawn, and the file made only if nothing has it: neither a link nor another run's file is written to.
    fn begin(&mut self, table: &'static Table) -> Result<()> {
        let prefix = format!(".{}.{}.", table.name, F::EXTENSION);
        let usual = fs::Permissions::from_mode(0o666);
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".partial")
            .permissions(usual)
            .tempfile_in(&self.dir)
            .map_err(|source| SinkError::Write { path: self.dir.clone(), source })?;
        self.open = Some(file);
        self.write(F::header(table).as_bytes())
    }

    fn deliver(&mut self, _table: &'static Table, batch: &mut Batch) -> Result<()> {
        self.write(batch.buffer.as_slice())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if let Some(file) = self.open.take() {
            self.whole.push((file, final_path::<F>(&self.dir, table)));
        }
        Ok(())
    }
}

impl<F> Drop for Folder<F> {
    fn drop(&mut self) {
        self.open = None;
        self.whole.clear();
        for folder in &self.made {
            // one that holds something of somebody else's stays
            let _ = fs::remove_dir(folder);
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

fn lost(source: io::Error) -> SinkError {
    if source.kind() == io::ErrorKind::BrokenPipe { SinkError::Closed } else { SinkError::Stdout { source } }
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
        let names = listing(&dir);
        assert!(
            names.len() == 1 && names[0].starts_with(".tags.csv.") && names[0].ends_with(".partial"),
            "{names:?}"
        );
        let (paths, bytes) = folder.commit().unwrap();
        assert_eq!(paths, [dir.join("tags.csv")]);
        assert_eq!(fs::read_to_string(&paths[0]).unwrap(), "id,tag_name,created_at\n1,love,\n");
        assert_eq!((listing(&dir).len(), bytes), (1, 31));
    }

    #[test]
    fn what_is_not_committed_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder =
            Folder::<Csv>::new(&dir.path().join("new/folder"), &[tags()], Existing::Refuse).unwrap();
        fill(&mut folder);
        folder.begin(tags()).unwrap();
        drop(folder);
        assert_eq!(listing(dir.path()), Vec::<String>::new());
    }

    #[test]
    fn the_files_of_a_folder_are_of_one_run() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Folder::<Csv>::new(dir.path(), &[tags()], Existing::Refuse).unwrap();
        let (mut first, mut second) = (open(), open());
        fill(&mut first);
        fill(&mut second);
        first.commit().unwrap();
        assert!(second.commit().unwrap_err().to_string().ends_with("tags.csv is there already"));
        assert_eq!(listing(dir.path()), ["tags.csv"]);
    }

    #[test]
    fn what_is_no_plain_file_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nowhere", dir.path().join("tags.csv")).unwrap();
        for existing in [Existing::Refuse, Existing::Replace] {
            assert!(Folder::<Csv>::new(dir.path(), &[tags()], existing).is_err());
        }
        assert_eq!(listing(dir.path()), ["tags.csv"]);
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
