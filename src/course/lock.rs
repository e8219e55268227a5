//! Lets one program at a time write into a learner's folder, and replaces every file as a whole.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{CourseError, Result};

/// The file that is locked. It stays: removing it would let two programs lock two files of the same name.
pub(super) const LOCK_FILE: &str = ".instaseed-course.lock";
/// What a file is called before it has its name. A program that was killed may leave it; the next one writes over it.
pub(super) const NEW_FILE: &str = ".instaseed-course.new";

/// The right to write into a folder, until it is dropped.
pub(super) struct Lock {
    folder: PathBuf,
    _file: File,
}

impl Lock {
    /// Waits until nobody else has it. The kernel frees it when a program ends, however it ends.
    pub(super) fn take(folder: &Path) -> Result<Lock> {
        let path = folder.join(LOCK_FILE);
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(CourseError::file(&path, "open it"))?;
        file.lock().map_err(CourseError::file(&path, "lock it"))?;
        Ok(Lock { folder: folder.to_owned(), _file: file })
    }

    /// Puts a file in its place; whoever reads it meanwhile sees the old one or the new one.
    pub(super) fn replace(&self, path: &Path, text: &str) -> Result<()> {
        self.prepare(text)?;
        self.put(path)
    }

    /// Writes the text under a private name. A link with that name is not followed, because it may lead to any file of this
    /// account.
    pub(super) fn prepare(&self, text: &str) -> Result<()> {
        let new = self.folder.join(NEW_FILE);
        let write = || {
            if let Err(error) = fs::remove_file(&new)
                && error.kind() != ErrorKind::NotFound
            {
                return Err(error);
            }
            let mut file = File::options().write(true).create_new(true).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(CourseError::file(&new, "write it"))
    }

    /// Renames the prepared file.
    pub(super) fn put(&self, path: &Path) -> Result<()> {
        let new = self.folder.join(NEW_FILE);
        // Where the name is a link, the file that it means is replaced.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        fs::rename(&new, real).map_err(CourseError::file(path, "replace it"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_the_name_of_a_half_written_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join("thesis.txt");
        fs::write(&theirs, "mine").unwrap();
        std::os::unix::fs::symlink(&theirs, folder.path().join(NEW_FILE)).unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        lock.replace(&folder.path().join("state"), "new").unwrap();
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "mine");
        let state = folder.path().join("state");
        assert!(state.symlink_metadata().unwrap().is_file());
        assert_eq!(fs::read_to_string(state).unwrap(), "new");
    }
}
