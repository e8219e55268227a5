//! The virtual table that hands a batch of rows to SQLite, cell by cell: the callbacks of its module.

use std::ffi::{c_char, c_int, c_void};

use libsqlite3_sys as ffi;

use super::{Feed, INTEGER, KeyRange, MAX_COLUMNS, TEXT};

/// The virtual table object: SQLite's part first, as it requires.
#[repr(C)]
struct Vtab {
    base: ffi::sqlite3_vtab,
    feed: *mut Feed,
}

/// A cursor: where the row's cells begin, and where the next row does.
#[repr(C)]
struct Cursor {
    base: ffi::sqlite3_vtab_cursor,
    bytes: *const u8,
    len: usize,
    columns: usize,
    next: usize,
    cells: [usize; MAX_COLUMNS],
    row: i64,
    done: bool,
    feed: *mut Feed,
}

impl Cursor {
    /// Finds the cells of the row at `next`; after the last row the cursor is done. A batch that
    /// ends inside a cell is refused: nothing after it is ever read.
    fn advance(&mut self) -> c_int {
        if self.next >= self.len {
            self.done = true;
            return ffi::SQLITE_OK;
        }
        let mut at = self.next;
        for (i, cell) in self.cells[..self.columns].iter_mut().enumerate() {
            *cell = at;
            let left = self.len - at;
            // SAFETY: the tag and the length are read only if they are still within the batch.
            let size = match left {
                0 => usize::MAX,
                _ => match unsafe { *self.bytes.add(at) } {
                    INTEGER => 9,
                    TEXT if left < 5 => usize::MAX,
                    TEXT => 5 + unsafe { self.bytes.add(at + 1).cast::<u32>().read_unaligned() } as usize,
                    _ => 1,
                },
            };
            if size > left {
                return ffi::SQLITE_CORRUPT_VTAB;
            }
            // SAFETY: the cell is within the batch, as checked above; nobody reads the feed while a statement runs.
            unsafe {
                if *self.bytes.add(at) == INTEGER {
                    let value = self.bytes.add(at + 1).cast::<i64>().read_unaligned();
                    let ends = &mut (*self.feed).ends[i];
                    *ends = ends.union(KeyRange { min: value, max: value });
                }
            }
            at += size;
        }
        self.next = at;
        self.row += 1;
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn connect(
    db: *mut ffi::sqlite3,
    aux: *mut c_void,
    _argc: c_int,
    _argv: *const *const c_char,
    out: *mut *mut ffi::sqlite3_vtab,
    _error: *mut *mut c_char,
) -> c_int {
    let declared = c"CREATE TABLE feed(c0,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12,c13,c14,c15)";
    // SAFETY: SQLite calls this with an open handle and a pointer for the table; `aux` is the feed.
    unsafe {
        let code = ffi::sqlite3_declare_vtab(db, declared.as_ptr());
        if code == ffi::SQLITE_OK {
            let vtab = Box::new(Vtab { base: std::mem::zeroed(), feed: aux.cast() });
            *out = Box::into_raw(vtab).cast();
        }
        code
    }
}

unsafe extern "C" fn best_index(_: *mut ffi::sqlite3_vtab, _: *mut ffi::sqlite3_index_info) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn disconnect(vtab: *mut ffi::sqlite3_vtab) -> c_int {
    // SAFETY: the pointer is the box created in `connect`.
    drop(unsafe { Box::from_raw(vtab.cast::<Vtab>()) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn open(vtab: *mut ffi::sqlite3_vtab, out: *mut *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: `vtab` is ours; the feed's batch is borrowed until the statement is finalised.
    unsafe {
        let feed = &*(*vtab.cast::<Vtab>()).feed;
        let cursor = Box::new(Cursor {
            base: std::mem::zeroed(),
            bytes: feed.bytes,
            len: feed.len,
            columns: feed.columns,
            next: 0,
            cells: [0; MAX_COLUMNS],
            row: 0,
            done: false,
            feed: (*vtab.cast::<Vtab>()).feed,
        });
        *out = Box::into_raw(cursor).cast();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: the pointer is the box created in `open`.
    drop(unsafe { Box::from_raw(cursor.cast::<Cursor>()) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn filter(
    cursor: *mut ffi::sqlite3_vtab_cursor,
    _plan: c_int,
    _plan_text: *const c_char,
    _argc: c_int,
    _argv: *mut *mut ffi::sqlite3_value,
) -> c_int {
    // SAFETY: the cursor is ours.
    let cursor = unsafe { &mut *cursor.cast::<Cursor>() };
    (cursor.next, cursor.row, cursor.done) = (0, 0, false);
    cursor.advance()
}

unsafe extern "C" fn next(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: the cursor is ours.
    unsafe { &mut *cursor.cast::<Cursor>() }.advance()
}

unsafe extern "C" fn eof(cursor: *mut ffi::sqlite3_vtab_cursor) -> c_int {
    // SAFETY: the cursor is ours.
    c_int::from(unsafe { &*cursor.cast::<Cursor>() }.done)
}

unsafe extern "C" fn column(
    cursor: *mut ffi::sqlite3_vtab_cursor,
    context: *mut ffi::sqlite3_context,
    index: c_int,
) -> c_int {
    // SAFETY: the cursor is ours and on a row; a column past the row's width reads as NULL. Text is handed
    // over without a copy because the batch outlives the statement.
    unsafe {
        let cursor = &*cursor.cast::<Cursor>();
        if index as usize >= cursor.columns {
            ffi::sqlite3_result_null(context);
            return ffi::SQLITE_OK;
        }
        let cell = cursor.bytes.add(cursor.cells[index as usize]);
        match *cell {
            INTEGER => ffi::sqlite3_result_int64(context, cell.add(1).cast::<i64>().read_unaligned()),
            TEXT => {
                let len = cell.add(1).cast::<u32>().read_unaligned();
                ffi::sqlite3_result_text(context, cell.add(5).cast(), len as c_int, None);
            }
            _ => ffi::sqlite3_result_null(context),
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn rowid(cursor: *mut ffi::sqlite3_vtab_cursor, out: *mut i64) -> c_int {
    // SAFETY: the cursor is ours, and SQLite provides a pointer for the number.
    unsafe { *out = (*cursor.cast::<Cursor>()).row };
    ffi::SQLITE_OK
}

pub(super) static MODULE: ffi::sqlite3_module = ffi::sqlite3_module {
    iVersion: 0,
    xCreate: None,
    xConnect: Some(connect),
    xBestIndex: Some(best_index),
    xDisconnect: Some(disconnect),
    xDestroy: Some(disconnect),
    xOpen: Some(open),
    xClose: Some(close),
    xFilter: Some(filter),
    xNext: Some(next),
    xEof: Some(eof),
    xColumn: Some(column),
    xRowid: Some(rowid),
    xUpdate: None,
    xBegin: None,
    xSync: None,
    xCommit: None,
    xRollback: None,
    xFindFunction: None,
    xRename: None,
    xSavepoint: None,
    xRelease: None,
    xRollbackTo: None,
    xShadowName: None,
    xIntegrity: None,
};
