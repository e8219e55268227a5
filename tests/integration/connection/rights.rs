//! Accounts that may do little: what they are told, and that what they are told helps.

use instaseed::database::{self, DatabaseError, Db, Hint};

use super::{failure, servers, target};
use crate::support::Kind;

#[test]
fn an_account_without_the_right_gets_the_sql_for_an_administrator() {
    for server in servers() {
        let mut administrator = Db::connect(&target(&server.url(server.maintenance()))).unwrap();
        let (make, drop_it) = match server.kind {
            Kind::Mysql => ("CREATE USER 'small'@'%' IDENTIFIED BY 'W0ng'", "DROP USER 'small'@'%'"),
            Kind::Postgres => ("CREATE ROLE small LOGIN PASSWORD 'W0ng'", "DROP ROLE small"),
        };
        administrator.batch(make).unwrap();
        let place = target(&server.url_of("small", Some("W0ng"), "wanted"));
        let error = failure(database::create(&place).unwrap_err());
        let hint = error.hint().unwrap();
        let DatabaseError::NotAllowed { sql: Some(sql), user, .. } = error else { panic!("{error:?}") };
        assert_eq!((user.as_str(), hint), ("small", Hint::RunAsAdministrator { sql: sql.clone() }));
        // what the hint says works
        administrator.batch(sql.lines().next().unwrap().trim_end_matches(';')).unwrap();
        for grant in sql.lines().skip(1) {
            administrator.batch(grant.trim_end_matches(';')).unwrap();
        }
        assert!(database::exists(&place).unwrap());
        Db::connect(&place).unwrap().batch("CREATE TABLE t (a INT NOT NULL)").unwrap();
        let mine = target(&server.url("wanted"));
        database::remove(&mine).unwrap();
        administrator.batch(drop_it).unwrap();
    }
}

#[test]
fn the_facts_tell_an_account_that_may_do_little() {
    for server in servers() {
        let mut administrator = Db::connect(&target(&server.url(server.maintenance()))).unwrap();
        let place = target(&server.url("looked_at"));
        database::create(&place).unwrap();
        let (make, unmake) = match server.kind {
            Kind::Mysql => (
                "CREATE USER 'looker'@'%' IDENTIFIED BY 'W0ng'; GRANT SELECT ON looked_at.* TO 'looker'@'%'",
                "DROP USER 'looker'@'%'",
            ),
            Kind::Postgres => ("CREATE ROLE looker LOGIN PASSWORD 'W0ng'", "DROP ROLE looker"),
        };
        for statement in make.split("; ") {
            administrator.batch(statement).unwrap();
        }
        let place_as_looker = target(&server.url_of("looker", Some("W0ng"), "looked_at"));
        let facts = Db::connect(&place_as_looker).unwrap().facts(&place_as_looker).unwrap();
        assert_eq!(
            (facts.may_create_tables, facts.may_create_databases),
            (Some(false), Some(false)),
            "{facts:?}"
        );
        database::remove(&place).unwrap();
        administrator.batch(unmake).unwrap();
    }
}
