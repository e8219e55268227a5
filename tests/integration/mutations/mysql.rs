//! MySQL and MariaDB: what a server's defaults do to a session, and what stands beside our tables. A variable that one
//! of the two servers does not have is left out there.

use instaseed::database::{self, Db, Target};

use super::{Mutation, Usual, When, either, on, refused, report, right, state, trial};
use crate::support::{Kind, Server};

/// Global defaults; a session gets them when it begins.
const GLOBALS: &[Mutation] = &[
    right("sql_mode = ''"),
    right("sql_mode = 'ANSI_QUOTES'"),
    right("sql_mode = 'NO_BACKSLASH_ESCAPES'"),
    right("sql_mode = 'PIPES_AS_CONCAT'"),
    right("sql_mode = 'ANSI'"),
    right("sql_mode = 'ORACLE'"),
    right("sql_mode = 'MSSQL'"),
    right("sql_mode = 'TRADITIONAL'"),
    right("sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"),
    right("sql_mode = 'PAD_CHAR_TO_FULL_LENGTH'"),
    right("sql_mode = 'HIGH_NOT_PRECEDENCE,IGNORE_SPACE,REAL_AS_FLOAT,NO_UNSIGNED_SUBTRACTION'"),
    right("sql_safe_updates = 1"),
    right("sql_select_limit = 3"),
    right("sql_auto_is_null = 1"),
    right("sql_quote_show_create = 0"),
    right("autocommit = 0"),
    right("completion_type = 'CHAIN'"),
    right("foreign_key_checks = 0"),
    right("unique_checks = 0"),
    right("check_constraint_checks = 0"),
    right("character_set_server = 'latin1'"),
    right("character_set_client = 'latin1'"),
    right("character_set_results = 'latin1'"),
    right("character_set_connection = 'latin1'"),
    right("collation_server = 'utf8mb4_general_ci'"),
    right("collation_connection = 'latin1_german1_ci'"),
    right("time_zone = '+09:00'"),
    right("tx_isolation = 'READ-UNCOMMITTED'"),
    right("tx_isolation = 'SERIALIZABLE'"),
    either("tx_read_only = 1"),
    right("innodb_strict_mode = 0"),
    right("local_infile = 0"),
    right("max_allowed_packet = 16384"),
    right("group_concat_max_len = 4"),
    right("default_storage_engine = 'MyISAM'"),
    right("default_tmp_storage_engine = 'MyISAM'"),
    right("explicit_defaults_for_timestamp = 0"),
    right("big_tables = 1"),
    right("tmp_table_size = 16384"),
    right("max_heap_table_size = 16384"),
    right("lock_wait_timeout = 2"),
    right("innodb_lock_wait_timeout = 1"),
    right("auto_increment_increment = 3"),
    right("old_mode = ''"),
    right("alter_algorithm = 'COPY'"),
    right("div_precision_increment = 0"),
    right("max_error_count = 0"),
    right("max_length_for_sort_data = 8"),
    right("net_buffer_length = 1024"),
    right("sql_require_primary_key = 1"),
    right("sql_notes = 0"),
    right("sql_warnings = 1"),
    right("low_priority_updates = 1"),
    right("read_only = 1"),
];

/// What an account without the right to override it meets.
const LESSER: &[Mutation] = &[
    right("init_connect = 'SET autocommit = 0, sql_mode = ANSI, sql_select_limit = 1'"),
    refused("read_only = 1"),
];

const BESIDE: &[Mutation] = &[
    refused("CREATE VIEW users AS SELECT 1 AS id"),
    refused("CREATE TABLE users (id INT)"),
    refused("DROP TABLE likes; CREATE VIEW likes AS SELECT 1 AS user_id, 1 AS photo_id, NULL AS created_at")
        .when_filled(),
    refused("DROP TABLE photo_tags").when_filled(),
    right("CREATE INDEX `a``b` ON likes (photo_id)").when_filled(),
    either("CREATE VIEW popular AS SELECT photo_id, count(*) AS n FROM likes GROUP BY 1").when_filled(),
];

