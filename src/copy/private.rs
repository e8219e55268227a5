//! The private folder in which a backup is written, and how a backup gets or loses its name: in one step, and never in a way
//! that loses a complete backup. The next run finishes or removes what a killed run left behind.
//!
//! A private folder has a unique name, a marker file that says what it is for, and the backup in a folder inside. A run holds
//! a lock on the marker, and takes it before the marker gets its name. So a marker that can be locked belongs to a run that
//! has ended. Without a marker, nothing is removed.

use std::collections::hash_map::RandomState;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, DirEntry, File, TryLockError};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::manifest::{self, Manifest};
use super::place::{self, Taken};
use super::{CopyError, Result, seal};
use crate::database::is_at;
use crate::time::Time;

/// How the names of private folders begin and end.
const NAME: (&str, &str) = (".instaseed-backup-", ".partial");
/// The marker, which says that a folder is a private folder.
const MARKER: &str = "private-folder";
/// Its name until it is locked.
const UNLOCKED: &str = "private-folder.new";
/// How its text begins. The name of the backup follows, which may be any bytes.
const HEADS: [&[u8]; 2] =
    [b"instaseed: an unfinished backup\n", b"instaseed: an unfinished backup that replaces another\n"];
/// The folder with the backup inside.
const BACKUP: &str = "backup";
/// The backup that is being replaced, on file systems that cannot exchange two folders.
const EARLIER: &str = "earlier";

/// A backup without a name; removed when dropped, unless it was given one.
pub(super) struct Private {
    /// Where its files go.
    pub path: PathBuf,
    folder: PathBuf,
    /// Locked until this is dropped.
    _marker: File,
    named: bool,
}

impl Private {
    /// Creates a folder next to the final name, which a killed run is to finish by.
    pub(super) fn new(path: &Path, replace: bool) -> Result<Private> {
        let parent = place::parent(path);
        fs::create_dir_all(&parent).map_err(|source| cannot_write(&parent, source))?;
        let (folder, marker) =
            begin(&parent, path, replace).map_err(|source| cannot_write(&parent, source))?;
        let private = Private { path: folder.join(BACKUP), folder, _marker: marker, named: false };
        create_folder(&private.path).map_err(|source| cannot_write(&private.path, source))?;
        Ok(private)
    }

    /// Writes a whole file, and syncs it to the disk.
    pub(super) fn write(&self, name: &str, text: &[u8]) -> Result<()> {
        let path = self.path.join(name);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        });
        written.map_err(|source| cannot_write(&path, source))
    }

    /// Gives the backup its final name, in place of an earlier backup if that may be replaced.
    pub(super) fn name(mut self, path: &Path, replace: bool) -> Result<()> {
        sync(&self.path).map_err(|source| cannot_write(path, source))?;
        put(&self.folder, path, replace)?;
        self.end(path)
    }

    /// Names it after its time, or after the next second whose name is free.
    pub(super) fn name_dated(mut self, parent: &Path, time: Time) -> Result<PathBuf> {
        sync(&self.path).map_err(|source| cannot_write(parent, source))?;
        let path = put_dated(&self.folder, parent, time)?;
        self.end(&path)?;
        Ok(path)
    }

    fn end(&mut self, path: &Path) -> Result<()> {
        self.named = true;
        let _ = sync(&place::parent(path));
        discard(&self.folder).map_err(|source| cannot_write(&self.folder, source))
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if !self.named {
            // The error to report is the one that ended the work.
            let _ = discard(&self.folder);
        }
    }
}

