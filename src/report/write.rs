//! Writes a file that appears when it is complete.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{ReportError, Result};

/// Writes a text to a file, which is there whole or not at all. A link, a device or a folder is never replaced.
pub fn write(path: &Path, text: &str, replace: bool) -> Result<()> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source };
    refuse(path, replace)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed)?;
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => ReportError::Exists { path: path.to_owned() },
        _ => failed(error.error),
    })
}

/// Refuses a file that is there, before the work of many minutes is in vain.
pub fn refuse(path: &Path, replace: bool) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) if !replace => Err(ReportError::Exists { path: path.to_owned() }),
        Ok(found) if !found.is_file() => Err(ReportError::NotAFile { path: path.to_owned() }),
        _ => Ok(()),
    }
}
