//! A private database in memory, made from the bytes of a file. It uses SQLite's C interface, because Diesel does not offer the
//! limits and counts that a stranger's SQL needs.
//!
//! All unsafe code of the room is here. Invariants: a [`Statement`] borrows its [`Handle`], so it is finalised first; the guard
//! and the bytes live until the connection is closed; SQLite calls back only while one of its functions runs.
#![allow(unsafe_code, reason = "SQLite's limits, authorizer and counters are in C")]

use std::collections::HashSet;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use libsqlite3_sys as ffi;

use super::guard::{Act, Guard};

/// An error that SQLite reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The primary result code.
    pub(super) code: c_int,
    pub(super) words: String,
    /// The offset in the prepared text, in bytes.
    pub(super) offset: Option<usize>,
}

/// The value of a column in the current row.
pub(super) enum Raw<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
}

/// A connection to a private database.
pub(super) struct Handle {
    db: *mut ffi::sqlite3,
    guard: NonNull<Guard>,
    /// The pages of a read-only database, of which SQLite has no copy.
    _pages: Option<Arc<[u8]>>,
}

// SAFETY: SQLite is built for threads, and one thread at a time has the handle: it can be moved, but not shared.
unsafe impl Send for Handle {}

impl Handle {
    /// Opens the bytes of a database file. A scratch database gets a copy of them, which may grow up to this many bytes.
    pub(super) fn open(pages: &Arc<[u8]>, scratch: Option<i64>) -> Result<Handle, Fault> {
        let guard = NonNull::from(Box::leak(Box::new(Guard::new())));
        let mut handle = Handle { db: ptr::null_mut(), guard, _pages: None };
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends with a zero byte, and the pointer to the handle is valid. Even a failed call may set it.
        let code =
            unsafe { ffi::sqlite3_open_v2(c":memory:".as_ptr(), &raw mut handle.db, flags, ptr::null()) };
        handle.require(code)?;
        match scratch {
            Some(most) => handle.fill(pages, most)?,
            None => handle.borrow(pages)?,
        }
        for (name, ends) in [(c"trim", &BOTH), (c"ltrim", &LEFT), (c"rtrim", &RIGHT)] {
            handle.trim_fast(name, ends)?;
        }
        // SAFETY: the guard lives until the connection is closed, and the functions take it as what it is.
        unsafe {
            let own = handle.guard.as_ptr().cast();
            ffi::sqlite3_set_authorizer(handle.db, Some(authorize), own);
            ffi::sqlite3_progress_handler(handle.db, Guard::EVERY, Some(progress), own);
        }
        Ok(handle)
    }

    /// Replaces SQLite's own function, which compares every character with every other: for minutes, if both texts are long.
    fn trim_fast(&self, name: &CStr, ends: &'static Ends) -> Result<(), Fault> {
        let flags = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC | ffi::SQLITE_INNOCUOUS;
        let own = ptr::from_ref(ends).cast_mut().cast();
        // SAFETY: the connection is open, the name ends with a zero byte, and `Ends` is static.
        let code = unsafe {
            let name = name.as_ptr();
            ffi::sqlite3_create_function_v2(self.db, name, 2, flags, own, Some(trim), None, None, None)
        };
        self.require(code)
    }

    fn borrow(&mut self, pages: &Arc<[u8]>) -> Result<(), Fault> {
        self._pages = Some(Arc::clone(pages));
        let length = pages.len() as i64;
        // SAFETY: SQLite does not write to pages that are read only, and the handle keeps them.
        let code = unsafe {
            let start = pages.as_ptr().cast_mut();
            ffi::sqlite3_deserialize(
                self.db,
                c"main".as_ptr(),
                start,
                length,
                length,
                ffi::SQLITE_DESERIALIZE_READONLY,
            )
        };
        self.require(code)
    }

    fn fill(&mut self, pages: &[u8], most: i64) -> Result<(), Fault> {
        let length = pages.len() as i64;
        let flags = ffi::SQLITE_DESERIALIZE_FREEONCLOSE | ffi::SQLITE_DESERIALIZE_RESIZEABLE;
        let mut most = most;
        // SAFETY: the new memory has room for the pages, and belongs to SQLite from the second call on, which frees it
        // even if it fails. The third call reads and writes one number.
        let code = unsafe {
            let memory = ffi::sqlite3_malloc64(pages.len().max(1) as u64);
            if memory.is_null() {
                return Err(Fault {
                    code: ffi::SQLITE_NOMEM,
                    words: "out of memory".to_owned(),
                    offset: None,
                });
            }
            ptr::copy_nonoverlapping(pages.as_ptr(), memory.cast::<u8>(), pages.len());
            let code =
                ffi::sqlite3_deserialize(self.db, c"main".as_ptr(), memory.cast(), length, length, flags);
            let limit = ffi::SQLITE_FCNTL_SIZE_LIMIT;
            match code {
                ffi::SQLITE_OK => {
                    ffi::sqlite3_file_control(self.db, c"main".as_ptr(), limit, (&raw mut most).cast())
                }
                code => code,
            }
        };
        self.require(code)
    }

