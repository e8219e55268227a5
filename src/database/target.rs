//! A parsed database URL. Parsing is pure (no file, no network) and never quotes what may be a
//! password; `Display` and `Debug` omit the password, so a target can be logged anywhere.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Engine;
use super::driver;
use super::error::DatabaseError;
use super::escape::escape_line;
use super::tls_mode::{Roots, TlsMode};

mod parse;

/// How long connecting may take if the URL does not say (`connect_timeout`).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a database is: a file, or a named database on a server.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    engine: Engine,
    location: Location,
}

#[derive(Clone, PartialEq, Eq)]
enum Location {
    File(PathBuf),
    Server(Box<Address>),
}

/// Everything needed to reach one database on a server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub user: Option<String>,
    pub password: Option<String>,
    pub host: Host,
    pub port: u16,
    pub database: String,
    pub tls: TlsMode,
    pub roots: Roots,
    pub connect_timeout: Duration,
    pub application_name: Option<String>,
    /// MySQL: the password may be encrypted with any key that the server sends, as its own client's
    /// `--get-server-public-key` allows.
    pub allow_key_retrieval: bool,
}

/// How to reach the server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    /// PostgreSQL: the folder of the socket; MySQL: the socket itself.
    Socket(PathBuf),
    /// The URL names none: the system's usual sockets, else localhost.
    Usual,
}

impl Target {
    /// Reads `sqlite:FILE`, `sqlite://FILE`, a plain path, `mysql://`, `mariadb://`, `postgres://` or `postgresql://`.
    pub fn parse(text: &str) -> Result<Target, DatabaseError> {
        parse::target(text)
    }

    /// The target for an SQLite file, whatever characters its name contains.
    pub fn file(path: impl Into<PathBuf>) -> Result<Target, DatabaseError> {
        let path = path.into();
        if path.as_os_str() == ":memory:" {
            return Err(DatabaseError::InMemory);
        }
        Ok(Target { engine: driver::of_files()?.engine, location: Location::File(path) })
    }

    /// The kind of database that the URL asks for.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The name of the database on the server, or the file's path.
    pub fn database(&self) -> &str {
        match &self.location {
            Location::File(path) => path.to_str().unwrap_or("(file name that is not UTF-8)"),
            Location::Server(address) => &address.database,
        }
    }

    /// Whether the data is on this machine, as far as the URL shows: a file, a socket, or a loopback address.
    pub fn is_local(&self) -> bool {
        match &self.location {
            Location::File(_) => true,
            Location::Server(address) => match &address.host {
                Host::Socket(_) | Host::Usual => true,
                Host::Name(name) => {
                    name.eq_ignore_ascii_case("localhost")
                        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
                }
            },
        }
    }

    /// The SQLite file, for SQLite targets.
    pub fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::File(path) => Some(path),
            Location::Server(_) => None,
        }
    }

    /// Another database of the same server; a file stays as it is.
    pub(crate) fn with_database(&self, database: &str) -> Target {
        let mut target = self.clone();
        if let Some(address) = target.address_mut() {
            database.clone_into(&mut address.database);
        }
        target
    }

    /// The same target, with a relative SQLite file taken from that folder.
    pub(super) fn below(self, folder: Option<&Path>) -> Target {
        match (self.location, folder) {
            (Location::File(path), Some(folder)) => {
                Target { location: Location::File(folder.join(path)), ..self }
            }
            (location, _) => Target { location, ..self },
        }
    }

    /// The same target, with at most this much time for connecting.
    pub(super) fn within(&self, max: Duration) -> Target {
        let mut target = self.clone();
        if let Some(address) = target.address_mut() {
            address.connect_timeout = address.connect_timeout.min(max);
        }
        target
    }

    /// The whole URL, password included: only for passing to a driver or a child process, never for output.
    pub fn exposed_url(&self) -> String {
        match &self.location {
            Location::File(path) => path.to_string_lossy().into_owned(),
            Location::Server(address) => address.url(self.engine, Secret::Exposed),
        }
    }

    /// The server's address; `None` for an SQLite target.
    pub(crate) fn address(&self) -> Option<&Address> {
        match &self.location {
            Location::File(_) => None,
            Location::Server(address) => Some(address),
        }
    }

    pub(super) fn address_mut(&mut self) -> Option<&mut Address> {
        match &mut self.location {
            Location::File(_) => None,
            Location::Server(address) => Some(address),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::File(path) => write!(f, "sqlite://{}", escape_line(&path.to_string_lossy())),
            Location::Server(address) => f.write_str(&address.url(self.engine, Secret::Hidden)),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("database", &self.database).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Secret {
    Hidden,
    Exposed,
}

impl Address {
    /// How long a short query may go without a response: a busy server takes longer for that than for a connection.
    pub fn answer_timeout(&self) -> Duration {
        self.connect_timeout * 6
    }

    /// The user, as error messages name it.
    pub fn user_name(&self) -> String {
        self.user.clone().unwrap_or_else(super::login_name)
    }

    fn url(&self, engine: Engine, secret: Secret) -> String {
        let driver::Location::Server { port, socket_parameter } = engine.driver().location else {
            unreachable!("only the URL of a server has an address");
        };
        let scheme = match secret {
            Secret::Exposed => engine.driver().kind.common_scheme,
            Secret::Hidden => engine.name(),
        };
        let mut url = format!("{scheme}://");
        if let Some(user) = &self.user {
            url.push_str(&encode(user));
        }
        match (&self.password, secret) {
            (Some(password), Secret::Exposed) => url.push_str(&format!(":{}", encode(password))),
            (Some(_), Secret::Hidden) => url.push_str(":***"),
            (None, _) => {}
        }
        if self.user.is_some() || self.password.is_some() {
            url.push('@');
        }
        let mut parameters = Vec::new();
        match &self.host {
            Host::Name(name) if name.contains(':') => url.push_str(&format!("[{name}]")),
            Host::Name(name) => url.push_str(name),
            Host::Usual => {}
            Host::Socket(path) => {
                parameters.push(format!("{socket_parameter}={}", encode_path(path)));
            }
        }
        if self.port != port {
            match self.host {
                Host::Name(_) => url.push_str(&format!(":{}", self.port)),
                _ => parameters.push(format!("port={}", self.port)),
            }
        }
        url.push('/');
        url.push_str(&encode(&self.database));
        if self.tls != TlsMode::Prefer {
            parameters.push(format!("sslmode={}", self.tls));
        }
        if secret == Secret::Exposed {
            if let Roots::File(path) = &self.roots {
                parameters.push(format!("sslrootcert={}", encode_path(path)));
            }
            if self.connect_timeout != CONNECT_TIMEOUT {
                parameters.push(format!("connect_timeout={}", self.connect_timeout.as_secs()));
            }
            if self.allow_key_retrieval {
                parameters.push("allow-public-key-retrieval=true".to_owned());
            }
            if let Some(name) = &self.application_name {
                parameters.push(format!("application_name={}", encode(name)));
            }
        }
        if !parameters.is_empty() {
            url.push('?');
            url.push_str(&parameters.join("&"));
        }
        url
    }
}

/// Characters that stay readable in a URL's parts.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'!').remove(b'$');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A path as a parameter value: its slashes stay readable.
fn encode_path(path: &Path) -> String {
    const WITH_SLASHES: &AsciiSet = &ENCODED.remove(b'/');
    utf8_percent_encode(&path.to_string_lossy(), WITH_SLASHES).to_string()
}
