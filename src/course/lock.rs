//! Lets one program at a time write into a learner's folder, and replaces every file as a whole.

use std::fs::{self, File};
use std::io::Write;
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
        let new = self.folder.join(NEW_FILE);
        let write = || {
            let mut file = File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(CourseError::file(&new, "write it"))?;
        // Where the name is a link, the file that it means is replaced.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        fs::rename(&new, real).map_err(CourseError::file(path, "replace it"))
    }
}
