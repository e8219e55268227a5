//! Opens a file so that what stands in its schema cannot act: SQLite's defensive mode, in which the schema cannot be
//! edited as if it were a table, and no trust in functions that a schema calls.
//!
//! Diesel opens the connection itself and has no word for the mode, so that SQLite is told to set it at the moment of
//! opening. Invariant: connections that other code of the process opens are left alone, but for those opened at that
//! very moment.
#![allow(unsafe_code, reason = "SQLite's hook for new connections is in C")]

use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::{Mutex, PoisonError};

use diesel::{Connection, ConnectionResult, SqliteConnection};
use libsqlite3_sys as ffi;

static OPENING: Mutex<()> = Mutex::new(());

pub(super) fn open(uri: &str) -> ConnectionResult<SqliteConnection> {
    let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the function lives for ever, and is taken back before anyone else opens by this way.
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
        // SAFETY: SQLite calls this with the handle that it opens; the setting takes a number and a place for the
        // answer, which may be NULL.
        unsafe { ffi::sqlite3_db_config(db, setting, value, none) }
    };
    match on(ffi::SQLITE_DBCONFIG_DEFENSIVE, 1) {
        ffi::SQLITE_OK => on(ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
        code => code,
    }
}
