//! PostgreSQL: connecting (sockets, TLS by mode), and creating and removing databases from the
//! maintenance database. The meaning of the server's error codes is decided only here.

use std::path::{Path, PathBuf};
use std::pin::pin;

use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use futures_util::future::{Either, select};
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::driver::{self, Dialect, Driver, Location};
use super::error::{DatabaseError, Exposure, TlsProblem, Unreachable};
use super::runtime::{self, Runtime};
use super::target::{Address, Host, Target};
use super::tls;
use super::tls_mode::{Attempt, TlsMode};
use super::{Db, Engine, Patient, catalogue};
pub(crate) use catalogue::postgres::{SCHEMAS, ddl_queries};
use guard::Security;
pub(crate) use lock::{COPY_LOCK, HELPER_LOCK, LOCK};

mod guard;
mod lock;
mod maintenance;
mod schema;

pub(crate) use maintenance::Maintenance;
pub(crate) use schema::strangers;

/// A blocking Diesel connection to PostgreSQL, over the pure Rust driver.
pub type PgConnection = AsyncConnectionWrapper<Patient<AsyncPgConnection>, Runtime>;

impl super::Backed for diesel::pg::Pg {
    type Connection = PgConnection;
}

pub(super) const DRIVER: Driver = Driver {
    kind: driver::POSTGRES,
    engine: Engine::Postgres,
    location: Location::Server { port: 5432, socket_parameter: "host" },
    case_matters: true,
    connect: |target| connect(target).map(Db::Postgres),
    exists: |target| connect(target).map(|_| true),
    create,
    remove,
    sql: Dialect {
        tables: catalogue::postgres::TABLES,
        facts: FACTS,
        sizes: SIZES,
        begin_snapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        quote,
        views_named: |name| {
            format!(
                "pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
                 AND relkind IN ('v', 'm') AND relname = {}",
                literal(name)
            )
        },
        strangers: Some(strangers),
        seconds: |moment| format!("CAST(floor(EXTRACT(EPOCH FROM {moment})) AS BIGINT)"),
        json_array: "json_build_array",
        text: "TEXT",
        integer: "BIGINT",
    },
    catalogue: catalogue::postgres::read,
    add_facts: |_, _, _| {},
};

impl driver::Connection for PgConnection {
    const ENGINE: Engine = Engine::Postgres;

    fn hurry(&mut self, soon: bool) -> bool {
        Patient::hurry(self, soon)
    }

    fn give_up(&mut self) {
        Patient::give_up(self);
    }
}

/// Where distributions put the server's socket.
const USUAL_FOLDERS: [&str; 3] = ["/run/postgresql", "/var/run/postgresql", "/tmp"];

/// Databases that every server has, to connect to while ours is created or dropped.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// A server, a database or an account may set how values are written as text and read: here whatever one session
/// writes down, another one reads back as it was. Notices about existing objects are suppressed, and where row-level
/// security would hide rows there is an error: a migration that sees only some of the rows would lose the others.
pub(crate) const SESSION: &str = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; \
     SET extra_float_digits = 3; SET bytea_output = 'hex'; SET array_nulls = on; SET lc_monetary = 'C'; \
     SET xmloption = 'content'; SET quote_all_identifiers = off; SET transform_null_equals = off; \
     SET standard_conforming_strings = on; SET client_min_messages = warning; SET row_security = off";

const FACTS: &str = "SELECT 'product' AS a, 'PostgreSQL' AS b, NULL::text AS c, NULL::text AS d, NULL::text AS e,
    NULL::text AS f, NULL::text AS g, NULL::text AS h
