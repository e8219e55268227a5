//! Names that our steps give and somebody has already, and what stands outside of our database or schema and reads it:
//! each is named before the first statement, with the statement that helps.

use instaseed::database::{Db, Engine};

use crate::belongings::{course, refused};
use crate::lock::migrate;
use crate::support::{TestDb, each_engine, history, on, on_engine, one, sql};

#[test]
fn a_foreign_key_of_mysql_with_a_name_of_ours_is_named() {
    on_engine(Engine::Mysql, |test| {
        let mut db = course(test);
        sql(
            test,
            "CREATE TABLE o (u INT, CONSTRAINT media_post_id_fkey FOREIGN KEY (u) REFERENCES users (id))",
        );
        let way_out = "ALTER TABLE o DROP FOREIGN KEY media_post_id_fkey";
        refused(test, &mut db, &["to", "platform"], &["media_post_id_fkey of o", way_out]);
        sql(test, way_out);
        migrate(test, &["to", "platform"]).run().expect(0);
    });
}

#[test]
fn an_index_of_postgresql_with_a_name_of_ours_is_named() {
    on_engine(Engine::Postgres, |test| {
        let mut db = course(test);
        sql(
            test,
            "CREATE TABLE o (a integer, CONSTRAINT users_email_key UNIQUE (a)); \
             CREATE INDEX posts_user_id_created_at_idx ON o (a)",
        );
        let done = refused(
            test,
            &mut db,
            &["to", "platform"],
            &["users_email_key of o", "posts_user_id_created_at_idx of o"],
        );
        for way_out in done.stderr.lines().map(str::trim).filter(|line| line.starts_with("ALTER INDEX")) {
            sql(test, way_out);
        }
        migrate(test, &["to", "platform"]).run().expect(0);
    });
}

#[test]
fn a_view_of_another_schema_is_named_whatever_it_is_called() {
    on_engine(Engine::Postgres, |test| {
        on(test, "setup --profile tiny").expect(0);
        sql(test, "CREATE SCHEMA s2; CREATE VIEW s2.likes AS SELECT * FROM public.likes");
        let mut db = test.connect();
        refused(test, &mut db, &["reset", "--yes"], &["view likes: ", "DROP VIEW s2.likes"]);
        sql(test, "DROP VIEW s2.likes");
        on(test, "reset --yes --profile tiny").expect(0);
    });
}

#[test]
fn a_column_of_a_row_type_that_goes_is_named_with_a_statement_that_runs() {
    on_engine(Engine::Postgres, |test| {
        let mut db = course(test);
        sql(test, "CREATE TABLE holds (id integer, who tags)");
        refused(test, &mut db, &["to", "none", "--yes"], &["ALTER TABLE holds DROP COLUMN who"]);
        sql(test, "ALTER TABLE holds DROP COLUMN who");
        migrate(test, &["to", "none", "--yes"]).run().expect(0);
    });
}

#[test]
fn what_another_database_of_mysql_reads_is_named() {
    on_engine(Engine::Mysql, |test| {
        let mut db = course(test);
        let here = test.target().database();
        let abroad = TestDb::absent(Engine::Mysql).expect("the server is there");
        instaseed::database::create(abroad.target()).expect("made");
        let there = abroad.target().database();
        sql(
            &abroad,
            &format!(
                "CREATE VIEW uv AS SELECT id, image_url FROM {here}.photos; \
                 CREATE PROCEDURE pp() SELECT id FROM {here}.photos; \
                 CREATE VIEW calm AS SELECT 1 AS photos"
            ),
        );
        let view = format!("DROP VIEW {there}.uv");
        let procedure = format!("DROP PROCEDURE {there}.pp");
        let done = refused(test, &mut db, &["to", "platform"], &[&view, &procedure]);
        assert!(!done.stderr.contains("calm"), "{}", done.stderr);
        sql(&abroad, &format!("{view}; {procedure}"));
        migrate(test, &["to", "platform"]).run().expect(0);
        assert_eq!(one(&mut abroad.connect(), "photos", "FROM calm").as_deref(), Some("1"));
    });
}

#[test]
fn a_table_of_the_name_in_which_our_steps_remember_is_named_and_its_rows_stay() {
    each_engine(|test| {
        let mut db = course(test);
        db.batch("CREATE TABLE __instaseed_kept (a INTEGER); INSERT INTO __instaseed_kept VALUES (7)")
            .expect("made");
        let way_out = "ALTER TABLE __instaseed_kept RENAME TO own___instaseed_kept";
        refused(test, &mut db, &["to", "platform"], &["table __instaseed_kept: ", way_out]);
        // The course does without it.
        migrate(test, &["redo", "--yes"]).run().expect(0);
        db.batch("DELETE FROM __instaseed_kept").expect("emptied");
        migrate(test, &["redo", "--yes"]).run().expect(0);
        db.batch("INSERT INTO __instaseed_kept VALUES (7)").expect("it is still there");

        sql(test, way_out);
        migrate(test, &["to", "platform"]).run().expect(0);
        refused_while(test, &mut db, "CREATE VIEW __instaseed_kept AS SELECT a FROM own___instaseed_kept");
        assert_eq!(one(&mut db, "a", "FROM own___instaseed_kept").as_deref(), Some("7"));
    });
}

/// Going back is refused while this stands in the way of the name. PostgreSQL refuses any verb then.
fn refused_while(test: &TestDb, db: &mut Db, made: &str) {
    db.batch("DROP TABLE IF EXISTS __instaseed_kept").expect("empty or absent");
    db.batch(made).expect("made");
    if test.engine() == Engine::Postgres {
        let refused = migrate(test, &["to", "course", "--yes"]).run().expect(2);
        assert!(refused.stderr.contains("__instaseed_kept"), "{}", refused.stderr);
    } else {
        refused(test, db, &["to", "course", "--yes"], &["DROP VIEW __instaseed_kept"]);
    }
    db.batch("DROP VIEW __instaseed_kept").expect("gone");
}

#[test]
fn rows_that_another_history_has_kept_are_named_and_stay() {
    each_engine(|test| {
        let mut db = course(test);
        let make = history(test.engine()).into_iter().find(|step| step.version == "20260101001400");
        let up = std::fs::read_to_string(make.expect("there").folder.join("up.sql")).expect("there");
        let at = up.find("CREATE TABLE IF NOT EXISTS __instaseed_kept").expect("it makes the table");
        let statement = up[at..].split(';').next().expect("a statement");
        db.batch(statement).expect("made");
        db.batch(
            "INSERT INTO __instaseed_kept (what, id, given, original) VALUES ('username', 2, 'b_c', 'q')",
        )
        .expect("a row");
        let way_out = "ALTER TABLE __instaseed_kept RENAME TO own___instaseed_kept";
        refused(test, &mut db, &["to", "platform"], &["(username)", way_out]);
        sql(test, way_out);
        migrate(test, &["to", "platform"]).run().expect(0);
        migrate(test, &["to", "course", "--yes"]).run().expect(0);
        assert_eq!(one(&mut db, "username", "FROM users WHERE id = 2").as_deref(), Some("b.c"));
        assert_eq!(one(&mut db, "original", "FROM own___instaseed_kept").as_deref(), Some("q"));
    });
}
