//! A file of SQLite over SQLite's own interface: Diesel knows the columns of a result only from its rows, and cannot end a
//! statement.
//!
//! Everything unsafe of the room is here. Invariants: a [`Statement`] borrows its [`Handle`], so that it is finalised first;
//! the flag lives until the connection is closed; SQLite calls back only while one of its functions runs.
#![allow(unsafe_code, reason = "SQLite's interface to results and interruptions is in C")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libsqlite3_sys as ffi;

/// SQLite asks whether to stop after so many steps of its virtual machine.
const EVERY: c_int = 1000;

/// What SQLite says is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    /// The primary result code.
    pub(super) code: c_int,
    pub(super) words: String,
    /// The byte of the text that was prepared.
    pub(super) offset: Option<usize>,
}

/// What a column has in the current row.
pub(super) enum Raw<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
}

/// A connection to a file.
pub(super) struct Handle {
    db: *mut ffi::sqlite3,
    /// Whether statements are to stop; SQLite has its address.
    _stop: Arc<AtomicBool>,
}

impl Handle {
    /// Opens the file that a URI names.
    pub(super) fn open(uri: &str, reads: bool, stop: Arc<AtomicBool>) -> Result<Handle, Problem> {
        let flag = Arc::as_ptr(&stop);
        let mut handle = Handle { db: ptr::null_mut(), _stop: stop };
        let uri = CString::new(uri).map_err(|error| Problem {
            code: ffi::SQLITE_CANTOPEN,
            words: error.to_string(),
            offset: None,
        })?;
        let access = if reads { ffi::SQLITE_OPEN_READONLY } else { ffi::SQLITE_OPEN_READWRITE };
        let flags = access | ffi::SQLITE_OPEN_URI | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends with a zero byte, and the pointer to the handle is valid. Even a failed call may set it.
        let code = unsafe { ffi::sqlite3_open_v2(uri.as_ptr(), &raw mut handle.db, flags, ptr::null()) };
        handle.require(code)?;
        // SAFETY: the flag lives until the connection is closed, and the function takes it as what it is.
        unsafe { ffi::sqlite3_progress_handler(handle.db, EVERY, Some(progress), flag.cast_mut().cast()) };
        Ok(handle)
    }

    /// Switches a setting of the connection that is on or off.
    pub(super) fn switch(&self, setting: c_int, on: bool) -> Result<(), Problem> {
        let none: *mut c_int = ptr::null_mut();
        // SAFETY: these settings take a number and a pointer for the result, which may be null.
        let code = unsafe { ffi::sqlite3_db_config(self.db, setting, c_int::from(on), none) };
        self.require(code)
    }

    /// How long a statement waits for a lock.
    pub(super) fn wait(&self, milliseconds: c_int) {
        // SAFETY: the connection is open.
        unsafe { ffi::sqlite3_busy_timeout(self.db, milliseconds) };
    }

    /// How many rows the last statement that changes rows has changed.
    pub(super) fn changes(&self) -> u64 {
        // SAFETY: the connection is open.
        unsafe { ffi::sqlite3_changes64(self.db) }.unsigned_abs()
    }

    /// Compiles the first statement of a text, and says how many bytes of the text it took. None if only white space and
    /// comments are left.
    pub(super) fn prepare(&self, text: &str) -> Result<(Option<Statement<'_>>, usize), Problem> {
        let length = c_int::try_from(text.len()).map_err(|_| Problem {
            code: ffi::SQLITE_TOOBIG,
            words: "statement too long".to_owned(),
            offset: None,
        })?;
        let start = text.as_ptr().cast::<c_char>();
        let (mut statement, mut tail) = (ptr::null_mut(), ptr::null());
        // SAFETY: the text has this length, and both pointers for results are valid.
        let code =
            unsafe { ffi::sqlite3_prepare_v3(self.db, start, length, 0, &raw mut statement, &raw mut tail) };
        self.require(code)?;
        let used = if tail.is_null() { text.len() } else { tail as usize - start as usize };
        let statement =
            NonNull::new(statement).map(|raw| Statement { raw, handle: self, _not_send: PhantomData });
        Ok((statement, used.min(text.len())))
    }