UNION ALL SELECT 'version', current_setting('server_version'), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'account', current_user::text, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'cipher', (SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'character_set', current_setting('server_encoding'), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'collation', datcollate::text, NULL, NULL, NULL, NULL, NULL, NULL FROM pg_database WHERE datname = current_database()
UNION ALL SELECT 'time_zone', (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'), NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'data_bytes', pg_database_size(current_database())::text, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'may_create_tables', coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = current_schema()), false)::text, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 'may_create_databases', (rolsuper OR rolcreatedb)::text, NULL, NULL, NULL, NULL, NULL, NULL
    FROM pg_roles WHERE rolname = current_user";

const SIZES: &str = "SELECT relname::text AS a, pg_total_relation_size(oid)::text AS b, NULL::text AS c, NULL::text AS d,
    NULL::text AS e, NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p')";

/// A server's defaults may forbid writing, and end long statements or idle sessions. Not every
/// version has all of these limits.
pub(crate) const LIMITS: &str = "SET default_transaction_read_only = off; SET default_transaction_isolation = 'read committed'; \
     SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout', \
     'idle_in_transaction_session_timeout', 'idle_session_timeout') AND setting <> '0'";

/// A client and the connection that must be driven for it.
pub(crate) type Raw = (Client, Connection<Socket, <Security as MakeTlsConnect<Socket>>::Stream>);

/// Opens a database and sets the session up.
pub(crate) fn connect(target: &Target) -> Result<PgConnection, DatabaseError> {
    let runtime = Runtime::new(target)?;
    let patience = address(target).connect_timeout;
    let connection = runtime.run(async {
        let (client, connection) = raw(target).await?;
        let session = async {
            let mut connection = AsyncPgConnection::try_from_client_and_connection(client, connection)
                .await
                .map_err(|e| setup_failure(target, e))?;
            for settings in [SESSION, LIMITS] {
                diesel_async::SimpleAsyncConnection::batch_execute(&mut connection, settings)
                    .await
                    .map_err(|e| setup_failure(target, e))?;
            }
            Ok(connection)
        };
        tokio::time::timeout(patience, session).await.unwrap_or_else(|_| Err(silent(target)))
    })?;
    let connection = Patient::new(connection, address(target).answer_timeout());
    Ok(runtime.wrap(connection))
}

/// A server that accepts a connection and then says nothing.
fn silent(target: &Target) -> DatabaseError {
    DatabaseError::Unreachable { target: target.to_string(), reason: Unreachable::Timeout, source: None }
}

fn setup_failure(target: &Target, error: impl std::error::Error + Send + Sync + 'static) -> DatabaseError {
    DatabaseError::Server {
        target: target.to_string(),
        action: "setting the session up",
        source: Box::new(error),
    }
}

/// A connection of the driver itself, for COPY. Its schema is pinned; the caller must drive the second part.
pub(crate) async fn raw(target: &Target) -> Result<Raw, DatabaseError> {
    let (client, mut connection) = open(target, &address(target).database).await?;
    let pinned = async {
        match select(pin!(schema::pin(&client, target)), &mut connection).await {
            Either::Left((pinned, _)) => pinned,
            Either::Right((Err(error), _)) => Err(setup_failure(target, error)),
            Either::Right((Ok(()), pinning)) => pinning.await,
        }
    };
    let patience = address(target).connect_timeout;
    tokio::time::timeout(patience, pinned).await.unwrap_or_else(|_| Err(silent(target)))?;
    Ok((client, connection))
}

/// The same database, for another account.
pub(crate) fn with_account(target: &Target, user: &str, password: &str) -> Target {
    let mut target = target.clone();
    if let Some(address) = target.address_mut() {
        address.user = Some(user.to_owned());
        address.password = Some(password.to_owned());
    }
    target
}

/// The same server over TCP, if the target is one of its sockets, which may let in only accounts of the system.
pub(crate) fn over_tcp(target: &Target) -> Option<Target> {
    let mut target = target.clone();
    let address = target.address_mut().filter(|address| !matches!(address.host, Host::Name(_)))?;
    address.host = Host::Name("127.0.0.1".to_owned());
    Some(target)
}

fn address(target: &Target) -> &Address {
    target.address().expect("the caller chose this engine by the target, and its targets have an address")
}

async fn open(target: &Target, database: &str) -> Result<Raw, DatabaseError> {
    let address = address(target);
    let mut config = Config::new();
    config
        .user(address.user_name())
        .dbname(database)
        .port(address.port)
        .connect_timeout(address.connect_timeout)
        .keepalives_idle(runtime::KEEPALIVE)
        .keepalives_interval(runtime::KEEPALIVE)
        .keepalives_retries(3)
        .tcp_user_timeout(runtime::DEAD_AFTER)
        .application_name(address.application_name.as_deref().unwrap_or("instaseed"));
    if let Some(password) = &address.password {
        config.password(password);
    }
    let folder = match &address.host {
        Host::Socket(path) => Some(path.clone()),
        Host::Usual => {
            USUAL_FOLDERS.iter().map(PathBuf::from).find(|folder| socket(folder, address.port).exists())
        }
        Host::Name(_) => None,
    };
    match (&folder, &address.host) {
        (Some(folder), _) => config.host_path(folder),
        (None, Host::Name(name)) => config.host(name),
        (None, _) => config.host("localhost"),
    };
    // a socket never leaves the machine: nothing to encrypt
    let attempts = if folder.is_some() { &[Attempt::Plain] } else { address.tls.attempts() };
    let mut first = None;
    for kind in attempts {
        let mode = match kind {
            Attempt::Plain => TlsMode::Disable,
            Attempt::Encrypted => address.tls,
        };
        let tls = tls::client_config(mode, &address.roots, &target.to_string())?;
        let watched = *kind == Attempt::Plain && !target.is_local() && address.tls != TlsMode::Disable;
        let (mode, negotiation, security) = match (kind, watched) {
            // to the driver, that is encryption without asking first
            (Attempt::Plain, true) => (SslMode::Require, SslNegotiation::Direct, Security::Watched),
            (Attempt::Plain, false) => (SslMode::Disable, SslNegotiation::Postgres, Security::Watched),
            (Attempt::Encrypted, _) => {
                (SslMode::Require, SslNegotiation::Postgres, Security::Tls(MakeRustlsConnect::new(tls)))
            }
        };
        config.ssl_mode(mode).ssl_negotiation(negotiation);
        let connecting = config.connect(security);
        match tokio::time::timeout(address.connect_timeout, connecting).await {
            Err(_) => return Err(silent(target)),
            Ok(Ok(raw)) => return Ok(raw),
            Ok(Err(error)) => {
                let otherwise = otherwise(&error);
                let error = classify(target, address, error);
                if !otherwise {
                    return Err(error);
                }
                first = first.or(Some(error));
            }
        }
    }
    Err(first.expect("every mode makes at least one attempt"))
}

/// The socket file that a server with this port creates in a folder.
fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// Whether the other kind of connection (plain or encrypted) may succeed: TLS failed, or
/// pg_hba.conf has no matching line.
fn otherwise(error: &tokio_postgres::Error) -> bool {
    is_tls(error) || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

fn is_tls(error: &tokio_postgres::Error) -> bool {
    // the driver distinguishes its error kinds only by their text
    error.to_string().contains("TLS")
}

/// Whether a message arrived completely but was too short for its kind, as another program's
/// greeting may be. The end of the connection is the same kind of error, with another text.
fn is_short(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::UnexpectedEof && error.to_string() == "failed to fill whole buffer"
}

fn classify(target: &Target, address: &Address, error: tokio_postgres::Error) -> DatabaseError {
    let target = target.to_string();
    let user = address.user_name();
    let with_password = address.password.is_some();
    if let Some(code) = error.code().cloned() {
        let unreachable =
            |reason, source| DatabaseError::Unreachable { target: target.clone(), reason, source };
        return match code {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                DatabaseError::LoginRefused { target, user, with_password, source: Box::new(error) }
            }
            SqlState::INVALID_CATALOG_NAME => {
                DatabaseError::Missing { target, source: Some(Box::new(error)) }
            }
            SqlState::INSUFFICIENT_PRIVILEGE => {
                let sql = Some(format!(
                    "GRANT CONNECT ON DATABASE {} TO {};",
                    quote(&address.database),
                    quote(&user)
                ));
                DatabaseError::NotAllowed {
                    target,
                    user,
                    action: "connect to this database",
                    sql,
                    source: Box::new(error),
                }
            }
            SqlState::CANNOT_CONNECT_NOW | SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => {
                unreachable(Unreachable::StartingUp, Some(Box::new(error)))
            }
            SqlState::TOO_MANY_CONNECTIONS => {
                unreachable(Unreachable::TooManyConnections, Some(Box::new(error)))
            }
            _ => DatabaseError::Server { target, action: "connecting", source: Box::new(error) },
        };
    }
    let source = std::error::Error::source(&error);
    if is_tls(&error) {
        let problem = tls::find_in_chain(&error).unwrap_or(TlsProblem::NotOffered);
        return DatabaseError::Tls { target, problem, source: Some(Box::new(error)) };
    }
    if let Some(io) = source.and_then(|e| e.downcast_ref::<std::io::Error>()) {
        if io.get_ref().is_some_and(|inner| inner.is::<guard::ClearPassword>()) {
            return DatabaseError::PasswordExposed { target, way: Exposure::InClear };
        }
        let reason = Unreachable::from_io(io);
        // a starting server (or the proxy before it) may hang up in mid-greeting, so keep waiting
        let garbage = matches!(
            io.kind(),
            std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::Other
        ) || is_short(io);
        return match reason {
            Unreachable::Broken if garbage => {
                DatabaseError::NotThatServer { target, expected: "PostgreSQL", source: Box::new(error) }
            }
            _ => DatabaseError::Unreachable { target, reason, source: Some(Box::new(error)) },
        };
    }
    let text = error.to_string();
    if source.is_some_and(|e| e.to_string().contains("password missing")) {
        DatabaseError::LoginRefused { target, user, with_password, source: Box::new(error) }
    } else if text.contains("parsing") || text.contains("unexpected message") || error.is_closed() {
        DatabaseError::NotThatServer { target, expected: "PostgreSQL", source: Box::new(error) }
    } else {
        DatabaseError::Server { target, action: "connecting", source: Box::new(error) }
    }
}

/// Quotes a name for use in a statement.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as an SQL string; the session takes a backslash literally.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn creation_sql(database: &str) -> String {
    // template0, because template1 may have another encoding
    format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", quote(database))
}

fn create(target: &Target) -> Result<(), DatabaseError> {
    administer(target, &creation_sql(target.database()), "create this database")
}

fn remove(target: &Target) -> Result<(), DatabaseError> {
    administer(target, &format!("DROP DATABASE IF EXISTS {}", quote(target.database())), "drop this database")
}

/// Runs one statement in a maintenance database.
fn administer(target: &Target, sql: &str, action: &'static str) -> Result<(), DatabaseError> {
    Runtime::new(target)?.run(async {
        let (client, connection) = match open(target, MAINTENANCE[0]).await {
            Err(e) if e.is_missing() => open(target, MAINTENANCE[1]).await?,
            other => other?,
        };
        let driver = tokio::spawn(connection);
        let result = match client.batch_execute(sql).await {
            // another process was faster
            Err(error) if action.starts_with("create") && is_duplicate(&error) => Ok(()),
            Err(error) => Err(refused(target, &client, sql, action, error).await),
            Ok(()) => Ok(()),
        };
        drop(client);
        // lets the goodbye reach the server: the next connection must not find this one still there
        let _ = driver.await;
        result
    })
}

fn is_duplicate(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::DUPLICATE_DATABASE | &SqlState::UNIQUE_VIOLATION))
}

async fn refused(
    target: &Target,
    client: &Client,
    sql: &str,
    action: &'static str,
    error: tokio_postgres::Error,
) -> DatabaseError {
    let user = address(target).user_name();
    let database = target.database();
    let target = target.to_string();
    match error.code() {
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            let sql = match action.starts_with("create") {
                true => format!("{} OWNER {};", creation_sql(database), quote(&user)),
                false => format!("{sql};"),
            };
            DatabaseError::NotAllowed { target, user, action, sql: Some(sql), source: Box::new(error) }
        }
        Some(&SqlState::OBJECT_IN_USE) => {
            let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
            let clients = match client.query_one(count, &[&database]).await {
                Ok(row) => row.get::<_, i64>(0).unsigned_abs(),
                Err(_) => 1,
            };
            DatabaseError::InUse { target, clients, source: Some(Box::new(error)) }
        }
        _ => DatabaseError::Server { target, action, source: Box::new(error) },
    }
}
