//! Replaces a file as a whole: writes it under a private name in the same folder, then renames it.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Puts a file in its place. Somebody who reads it meanwhile gets either the old bytes or the new ones; the same is true after
/// a power cut. If the name is a link, the file that it names is replaced.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let place = place_of(path);
    let mut private = private_file(&place)?;
    private.write_all(bytes)?;
    private.as_file().sync_all()?;
    private.persist(&place)?;
    Ok(())
}

/// Whether [`replace`] can write there, as far as that can be known without doing it.
pub(crate) fn check(path: &Path) -> io::Result<()> {
    private_file(&place_of(path)).map(drop)
}

fn place_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn private_file(place: &Path) -> io::Result<NamedTempFile> {
    let folder = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Without this check, the error would name the private file.
    fs::metadata(folder)?;
    // The system removes the permissions in the user's mask.
    let usual = Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".instaseed-").permissions(usual).tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::{check, replace};

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("one"), folder.path().join("link"));
        replace(&path, b"old").expect("written");
        symlink(&path, &link).expect("linked");
        replace(&link, b"new").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        assert!(link.is_symlink());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
        let error = replace(&folder.path().join("none/one"), b"").expect_err("there is no such folder");
        assert!(!error.to_string().contains(".instaseed-"), "{error}");
    }

    #[test]
    fn what_cannot_be_written_is_found_before_there_is_anything_to_write() {
        let folder = tempfile::tempdir().expect("a folder");
        check(&folder.path().join("one")).expect("it can be written");
        check(&folder.path().join("none/one")).expect_err("there is no such folder");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
