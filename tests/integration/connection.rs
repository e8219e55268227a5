//! Reaching databases: sessions, TLS, creating and removing, and every way to fail told apart by its type.

use std::io::Write;
use std::net::{Shutdown, TcpListener};
use std::time::{Duration, Instant};

use instaseed::Error;
use instaseed::database::{self, DatabaseError, Db, Engine, FileProblem, Hint, Target, Unreachable};

use crate::support::{Kind, PASSWORD, Server, USER, each_engine, each_engine_without_database, on_engine};

mod files;
mod resolve;
mod rights;
mod tls;

const KINDS: [Kind; 2] = [Kind::Mysql, Kind::Postgres];

fn target(url: &str) -> Target {
    Target::parse(url).unwrap_or_else(|e| panic!("{e}"))
}

/// The error of connecting; fails if there is none, or if anything in it shows a password.
#[track_caller]
fn refusal(url: &str) -> DatabaseError {
    failure(Db::connect(&target(url)).err().unwrap_or_else(|| panic!("{} connects", target(url))))
}

#[track_caller]
fn failure(error: impl Into<Error>) -> DatabaseError {
    let error = error.into();
    let mut shown = format!("{error} {error:?} {:?}", error.hint());
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        shown.push_str(&format!(" {inner}"));
        cause = inner.source();
    }
    for secret in [PASSWORD, "p%40ss", "ss:w/rd", "W0ng"] {
        assert!(!shown.contains(secret), "the password shows: {shown}");
    }
    match error {
        Error::Database(error) => error,
        other => panic!("an error of another room: {other}"),
    }
}

fn servers() -> impl Iterator<Item = &'static Server> {
    KINDS.into_iter().filter_map(Server::shared)
}

#[test]
fn a_server_is_reached_by_address_name_and_socket() {
    for server in servers() {
        let name = server.maintenance();
        let urls = [
            server.url(name),
            server.url(name).replace("127.0.0.1", "localhost"),
            server.socket_url(name),
            server.url(name).replace("postgres://", "postgresql://").replace("mysql://", "mariadb://"),
        ];
        for url in urls {
            Db::connect(&target(&url)).unwrap_or_else(|e| panic!("{e:?}"));
        }
        if server.ipv6 {
            Db::connect(&target(&server.url(name).replace("127.0.0.1", "[::1]"))).unwrap();
        }
    }
}

#[test]
fn a_missing_database_is_created_once_and_removed_whole() {
    each_engine_without_database(|db| {
        assert!(!database::exists(db.target()).unwrap());
        let error = failure(Db::connect(db.target()).err().unwrap());
        assert!(error.is_missing(), "{error:?}");
        let hint = if db.engine() == Engine::Sqlite { Hint::CreateFile } else { Hint::CreateDatabase };
        assert_eq!(error.hint(), Some(hint));
        database::create(db.target()).unwrap();
        database::create(db.target()).unwrap();
        assert!(database::exists(db.target()).unwrap());
        db.connect().batch("CREATE TABLE t (a INT NOT NULL)").unwrap();
        database::remove(db.target()).unwrap();
        database::remove(db.target()).unwrap();
        assert!(!database::exists(db.target()).unwrap());
    });
}

#[test]
fn a_database_may_have_any_name() {
    for server in servers() {
        for name in ["with%20space", "quote%27%22%60", "gr%C3%B6%C3%9Fe", "select", "Upper-Case.dot"] {
            let place = target(&server.url(name));
            database::create(&place).unwrap_or_else(|e| panic!("{e:?}"));
            Db::connect(&place).unwrap().batch("CREATE TABLE t (a INT NOT NULL)").unwrap();
            database::remove(&place).unwrap();
            assert!(!database::exists(&place).unwrap());
        }
    }
}

#[test]
fn several_that_create_the_same_database_all_succeed() {
    each_engine_without_database(|db| {
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..6).map(|_| scope.spawn(|| database::create(db.target()))).collect();
            for one in all {
                one.join().unwrap().unwrap();
            }
        });
        assert!(database::exists(db.target()).unwrap());
    });
}

