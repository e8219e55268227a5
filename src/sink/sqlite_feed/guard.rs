//! Keeps a hostile file from acting through the loader: SQL that stands in a schema may not reach other files, other
//! databases or the schema itself, whatever of it comes to be run.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

use libsqlite3_sys as ffi;

/// Settings that lead to other files, or undo what is set here.
const PRAGMAS: [&str; 4] =
    ["writable_schema", "trusted_schema", "temp_store_directory", "data_store_directory"];

/// Functions that read or write files where a build of SQLite has them.
const FUNCTIONS: [&str; 5] = ["load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"];

/// Whether a text is the definition of one index and nothing else: SQLite reads the first statement of what stands in
/// a schema and lets the rest be, but it would run all of them.
pub(crate) fn is_one_index(sql: &str) -> bool {
    let words: Vec<String> = sql.split_whitespace().take(3).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let begins = matches!(words[..], ["CREATE", "INDEX", _] | ["CREATE", "UNIQUE", "INDEX"]);
    begins && !sql.contains('\0') && end_of_statement(sql).is_none_or(|end| sql[end + 1..].trim().is_empty())
}

/// Where the first `;` stands that is in no quotes and no comment.
fn end_of_statement(sql: &str) -> Option<usize> {
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let quoted = |open: usize, end: &str| rest[open..].find(end).map(|found| open + found + end.len());
        at += match rest.as_bytes()[0] {
            b';' => return Some(at),
            b'\'' => quoted(1, "'")?,
            b'"' => quoted(1, "\"")?,
            b'`' => quoted(1, "`")?,
            b'[' => quoted(1, "]")?,
            b'-' if rest.starts_with("--") => quoted(2, "\n")?,
            b'/' if rest.starts_with("/*") => quoted(2, "*/")?,
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

/// Applies all of it to a connection that was opened just now; gives SQLite's result code.
pub(super) fn apply(db: *mut ffi::sqlite3) -> c_int {
    let none: *mut c_int = ptr::null_mut();
    // SAFETY: the handle is open; the settings take a number and a place for the answer, which may be NULL; the
    // authorizer is a function that lives for ever and needs no data.
    unsafe {
        // `VACUUM INTO` attaches as well
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
    // SAFETY: SQLite gives NUL-terminated texts or NULL.
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

#[cfg(test)]
mod tests {
    use super::is_one_index;

    #[test]
    fn an_index_is_one_statement() {
        for sql in [
            "CREATE INDEX i ON t(a)",
            "create unique\n index \"i;j\" ON t(a, ';', [b;c], `d;`) -- why; not\n WHERE a <> ';'",
            "CREATE INDEX i ON t(a /* ; */);  ",
        ] {
            assert!(is_one_index(sql), "{sql}");
        }
        for sql in [
            "CREATE INDEX i ON t(a); VACUUM INTO 'x'",
            "CREATE INDEX i ON t(a) -- \n; SELECT 1",
            "CREATE INDEX i ON t(';'); ATTACH 'x' AS y",
            "CREATE TABLE t(a)",
            "CREATE INDEX",
        ] {
            assert!(!is_one_index(sql), "{sql}");
        }
    }
}
