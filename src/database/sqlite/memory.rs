//! A database in memory that every connection of the process can open by its URI, filled with the pages of a file.
//!
//! Diesel can neither hold such a database open nor write its bytes, so the connection that does both is SQLite's own. The
//! bytes of the file are written at once: SQLite's backup would go page by page. Invariant: the database exists from [`Memory::filled`] until the [`Memory`] and all other connections are closed.
#![allow(unsafe_code, reason = "SQLite's interface to files is in C")]

use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

use super::failure;
use crate::database::error::{DatabaseError, FileProblem};

/// Keeps a database in memory alive.
pub(crate) struct Memory {
    _open: Handle,
}

/// A connection of SQLite itself; closed when dropped.
struct Handle(*mut ffi::sqlite3);

// SAFETY: SQLite is built for threads, and the handle is only closed, by whoever owns it.
unsafe impl Send for Handle {}
// SAFETY: a shared handle is not used for anything.
unsafe impl Sync for Handle {}

impl Memory {
    /// A database under a URI that nothing else has, with the contents of a file that nobody changes.
    pub(crate) fn filled(uri: &str, file: &Path) -> Result<Memory, DatabaseError> {
        let refused = |code: c_int| {
            let text = format!("SQLite's error {code}");
            failure(file, FileProblem::Other, Some(text.into()))
        };
        let bytes = std::fs::read(file)
            .map_err(|error| failure(file, FileProblem::NotReadable, Some(Box::new(error))))?;
        let size = c_int::try_from(bytes.len()).map_err(|_| refused(ffi::SQLITE_TOOBIG))?;
        let memory = Handle::open(uri).map_err(refused)?;
        let mut opened: *mut ffi::sqlite3_file = ptr::null_mut();
        // SAFETY: the handle is open, and nobody else has its database yet. SQLite sets the pointer to the open file of
        // that database; its write takes the bytes as they are, and copies them.
        let code = unsafe {
            let main = c"main".as_ptr();
            let into = (&raw mut opened).cast();
            let code = ffi::sqlite3_file_control(memory.0, main, ffi::SQLITE_FCNTL_FILE_POINTER, into);
            match opened.as_ref().and_then(|file| file.pMethods.as_ref()).and_then(|methods| methods.xWrite) {
                Some(write) if code == ffi::SQLITE_OK => write(opened, bytes.as_ptr().cast(), size, 0),
                _ => ffi::SQLITE_MISUSE,
            }
        };
        match code {
            ffi::SQLITE_OK => Ok(Memory { _open: memory }),
            code => Err(refused(code)),
        }
    }
}

impl Handle {
    fn open(uri: &str) -> Result<Handle, c_int> {
        let uri = CString::new(uri).map_err(|_| ffi::SQLITE_CANTOPEN)?;
        let mut handle = Handle(ptr::null_mut());
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_URI;
        // SAFETY: the text ends with a zero byte, and the pointer to the handle is valid. Even a failed call may set it.
        let code = unsafe { ffi::sqlite3_open_v2(uri.as_ptr(), &raw mut handle.0, flags, ptr::null()) };
        if code == ffi::SQLITE_OK { Ok(handle) } else { Err(code) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is null, which is no work, or open and not used again.
        unsafe { ffi::sqlite3_close(self.0) };
    }
}
