//! PostgreSQL: what a role or a database sets for every session, which schemas there are, and what stands under our
//! names. The role is a lesser one that owns the database; what is left is seen by the administrator.

use diesel::RunQueryDsl;
use instaseed::database::{Db, Engine, Target};

use super::{Mutation, Usual, When, either, on, refused, report, right, trial};
use crate::support::{Kind, Server, TestDb, USER};

/// Settings of the role in the database.
const SETTINGS: &[Mutation] = &[
    right("search_path = \"$user\", public"),
    right("search_path = app"),
    right("search_path = \"App\""),
    right("search_path = app, \"App\", public"),
    right("search_path = \"we ird\", public"),
    right("search_path = \"we\"\"ird\""),
    right("search_path = public, pg_catalog"),
    right("search_path = pg_catalog, public"),
    right("search_path = pg_temp, public"),
    right("search_path = information_schema, public"),
    right("search_path = nowhere, public"),
    right("search_path = public, public"),
    refused("search_path = nowhere"),
    refused("search_path = ''"),
    refused("search_path = pg_catalog"),
    right("client_encoding = 'LATIN1'"),
    right("client_encoding = 'SQL_ASCII'"),
    right("datestyle = 'SQL, DMY'"),
    right("datestyle = 'German'"),
    right("intervalstyle = 'iso_8601'"),
    right("timezone = 'Asia/Kolkata'"),
    right("timezone_abbreviations = 'India'"),
    right("standard_conforming_strings = off"),
    right("backslash_quote = off"),
    right("escape_string_warning = on"),
    right("bytea_output = escape"),
    right("extra_float_digits = -15"),
    right("xmloption = document"),
    right("array_nulls = off"),
    right("transform_null_equals = on"),
    right("quote_all_identifiers = on"),
    right("default_transaction_isolation = serializable"),
    right("default_transaction_isolation = 'repeatable read'"),
    right("default_transaction_deferrable = on"),
    right("default_transaction_read_only = on"),
    right("statement_timeout = '60s'"),
    right("lock_timeout = '1s'"),
    right("idle_in_transaction_session_timeout = '5s'"),
    right("row_security = off"),
    right("session_replication_role = replica"),
    right("lc_messages = 'C.UTF-8'"),
    right("lc_numeric = 'C.UTF-8'"),
    right("default_tablespace = ''"),
    right("default_table_access_method = heap"),
    right("default_with_oids = off"),
    right("check_function_bodies = off"),
    right("createrole_self_grant = ''"),
    right("client_min_messages = error"),
    right("client_min_messages = debug1"),
    right("synchronous_commit = off"),
    right("jit = on"),
    right("enable_seqscan = off"),
    right("enable_indexscan = off"),
    right("work_mem = '64kB'"),
    right("maintenance_work_mem = '1MB'"),
    right("max_parallel_maintenance_workers = 4"),
    right("vacuum_cost_delay = 1"),
    right("password_encryption = md5"),
    right("track_activities = off"),
    right("application_name = 'we ird'"),
];

/// SQL that the administrator runs in the database; `ROLE` is the lesser role's name.
const BESIDE: &[Mutation] = &[
    right("CREATE SCHEMA ROLE AUTHORIZATION ROLE"),
    right("CREATE SCHEMA ROLE; GRANT ALL ON SCHEMA ROLE TO ROLE; CREATE TABLE ROLE.users (id int)").when_filled(),
    right("CREATE SCHEMA ROLE AUTHORIZATION ROLE").when_filled(),
    right("CREATE SCHEMA ROLE AUTHORIZATION ROLE; CREATE TABLE ROLE.likes (user_id int, photo_id int, created_at timestamp)")
        .when_filled(),
    right("CREATE ROLE ROLE_b; GRANT ROLE_b TO ROLE; GRANT ALL ON SCHEMA public TO ROLE_b; ALTER ROLE ROLE SET role = 'ROLE_b'"),
    refused("REVOKE ALL ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO TESTER"),
    refused("CREATE VIEW users AS SELECT 1 AS id"),
    refused("CREATE TYPE users AS (id int)"),
    refused("CREATE SEQUENCE users"),
    refused(
        "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no DDL here'; END $$; \
         CREATE EVENT TRIGGER no_ROLE ON ddl_command_start EXECUTE FUNCTION no()",
    ),
    refused("ALTER TABLE tags RENAME TO old; CREATE VIEW tags AS SELECT * FROM old").when_filled(),
    refused("ALTER TABLE tags RENAME TO old; CREATE MATERIALIZED VIEW tags AS SELECT * FROM old").when_filled(),
    refused("ALTER TABLE tags RENAME TO old; CREATE TABLE tags (id int, tag_name text, created_at timestamp) PARTITION BY RANGE (id)")
        .when_filled(),
    refused("CREATE EXTENSION IF NOT EXISTS postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; \
             ALTER TABLE tags RENAME TO old; CREATE FOREIGN TABLE tags (id int, tag_name text, created_at timestamp) SERVER s")
        .when_filled(),
    refused("CREATE TABLE vip (level int) INHERITS (users)").when_filled(),
    refused("ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY").when_filled(),
    refused("ALTER TABLE users OWNER TO TESTER").when_filled(),
    refused("DROP TABLE photo_tags").when_filled(),
    right("CREATE INDEX \"we \"\"ird;\" ON likes (photo_id) WHERE user_id > 1").when_filled(),
    right("ALTER TABLE likes SET UNLOGGED").when_filled(),
    either("CREATE VIEW popular AS SELECT photo_id, count(*) AS n FROM likes GROUP BY 1").when_filled(),
    either("ALTER DATABASE DB SET default_transaction_read_only = on").when_filled(),
];

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn lines(db: &mut Db, sql: &str) -> Vec<String> {
    let Db::Postgres(connection) = db else { panic!("this is for PostgreSQL") };
    let found: Vec<Line> =
        diesel::sql_query(sql).load(connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
    found.into_iter().map(|line| line.line).collect()
}

/// Everything in all schemas: relations, constraints, indexes, rows.
fn state(db: &mut Db) -> String {
    let mut all = lines(
        db,
        "SELECT concat_ws(' ', n.nspname, c.relname, c.relkind, c.relowner::regrole, c.reloptions, pg_get_indexdef(c.oid)) AS line FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
         UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)) FROM pg_constraint \
         WHERE connamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1",
    );
    let tables = lines(
        db,
        "SELECT format('%I.%I', n.nspname, c.relname) AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1",
    );
    for table in tables {
        let rows = format!(
            "SELECT concat($q${table}$q$, ' ', md5(string_agg(t::text, ',' ORDER BY t::text))) AS line FROM ONLY {table} t"
        );
        all.extend(lines(db, &rows));
    }
    all.join("\n")
}

