//! Opens a file so that the contents of its schema cannot act: in SQLite's defensive mode, where
//! the schema cannot be edited like a table, and without trusting functions that a schema calls.
//!
//! Diesel opens the connection itself and has no option for the mode, so SQLite is told to set it
//! when it opens a connection. Invariant: connections that other code in the process opens are left
//! alone, except those opened at that very moment.
#![allow(unsafe_code, reason = "SQLite's hook for new connections is in C")]

use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use diesel::{Connection, ConnectionResult, SqliteConnection};
use libsqlite3_sys as ffi;

static OPENING: Mutex<()> = Mutex::new(());

pub(super) fn open(uri: &str) -> ConnectionResult<SqliteConnection> {
    let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the function lives forever, and is cancelled before anyone else opens a connection through here.
    unsafe { ffi::sqlite3_auto_extension(Some(defend)) };
    let opened = SqliteConnection::establish(uri);
    // SAFETY: as above.
    unsafe { ffi::sqlite3_cancel_auto_extension(Some(defend)) };
    opened
}

unsafe extern "C" fn defend(
    db: *mut ffi::sqlite3,
    _: *mut *mut c_char,
    _: *const ffi::sqlite3_api_routines,
) -> c_int {
    let none: *mut c_int = ptr::null_mut();
    let on = |setting, value: c_int| {
        // SAFETY: SQLite calls this with the handle that it is opening; the setting takes a number
        // and a pointer for the result, which may be NULL.
        unsafe { ffi::sqlite3_db_config(db, setting, value, none) }
    };
    match on(ffi::SQLITE_DBCONFIG_DEFENSIVE, 1) {
        ffi::SQLITE_OK => on(ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
        code => code,
    }
}
