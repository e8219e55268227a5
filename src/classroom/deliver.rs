//! Writes complete results or nothing: under a private name first, which is then renamed.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::error::{ClassroomError, Result};

/// Writes a file. An existing file is replaced in one step, or stays as it is.
pub fn write_file(path: &Path, text: &str) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut private = tempfile::Builder::new()
        .prefix(".instaseed-")
        .permissions(permissions())
        .tempfile_in(folder)
        .map_err(unwritable)?;
    private.write_all(text.as_bytes()).and_then(|()| private.as_file().sync_all()).map_err(unwritable)?;
    private.persist(path).map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// Writes a new folder of files. Nothing is written into a folder that is not empty.
pub fn write_folder(path: &Path, files: &[(String, String)]) -> Result<()> {
    let unwritable = |source| ClassroomError::Unwritable { path: path.to_owned(), source };
    match fs::read_dir(path) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(ClassroomError::NotEmpty { path: path.to_owned() });
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unwritable(error)),
    }
    let absolute = std::path::absolute(path).map_err(unwritable)?;
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder).map_err(unwritable)?;
    let private = tempfile::Builder::new().prefix(".instaseed-").tempdir_in(folder).map_err(unwritable)?;
    for (name, text) in files {
        fs::write(private.path().join(name), text).map_err(unwritable)?;
    }
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777 & !umask());
    fs::set_permissions(private.path(), open).map_err(unwritable)?;
    // An empty folder gives way to a renamed one.
    fs::rename(private.path(), &absolute).map_err(unwritable)?;
    Ok(())
}

/// What a new file gets; the system takes away what the user's mask says.
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
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

    use super::{write_file, write_folder};
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