#[test]
fn a_database_in_use_is_not_dropped_under_its_users() {
    on_engine(Engine::Postgres, |db| {
        let connection = db.connect();
        let error = failure(database::remove(db.target()).unwrap_err());
        assert!(matches!(error, DatabaseError::InUse { clients: 1, .. }), "{error:?}");
        drop(connection);
    });
    on_engine(Engine::Sqlite, |db| {
        let mut connection = db.connect();
        connection.batch("CREATE TABLE t (a INT); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)").unwrap();
        let error = failure(database::remove(db.target()).unwrap_err());
        assert!(matches!(error, DatabaseError::File { problem: FileProblem::Busy, .. }), "{error:?}");
        assert!(db.target().path().unwrap().exists());
    });
}

#[test]
fn a_refused_login_is_never_a_missing_database() {
    for server in servers() {
        // MySQL takes strangers through one of its ways to log in or another, by their names
        let strangers: Vec<String> = (0..8).map(|number| format!("nobody-known-{number}")).collect();
        let known = [(USER, Some("W0ng")), (USER, None), (USER, Some(""))];
        for (user, password) in
            known.into_iter().chain(strangers.iter().map(|name| (name.as_str(), Some("W0ng"))))
        {
            for name in [server.maintenance(), "no_such_database"] {
                let url = server.url_of(user, password, name);
                match refusal(&url) {
                    DatabaseError::LoginRefused { user: named, with_password, .. } => {
                        assert_eq!((named.as_str(), with_password), (user, password.is_some()));
                    }
                    other => panic!("{user} {password:?}: {other:?}"),
                }
                assert!(matches!(
                    failure(database::exists(&target(&url)).unwrap_err()),
                    DatabaseError::LoginRefused { .. }
                ));
                assert!(matches!(
                    failure(database::create(&target(&url)).unwrap_err()),
                    DatabaseError::LoginRefused { .. }
                ));
            }
        }
    }
}

#[test]
fn a_server_that_is_down_is_told_from_an_unknown_host_and_a_silent_one() {
    let unreachable = |url: &str| match refusal(url) {
        DatabaseError::Unreachable { reason, .. } => reason,
        other => panic!("{url}: {other:?}"),
    };
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    for scheme in ["mysql", "postgres"] {
        assert_eq!(unreachable(&format!("{scheme}://u:W0ng@127.0.0.1:{free}/d")), Unreachable::Refused);
        assert_eq!(
            unreachable(&format!("{scheme}://u:W0ng@no-such-host.invalid/d")),
            Unreachable::UnknownHost
        );
        let start = Instant::now();
        let url = format!("{scheme}://u:W0ng@127.0.0.1:{silent_port}/d?connect_timeout=1");
        assert_eq!(unreachable(&url), Unreachable::Timeout);
        assert!(start.elapsed() < Duration::from_secs(9));
    }
    assert_eq!(unreachable("mysql://u@/d?socket=/no/such.sock"), Unreachable::NoSocket);
    assert_eq!(unreachable("postgres://u@/d?host=/no/such"), Unreachable::NoSocket);
    for scheme in ["mysql", "postgres"] {
        let place = target(&format!("{scheme}://u:W0ng@127.0.0.1:{free}/d"));
        assert!(failure(database::exists(&place).unwrap_err()).is_unreachable());
        assert!(failure(database::create(&place).unwrap_err()).is_unreachable());
        assert!(failure(database::remove(&place).unwrap_err()).is_unreachable());
    }
}

#[test]
fn another_program_on_the_port_is_named_as_such() {
    let greeting = |words: &'static [u8]| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // reads on to the end: what is left unread would reset the connection, and take the greeting with it
                let _ = stream.and_then(|mut s| {
                    s.write_all(words)?;
                    s.shutdown(Shutdown::Write)?;
                    std::io::copy(&mut s, &mut std::io::sink())
                });
            }
        });
        port
    };
    let port = greeting(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    for scheme in ["mysql", "postgres"] {
        let error = refusal(&format!("{scheme}://u:W0ng@127.0.0.1:{port}/d?connect_timeout=2"));
        assert!(matches!(error, DatabaseError::NotThatServer { .. }), "{error:?}");
    }
    // as MySQL 9.7 begins: to PostgreSQL's protocol, a message of a known kind that is too short for it
    let port = greeting(b"K\0\0\0\x0a9.7.4-2\0\x08\0\0\0");
    let error = refusal(&format!("postgres://u:W0ng@127.0.0.1:{port}/d?connect_timeout=2"));
    assert!(matches!(error, DatabaseError::NotThatServer { .. }), "{error:?}");
    if let Some(server) = Server::shared(Kind::Mysql) {
        let error = refusal(&format!("postgres://u:W0ng@127.0.0.1:{}/d?connect_timeout=2", server.port));
        assert!(matches!(error, DatabaseError::NotThatServer { .. }), "{error:?}");
    }
    if let Some(server) = Server::shared(Kind::Postgres) {
        // both wait for the other's greeting
        let error = refusal(&format!("mysql://u:W0ng@127.0.0.1:{}/d?connect_timeout=1", server.port));
        assert!(error.is_unreachable() || matches!(error, DatabaseError::NotThatServer { .. }), "{error:?}");
    }
}

