//! A folder of files, one per table: written under temporary names and renamed when all are complete,
//! so that a full disk or an interruption leaves no half-written file under its final name.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Existing;
use super::counted::Counted;
use crate::edition::Table;
use crate::format::{FileFormat, file_name};
use crate::sink::{Batch, Result, Sink, SinkError};

/// Writes one file per table into a folder. What is not committed by [`Folder::commit`] is removed.
pub struct Folder<F: FileFormat> {
    dir: PathBuf,
    existing: Existing,
    open: Option<(Counted<NamedTempFile>, F::Open)>,
    /// The complete files, and their final names.
    whole: Vec<(NamedTempFile, PathBuf)>,
    /// Folders that did not exist before, the innermost first.
    made: Vec<PathBuf>,
    bytes: u64,
}

impl<F: FileFormat> Folder<F> {
    /// Creates the folder if necessary, and checks before anything is written whether a file would be replaced.
    pub fn new(dir: &Path, tables: &[&'static Table], existing: Existing) -> Result<Folder<F>> {
        for table in tables {
            may_become(&final_path::<F>(dir, table), existing)?;
        }
        let made = dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
        let made = made.map(Path::to_owned).collect();
        fs::create_dir_all(dir).map_err(|source| SinkError::Write { path: dir.to_owned(), source })?;
        Ok(Folder { dir: dir.to_owned(), existing, open: None, whole: Vec::new(), made, bytes: 0 })
    }

    /// Gives the files their final names, and returns these and the number of bytes. If two runs end
    /// at the same time, one waits for the other, so that all files in a folder are from one run.
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
}

/// Whether a file of ours may take a name: it is free, or a plain file that may be replaced.
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

/// Locks a folder until dropped; if its file system has no locks, nothing is locked.
fn lock(dir: &Path) -> Option<File> {
    let folder = File::open(dir).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

impl<F: FileFormat> Sink for Folder<F> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    /// The name is random, and the file is created only if the name is free: we never write to a
    /// link or another run's file.
    fn begin(&mut self, table: &'static Table) -> Result<()> {
        let prefix = format!(".{}.", file_name(table, F::ENDING));
        let usual = fs::Permissions::from_mode(0o666);
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".partial")
            .permissions(usual)
            .tempfile_in(&self.dir)
            .map_err(|source| SinkError::Write { path: self.dir.clone(), source })?;
        let mut file = Counted::new(file);
        let open = F::open(table, &mut file).map_err(|source| cannot_write(&file, source))?;
        self.open = Some((file, open));
        Ok(())
    }

    fn deliver(&mut self, _table: &'static Table, batch: &mut Batch<F::Chunk>) -> Result<()> {
        let Some((file, open)) = &mut self.open else { return Ok(()) };
        F::append(open, &mut batch.chunk, file).map_err(|source| cannot_write(file, source))
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if let Some((mut file, open)) = self.open.take() {
            F::close(open, &mut file).map_err(|source| cannot_write(&file, source))?;
            self.bytes += file.bytes;
            self.whole.push((file.out, final_path::<F>(&self.dir, table)));
        }
        Ok(())
    }
}

fn cannot_write(file: &Counted<NamedTempFile>, source: io::Error) -> SinkError {
    SinkError::Write { path: file.out.path().to_owned(), source }
}

impl<F: FileFormat> Drop for Folder<F> {
    fn drop(&mut self) {
        self.open = None;
        self.whole.clear();
        for folder in &self.made {
            // a folder that contains anything else stays
            let _ = fs::remove_dir(folder);
        }
    }
}

fn final_path<F: FileFormat>(dir: &Path, table: &Table) -> PathBuf {
    dir.join(file_name(table, F::ENDING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Cells, Edition};
    use crate::format::Encoder;
    use crate::format::csv::Csv;

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
        let mut batch = Batch { number: 0, digest: Default::default(), chunk: csv.finish() };
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
        assert!(second.commit().unwrap_err().to_string().ends_with("tags.csv already exists"));
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
        assert!(error.to_string().ends_with("tags.csv already exists"), "{error}");
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Replace).unwrap();
        fill(&mut folder);
        folder.commit().unwrap();
        assert!(fs::read_to_string(dir.path().join("tags.csv")).unwrap().starts_with("id,"));
    }
}