    fn require(&self, code: c_int) -> Result<(), Problem> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.problem(code)) }
    }

    fn problem(&self, code: c_int) -> Problem {
        // SAFETY: SQLite returns a text that ends with a zero byte, also for a null connection, and it is copied at once.
        let (words, offset) = unsafe {
            let words = CStr::from_ptr(ffi::sqlite3_errmsg(self.db)).to_string_lossy().into_owned();
            let offset = if self.db.is_null() { -1 } else { ffi::sqlite3_error_offset(self.db) };
            (words, offset)
        };
        Problem { code: code & 0xff, words, offset: usize::try_from(offset).ok() }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: no statement is left, because each borrows the handle; null is allowed.
        unsafe { ffi::sqlite3_close(self.db) };
    }
}

/// A compiled statement.
pub(super) struct Statement<'a> {
    raw: NonNull<ffi::sqlite3_stmt>,
    handle: &'a Handle,
    _not_send: PhantomData<*const ()>,
}

impl Statement<'_> {
    /// Whether there is another row.
    pub(super) fn step(&mut self) -> Result<bool, Problem> {
        // SAFETY: the statement is compiled, and its connection is open.
        match unsafe { ffi::sqlite3_step(self.raw.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => Err(self.handle.problem(code)),
        }
    }

    pub(super) fn only_reads(&self) -> bool {
        // SAFETY: the statement is compiled.
        unsafe { ffi::sqlite3_stmt_readonly(self.raw.as_ptr()) != 0 }
    }

    /// How many values it expects.
    pub(super) fn parameters(&self) -> c_int {
        // SAFETY: the statement is compiled.
        unsafe { ffi::sqlite3_bind_parameter_count(self.raw.as_ptr()) }
    }

    pub(super) fn width(&self) -> usize {
        // SAFETY: the statement is compiled.
        usize::try_from(unsafe { ffi::sqlite3_column_count(self.raw.as_ptr()) }).unwrap_or(0)
    }

    pub(super) fn name(&self, column: usize) -> String {
        // SAFETY: SQLite returns a text that ends with a zero byte, or null, and it is copied at once.
        unsafe {
            let name = ffi::sqlite3_column_name(self.raw.as_ptr(), column as c_int);
            if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into_owned() }
        }
    }

    /// A value of the current row; only after a step that found one.
    pub(super) fn value(&self, column: usize) -> Raw<'_> {
        let (raw, column) = (self.raw.as_ptr(), column as c_int);
        // SAFETY: the pointer is asked for before the length, and both hold until the next step, which needs the
        // statement for itself alone. SQLite returns null for a length of zero.
        unsafe {
            let bytes = |start: *const u8| match start.is_null() {
                true => &[][..],
                false => std::slice::from_raw_parts(start, ffi::sqlite3_column_bytes(raw, column) as usize),
            };
            match ffi::sqlite3_column_type(raw, column) {
                ffi::SQLITE_INTEGER => Raw::Integer(ffi::sqlite3_column_int64(raw, column)),
                ffi::SQLITE_FLOAT => Raw::Real(ffi::sqlite3_column_double(raw, column)),
                ffi::SQLITE_TEXT => Raw::Text(bytes(ffi::sqlite3_column_text(raw, column))),
                ffi::SQLITE_BLOB => Raw::Bytes(bytes(ffi::sqlite3_column_blob(raw, column).cast())),
                _ => Raw::Null,
            }
        }
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement is not used again.
        unsafe { ffi::sqlite3_finalize(self.raw.as_ptr()) };
    }
}

unsafe extern "C" fn progress(stop: *mut c_void) -> c_int {
    // SAFETY: the pointer is that of the flag, which outlives the connection.
    let stop = unsafe { &*stop.cast_const().cast::<AtomicBool>() };
    c_int::from(stop.load(Ordering::Relaxed))
}
