//! Decides which older backups are removed: complete ones of the same database, beyond a number, without any other files.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::manifest::Manifest;
use super::{CopyError, Result, place, private};

/// An older backup that is beyond the number but was not removed, or that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptBackup {
    pub folder: PathBuf,
    pub why: String,
}

/// Removes the oldest dated backups of a database beyond a number. Only complete ones count, and only files of a backup are
/// removed.
pub(super) fn keep(
    parent: &Path,
    keep: usize,
    newest: &Path,
    database: &str,
) -> Result<(Vec<PathBuf>, Vec<KeptBackup>)> {
    let failed = |source| CopyError::Read { path: parent.to_owned(), source };
    let (mut backups, mut kept) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(parent).map_err(failed)?.flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder || place::time_of(&entry.file_name()).is_none() {
            continue;
        }
        let folder = entry.path();
        let damage = match Manifest::find(&folder) {
            Ok(Some(manifest)) if manifest.database.as_deref() != Some(database) => continue,
            Ok(Some(manifest)) => manifest.damage(&folder),
            Ok(None) => continue,
            Err(error) => Some(error),
        };
        match damage {
            // Its name may be of an earlier second than theirs, if several were made at once.
            None if folder == newest => {}
            None => backups.push(folder),
            Some(error) => kept.push(KeptBackup { why: reason(&error, &folder), folder }),
        }
    }
    backups.sort();
    let beyond = (backups.len() + 1).saturating_sub(keep.max(1));
    backups.truncate(beyond);
    let mut removed = Vec::new();
    for folder in backups {
        match place::expect_only_ours(&folder).and_then(|()| private::remove(&folder)) {
            Ok(true) => removed.push(folder),
            Ok(false) => {}
            Err(error @ CopyError::OtherFiles { .. }) => {
                kept.push(KeptBackup { why: reason(&error, &folder), folder });
            }
            Err(error) => return Err(error),
        }
    }
    kept.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok((removed, kept))
}

/// Why a backup stays, without its name.
fn reason(error: &CopyError, folder: &Path) -> String {
    match error {
        CopyError::OtherFiles { names, .. } => {
            format!("it has other files: {}", CopyError::some_of(names))
        }
        CopyError::Damaged { path, what } => {
            format!("{} is damaged: {what}", path.strip_prefix(folder).unwrap_or(path).display())
        }
        error => error.to_string(),
    }
}
