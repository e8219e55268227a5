//! A folder of files, one per table, or a folder of parts for a large one: written under temporary names and renamed when
//! all are complete, the manifest last, so that a full disk or an interruption leaves no half-written file under its final name.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::counted::Counted;
use super::partial::{cannot_write, lock, partial, partial_alone, sweep};
use super::{Existing, Last, MANIFEST, Written};
use crate::edition::Table;
use crate::format::{Facts, FileFormat};
use crate::sink::{Batch, Result, Sink, SinkError};

/// What the names of a table's parts begin with, in the folder of the table.
const PART: &str = "part-";

/// Writes one file per table into a folder. What is not committed by [`Folder::commit`] is removed.
///
/// ```
/// use std::sync::atomic::AtomicBool;
///
/// use instaseed::edition::{Edition, WorldRows};
/// use instaseed::format::csv::Csv;
/// use instaseed::plan::{Shard, plan};
/// use instaseed::profile::Profile;
/// use instaseed::run;
/// use instaseed::sink::files::{Existing, Folder};
/// use instaseed::world::World;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path();
/// let world = World::new(&Profile::of("tiny")?)?;
/// let rows = WorldRows::new(&world, Edition::Course)?;
/// let tables: Vec<_> = Edition::Course.tables().iter().collect();
/// let stop = AtomicBool::new(false); // set it from elsewhere, and the run ends early
/// let options = run::Options { threads: 2, stop: &stop, observer: &() };
/// let mut parts = plan(&rows, &tables, Shard::WHOLE)?;
/// run::number(&rows, &mut parts, options)?;
/// let mut folder = Folder::<Csv>::new(dir, &tables, Existing::Refuse)?;
/// let digests = run::run(&rows, &parts, &mut folder, options)?;
/// folder.commit()?; // the files have their names from here on
/// assert_eq!(digests[0].rows, 10);
/// assert!(dir.join("users.csv").is_file());
/// # Ok(())
/// # }
/// ```
pub struct Folder<F: FileFormat> {
    dir: PathBuf,
    existing: Existing,
    facts: Facts,
    open: Option<Open<F>>,
    /// The complete files, and what they will be.
    whole: Vec<(NamedTempFile, Written)>,
    /// How many of them are of the table at hand.
    parts: usize,
    /// Folders that did not exist before, the innermost first.
    made: Vec<PathBuf>,
}

/// The file at hand.
struct Open<F: FileFormat> {
    file: Counted<NamedTempFile>,
    format: F::Open,
    rows: u64,
}

