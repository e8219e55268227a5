//! Reaching databases: sessions, TLS, creating and removing, and every way to fail told apart by its type.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use instaseed::Error;
use instaseed::database::{self, DatabaseError, Db, Engine, FileProblem, Target, TlsProblem, Unreachable};

use crate::support::{
    Kind, PASSWORD, Server, USER, certificates, each_engine, each_engine_without_database, on_engine,
    scratch, tls_server,
};

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
fn failure(error: Error) -> DatabaseError {
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
        assert!(error.hint().unwrap().contains("setup"));
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
        for (user, password) in
            [(USER, Some("W0ng")), (USER, None), (USER, Some("")), ("nobody-known", Some("W0ng"))]
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
        assert!(start.elapsed() < Duration::from_secs(5));
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
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = web.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in web.incoming() {
            let _ = stream
                .and_then(|mut s| s.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    for scheme in ["mysql", "postgres"] {
        let error = refusal(&format!("{scheme}://u:W0ng@127.0.0.1:{port}/d?connect_timeout=2"));
        assert!(matches!(error, DatabaseError::NotThatServer { .. }), "{error:?}");
    }
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
    assert!(start.elapsed() < Duration::from_secs(3));
    for server in servers() {
        // a missing database and a refused login are answers
        database::wait(&target(&server.url("no_such_database")), Duration::from_secs(5)).unwrap();
        database::wait(&target(&server.url_of(USER, Some("W0ng"), "d")), Duration::from_secs(5)).unwrap();
    }
}

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
        assert!(user == "small" && hint.contains("administrator") && hint.contains(&sql));
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

#[test]
fn tls_modes_mean_what_their_names_say() {
    let Some(certificates) = certificates() else { return };
    let (good, stranger) = (certificates.authority.display(), certificates.stranger.display());
    for kind in KINDS {
        let (Some(server), Some(plain)) = (tls_server(kind), Server::shared(kind)) else { continue };
        // the certificate is for `localhost`, not for the address
        let by = |server: &Server, host: &str, parameters: &str| {
            let url = server.url(server.maintenance()).replace("127.0.0.1", host);
            format!("{url}?{parameters}")
        };
        let encrypted = |url: &str| cipher(url).is_some();
        for (parameters, expected) in [
            ("sslmode=disable", false),
            ("sslmode=allow", false),
            ("sslmode=prefer", true),
            ("ssl-mode=PREFERRED", true),
            ("sslmode=require", true),
            ("ssl-mode=REQUIRED", true),
        ] {
            assert_eq!(encrypted(&by(server, "127.0.0.1", parameters)), expected, "{kind:?} {parameters}");
        }
        assert!(encrypted(&by(server, "127.0.0.1", "")), "prefer is the default");
        assert!(encrypted(&by(server, "localhost", &format!("sslmode=verify-full&sslrootcert={good}"))));
        assert!(encrypted(&by(server, "localhost", &format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={good}"))));
        assert!(encrypted(&by(server, "localhost", &format!("sslrootcert={good}"))));
        assert!(encrypted(&by(server, "127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={good}"))));

        let problem = |url: &str| match refusal(url) {
            DatabaseError::Tls { problem, .. } => problem,
            other => panic!("{kind:?} {url}: {other:?}"),
        };
        let verify = |mode: &str, root: &dyn std::fmt::Display| format!("sslmode={mode}&sslrootcert={root}");
        assert_eq!(problem(&by(server, "127.0.0.1", &verify("verify-full", &good))), TlsProblem::WrongName);
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "127.0.0.1", &verify("verify-ca", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("require", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &"/no/such.pem"))),
            TlsProblem::BadRootFile
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &"/etc/passwd"))),
            TlsProblem::BadRootFile
        );
        // the system's roots do not know a throw-away authority
        let system = problem(&by(server, "localhost", "sslmode=verify-full"));
        assert!(matches!(system, TlsProblem::UnknownIssuer | TlsProblem::NoRoots), "{system:?}");
        // a server without TLS
        assert_eq!(problem(&by(plain, "127.0.0.1", "sslmode=require")), TlsProblem::NotOffered);
        assert_eq!(problem(&by(plain, "localhost", &verify("verify-full", &good))), TlsProblem::NotOffered);
        assert!(!encrypted(&by(plain, "127.0.0.1", "sslmode=prefer")));
        // a socket never leaves the machine
        Db::connect(&target(&format!("{}&sslmode=require", server.socket_url(server.maintenance()))))
            .unwrap();
    }
}

/// The cipher of a connection, as the server tells it.
fn cipher(url: &str) -> Option<String> {
    let place = target(url);
    let mut connection = Db::connect(&place).unwrap_or_else(|e| panic!("{url} {e:?}"));
    connection.facts(&place).unwrap().cipher
}

