//! Whether a file was saved since the last check, without reading it.
//!
//! Comparing modification times works on every file system, including shared ones that do not report changes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What changes when a file is saved: most editors put a new file in its place, others write into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    file: u64,
    seconds: i64,
    nanoseconds: i64,
    bytes: u64,
}

/// The stamp of a file, if it exists.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    let (seconds, nanoseconds) = (found.mtime(), found.mtime_nsec());
    Some(Stamp { file: found.ino(), seconds, nanoseconds, bytes: found.len() })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::stamp;

    #[test]
    fn a_file_that_is_replaced_by_one_of_the_same_size_and_time_has_another_stamp() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, new) = (folder.path().join("1.sql"), folder.path().join("new"));
        assert_eq!(stamp(&path), None);
        fs::write(&path, "SELECT 1").expect("written");
        let before = stamp(&path);
        assert!(before.is_some() && before == stamp(&path));
        fs::write(&new, "SELECT 2").expect("written");
        let time = fs::metadata(&path).and_then(|found| found.modified()).expect("it has a time");
        File::options().write(true).open(&new).and_then(|file| file.set_modified(time)).expect("set");
        fs::rename(&new, &path).expect("renamed");
        assert_ne!(stamp(&path), before);
    }
}
