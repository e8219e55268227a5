//! The folders of backups: whether a name is free, and which files in a folder belong to the backup.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest};
use super::{CopyError, Result};
use crate::edition::Edition;
use crate::time::Time;

const PREFIX: &str = "backup-";

/// Whether a backup with this name exists and may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    No,
    ByBackup,
}

/// The name of a backup that was made at this time: `backup-20240501-123000`.
pub(super) fn dated(time: Time) -> String {
    let ((year, month, day), (hour, minute, second)) = (time.date(), time.clock());
    format!("{PREFIX}{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}")
}

/// The time in such a name.
pub(super) fn time_of(name: &std::ffi::OsStr) -> Option<Time> {
    let (day, clock) = name.to_str()?.strip_prefix(PREFIX)?.split_once('-')?;
    let is_number = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(day, 8) || !is_number(clock, 6) {
        return None;
    }
    let (d, c) = (day, clock);
    let text = format!("{}-{}-{} {}:{}:{}", &d[..4], &d[4..6], &d[6..], &c[..2], &c[2..4], &c[4..]);
    Time::parse(&text)
}

/// A path without an end that would follow a link: `monday/` and `monday/.` become `monday`.
pub(super) fn plain(path: &Path) -> Result<PathBuf> {
    let plain: PathBuf = path.components().collect();
    match plain.file_name() {
        Some(_) => Ok(plain),
        None => Err(CopyError::NoName { path: path.to_owned() }),
    }
}

/// Refuses a name that is taken. Only a backup may be replaced, if the caller asks for it and nothing else is in the folder.
pub(super) fn expect_free(path: &Path, replace: bool) -> Result<Taken> {
    let taken = |what| Err(CopyError::Exists { path: path.to_owned(), what });
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Taken::No),
        Err(source) => Err(CopyError::Read { path: path.to_owned(), source }),
        Ok(found) if found.is_symlink() => taken("a link"),
        Ok(found) if !found.is_dir() => taken("not a folder"),
        Ok(_) if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) => Ok(Taken::No),
        Ok(_) => match Manifest::find(path) {
            Ok(None) => taken("not a backup"),
            _ if replace => expect_only_ours(path).map(|()| Taken::ByBackup),
            _ => taken("a backup"),
        },
    }
}

/// Refuses a backup with files that do not belong to it.
pub(super) fn expect_only_ours(path: &Path) -> Result<()> {
    let failed = |source| CopyError::Read { path: path.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !is_ours(&entry) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    match names.is_empty() {
        true => Ok(()),
        false => Err(CopyError::OtherFiles { path: path.to_owned(), names }),
    }
}

/// Whether an entry of a backup's folder is a file that a backup has.
pub(super) fn is_ours(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let is_of_backup = |name: &str| {
        let tables = || Edition::ALL.iter().flat_map(|edition| edition.tables());
        name == manifest::FILE_NAME
            || tables().any(|table| manifest::file_name(table.name) == name)
            || manifest::is_own_file_name(name)
    };
    name.to_str().is_some_and(is_of_backup) && entry.file_type().is_ok_and(|kind| kind.is_file())
}

pub(super) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_names_are_known_again_and_sort_by_time() {
        assert_eq!(dated(Time(1_714_566_600)), "backup-20240501-123000");
        assert_eq!(time_of("backup-20240501-123000".as_ref()), Some(Time(1_714_566_600)));
        assert!(dated(Time(0)) < dated(Time(1)));
        for other in [
            "backup-",
            "backup-2024-05",
            "backup-20240501-12300x",
            "old-20240501-123000",
            "backup-20241301-123000",
        ] {
            assert_eq!(time_of(other.as_ref()), None, "{other}");
        }
    }

    #[test]
    fn a_path_is_plain_or_has_no_name() {
        for given in ["monday", "monday/", "monday/.", "./monday/./"] {
            assert!(plain(Path::new(given)).unwrap().ends_with("monday"), "{given}");
            assert!(!plain(Path::new(given)).unwrap().to_str().unwrap().ends_with(['/', '.']));
        }
        for given in ["", ".", "..", "/", "monday/.."] {
            assert!(matches!(plain(Path::new(given)), Err(CopyError::NoName { .. })), "{given}");
        }
    }
}