impl<F: FileFormat> Folder<F> {
    /// Creates the folder if necessary, and checks before anything is written whether a file would be replaced. What a
    /// killed run has left of these files is removed.
    pub fn new(dir: &Path, tables: &[&'static Table], existing: Existing) -> Result<Folder<F>> {
        for table in tables {
            may_become_table(&final_path::<F>(dir, table), existing)?;
        }
        may_become(&dir.join(MANIFEST), existing)?;
        let made = dir.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
        let made = made.map(Path::to_owned).collect();
        fs::create_dir_all(dir).map_err(|source| SinkError::Write { path: dir.to_owned(), source })?;
        let names = tables.iter().map(|table| F::file_name(table)).chain([MANIFEST.to_owned()]);
        sweep(dir, &names.collect::<Vec<_>>());
        let facts = Facts::default();
        Ok(Folder { dir: dir.to_owned(), existing, facts, open: None, whole: Vec::new(), parts: 0, made })
    }

    /// What the files say of their rows, if the format has room for it.
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    /// Writes a text as a file of its own, which comes before all rows.
    pub fn preface(&mut self, name: &str, text: &str) -> Result<()> {
        let final_name = F::named(name.to_owned());
        let path = self.dir.join(&final_name);
        may_become(&path, self.existing)?;
        sweep(&self.dir, &[name.to_owned()]);
        let mut file = Counted::new(partial(&self.dir, name)?);
        F::preface(text, &mut file).map_err(|source| cannot_write(file.out.path(), source))?;
        self.whole
            .push((file.out, Written { table: None, path, name: final_name, rows: 0, bytes: file.bytes }));
        Ok(())
    }

    /// Gives the files their final names, without a manifest.
    pub fn commit(self) -> Result<Vec<Written>> {
        self.commit_with(None::<fn(&[Written]) -> Last>)
    }

    /// Gives the files their final names, then the manifest, and returns what was written. If two runs end at the same
    /// time, one waits for the other, so that all files in a folder are from one run.
    pub fn commit_with(mut self, last: Option<impl FnOnce(&[Written]) -> Last>) -> Result<Vec<Written>> {
        let _alone = lock(&self.dir);
        let manifest = self.dir.join(MANIFEST);
        let name = |written: &Written| match written.table {
            Some(table) => final_path::<F>(&self.dir, table),
            None => written.path.clone(),
        };
        let mut names: Vec<_> = self.whole.iter().map(|(_, written)| name(written)).collect();
        names.dedup();
        for path in &names {
            may_become_table(path, self.existing)?;
        }
        may_become(&manifest, self.existing)?;
        let mut files: Vec<(NamedTempFile, PathBuf)> = Vec::new();
        let mut written = Vec::new();
        for (file, what) in self.whole.drain(..) {
            files.push((file, what.path.clone()));
            written.push(what);
        }
        let mut stale = Vec::new();
        if let Some(last) = last {
            let last = last(&written);
            let mut file = partial_alone(&self.dir, MANIFEST)?;
            file.write_all(last.manifest.as_bytes()).map_err(|source| cannot_write(file.path(), source))?;
            files.push((file, manifest.clone()));
            stale = last.stale;
        }
        if self.existing == Existing::Replace {
            if manifest.exists() {
                // it describes files that are replaced from here on
                fs::remove_file(&manifest).map_err(|source| cannot_write(&manifest, source))?;
            }
            stale.retain(|path| path.symlink_metadata().is_ok_and(|found| found.is_file()));
            for path in stale {
                fs::remove_file(&path).map_err(|source| cannot_write(&path, source))?;
                // the folder of a table's parts, after the last of them; any other is not empty
                path.parent().filter(|parent| **parent != self.dir).map(fs::remove_dir);
            }
            for path in names.iter().filter(|path| path.is_dir()) {
                fs::remove_dir_all(path).map_err(|source| cannot_write(path, source))?;
            }
        }
        let mut named: Vec<PathBuf> = Vec::new();
        let mut folders: Vec<PathBuf> = Vec::new();
        for (file, path) in files {
            let folder = path
                .parent()
                .filter(|parent| **parent != self.dir && !folders.contains(&parent.to_path_buf()));
            let made = match folder {
                Some(folder) => {
                    if self.existing == Existing::Replace && folder.is_file() {
                        fs::remove_file(folder).map_err(|source| cannot_write(folder, source))?;
                    }
                    fs::create_dir(folder).map(|()| folders.push(folder.to_owned()))
                }
                None => Ok(()),
            };
            let renamed = made.and_then(|()| match self.existing {
                Existing::Replace => file.persist(&path).map_err(|error| error.error),
                Existing::Refuse => file.persist_noclobber(&path).map_err(|error| error.error),
            });
            if let Err(source) = renamed {
                if self.existing == Existing::Refuse {
                    // all of them or none; the names were free, so these are ours
                    named.iter().for_each(|path| drop(fs::remove_file(path)));
                    folders.iter().for_each(|folder| drop(fs::remove_dir(folder)));
                }
                return Err(match source.kind() {
                    io::ErrorKind::AlreadyExists => SinkError::Exists { path },
                    _ => SinkError::Write { path, source },
                });
            }
            named.push(path);
        }
        self.made.clear();
        Ok(written)
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
                _ => "not a regular file",
            };
            Err(SinkError::NoPlainFile { path: path.to_owned(), what })
        }
    }
}

/// Whether a table's file or folder of parts may take a name: it is free, or what has it may be replaced. A folder may
/// be if it contains parts, and nothing else.
fn may_become_table(path: &Path, existing: Existing) -> Result<(), SinkError> {
    let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    let is_part = |entry: io::Result<fs::DirEntry>| {
        let Ok(entry) = entry else { return false };
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(PART)?.strip_suffix(&ending_of(path)));
        entry.file_type().is_ok_and(|found| found.is_file())
            && number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match existing {
        Existing::Replace if is_folder => {
            let mut entries = fs::read_dir(path).map_err(|source| cannot_write(path, source))?.peekable();
            match entries.peek().is_some() {
                false => may_become(path, existing),
                true if entries.all(is_part) => Ok(()),
                true => Err(SinkError::NoPlainFile {
                    path: path.to_owned(),
                    what: "a folder with more than the parts of a table",
                }),
            }
        }
        _ => may_become(path, existing),
    }
}