#[test]
fn waiting_ends_with_the_servers_answer_or_with_the_patience() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let start = Instant::now();
    let down = target(&format!("postgres://u@127.0.0.1:{free}/d"));
    let error = failure(database::wait(&down, Duration::from_millis(700)).unwrap_err());
    assert!(matches!(error, DatabaseError::StillUnreachable { .. }), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(9));
    for server in servers() {
        // a missing database and a refused login are answers
        database::wait(&target(&server.url("no_such_database")), Duration::from_secs(5)).unwrap();
        database::wait(&target(&server.url_of(USER, Some("W0ng"), "d")), Duration::from_secs(5)).unwrap();
    }
}

#[test]
fn every_session_is_utc_utf8_and_strict() {
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    #[derive(QueryableByName)]
    struct Said {
        #[diesel(sql_type = Text)]
        said: String,
    }
    each_engine(|db| match &mut db.connect() {
        Db::Sqlite(c) => {
            let mut ask = |pragma: &str| {
                let sql = format!("SELECT CAST((SELECT * FROM pragma_{pragma}) AS TEXT) AS said");
                diesel::sql_query(sql).get_result::<Said>(c).unwrap().said
            };
            assert_eq!(ask("foreign_keys"), "1");
            assert_eq!(ask("busy_timeout"), "10000");
        }
        Db::Mysql(c) => {
            let mut ask = |variable: &str| {
                let sql = format!("SELECT CAST(@@SESSION.{variable} AS CHAR) AS said");
                diesel::sql_query(sql).get_result::<Said>(c).unwrap().said
            };
            assert_eq!(ask("time_zone"), "+00:00");
            assert_eq!(ask("character_set_client"), "utf8mb4");
            assert_eq!(ask("character_set_connection"), "utf8mb4");
            assert_eq!(ask("character_set_results"), "utf8mb4");
            assert_eq!(ask("character_set_database"), "utf8mb4");
            assert_eq!(ask("collation_database"), "utf8mb4_bin");
            assert!(ask("sql_mode").contains("STRICT_ALL_TABLES"));
        }
        Db::Postgres(c) => {
            let mut ask = |setting: &str| {
                let sql = format!("SELECT current_setting('{setting}') AS said");
                diesel::sql_query(sql).get_result::<Said>(c).unwrap().said
            };
            assert_eq!(ask("timezone"), "UTC");
            assert_eq!(ask("client_encoding"), "UTF8");
            assert_eq!(ask("server_encoding"), "UTF8");
            assert_eq!(ask("application_name"), "instaseed");
        }
    });
}

#[test]
fn the_facts_of_a_database_are_told() {
    each_engine(|db| {
        let facts = db.connect().facts(db.target()).unwrap();
        eprintln!("{facts:?}");
        assert!(!facts.version.is_empty() && facts.may_create_tables == Some(true));
        assert_eq!(facts.may_create_databases, Some(true));
        let expected = match db.engine() {
            Engine::Sqlite => ("SQLite", "UTF-8", None),
            Engine::Mysql => (facts.product.as_str(), "utf8mb4", Some("+05:30")),
            Engine::Postgres => ("PostgreSQL", "UTF8", Some("Asia/Kolkata")),
        };
        assert_eq!(
            (facts.product.as_str(), facts.character_set.as_str(), facts.time_zone.as_deref()),
            expected
        );
        assert!(facts.data_bytes.is_some());
        assert_eq!(facts.free_bytes.is_some(), db.engine() == Engine::Sqlite);
        assert_eq!(facts.local_infile.is_some(), db.engine() == Engine::Mysql);
        assert_eq!(facts.max_allowed_packet.is_some(), db.engine() == Engine::Mysql);
    });
}
