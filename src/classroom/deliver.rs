//! Writes complete results or nothing: under a private name first, which is then renamed.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::{ClassroomError, Result};
use crate::whole_file;

/// Writes a file. An existing file is replaced in one step, or stays as it is. If the path is a link, the file that it names is
/// replaced, not the link.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    if is_special(path).map_err(unwritable)? {
        let written = fs::OpenOptions::new().write(true).open(path);
        return written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(unwritable);
    }
    whole_file::replace(path, text.as_bytes()).map_err(unwritable)
}

/// Whether [`write_file`] can write there. Ask before long work whose result would otherwise be lost.
pub fn check_file(path: &Path) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    match is_special(path).map_err(unwritable)? {
        true => Ok(()),
        false => whole_file::check(path).map_err(unwritable),
    }
}

/// Whether a path is a device or a pipe. These are written to directly, because a rename would put a file in their place.
fn is_special(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(about) => Ok(!about.is_file()),
        Err(_) => Ok(false),
    }
}

/// Whether [`write_folder`] can write there, as far as that can be known in advance.
pub fn check_folder(path: &Path) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    match fs::read_dir(path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(ClassroomError::NotEmpty { path: path.to_owned() });
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(error)),
    }
    let folder = parent(path).map_err(unwritable)?;
    match folder.is_dir() {
        true => whole_file::check(&folder.join("results")).map_err(unwritable),
        false => Ok(()),
    }
}

fn parent(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    Ok(absolute.parent().unwrap_or(Path::new("/")).to_owned())
}

/// Writes a new folder of files. Nothing is written into a folder that is not empty.
pub fn write_folder(path: &Path, files: &[(String, String)]) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    check_folder(path)?;
    let absolute = std::path::absolute(path).map_err(unwritable)?;
    let folder = parent(path).map_err(unwritable)?;
    fs::create_dir_all(&folder).map_err(unwritable)?;
    let private = tempfile::Builder::new().prefix(".instaseed-").tempdir_in(&folder).map_err(unwritable)?;
    for (name, text) in files {
        fs::write(private.path().join(name), text).map_err(unwritable)?;
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777 & !umask());
    fs::set_permissions(private.path(), open).map_err(unwritable)?;
    // An empty folder gives way to a renamed one.
    fs::rename(private.path(), &absolute).map_err(unwritable)?;
    Ok(())
}

/// The user's mask, as a new folder shows it.
fn umask() -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let made = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o777)).tempdir();
    let mode = made.and_then(|folder| folder.path().metadata());
    mode.map_or(0o077, |about| 0o777 & !about.permissions().mode())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::{check_file, check_folder, write_file, write_folder};
    use crate::classroom::ClassroomError;

    #[test]
    fn a_file_is_replaced_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("marks.csv");
        write_file(&path, "one").expect("written");
        write_file(&path, "two").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "two");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
        assert!(matches!(
            write_file(&folder.path().join("none/marks.csv"), ""),
            Err(ClassroomError::Unwritable { .. })
        ));
    }

    #[test]
    fn a_link_and_what_is_no_file_stay_what_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let (real, link) = (folder.path().join("real.csv"), folder.path().join("link.csv"));
        fs::write(&real, "one").expect("written");
        symlink(&real, &link).expect("linked");
        write_file(&link, "two").expect("written");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("read"), "two");
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).expect("a socket");
        assert!(matches!(write_file(&socket, "three"), Err(ClassroomError::Unwritable { .. })));
        assert!(fs::metadata(&socket).expect("there").file_type().is_socket());
    }

    #[test]
    fn what_cannot_be_written_is_found_before_there_is_anything_to_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("marks.csv");
        check_file(&path).expect("it can be written");
        check_folder(&path).expect("it can be made");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0);
        assert!(matches!(check_file(folder.path()), Err(ClassroomError::Unwritable { .. })));
        let nowhere = check_file(&folder.path().join("none/marks.csv")).expect_err("no folder");
        let source = std::error::Error::source(&nowhere).expect("a cause").to_string();
        assert!(!source.contains(".instaseed-"), "{source}");
        fs::write(&path, "one").expect("written");
        assert!(matches!(check_folder(folder.path()), Err(ClassroomError::NotEmpty { .. })));
        assert!(matches!(check_folder(&path), Err(ClassroomError::Unwritable { .. })));
    }

    #[test]
    fn a_folder_is_new_or_empty() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("results");
        let files = [("a.json".to_owned(), "{}".to_owned()), ("b.json".to_owned(), "[]".to_owned())];
        write_folder(&path, &files).expect("written");
        assert_eq!(fs::read_to_string(path.join("b.json")).expect("read"), "[]");
        assert!(matches!(write_folder(&path, &files), Err(ClassroomError::NotEmpty { .. })));
        let empty = folder.path().join("empty");
        fs::create_dir(&empty).expect("made");
        write_folder(&empty, &files).expect("written");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2);
    }
}
