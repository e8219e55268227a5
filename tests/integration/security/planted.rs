//! Tables and views with the names of our records, made by an account that may write into the schema: nothing that it
//! wrote runs with our rights.

use crate::support::{Kind, Server, TestDb, on};
use instaseed::database::{self, Db, Engine, Target};

/// Makes mallory a superuser, if the right account runs it.
fn trap(mallory: &str) -> String {
    format!(
        "CREATE FUNCTION evil() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE {mallory} SUPERUSER'; \
         RETURN 1; EXCEPTION WHEN insufficient_privilege THEN RETURN 0; END $$; \
         CREATE FUNCTION tg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.evil(); RETURN NEW; END $$;"
    )
}

const VERSIONS: &str = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP); \
     CREATE TRIGGER t BEFORE INSERT ON __diesel_schema_migrations FOR EACH ROW EXECUTE FUNCTION tg()";
const FACTS: &str = "CREATE TABLE __instaseed_facts (name varchar(40) PRIMARY KEY, value text NOT NULL); \
     CREATE TRIGGER t BEFORE INSERT ON __instaseed_facts FOR EACH ROW EXECUTE FUNCTION tg()";
const KEPT: &str = "CREATE TABLE __instaseed_kept (name text PRIMARY KEY, content text); \
     CREATE TRIGGER t BEFORE INSERT ON __instaseed_kept FOR EACH STATEMENT EXECUTE FUNCTION tg()";
const PARKED: &str = "CREATE TABLE __instaseed_load (name varchar(40) PRIMARY KEY, content text); \
     CREATE TABLE __instaseed_load_portions (portion_id integer, table_name text, row_count bigint, digest text); \
     CREATE VIEW __instaseed_load_parked AS SELECT 0 AS ordinal, evil()::text AS stage, '' AS schema_name, '' AS table_name, \
     '' AS name, '' AS definition";
const LOAD: &str = "CREATE TABLE __instaseed_load (name varchar(40) PRIMARY KEY, content text); \
     CREATE TABLE __instaseed_load_portions (portion_id integer, table_name text, row_count bigint, digest text); \
     CREATE TABLE __instaseed_load_parked (ordinal integer, stage text, schema_name text, table_name text, name text, definition text); \
     INSERT INTO __instaseed_load_parked VALUES (0, 'index', 'public', 'likes', 'x', \
     'CREATE INDEX x ON public.likes USING btree ((evil()))')";
const LEDGER: &str =
    "CREATE VIEW __instaseed_migrations AS SELECT evil()::text AS version, '' AS name, '' AS direction";

/// What is planted, whether there is a set-up database before, and what is run then.
const CASES: [(&str, bool, &[&str]); 6] = [
    (VERSIONS, false, &["setup --no-seed", "migrate up"]),
    (FACTS, false, &["setup --no-seed", "migrate protect"]),
    (LEDGER, false, &["setup --no-seed", "migrate status", "doctor"]),
    (KEPT, true, &["migrate to platform --yes"]),
    (LOAD, true, &["reset --yes --profile tiny"]),
    (PARKED, true, &["reset --yes --profile tiny", "seed --discard --yes", "doctor"]),
];

#[test]
fn records_of_another_account_are_neither_read_nor_written() {
    for (planted, set_up, verbs) in CASES {
        let Some(db) = TestDb::absent(Engine::Postgres) else { continue };
        database::create(db.target()).unwrap();
        if set_up {
            on(&db, "setup --profile tiny").expect(0);
        }
        let mallory = format!("mallory_{}", db.target().database());
        let mut ours = db.connect();
        ours.batch(&format!(
            "CREATE ROLE {mallory} LOGIN PASSWORD 'm'; GRANT ALL ON SCHEMA public TO {mallory}"
        ))
        .unwrap();
        let server = Server::shared(Kind::Postgres).unwrap();
        let theirs = server.url_of(&mallory, Some("m"), db.target().database());
        let mut theirs = Db::connect(&Target::parse(&theirs).unwrap()).unwrap();
        theirs.batch(&trap(&mallory)).unwrap();
        theirs.batch(planted).unwrap();
        drop(theirs);
        for verb in verbs {
            let told = on(&db, verb);
            assert_ne!(told.code, 0, "{verb}: {}", told.stdout);
            let said = format!("{}{}", told.stdout, told.stderr);
            assert!(said.contains(&mallory) || said.contains("is not a table"), "{verb}: {said}");
        }
        let risen = format!(
            "DO $$ BEGIN ASSERT NOT (SELECT rolsuper FROM pg_roles WHERE rolname = '{mallory}'); END $$"
        );
        ours.batch(&risen).unwrap();
        ours.batch(&format!("DROP OWNED BY {mallory} CASCADE; DROP ROLE {mallory}")).unwrap();
    }
}
