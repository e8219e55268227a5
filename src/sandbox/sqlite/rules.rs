//! What the gate refuses on SQLite, and how much SQLite itself accepts.

use libsqlite3_sys as ffi;

use super::guard::FORBIDDEN;
use crate::sandbox::gate::{MOST_BYTES, Rules};

pub(super) const RULES: Rules = Rules {
    lexis: &crate::migration::sqlite::LEXIS,
    functions: &FORBIDDEN,
    functions_of_scripts: &FORBIDDEN,
    clauses: &[],
    words_of_scripts: &[],
    statements: &[
        "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "VALUES", "PRAGMA", "ANALYZE", "REINDEX",
    ],
    settings: &[],
    in_functions: &[],
    storage: &[],
    calls_attributes: false,
    is_server: false,
};

/// SQLite's limits for a stranger's statement: its text, its values and its parts.
pub(super) const STRANGERS: [(i32, i32); 10] = [
    (ffi::SQLITE_LIMIT_LENGTH, 200_000),
    (ffi::SQLITE_LIMIT_SQL_LENGTH, MOST_BYTES as i32),
    (ffi::SQLITE_LIMIT_COLUMN, 200),
    (ffi::SQLITE_LIMIT_EXPR_DEPTH, 200),
    (ffi::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (ffi::SQLITE_LIMIT_VDBE_OP, 25_000),
    (ffi::SQLITE_LIMIT_FUNCTION_ARG, 100),
    (ffi::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
    (ffi::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
    (ffi::SQLITE_LIMIT_TRIGGER_DEPTH, 20),
];
/// The limits that differ for this program's own statements: values and texts may be long.
pub(super) const OWN: [(i32, i32); 4] = [
    (ffi::SQLITE_LIMIT_LENGTH, 16 << 20),
    (ffi::SQLITE_LIMIT_SQL_LENGTH, 16 << 20),
    (ffi::SQLITE_LIMIT_COMPOUND_SELECT, 500),
    (ffi::SQLITE_LIMIT_VDBE_OP, 1_000_000),
];