/// Only its owner may read it, because it contains personal data.
fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Creates a private folder with its marker, which is locked before it becomes visible.
fn begin(parent: &Path, path: &Path, replace: bool) -> io::Result<(PathBuf, File)> {
    let folder = loop {
        // The standard library has no other source of random numbers.
        let number = RandomState::new().build_hasher().finish();
        let folder = parent.join(format!("{}{number:016x}{}", NAME.0, NAME.1));
        match create_folder(&folder) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => break made.map(|()| folder)?,
        }
    };
    let unlocked = folder.join(UNLOCKED);
    let mut marker = File::create_new(&unlocked)?;
    match marker.try_lock() {
        // Where a file system has no locks, no run takes the folder for abandoned either.
        Ok(()) | Err(TryLockError::Error(_)) => {}
        Err(TryLockError::WouldBlock) => return Err(ErrorKind::WouldBlock.into()),
    }
    marker.write_all(HEADS[usize::from(replace)])?;
    marker.write_all(path.file_name().unwrap_or_default().as_bytes())?;
    marker.sync_all()?;
    fs::rename(&unlocked, folder.join(MARKER))?;
    Ok((folder, marker))
}

/// Moves the backup from a private folder to its name. An earlier backup is in the private folder afterwards.
fn put(folder: &Path, path: &Path, replace: bool) -> Result<()> {
    let (backup, failed) = (folder.join(BACKUP), |source| cannot_write(path, source));
    if place::expect_free(path, replace)? == Taken::No {
        // An empty folder is replaced by the renaming itself, and one with files refuses.
        return fs::rename(&backup, path).map_err(|source| match source.kind() {
            ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists => {
                CopyError::Exists { path: path.to_owned(), what: "a backup" }
            }
            _ => failed(source),
        });
    }
    if exchange(&backup, path).is_err() {
        return put_in_two_steps(folder, path).map_err(failed);
    }
    // What was exchanged may not be what was there when we looked.
    match place::expect_only_ours(&backup) {
        Err(CopyError::OtherFiles { names, .. }) => {
            exchange(&backup, path).map_err(failed)?;
            Err(CopyError::OtherFiles { path: path.to_owned(), names })
        }
        seen => seen,
    }
}

/// A run that is killed between the two steps leaves both backups, and the next one does the second step.
fn put_in_two_steps(folder: &Path, path: &Path) -> io::Result<()> {
    let earlier = folder.join(EARLIER);
    fs::rename(path, &earlier)?;
    if let Err(error) = fs::rename(folder.join(BACKUP), path) {
        fs::rename(&earlier, path)?;
        return Err(error);
    }
    remove_backup(&earlier)
}

