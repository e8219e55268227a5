//! A sandbox on MySQL or MariaDB.

use super::gate::Rules;

/// Functions that read files, wait, hold locks or run programs.
const DANGEROUS: [&str; 18] = [
    "load_file",
    "sleep",
    "benchmark",
    "get_lock",
    "release_lock",
    "release_all_locks",
    "is_free_lock",
    "is_used_lock",
    "master_pos_wait",
    "master_gtid_wait",
    "source_pos_wait",
    "wait_for_executed_gtid_set",
    "wait_until_sql_thread_after_gtids",
    "sys_eval",
    "sys_exec",
    "sys_get",
    "sys_set",
    "sys_bineval",
];

pub(super) const RULES: Rules = Rules {
    lexis: &crate::migration::mysql::LEXIS,
    functions: &DANGEROUS,
    functions_of_scripts: &DANGEROUS,
    words_of_scripts: &["OUTFILE", "DUMPFILE", "INFILE"],
    clauses: &[
        &["INTO"],
        &["FOR", "UPDATE"],
        &["FOR", "SHARE"],
        &["LOCK", "IN"],
        &["NEXT", "VALUE"],
        &["PROCEDURE", "ANALYSE"],
    ],
    statements: &[
        "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "VALUES", "TRUNCATE", "RENAME", "ANALYZE",
    ],
    settings: &["FOREIGN_KEY_CHECKS"],
    in_functions: &[
        "PREPARE",
        "EXECUTE",
        "IMMEDIATE",
        "LOAD_FILE",
        "OUTFILE",
        "DUMPFILE",
        "SLEEP",
        "BENCHMARK",
    ],
    is_server: true,
};
