//! MySQL and MariaDB: connecting (sockets, TLS by mode), and creating and removing databases. Every session
//! is UTC, utf8mb4, strict, with autocommit. The meaning of the server's error numbers is decided only here.

use std::path::PathBuf;

use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, IoError, OptsBuilder, SslOpts};

use super::driver::{self, Dialect, Driver, Location};
use super::error::{DatabaseError, Exposure, TlsProblem, Unreachable};
use super::runtime::{self, Runtime};
use super::target::{Address, Host, Target};
use super::tls;
use super::tls_mode::{Attempt, TlsMode};
use super::{Db, Engine, Patient, catalogue};
pub(crate) use catalogue::mysql::{ALL, OTHER_SCHEMAS, ddl_queries};
pub(crate) use lock::{COPY_LOCK, LOCK};
pub(crate) use maintenance::Maintenance;
use relay::Relay;

mod cipher;
mod lock;
mod maintenance;
mod relay;

/// A blocking Diesel connection to MySQL or MariaDB, over the pure Rust driver.
pub type MysqlConnection = AsyncConnectionWrapper<Patient<AsyncMysqlConnection>, Runtime>;

impl super::Backed for diesel::mysql::Mysql {
    type Connection = MysqlConnection;
}

pub(super) const DRIVER: Driver = Driver {
    kind: driver::MYSQL,
    engine: Engine::Mysql,
    location: Location::Server { port: 3306, socket_parameter: "socket" },
    case_matters: false,
    connect: |target| connect(target).map(Db::Mysql),
    exists: |target| connect(target).map(|_| true),
    create,
    remove,
    sql: Dialect {
        tables: catalogue::mysql::TABLES,
        facts: FACTS,
        sizes: SIZES,
        begin_snapshot: "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        quote,
        views_named: |name| {
            format!(
                "information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'VIEW' AND TABLE_NAME = {}",
                literal(name)
            )
        },
        strangers: None,
        seconds: |moment| format!("CAST(UNIX_TIMESTAMP({moment}) AS SIGNED)"),
        json_array: "JSON_ARRAY",
        text: "CHAR",
        integer: "SIGNED",
    },
    catalogue: catalogue::mysql::read,
    add_facts: |db, _, facts| cipher::add(db, facts),
};

impl driver::Connection for MysqlConnection {
    const ENGINE: Engine = Engine::Mysql;

    fn hurry(&mut self, soon: bool) -> bool {
        Patient::hurry(self, soon)
    }

    fn give_up(&mut self) {
        Patient::give_up(self);
    }
}

/// Where distributions put the server's socket.
const USUAL_SOCKETS: [&str; 4] = [
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/var/lib/mysql/mysql.sock",
    "/tmp/mysql.sock",
];

/// The session settings that everything here relies on: a server's defaults may be latin1, local
/// time, lenient, and without autocommit. MariaDB's COPY algorithm renames foreign keys when their
/// table is renamed; MySQL ignores `/*M!`.
const SESSION: [&str; 5] = [
    "SET NAMES utf8mb4",
    "SET SESSION autocommit = 1, foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0, sql_auto_is_null = 0, sql_select_limit = 18446744073709551615",
    "SET SESSION sql_quote_show_create = 1, default_storage_engine = InnoDB /*M!100301 , alter_algorithm = 'DEFAULT' */",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
];

/// Privileges granted through a role do not show here: then the result is "no".
const FACTS: &str = "SELECT 'product' AS a, IF(VERSION() LIKE '%MariaDB%', 'MariaDB', 'MySQL') AS b,
    NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
UNION ALL SELECT 'version', VERSION(), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'account', CURRENT_USER(), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'character_set', @@character_set_database, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'collation', @@collation_database, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'time_zone', IF(@@GLOBAL.time_zone = 'SYSTEM', CONCAT('SYSTEM (', @@system_time_zone, ')'), @@GLOBAL.time_zone),
    NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'local_infile', CAST(@@GLOBAL.local_infile AS CHAR), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'max_allowed_packet', CAST(@@max_allowed_packet AS CHAR), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'data_bytes', CAST(COALESCE(SUM(data_length + index_length), 0) AS CHAR), NULL, NULL, NULL, NULL, NULL, NULL
    FROM information_schema.tables WHERE table_schema = DATABASE()