fn put_dated(folder: &Path, parent: &Path, time: Time) -> Result<PathBuf> {
    let mut seconds = time.0;
    loop {
        let path = parent.join(place::dated(Time(seconds)));
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => match put(folder, &path, false) {
                Err(CopyError::Exists { .. }) => {}
                done => return done.map(|()| path),
            },
            Err(source) => return Err(CopyError::Read { path, source }),
            Ok(_) => {}
        }
        seconds = seconds.saturating_add(1);
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Removes the backup with this name. Returns `false` if another run has removed it.
pub(super) fn remove(path: &Path) -> Result<bool> {
    let parent = place::parent(path);
    let failed = |source| cannot_write(path, source);
    let (folder, _marker) = begin(&parent, path, false).map_err(failed)?;
    let backup = folder.join(BACKUP);
    let moved = fs::rename(path, &backup);
    let seen = match &moved {
        Ok(()) => place::expect_only_ours(&backup),
        Err(_) => Ok(()),
    };
    if seen.is_err() {
        fs::rename(&backup, path).map_err(failed)?;
    }
    discard(&folder).map_err(failed)?;
    seen?;
    match moved {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        moved => moved.map(|()| true).map_err(failed),
    }
}

/// Removes a private folder and the backup in it, but nothing else. The marker is removed last, so the next run can continue.
fn discard(folder: &Path) -> io::Result<()> {
    if folder.join(EARLIER).symlink_metadata().is_ok() {
        // It could not be put back. The next run tries again.
        return Err(ErrorKind::DirectoryNotEmpty.into());
    }
    remove_backup(&folder.join(BACKUP))?;
    for name in [UNLOCKED, MARKER] {
        gone(fs::remove_file(folder.join(name)))?;
    }
    fs::remove_dir(folder)
}

/// The manifest is removed first, so the remains of an interrupted removal are not a backup.
fn remove_backup(path: &Path) -> io::Result<()> {
    gone(fs::remove_file(path.join(manifest::FILE_NAME)))?;
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if place::is_ours(&entry) {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir(path)
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Finishes or removes what killed runs left in a folder. Returns the names of the backups that other runs are writing there.
pub(super) fn sweep(parent: &Path) -> Vec<OsString> {
    let mut under_way = Vec::new();
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        if let Some((mut marker, folder)) = marked(&entry) {
            match marker.try_lock() {
                Ok(()) if is_at(&marker, &folder.join(MARKER)) => {
                    if let Some((name, replace)) = purpose(&mut marker) {
                        // What cannot be finished now stays for the next run.
                        let _ = recover(&folder, &parent.join(name), replace);
                    }
                }
                Err(TryLockError::WouldBlock) => {
                    under_way.extend(purpose(&mut marker).map(|(name, _)| name));
                }
                _ => {}
            }
        }
    }
    under_way
}

/// A private folder with its marker, open.
fn marked(entry: &DirEntry) -> Option<(File, PathBuf)> {
    let name = entry.file_name();
    let name = name.to_str()?;
    let is_private = name.starts_with(NAME.0) && name.ends_with(NAME.1) && entry.file_type().ok()?.is_dir();
    let folder = entry.path();
    let marker = folder.join(MARKER);
    let is_marked = is_private && marker.symlink_metadata().is_ok_and(|found| found.is_file());
    is_marked.then(|| seal::open(&marker).ok()).flatten().map(|marker| (marker, folder))
}

/// What a private folder is for: the name of the backup, and whether it replaces another.
fn purpose(marker: &mut File) -> Option<(OsString, bool)> {
    let mut text = Vec::new();
    marker.take(1 << 13).read_to_end(&mut text).ok()?;
    let replace = HEADS.iter().position(|head| text.starts_with(head))?;
    let name = OsString::from_vec(text.split_off(HEADS[replace].len()));
    // A name that leads elsewhere is not ours.
    (Path::new(&name).file_name() == Some(&name)).then_some((name, replace == 1))
}

/// Does what a killed run would have done next. A complete backup gets its name before anything is removed.
fn recover(folder: &Path, path: &Path, replace: bool) -> Result<()> {
    let failed = |source| cannot_write(folder, source);
    let known = [MARKER, UNLOCKED, BACKUP, EARLIER].map(OsStr::new);
    let entries = fs::read_dir(folder).map_err(failed)?.flatten();
    let mut names = entries.map(|entry| entry.file_name());
    if names.any(|name| !known.contains(&name.as_os_str())) {
        return Ok(());
    }
    let (backup, earlier) = (folder.join(BACKUP), folder.join(EARLIER));
    if let Some(whole) = Manifest::whole(&backup) {
        let there = Manifest::whole(path);
        let is_free = matches!(place::expect_free(path, false), Ok(Taken::No));
        // After an exchange the older one is in the private folder.
        let is_due = replace && there.is_none_or(|there| there.created_at < whole.created_at);
        if is_free || is_due {
            put(folder, path, replace)?;
        } else if let Some(time) = path.file_name().and_then(place::time_of).filter(|_| !replace) {
            put_dated(folder, &place::parent(path), time)?;
        }
    }
    if earlier.symlink_metadata().is_ok() {
        match Manifest::whole(path) {
            Some(_) => remove_backup(&earlier).map_err(failed)?,
            None => fs::rename(&earlier, path).map_err(failed)?,
        }
    }
    discard(folder).map_err(failed)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all())
}

fn cannot_write(path: &Path, source: io::Error) -> CopyError {
    CopyError::Write { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests;