/// Where `USERS` and `users` are one table.
const WITHOUT_CASE: &[Mutation] = &[
    right("CREATE TABLE Other (id INT)"),
    refused("CREATE TABLE USERS (id INT)"),
    right("CREATE INDEX Odd ON LIKES (photo_id)").when_filled(),
    either("CREATE TABLE Notes (id INT PRIMARY KEY, u INT, CONSTRAINT NotesFk FOREIGN KEY (u) REFERENCES USERS (id))")
        .when_filled(),
];

/// The databases of one trial, and the account that works on them.
struct Site<'a> {
    server: &'a Server,
    administrator: Db,
}

impl Site<'_> {
    fn run(&mut self, sql: &str) -> instaseed::Result<()> {
        Ok(self.administrator.batch(sql)?)
    }

    /// A database under a mutation that `begin` makes and `end` unmakes; `None` where the server does not know it.
    fn trial(
        &mut self,
        mutation: Mutation,
        usual: &Usual,
        account: Option<&str>,
        (begin, end): (&str, &str),
    ) -> Option<Result<(), String>> {
        let clean = self.server.url("mutated");
        let target = Target::parse(&clean).expect("the harness writes proper URLs");
        self.run("DROP DATABASE IF EXISTS mutated").expect("the administrator may");
        database::create(&target).expect("the administrator may");
        if mutation.when == When::Filled {
            on(&clean, super::SETUP).expect(0);
        }
        let begun = match begin.is_empty() {
            true => {
                Db::connect(&target).and_then(|mut db| db.batch(mutation.sql)).map_err(instaseed::Error::from)
            }
            false => self.run(begin),
        };
        let result = match begun {
            Ok(()) => {
                let url = match account {
                    Some(account) => self.server.url_of(account, Some("w"), "mutated"),
                    None => clean,
                };
                Some(trial(mutation, usual, &url, || state(&mut Db::connect(&target).expect("it is there"))))
            }
            // only the variables differ between servers
            Err(error) => {
                assert!(!begin.is_empty(), "{}: {error}", mutation.sql);
                eprintln!("not here: {}: {error}", mutation.sql);
                None
            }
        };
        if !end.is_empty() {
            let _ = self.run(end);
        }
        result
    }
}

fn site(server: &Server) -> Site<'_> {
    let maintenance =
        Target::parse(&server.url(server.maintenance())).expect("the harness writes proper URLs");
    Site { server, administrator: Db::connect(&maintenance).expect("the server runs") }
}

fn usual(server: &Server) -> Usual {
    Usual::of(&server.url("usual"))
}

#[test]
fn mysql_is_right_or_refuses() {
    // The defaults are those of the whole server: no other test may have it.
    let Some(server) = Server::own(Kind::Mysql) else { return };
    let usual = usual(&server);
    let mut site = site(&server);
    site.run("CREATE USER 'lesser'@'%' IDENTIFIED BY 'w'; GRANT ALL ON mutated.* TO 'lesser'@'%'")
        .expect("it may");
    let mut results = Vec::new();
    for (globals, account) in [(GLOBALS, None), (LESSER, Some("lesser"))] {
        for mutation in globals {
            let variable = mutation.sql.split(' ').next().expect("a variable stands first");
            let kept = format!("SET @kept = @@GLOBAL.{variable}");
            if site.run(&kept).is_err() {
                eprintln!("not here: {variable}");
                continue;
            }
            let (begin, end) =
                (format!("SET GLOBAL {}", mutation.sql), format!("SET GLOBAL {variable} = @kept"));
            results.extend(site.trial(*mutation, &usual, account, (&begin, &end)));
        }
    }
    for mutation in BESIDE {
        results.extend(site.trial(*mutation, &usual, None, ("", "")));
    }
    assert!(results.len() > 50, "only {} mutations were known", results.len());
    report("MySQL", results);
}

#[test]
fn names_of_tables_without_case_are_as_good() {
    let Some(server) = Server::own_with(Kind::Mysql, &["--lower-case-table-names=1"]) else { return };
    let usual = usual(&server);
    let mut site = site(&server);
    let results = WITHOUT_CASE.iter().filter_map(|mutation| site.trial(*mutation, &usual, None, ("", "")));
    report("MySQL", results.collect());
}