    /// The pages as they are now.
    pub(super) fn pages(&self) -> Result<Arc<[u8]>, Fault> {
        let mut length = 0;
        // SAFETY: SQLite returns memory of this length, or nothing; the bytes are copied before anything else happens.
        unsafe {
            let start = ffi::sqlite3_serialize(self.db, c"main".as_ptr(), &raw mut length, 0);
            if start.is_null() {
                return Err(self.fault(ffi::SQLITE_NOMEM));
            }
            let pages = Arc::from(std::slice::from_raw_parts(start, length as usize));
            ffi::sqlite3_free(start.cast());
            Ok(pages)
        }
    }

    pub(super) fn guard(&self) -> &Guard {
        // SAFETY: it lives as long as the handle, and is only ever shared.
        unsafe { self.guard.as_ref() }
    }

    /// How many bytes all of SQLite has in memory.
    pub(super) fn memory_used() -> i64 {
        // SAFETY: the function only reads a number.
        unsafe { ffi::sqlite3_memory_used() }
    }

    pub(super) fn limit(&self, which: c_int, most: c_int) {
        // SAFETY: the connection is open.
        unsafe { ffi::sqlite3_limit(self.db, which, most) };
    }

    /// Switches a setting of the connection that is on or off.
    pub(super) fn switch(&self, setting: c_int, on: bool) -> Result<(), Fault> {
        let none: *mut c_int = ptr::null_mut();
        // SAFETY: these settings take a number and a pointer for the result, which may be null.
        let code = unsafe { ffi::sqlite3_db_config(self.db, setting, c_int::from(on), none) };
        self.require(code)
    }

    pub(super) fn in_transaction(&self) -> bool {
        // SAFETY: the connection is open.
        unsafe { ffi::sqlite3_get_autocommit(self.db) == 0 }
    }

    /// Compiles the first statement of a text, and returns how many bytes of the text it took; `None` if only white space and
    /// comments are left.
    pub(super) fn prepare(&self, text: &str) -> Result<(Option<Statement<'_>>, usize), Fault> {
        let length = c_int::try_from(text.len()).map_err(|_| Fault {
            code: ffi::SQLITE_TOOBIG,
            words: "statement too long".to_owned(),
            offset: None,
        })?;
        let start = text.as_ptr().cast::<c_char>();
        let (mut statement, mut tail) = (ptr::null_mut(), ptr::null());
        // SAFETY: the text has this length, and both pointers for results are valid.
        let code =
            unsafe { ffi::sqlite3_prepare_v3(self.db, start, length, 0, &raw mut statement, &raw mut tail) };
        if code != ffi::SQLITE_OK {
            return Err(self.fault(code));
        }
        let used = if tail.is_null() { text.len() } else { tail as usize - start as usize };
        let statement =
            NonNull::new(statement).map(|raw| Statement { raw, handle: self, _not_send: PhantomData });
        Ok((statement, used.min(text.len())))
    }

