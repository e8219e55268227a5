//! Keeps a hostile file from acting through the loader: SQL in its schema cannot reach other files,
//! other databases or the schema itself, no matter which part of it runs.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use libsqlite3_sys as ffi;

/// Settings that give access to other files, or undo what is set here.
const PRAGMAS: [&str; 4] =
    ["writable_schema", "trusted_schema", "temp_store_directory", "data_store_directory"];

/// Functions that read or write files, if a build of SQLite has them.
const FUNCTIONS: [&str; 5] = ["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"];

/// Applies all restrictions to a connection that was just opened; returns SQLite's result code.
pub(super) fn apply(db: *mut ffi::sqlite3) -> c_int {
    let none: *mut c_int = ptr::null_mut();
    // SAFETY: the handle is open; the settings take a number and a pointer for the result, which
    // may be NULL; the authorizer is a function that lives forever and needs no data.
    unsafe {
        // `VACUUM INTO` attaches too
        ffi::sqlite3_limit(db, ffi::SQLITE_LIMIT_ATTACHED, 0);
        for (setting, value) in
            [(ffi::SQLITE_DBCONFIG_DEFENSIVE, 1), (ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)]
        {
            let code = ffi::sqlite3_db_config(db, setting, value as c_int, none);
            if code != ffi::SQLITE_OK {
                return code;
            }
        }
        ffi::sqlite3_set_authorizer(db, Some(authorize), ptr::null_mut())
    }
}

unsafe extern "C" fn authorize(
    _: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _: *const c_char,
    _: *const c_char,
) -> c_int {
    // SAFETY: SQLite passes NUL-terminated texts or NULL.
    let is_one_of = |text: *const c_char, names: &[&str]| {
        !text.is_null()
            && unsafe { CStr::from_ptr(text) }
                .to_str()
                .is_ok_and(|text| names.iter().any(|name| text.eq_ignore_ascii_case(name)))
    };
    let denied = match action {
        ffi::SQLITE_ATTACH | ffi::SQLITE_DETACH | ffi::SQLITE_CREATE_VTABLE => true,
        ffi::SQLITE_PRAGMA => is_one_of(first, &PRAGMAS),
        ffi::SQLITE_FUNCTION => is_one_of(second, &FUNCTIONS),
        _ => false,
    };
    if denied { ffi::SQLITE_DENY } else { ffi::SQLITE_OK }
}