UNION ALL SELECT 'may_create_databases', CAST(COUNT(*) > 0 AS CHAR), NULL, NULL, NULL, NULL, NULL, NULL
    FROM information_schema.user_privileges WHERE privilege_type = 'CREATE'
        AND REPLACE(grantee, '\\'', '') = CURRENT_USER()
UNION ALL SELECT 'may_create_tables', CAST(COUNT(*) > 0 AS CHAR), NULL, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT privilege_type, grantee FROM information_schema.user_privileges
        UNION ALL SELECT privilege_type, grantee FROM information_schema.schema_privileges
            WHERE DATABASE() LIKE table_schema) AS granted
    WHERE privilege_type = 'CREATE' AND REPLACE(grantee, '\\'', '') = CURRENT_USER()";

const SIZES: &str =
    "SELECT table_name AS a, CAST(data_length + index_length AS CHAR) AS b, NULL AS c, NULL AS d, NULL AS e,
    NULL AS f, NULL AS g, NULL AS h
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'";

/// A server's defaults may forbid writing, or let a transaction see uncommitted rows.
const TRANSACTIONS: [&str; 1] = ["SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE"];

/// Opens a database and sets the session up.
pub(crate) fn connect(target: &Target) -> Result<MysqlConnection, DatabaseError> {
    let runtime = Runtime::new(target)?;
    let address = address(target);
    let connection = runtime.run(async {
        let connection = raw(target).await?;
        let session = AsyncMysqlConnection::try_from(connection);
        match tokio::time::timeout(address.connect_timeout, session).await {
            Err(_) => Err(classify(target, address, Failure::Timeout).0),
            Ok(session) => session.map_err(|e| DatabaseError::Server {
                target: target.to_string(),
                action: "setting the session up",
                source: Box::new(e),
            }),
        }
    })?;
    let connection = Patient::new(connection, address.answer_timeout());
    Ok(runtime.wrap(connection))
}

/// A connection of the driver itself, with the same session settings: for bulk loading.
pub(crate) async fn raw(target: &Target) -> Result<Conn, DatabaseError> {
    let address = address(target);
    open(target, address, Some(&address.database)).await
}

fn address(target: &Target) -> &Address {
    target.address().expect("the caller chose this engine by the target, and its targets have an address")
}

async fn open(target: &Target, address: &Address, database: Option<&str>) -> Result<Conn, DatabaseError> {
    let mut options = OptsBuilder::default()
        .user(Some(address.user_name()))
        .pass(address.password.clone())
        .db_name(database.map(str::to_owned))
        .tcp_port(address.port)
        .prefer_socket(false)
        .tcp_keepalive(u32::try_from(runtime::KEEPALIVE.as_millis()).ok())
        .stmt_cache_size(0)
        .client_found_rows(true)
        .init(SESSION.iter().chain(&TRANSACTIONS).map(|sql| (*sql).to_owned()).collect::<Vec<_>>());
    let socket = match &address.host {
        Host::Socket(path) => Some(path.clone()),
        Host::Usual => USUAL_SOCKETS.iter().map(PathBuf::from).find(|path| path.exists()),
        Host::Name(_) => None,
    };
    if let Some(path) = &socket {
        // a socket never leaves the machine: nothing to encrypt
        return attempt(target, address, options.socket(Some(path.to_string_lossy()))).await.map_err(|e| e.0);
    }
    if let Host::Name(name) = &address.host {
        options = options.ip_or_hostname(name.clone());
    }
    let mut outcome = None;
    for kind in address.tls.attempts() {
        let result = match kind {
            Attempt::Plain if needs_relay(target, address) => relayed(target, address, &options).await,
            Attempt::Plain => attempt(target, address, options.clone()).await,
            Attempt::Encrypted => encrypted(target, address, &options).await,
        };
        match result {
            Err((error, Retry::Otherwise)) => outcome = outcome.or(Some(error)),
            Err((error, Retry::No)) => return Err(error),
            Ok(connection) => return Ok(connection),
        }
    }
    Err(outcome.expect("every mode makes at least one attempt"))
}

/// Whether the other kind of connection (plain or encrypted) may succeed where this one failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Retry {
    No,
    Otherwise,
}