    fn require(&self, code: c_int) -> Result<(), Fault> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.fault(code)) }
    }

    fn fault(&self, code: c_int) -> Fault {
        // SAFETY: SQLite returns a text that ends with a zero byte, also for a null connection, and it is copied at once.
        let (words, offset) = unsafe {
            let words = CStr::from_ptr(ffi::sqlite3_errmsg(self.db)).to_string_lossy().into_owned();
            let offset = if self.db.is_null() { -1 } else { ffi::sqlite3_error_offset(self.db) };
            (words, offset)
        };
        Fault { code: code & 0xff, words, offset: usize::try_from(offset).ok() }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: no statement is left, because each borrows the handle; after the connection nothing uses the guard.
        unsafe {
            ffi::sqlite3_close(self.db);
            drop(Box::from_raw(self.guard.as_ptr()));
        }
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
    pub(super) fn step(&mut self) -> Result<bool, Fault> {
        // SAFETY: the statement is compiled, and its connection is open.
        match unsafe { ffi::sqlite3_step(self.raw.as_ptr()) } {
            ffi::SQLITE_ROW => Ok(true),
            ffi::SQLITE_DONE => Ok(false),
            code => Err(self.handle.fault(code)),
        }
    }

    pub(super) fn only_reads(&self) -> bool {
        // SAFETY: the statement is compiled.
        unsafe { ffi::sqlite3_stmt_readonly(self.raw.as_ptr()) != 0 }
    }

    /// The steps of the virtual machine so far.
    pub(super) fn work(&self) -> u64 {
        // SAFETY: the statement is compiled. The count is an unsigned number in SQLite.
        let steps = unsafe { ffi::sqlite3_stmt_status(self.raw.as_ptr(), ffi::SQLITE_STMTSTATUS_VM_STEP, 0) };
        u64::from(steps.cast_unsigned())
    }

    pub(super) fn width(&self) -> usize {
        // SAFETY: the statement is compiled.
        usize::try_from(unsafe { ffi::sqlite3_column_count(self.raw.as_ptr()) }).unwrap_or(0)
    }

    pub(super) fn name(&self, column: usize) -> String {
        // SAFETY: SQLite returns a text that ends with a zero byte, or null.
        unsafe { text(ffi::sqlite3_column_name(self.raw.as_ptr(), column as c_int)) }.unwrap_or_default()
    }

    /// The declared type of a column of a table.
    pub(super) fn declared(&self, column: usize) -> Option<String> {
        // SAFETY: as for the name.
        unsafe { text(ffi::sqlite3_column_decltype(self.raw.as_ptr(), column as c_int)) }
    }

    /// A value of the current row. Call it only after a step that found a row.
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

/// # Safety
/// The pointer is null, or leads to a text that ends with a zero byte.
unsafe fn text(start: *const c_char) -> Option<String> {
    // SAFETY: the caller promises it.
    (!start.is_null()).then(|| unsafe { CStr::from_ptr(start) }.to_string_lossy().into_owned())
}

/// Which ends of a text are trimmed.
struct Ends {
    left: bool,
    right: bool,
}

static BOTH: Ends = Ends { left: true, right: true };
static LEFT: Ends = Ends { left: true, right: false };
static RIGHT: Ends = Ends { left: false, right: true };

unsafe extern "C" fn trim(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite passes two values, and the pointer that was given with the function. A text has the length that SQLite
    // reports after the text was requested, and lives during the call; null means NULL. The result is copied.
    unsafe {
        let ends = &*ffi::sqlite3_user_data(context).cast::<Ends>();
        let text = |at: usize| {
            let value = *values.add(at);
            let start = ffi::sqlite3_value_text(value);
            let bytes = (!start.is_null())
                .then(|| std::slice::from_raw_parts(start, ffi::sqlite3_value_bytes(value) as usize));
            bytes.map(String::from_utf8_lossy)
        };
        let (Some(whole), Some(set)) = (text(0), text(1)) else { return };
        let set: HashSet<char> = set.chars().collect();
        let mut rest = &*whole;
        if ends.left {
            rest = rest.trim_start_matches(|c: char| set.contains(&c));
        }
        if ends.right {
            rest = rest.trim_end_matches(|c: char| set.contains(&c));
        }
        let length = c_int::try_from(rest.len()).unwrap_or(c_int::MAX);
        ffi::sqlite3_result_text(context, rest.as_ptr().cast(), length, ffi::SQLITE_TRANSIENT());
    }
}

unsafe extern "C" fn progress(guard: *mut c_void) -> c_int {
    // SAFETY: the pointer is that of the guard, which outlives the connection.
    let guard = unsafe { &*guard.cast::<Guard>() };
    c_int::from(guard.stops(Handle::memory_used()))
}

unsafe extern "C" fn authorize(
    guard: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _: *const c_char,
    _: *const c_char,
) -> c_int {
    // SAFETY: the pointer is that of the guard; the others are null or texts of SQLite that live during the call.
    let (guard, first, second) = unsafe { (&*guard.cast::<Guard>(), text(first), text(second)) };
    let act = match action {
        ffi::SQLITE_SELECT | ffi::SQLITE_READ | ffi::SQLITE_RECURSIVE => Act::Read,
        ffi::SQLITE_FUNCTION => Act::Function(second.as_deref().unwrap_or_default()),
        ffi::SQLITE_PRAGMA => Act::Pragma(first.as_deref().unwrap_or_default()),
        ffi::SQLITE_ATTACH => Act::Never("ATTACH"),
        ffi::SQLITE_DETACH => Act::Never("DETACH"),
        ffi::SQLITE_TRANSACTION => Act::Transaction(first.as_deref().unwrap_or_default()),
        ffi::SQLITE_SAVEPOINT => Act::Transaction("SAVEPOINT"),
        ffi::SQLITE_CREATE_VTABLE | ffi::SQLITE_DROP_VTABLE => Act::NotByStrangers("a virtual table"),
        ffi::SQLITE_CREATE_TEMP_TRIGGER => Act::NotByStrangers("a temporary trigger"),
        _ => Act::Change,
    };
    if guard.allows(&act) { ffi::SQLITE_OK } else { ffi::SQLITE_DENY }
}