#[test]
fn an_account_that_demands_tls_is_served() {
    if certificates().is_none() {
        return;
    }
    let Some(server) = tls_server(Kind::Mysql) else { return };
    let mut administrator = Db::connect(&target(&server.url("mysql"))).unwrap();
    administrator.batch("CREATE USER 'careful'@'%' IDENTIFIED BY 'W0ng' REQUIRE SSL").unwrap();
    administrator.batch("GRANT ALL PRIVILEGES ON *.* TO 'careful'@'%'").unwrap();
    let url = |mode: &str| format!("{}?sslmode={mode}", server.url_of("careful", Some("W0ng"), "mysql"));
    for mode in ["allow", "prefer", "require"] {
        assert!(cipher(&url(mode)).is_some(), "{mode}");
    }
    assert!(matches!(refusal(&url("disable")), DatabaseError::LoginRefused { .. }));
}

#[test]
fn a_file_that_cannot_be_a_database_is_told_why() {
    let folder = scratch();
    let problem = |url: &str| match refusal(url) {
        DatabaseError::File { problem, path, .. } => (problem, path),
        other => panic!("{url}: {other:?}"),
    };
    let at = |name: &str| folder.join(name).display().to_string();
    fs::write(at("letter.txt"), "Dear reader, this is no database, however long it may go on. ".repeat(100))
        .unwrap();
    fs::write(at("empty.db"), "").unwrap();
    assert_eq!(problem(&at("")).0, FileProblem::Directory);
    assert_eq!(problem(&at("missing.db")).0, FileProblem::Missing);
    assert_eq!(problem(&at("letter.txt")).0, FileProblem::NotADatabase);
    assert!(refusal(&at("letter.txt")).hint().is_some());
    Db::connect(&target(&at("empty.db"))).unwrap();

    let create = |url: &str| match failure(database::create(&target(url)).unwrap_err()) {
        DatabaseError::File { problem, .. } => problem,
        other => panic!("{url}: {other:?}"),
    };
    assert_eq!(create(&at("no/such/folder.db")), FileProblem::NoFolder);
    assert_eq!(create(&at("letter.txt/x.db")), FileProblem::NoFolder);
    assert_eq!(create(&at("")), FileProblem::Directory);
    // a file that is no database is not ours to remove
    assert!(matches!(
        failure(database::remove(&target(&at("letter.txt"))).unwrap_err()),
        DatabaseError::File { problem: FileProblem::NotADatabase, .. }
    ));
    assert!(folder.join("letter.txt").exists());
    assert!(!folder.join("missing.db").exists(), "connecting creates nothing");
}

#[test]
fn odd_characters_in_a_file_name_are_taken_as_they_are() {
    let folder = scratch();
    for name in
        ["a b.db", "100%.db", "q?mode=ro.db", "h#sh.db", "sq'dq\".db", "größe ☃.db", "file:x.db", "%41.db"]
    {
        let place = Target::file(folder.join(name)).unwrap();
        database::create(&place).unwrap();
        Db::connect(&place).unwrap().batch("CREATE TABLE t (a)").unwrap();
        assert!(fs::metadata(folder.join(name)).unwrap().len() > 0, "{name}");
        database::remove(&place).unwrap();
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing else was made");
}

#[test]
fn removing_a_file_takes_its_side_files_along() {
    let folder = scratch();
    let place = Target::file(folder.join("x.db")).unwrap();
    database::create(&place).unwrap();
    let mut connection = Db::connect(&place).unwrap();
    connection.batch("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    std::mem::forget(connection);
    assert!(folder.join("x.db-wal").exists());
    fs::write(folder.join("x.db-other"), "").unwrap();
    database::remove(&place).unwrap();
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["x.db-other"]);
}

#[test]
fn a_read_only_file_can_be_read_and_says_so_when_written() {
    let folder = scratch();
    let path = folder.join("x.db");
    let place = Target::file(&path).unwrap();
    database::create(&place).unwrap();
    Db::connect(&place).unwrap().batch("CREATE TABLE t (a)").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    // root may write anything: then another user looks
    let copy = folder.join("tests");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let mut command = match rustix::process::getuid().is_root() {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&copy);
            command
        }
        false => Command::new(&copy),
    };
    command.args(["--exact", "connection::as_a_reader", "--ignored"]).env("INSTASEED_READ", &path);
    let output = command.current_dir("/").output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[ignore = "run by another test, as another user"]
fn as_a_reader() {
    let path = std::path::PathBuf::from(std::env::var_os("INSTASEED_READ").unwrap());
    let place = Target::file(&path).unwrap();
    let mut connection = Db::connect(&place).unwrap();
    assert_eq!(connection.tables().unwrap(), ["t"]);
    let hint = failure(connection.batch("INSERT INTO t VALUES (1)").unwrap_err()).hint().unwrap();
    assert!(hint.contains("writable"), "{hint}");
    let new = Target::file(path.with_file_name("new.db")).unwrap();
    let error = failure(database::create(&new).unwrap_err());
    assert!(matches!(error, DatabaseError::File { problem: FileProblem::ReadOnly, .. }), "{error:?}");
}