async fn encrypted(
    target: &Target,
    address: &Address,
    options: &OptsBuilder,
) -> Result<Conn, (DatabaseError, Retry)> {
    let mut ssl = SslOpts::default();
    if address.tls.verifies() {
        let roots =
            tls::root_certificates(&address.roots, &target.to_string()).map_err(|e| (e, Retry::No))?;
        ssl = ssl
            .with_disable_built_in_roots(true)
            .with_root_certs(roots.into_iter().map(|c| c.to_vec().into()).collect());
    } else {
        // the driver needs some roots for its verifier even if it accepts everything
        ssl = ssl.with_danger_accept_invalid_certs(true);
    }
    let result = timed(target, address, options.clone().ssl_opts(ssl.clone())).await;
    let result = match result {
        Err(Failure::Driver(error)) if address.tls == TlsMode::VerifyCa => match certified_name(&error) {
            // verify-ca: the chain is good and only the name differs, so ask for the certificate's own name
            Some(name) => {
                let ssl = ssl.with_danger_tls_hostname_override(Some(name));
                timed(target, address, options.clone().ssl_opts(ssl)).await
            }
            None => Err(Failure::Driver(error)),
        },
        other => other,
    };
    result.map_err(|failure| classify(target, address, failure))
}

async fn attempt(
    target: &Target,
    address: &Address,
    options: OptsBuilder,
) -> Result<Conn, (DatabaseError, Retry)> {
    timed(target, address, options).await.map_err(|failure| classify(target, address, failure))
}

/// Whether a plain connection might give the password away.
fn needs_relay(target: &Target, address: &Address) -> bool {
    !target.is_local() && address.password.is_some() && !address.allow_key_retrieval
}

/// A plain connection to another machine, with the server watched during the login.
async fn relayed(
    target: &Target,
    address: &Address,
    options: &OptsBuilder,
) -> Result<Conn, (DatabaseError, Retry)> {
    let Host::Name(host) = &address.host else { return attempt(target, address, options.clone()).await };
    let connecting = tokio::time::timeout(address.connect_timeout, Relay::start(host, address.port));
    let relay = match connecting.await {
        Err(_) => return Err(classify(target, address, Failure::Timeout)),
        Ok(Err(error)) => return Err(classify(target, address, Failure::Driver(error.into()))),
        Ok(Ok(relay)) => relay,
    };
    let socket = relay.socket();
    match timed(target, address, options.clone().socket(Some(socket.to_string_lossy()))).await {
        Err(_) if relay.has_refused() => {
            let target = target.to_string();
            Err((DatabaseError::PasswordExposed { target, way: Exposure::UnderItsKey }, Retry::No))
        }
        other => other.map_err(|failure| classify(target, address, failure)),
    }
}

enum Failure {
    Timeout,
    Driver(mysql_async::Error),
}

async fn timed(_: &Target, address: &Address, options: OptsBuilder) -> Result<Conn, Failure> {
    match tokio::time::timeout(address.connect_timeout, Conn::new(options)).await {
        Err(_) => Err(Failure::Timeout),
        Ok(result) => result.map_err(Failure::Driver),
    }
}

/// The first name in a certificate whose chain is good but whose name does not match.
fn certified_name(error: &mysql_async::Error) -> Option<String> {
    let presented = match tls_error(error)? {
        rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForNameContext {
            presented,
            ..
        }) => presented.first()?,
        _ => return None,
    };
    // rustls prints names as `DnsName("db.example.com")` and `IpAddress(127.0.0.1)`
    let (_, inner) = presented.split_once('(')?;
    Some(inner.trim_end_matches(')').trim_matches('"').to_owned())
}