/// How the name of a table's file ends, with the dot; its parts end like it.
fn ending_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.find('.').map_or(String::new(), |dot| name[dot..].to_owned())
}

impl<F: FileFormat> Sink for Folder<F> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.parts = 0;
        self.open_part(table)
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<F::Chunk>) -> Result<()> {
        if self.open.is_none() {
            self.open_part(table)?;
        }
        let Some(Open { file, format, rows }) = &mut self.open else { return Ok(()) };
        *rows += batch.digest.rows;
        let appended = F::append(format, &mut batch.chunk, file);
        appended.map_err(|source| cannot_write(file.out.path(), source))?;
        if F::is_full(format) {
            self.close_part(table)?;
        }
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        self.close_part(table)?;
        if self.parts > 1 {
            let path = final_path::<F>(&self.dir, table);
            let first = self.whole.len() - self.parts;
            for (number, (_, part)) in (1..).zip(&mut self.whole[first..]) {
                let name = format!("{PART}{number:05}{}", ending_of(&path));
                part.path = path.join(&name);
                part.name = format!("{}/{name}", part.name);
            }
        }
        Ok(())
    }
}

impl<F: FileFormat> Folder<F> {
    fn open_part(&mut self, table: &'static Table) -> Result<()> {
        let file = partial(&self.dir, &F::file_name(table))?;
        let mut file = Counted::new(file);
        let format = F::open(table, &self.facts, &mut file);
        let format = format.map_err(|source| cannot_write(file.out.path(), source))?;
        self.open = Some(Open { file, format, rows: 0 });
        Ok(())
    }

    /// Completes the file at hand, if there is one. Its name is that of a table in one file, until there are more.
    fn close_part(&mut self, table: &'static Table) -> Result<()> {
        if let Some(Open { mut file, format, rows }) = self.open.take() {
            F::close(format, &mut file).map_err(|source| cannot_write(file.out.path(), source))?;
            let path = final_path::<F>(&self.dir, table);
            let name = F::file_name(table);
            self.whole.push((file.out, Written { table: Some(table), path, name, rows, bytes: file.bytes }));
            self.parts += 1;
        }
        Ok(())
    }
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
    dir.join(F::file_name(table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Cells, Edition};
    use crate::format::Encoder;
    use crate::format::csv::Csv;
    use crate::sink::digest::Digest;

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
        let digest = Digest::parse(1, &"0".repeat(32)).unwrap();
        let mut batch = Batch { number: 0, digest, chunk: csv.finish() };
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
        let written = folder.commit().unwrap();
        let path = dir.join("tags.csv");
        assert_eq!(fs::read_to_string(&path).unwrap(), "id,tag_name,created_at\n1,love,\n");
        let name = "tags.csv".to_owned();
        assert_eq!(written, [Written { table: Some(tags()), path, name, rows: 1, bytes: 31 }]);
        assert_eq!(listing(&dir).len(), 1);
    }

    #[test]
    fn a_manifest_is_written_last_and_never_outlives_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let manifest = dir.path().join(MANIFEST);
        let old = dir.path().join("users.csv");
        let list = |files: &[Written]| Last {
            manifest: format!("{} file", files.len()),
            stale: vec![old.clone(), dir.path().join("gone.csv"), dir.path().join("link.csv")],
        };
        fs::write(&old, "mine").unwrap();
        std::os::unix::fs::symlink("/nowhere", dir.path().join("link.csv")).unwrap();
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Refuse).unwrap();
        fill(&mut folder);
        folder.commit_with(Some(list)).unwrap();
        assert_eq!(fs::read_to_string(&manifest).unwrap(), "1 file");
        assert!(old.exists(), "nothing is replaced");
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Replace).unwrap();
        fill(&mut folder);
        folder.commit_with(Some(list)).unwrap();
        assert!(!old.exists() && dir.path().join("link.csv").symlink_metadata().is_ok());
        fs::remove_file(dir.path().join("tags.csv")).unwrap();
        let refused = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Refuse).err().unwrap();
        assert!(refused.to_string().ends_with("manifest.json already exists"), "{refused}");
        let mut folder = Folder::<Csv>::new(dir.path(), &[tags()], Existing::Replace).unwrap();
        fill(&mut folder);
        folder.commit().unwrap();
        assert!(!manifest.exists());
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