fn run(mutation: &Mutation, usual: &Usual, server: &Server, is_setting: bool) -> Result<(), String> {
    let db = TestDb::absent(Engine::Postgres).expect("the server is there");
    let name = db.target().database().to_owned();
    let role = format!("role_{name}");
    let maintenance =
        Target::parse(&server.url(server.maintenance())).expect("the harness writes proper URLs");
    let mut maintenance = Db::connect(&maintenance).expect("the server runs");
    maintenance.batch(&format!("CREATE ROLE {role} LOGIN PASSWORD 'w'")).expect("the administrator may");
    maintenance
        .batch(&format!("CREATE DATABASE {name} OWNER {role} TEMPLATE template0"))
        .expect("the administrator may");
    let schemas = ["app", "\"App\"", "\"we ird\"", "\"we\"\"ird\""];
    if is_setting {
        for schema in schemas {
            db.connect()
                .batch(&format!("CREATE SCHEMA {schema} AUTHORIZATION {role}"))
                .expect("the administrator may");
        }
    }
    let url = server.url_of(&role, Some("w"), &name);
    if mutation.when == When::Filled {
        on(&url, super::SETUP).expect(0);
    }
    let sql = match is_setting {
        true => format!("ALTER ROLE {role} IN DATABASE {name} SET {}", mutation.sql),
        false => named(mutation.sql, &role).replace("TESTER", USER).replace(" DB ", &format!(" {name} ")),
    };
    let known = db.connect().batch(&sql);
    let result = match known {
        Ok(()) => trial(*mutation, usual, &url, || state(&mut db.connect())),
        Err(error) => {
            assert!(is_setting, "{sql}: {error}");
            eprintln!("not here: {error}");
            Ok(())
        }
    };
    drop(db);
    for gone in [role.clone(), format!("{role}_b")] {
        let _ = maintenance.batch(&format!("DROP OWNED BY {gone}; DROP ROLE {gone}"));
    }
    result
}

/// The role's name where `ROLE` stands for it, and not for the word of the language.
fn named(sql: &str, role: &str) -> String {
    let language = |at: usize| ["CREATE ", "ALTER "].iter().any(|word| sql[..at].ends_with(word));
    let mut text = String::new();
    let mut last = 0;
    for (at, _) in sql.match_indices("ROLE").filter(|(at, _)| !language(*at)) {
        text += &sql[last..at];
        text += role;
        last = at + "ROLE".len();
    }
    text + &sql[last..]
}

fn all(mutations: &[Mutation], is_setting: bool) {
    let Some(server) = Server::shared(Kind::Postgres) else { return };
    let usual = TestDb::absent(Engine::Postgres).expect("the server is there");
    let usual = Usual::of(&usual.url());
    report(
        "PostgreSQL",
        mutations.iter().map(|mutation| run(mutation, &usual, server, is_setting)).collect(),
    );
}

#[test]
fn postgres_is_right_or_refuses_whatever_a_role_sets() {
    all(SETTINGS, true);
}

#[test]
fn postgres_is_right_or_refuses_whatever_stands_beside() {
    all(BESIDE, false);
}
