//! A file under way: it has a random name, which nobody takes for that of a complete one, and a lock while its process
//! lives, so that a later run finds out what a killed one has left.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::sink::{Result, SinkError};

const ENDING: &str = ".partial";
/// The letters and digits by which two runs differ.
const RANDOM: usize = 6;

/// A file in the folder, created only if its name is free: we never write to a link or another run's file.
pub(super) fn partial(dir: &Path, name: &str) -> Result<NamedTempFile> {
    let _alone = lock(dir);
    partial_alone(dir, name)
}

/// The same while the folder is locked, so that no other run sees the file before its lock.
pub(super) fn partial_alone(dir: &Path, name: &str) -> Result<NamedTempFile> {
    let usual = fs::Permissions::from_mode(0o666);
    let file = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(ENDING)
        .rand_bytes(RANDOM)
        .permissions(usual)
        .tempfile_in(dir)
        .map_err(|source| cannot_write(dir, source))?;
    // where a file system has no locks, nothing is swept either
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Locks a folder until dropped; if its file system has no locks, nothing is locked.
pub(super) fn lock(dir: &Path) -> Option<File> {
    let folder = File::open(dir).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

pub(super) fn cannot_write(path: &Path, source: io::Error) -> SinkError {
    SinkError::Write { path: path.to_owned(), source }
}

/// Removes what killed runs have left of files that become one of these: plain files with a name of ours that no
/// process has locked. What cannot be removed stays.
pub(super) fn sweep(dir: &Path, names: &[String]) {
    let Some(_alone) = lock(dir) else { return };
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| names.iter().any(|of| is_partial_of(name, of)));
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        let is_left = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_left {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_partial_of(name: &str, of: &str) -> bool {
    let random = || name.strip_prefix('.')?.strip_prefix(of)?.strip_prefix('.')?.strip_suffix(ENDING);
    random().is_some_and(|random| random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_killed_run_has_left_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let at_work = partial(dir, "tags.csv").unwrap();
        let left = partial(dir, "tags.csv").unwrap();
        let other = partial(dir, "users.csv").unwrap();
        // closed without being removed, as by a kill
        let paths = [left, other].map(|file| file.into_temp_path().keep().unwrap());
        let mine = [".tags.csv.partial", ".tags.csv.mine!!.partial", ".tags.csv.abcdefg.partial", "tags.csv"];
        for name in mine {
            fs::write(dir.join(name), "mine").unwrap();
        }
        std::os::unix::fs::symlink("tags.csv", dir.join(".tags.csv.abcdef.partial")).unwrap();
        sweep(dir, &["tags.csv".to_owned()]);
        assert!(at_work.path().exists() && !paths[0].exists() && paths[1].exists());
        assert!(mine.iter().all(|name| dir.join(name).exists()));
        assert!(dir.join(".tags.csv.abcdef.partial").symlink_metadata().is_ok());
    }
}
