//! A database in memory that every connection of the process can open by its URI, filled with the pages of a file.
//!
//! Diesel can neither hold such a database open nor write its bytes, so the connection that does both is SQLite's own. The
//! bytes of the file pass in large pieces through one small buffer: SQLite's backup would go page by page, and the whole
//! file in memory would be memory for the kernel to clear a second time. Invariant: the database exists from [`Memory::filled`] until the [`Memory`] and all other connections are closed.
#![allow(unsafe_code, reason = "SQLite's interface to files is in C")]

use std::ffi::{CString, c_int};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

use super::failure;
use crate::database::error::{DatabaseError, FileProblem};

/// How many bytes are read at once.
const PIECE: usize = 256 * 1024;

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
        let unreadable = |error| failure(file, FileProblem::NotReadable, Some(Box::new(error)));
        let mut from = File::open(file).map_err(unreadable)?;
        let memory = Handle::open(uri).map_err(refused)?;
        let mut opened: *mut ffi::sqlite3_file = ptr::null_mut();
        // SAFETY: the handle is open, and SQLite sets the pointer to the open file of its database, which lives as long.
        let write = unsafe {
            let into = (&raw mut opened).cast();
            let code =
                ffi::sqlite3_file_control(memory.0, c"main".as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, into);
            let methods = opened.as_ref().and_then(|file| file.pMethods.as_ref());
            methods.and_then(|methods| methods.xWrite).filter(|_| code == ffi::SQLITE_OK)
        };
        let write = write.ok_or_else(|| refused(ffi::SQLITE_MISUSE))?;
        let mut piece = vec![0; PIECE];
        let mut at = 0;
        loop {
            let read = from.read(&mut piece).map_err(unreadable)?;
            if read == 0 {
                return Ok(Memory { _open: memory });
            }
            // SAFETY: nobody else has the database yet, and SQLite copies the bytes, of which there are this many.
            match unsafe { write(opened, piece.as_ptr().cast(), read as c_int, at) } {
                ffi::SQLITE_OK => at += read as i64,
                code => return Err(refused(code)),
            }
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
