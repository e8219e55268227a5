//! The folders of backups: a private one while it is written, its final name, and which older ones may go.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::{CopyError, Result};
use crate::time::Time;

const PREFIX: &str = "backup-";

/// The name of a backup that was made at this time: `backup-20240501-123000`.
pub(super) fn dated(time: Time) -> String {
    let ((year, month, day), (hour, minute, second)) = (time.date(), time.clock());
    format!("{PREFIX}{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

fn is_dated(name: &str) -> bool {
    let digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let parts = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(day, clock)| digits(day, 8) && digits(clock, 6))
}

/// Refuses a name that is taken: only a backup of ours may be replaced, and only if that is wanted.
pub(super) fn expect_free(path: &Path, replace: bool) -> Result<()> {
    let taken = |what| Err(CopyError::Exists { path: path.to_owned(), what });
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(CopyError::Read { path: path.to_owned(), source }),
        Ok(found) if !found.is_dir() => taken("no folder"),
        Ok(_) if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) => Ok(()),
        Ok(_) => match Manifest::find(path) {
            Ok(None) => taken("no backup"),
            _ if replace => Ok(()),
            _ => taken("a backup"),
        },
    }
}

/// A folder under a private name; removed when dropped, unless it was given its final name.
pub(super) struct Private {
    pub path: PathBuf,
    /// Locked while we live.
    held: File,
    named: bool,
}

impl Private {
    /// Creates it next to its final name. What a run that is gone has left there is removed.
    pub(super) fn new(path: &Path) -> Result<Private> {
        let parent = parent(path);
        fs::create_dir_all(&parent).map_err(|source| cannot_write(&parent, source))?;
        sweep(&parent);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let private = parent.join(format!(".{name}{PARTIAL}"));
        // It holds the data of persons.
        match DirBuilder::new().mode(0o700).create(&private) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(CopyError::UnderWay { path: path.to_owned() });
            }
            made => made.map_err(|source| cannot_write(&private, source))?,
        }
        let held = File::open(&private).map_err(|source| cannot_write(&private, source))?;
        // Where a file system has no locks, nobody else can be told.
        let _ = held.try_lock();
        Ok(Private { path: private, held, named: false })
    }

    /// Writes a whole file, down to the disk.
    pub(super) fn write(&self, name: &str, text: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        });
        written.map_err(|source| cannot_write(&path, source))
    }

    /// Gives the folder its final name, in place of an earlier backup if that may be replaced.
    pub(super) fn name(mut self, path: &Path, replace: bool) -> Result<()> {
        let failed = |source| cannot_write(path, source);
        self.held.sync_all().map_err(failed)?;
        expect_free(path, replace)?;
        let earlier = parent(path)
            .join(format!(".{}.earlier{PARTIAL}", path.file_name().unwrap_or_default().to_string_lossy()));
        // An empty folder is replaced by the renaming itself.
        let is_full = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        if is_full {
            fs::rename(path, &earlier).map_err(failed)?;
        }
        fs::rename(&self.path, path).map_err(failed)?;
        self.named = true;
        if is_full {
            fs::remove_dir_all(&earlier).map_err(|source| cannot_write(&earlier, source))?;
        }
        let _ = File::open(parent(path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if !self.named {
            // The error to report is the one that ended the work.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The end of private names.
const PARTIAL: &str = ".partial";

/// Removes what killed runs have left in a folder: private folders that nobody holds.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_private = name.starts_with('.') && name.ends_with(PARTIAL);
        let path = entry.path();
        if !is_private || !path.is_dir() || path.is_symlink() || !holds_only_ours(&path) {
            continue;
        }
        let held = File::open(&path).map(|folder| folder.try_lock());
        if !matches!(held, Ok(Err(TryLockError::WouldBlock))) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Whether a folder has nothing but files that a backup has.
fn holds_only_ours(path: &Path) -> bool {
    let is_ours = |name: &str| name.ends_with(".jsonl.zst") || name == super::manifest::FILE_NAME;
    let entries = fs::read_dir(path).into_iter().flatten();
    entries.into_iter().all(|entry| entry.is_ok_and(|entry| is_ours(&entry.file_name().to_string_lossy())))
}

/// Removes the oldest dated backups beyond a number. Only whole ones of ours count, and only they are removed.
pub(super) fn keep(parent: &Path, keep: usize, newest: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(parent).map_err(|source| CopyError::Read { path: parent.to_owned(), source })?;
    let mut backups: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| is_dated(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .filter(|path| !path.is_symlink() && matches!(Manifest::find(path), Ok(Some(_))))
        .collect();
    backups.sort();
    let beyond = backups.len().saturating_sub(keep.max(1));
    backups.truncate(beyond);
    backups.retain(|path| path != newest);
    for path in &backups {
        // The manifest goes first: what is left of a removal that is cut off is no backup.
        let manifest = path.join(super::manifest::FILE_NAME);
        fs::remove_file(&manifest)
            .and_then(|()| fs::remove_dir_all(path))
            .map_err(|source| cannot_write(path, source))?;
    }
    Ok(backups)
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn cannot_write(path: &Path, source: io::Error) -> CopyError {
    CopyError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_names_are_known_again_and_sort_by_time() {
        assert_eq!(dated(Time(1_714_566_600)), "backup-20240501-123000");
        assert!(is_dated(&dated(Time(0))) && dated(Time(0)) < dated(Time(1)));
        for other in ["backup-", "backup-2024-05", "backup-20240501-12300x", "old-20240501-123000"] {
            assert!(!is_dated(other), "{other}");
        }
    }

    #[test]
    fn a_private_folder_goes_unless_it_is_named_and_leftovers_are_swept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("one");
        let private = Private::new(&path).unwrap();
        assert!(matches!(Private::new(&path), Err(CopyError::UnderWay { .. })), "it is held");
        private.write("a.jsonl.zst", b"x").unwrap();
        drop(private);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        for (left, file) in [(".one.partial", "a.jsonl.zst"), (".mine.partial", "letter.txt")] {
            fs::create_dir(dir.path().join(left)).unwrap();
            fs::write(dir.path().join(left).join(file), b"x").unwrap();
        }
        Private::new(&path).unwrap().name(&path, false).unwrap();
        let names = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, [".mine.partial", "one"]);
    }
}