fn tls_error(error: &mysql_async::Error) -> Option<&rustls::Error> {
    match error {
        mysql_async::Error::Io(IoError::Tls(mysql_async::TlsError::Tls(error))) => Some(error),
        mysql_async::Error::Io(IoError::Io(error)) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

fn classify(target: &Target, address: &Address, failure: Failure) -> (DatabaseError, Retry) {
    let target = target.to_string();
    let error = match failure {
        Failure::Timeout => {
            let error = DatabaseError::Unreachable { target, reason: Unreachable::Timeout, source: None };
            return (error, Retry::No);
        }
        Failure::Driver(error) => error,
    };
    if let Some(problem) = tls_error(&error).map(tls::problem_of) {
        return (DatabaseError::Tls { target, problem, source: Some(Box::new(error)) }, Retry::Otherwise);
    }
    let unreachable = |reason, source: mysql_async::Error| DatabaseError::Unreachable {
        target: target.clone(),
        reason,
        source: Some(Box::new(source)),
    };
    let user = address.user_name();
    let with_password = address.password.is_some();
    match &error {
        // MySQL responds for an unknown account with any of its authentication plugins
        mysql_async::Error::Driver(DriverError::UnknownAuthPlugin { .. }) => {
            (DatabaseError::LoginRefused { target, user, with_password, source: Box::new(error) }, Retry::No)
        }
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => {
            (DatabaseError::Tls { target, problem: TlsProblem::NotOffered, source: None }, Retry::Otherwise)
        }
        mysql_async::Error::Driver(
            DriverError::UnexpectedPacket { .. }
            | DriverError::PacketOutOfOrder
            | DriverError::CantParseServerVersion { .. }
            | DriverError::PacketTooLarge,
        ) => (
            DatabaseError::NotThatServer { target, expected: "MySQL or MariaDB", source: Box::new(error) },
            Retry::No,
        ),
        mysql_async::Error::Io(IoError::Io(io)) => match io.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::Other
                if Unreachable::from_io(io) == Unreachable::Broken =>
            {
                (
                    DatabaseError::NotThatServer {
                        target,
                        expected: "MySQL or MariaDB",
                        source: Box::new(error),
                    },
                    Retry::No,
                )
            }
            _ => (unreachable(Unreachable::from_io(io), error), Retry::No),
        },
        mysql_async::Error::Server(server) => match server.code {
            1045 | 1698 | 1130 | 1129 | 3118 | 4151 => {
                // an account that demands TLS is refused like a wrong password
                let retry = if address.tls == TlsMode::Allow { Retry::Otherwise } else { Retry::No };
                (DatabaseError::LoginRefused { target, user, with_password, source: Box::new(error) }, retry)
            }
            1049 => (DatabaseError::Missing { target, source: Some(Box::new(error)) }, Retry::No),
            1044 => {
                let sql = Some(creation_sql(&address.database, Some(&user)));
                let action = "use this database (or it does not exist)";
                (DatabaseError::NotAllowed { target, user, action, sql, source: Box::new(error) }, Retry::No)
            }
            1040 | 1203 | 1226 => (unreachable(Unreachable::TooManyConnections, error), Retry::No),
            1053 | 1077 | 1078 | 1079 => (unreachable(Unreachable::StartingUp, error), Retry::No),
            3159 => (
                DatabaseError::Server { target, action: "a plain connection", source: Box::new(error) },
                Retry::Otherwise,
            ),
            _ => (DatabaseError::Server { target, action: "connecting", source: Box::new(error) }, Retry::No),
        },
        _ => (DatabaseError::Server { target, action: "connecting", source: Box::new(error) }, Retry::No),
    }
}

/// Quotes a name for use in a statement.
pub(crate) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text as an SQL string; in this session a backslash escapes.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

fn creation_sql(database: &str, grantee: Option<&str>) -> String {
    let name = quote(database);
    let create = format!("CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    match grantee {
        None => create,
        Some(user) => {
            format!("{create};\nGRANT ALL PRIVILEGES ON {name}.* TO {}@'%';", literal(user))
        }
    }
}

fn create(target: &Target) -> Result<(), DatabaseError> {
    administer(target, &creation_sql(target.database(), None), "create this database")
}

fn remove(target: &Target) -> Result<(), DatabaseError> {
    administer(target, &format!("DROP DATABASE IF EXISTS {}", quote(target.database())), "drop this database")
}

/// Runs one statement on the server, outside any database.
fn administer(target: &Target, sql: &str, action: &'static str) -> Result<(), DatabaseError> {
    let address = address(target);
    Runtime::new(target)?.run(async {
        let mut connection = open(target, address, None).await?;
        // Without this, the server waits a day or a year for a session that holds a lock on a table.
        let _ = connection.query_drop("SET SESSION lock_wait_timeout = 60").await;
        let result = connection.query_drop(sql).await;
        // closing is a courtesy: the statement's result counts
        let _ = connection.disconnect().await;
        result.map_err(|error| {
            let (target, user) = (target.to_string(), address.user_name());
            match &error {
                mysql_async::Error::Server(server) if matches!(server.code, 1044 | 1045 | 1142 | 1227) => {
                    let sql = if action.starts_with("create") {
                        creation_sql(&address.database, Some(&user))
                    } else {
                        format!("{sql};")
                    };
                    DatabaseError::NotAllowed {
                        target,
                        user,
                        action,
                        sql: Some(sql),
                        source: Box::new(error),
                    }
                }
                _ => DatabaseError::Server { target, action, source: Box::new(error) },
            }
        })
    })
}
