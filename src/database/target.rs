//! A parsed database URL. Parsing is pure (no file, no network) and never quotes what may be a password;
//! `Display` and `Debug` leave the password out, so a target can be logged anywhere.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Engine;
use super::error::{DatabaseError, UrlProblem};
use super::tls::{Roots, TlsMode};

/// How long a connection may take when the URL does not say (`connect_timeout`).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Parameters that a server's URL may carry.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-ca",
    "connect_timeout",
    "host",
    "socket",
    "port",
    "user",
    "password",
    "application_name",
];

/// Where a database is: a file, or a named database of a server.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    engine: Engine,
    place: Place,
}

#[derive(Clone, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Server(Box<Address>),
}

/// Everything needed to reach one database of a server.
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
}

/// How to reach the server.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Host {
    Name(String),
    /// PostgreSQL: the folder of the socket; MySQL: the socket itself.
    Socket(PathBuf),
    /// The URL names none: the usual sockets of the system, else localhost.
    Usual,
}

impl Target {
    /// Reads `sqlite:FILE`, `sqlite://FILE`, a plain path, `mysql://`, `mariadb://`, `postgres://` or `postgresql://`.
    pub fn parse(text: &str) -> Result<Target, DatabaseError> {
        if text.trim().is_empty() {
            return Err(bad(text, UrlProblem::Empty));
        }
        if text.contains('\0') {
            return Err(bad("", UrlProblem::NulByte));
        }
        let Some((scheme, rest)) = split_scheme(text) else { return Self::file(PathBuf::from(text)) };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => parse_file_url(text, rest),
            "mysql" | "mariadb" => parse_server(text, rest, Engine::Mysql),
            "postgres" | "postgresql" => parse_server(text, rest, Engine::Postgres),
            _ => Err(DatabaseError::UnknownScheme { scheme: scheme.to_owned() }),
        }
    }

    /// The target of an SQLite file, whatever characters its name has.
    pub fn file(path: impl Into<PathBuf>) -> Result<Target, DatabaseError> {
        let path = path.into();
        if path.as_os_str() == ":memory:" {
            return Err(DatabaseError::InMemory);
        }
        Ok(Target { engine: Engine::Sqlite, place: Place::File(path) })
    }

    /// Which kind of database the URL asks for.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The name of the database: of the server's database, or the file's path.
    pub fn database(&self) -> &str {
        match &self.place {
            Place::File(path) => path.to_str().unwrap_or("(file name that is not UTF-8)"),
            Place::Server(address) => &address.database,
        }
    }

    /// Whether the data is on this machine as far as the URL tells: a file, a socket, or a loopback address.
    pub fn is_local(&self) -> bool {
        match &self.place {
            Place::File(_) => true,
            Place::Server(address) => match &address.host {
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
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The same server with another database.
    pub fn with_database(&self, name: &str) -> Target {
        let place = match &self.place {
            Place::File(path) => Place::File(path.with_file_name(name)),
            Place::Server(address) => {
                Place::Server(Box::new(Address { database: name.to_owned(), ..(**address).clone() }))
            }
        };
        Target { engine: self.engine, place }
    }

    /// The whole URL, password included: only for handing to a driver or a child process, never for output.
    pub fn exposed_url(&self) -> String {
        match &self.place {
            Place::File(path) => path.to_string_lossy().into_owned(),
            Place::Server(address) => address.url(self.engine, Secret::Exposed),
        }
    }

    /// The server's address; an SQLite target has none.
    pub(crate) fn address(&self) -> Option<&Address> {
        match &self.place {
            Place::File(_) => None,
            Place::Server(address) => Some(address),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(f, "sqlite://{}", path.display()),
            Place::Server(address) => f.write_str(&address.url(self.engine, Secret::Hidden)),
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
    /// The user as the error messages name it.
    pub fn user_name(&self) -> String {
        self.user.clone().unwrap_or_else(super::login_name)
    }

    fn url(&self, engine: Engine, secret: Secret) -> String {
        let mut url = format!("{}://", engine.scheme());
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
                let key = engine.socket_parameter();
                parameters.push(format!("{key}={}", path.display()));
            }
        }
        if self.port != engine.default_port() {
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
        if secret == Secret::Exposed
            && let Roots::File(path) = &self.roots
        {
            parameters.push(format!("sslrootcert={}", path.display()));
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

fn decode(text: &str) -> Result<String, UrlProblem> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| UrlProblem::BadEncoding)?;
    if decoded.contains('\0') { Err(UrlProblem::NulByte) } else { Ok(decoded.into_owned()) }
}

/// `name:rest`, where the name looks like a scheme; paths such as `./a:b.db` and `a/b:c` have none.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.chars();
    let begins = letters.next()?.is_ascii_alphabetic();
    (begins && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))).then_some((scheme, rest))
}

/// An error that shows a URL without anything that may be its password: what stands before the last `@` goes.
fn bad(url: &str, problem: UrlProblem) -> DatabaseError {
    DatabaseError::BadUrl { url: redact(url), problem }
}

/// The text of a URL that could not be parsed, with its credentials and parameters cut away.
fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@') {
        Some((_, after)) => format!("{scheme}://***@{}", after.split('?').next().unwrap_or_default()),
        // without `@` a colon may still precede a mistyped password
        None => format!("{scheme}://{}", rest.split(['?', ':']).next().unwrap_or_default()),
    }
}

fn parse_file_url(url: &str, rest: &str) -> Result<Target, DatabaseError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if let Some(name) =
        query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).find(|n| !n.is_empty())
    {
        return Err(DatabaseError::UnknownParameter {
            url: redact(url),
            name: name.to_owned(),
            known: &["(none for SQLite)"],
        });
    }
    let path = decode(path).map_err(|problem| bad(url, problem))?;
    if path.is_empty() {
        return Err(bad(url, UrlProblem::NoDatabase));
    }
    Target::file(path)
}

fn parse_server(url: &str, rest: &str, engine: Engine) -> Result<Target, DatabaseError> {
    let fail = |problem| bad(url, problem);
    let rest = rest.strip_prefix("//").ok_or_else(|| fail(UrlProblem::NoSlashes))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (credentials, place) = match authority.rsplit_once('@') {
        Some((credentials, place)) => (Some(credentials), place),
        None => (None, authority),
    };
    let (user, password) =
        match credentials.map(|c| c.split_once(':').map_or((c, None), |(u, p)| (u, Some(p)))) {
            Some((user, password)) => (Some(user), password),
            None => (None, None),
        };
    if database.contains('/') {
        return Err(fail(UrlProblem::SlashInDatabase));
    }
    let (host, port) = parse_host(place).map_err(fail)?;
    let mut address = Address {
        user: user.filter(|u| !u.is_empty()).map(decode).transpose().map_err(fail)?,
        password: password.map(decode).transpose().map_err(fail)?,
        host,
        port: port.unwrap_or(engine.default_port()),
        database: decode(database).map_err(fail)?,
        tls: TlsMode::Prefer,
        roots: Roots::System,
        connect_timeout: CONNECT_TIMEOUT,
        application_name: None,
    };
    let mut stated_mode = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).map_err(fail)?;
        let value = decode(value).map_err(fail)?;
        let wrong = |expected| DatabaseError::BadParameter {
            url: redact(url),
            name: name.clone(),
            value: value.clone(),
            expected,
        };
        match name.as_str() {
            "sslmode" | "ssl-mode" => {
                stated_mode = Some(value.parse().map_err(|()| wrong(TlsMode::EXPECTED))?)
            }
            "sslrootcert" | "ssl-ca" if value.is_empty() => {
                return Err(wrong("the path of a PEM file, or `system`"));
            }
            "sslrootcert" | "ssl-ca" if value == "system" => address.roots = Roots::System,
            "sslrootcert" | "ssl-ca" => address.roots = Roots::File(value.into()),
            "connect_timeout" | "connect-timeout" => {
                let seconds = value.parse().ok().filter(|s| (1..=3600).contains(s));
                address.connect_timeout =
                    Duration::from_secs(seconds.ok_or_else(|| wrong("seconds, 1 to 3600"))?);
            }
            "host" | "socket" => {
                if address.host != Host::Usual {
                    return Err(fail(UrlProblem::SocketAndHost));
                }
                address.host = match value.as_str() {
                    "" => Host::Usual,
                    path if path.starts_with('/') => Host::Socket(path.into()),
                    _ if name == "socket" => return Err(wrong("an absolute path")),
                    _ => Host::Name(value),
                };
            }
            "port" => {
                address.port = value
                    .parse()
                    .ok()
                    .filter(|p| *p != 0)
                    .ok_or_else(|| wrong("a number from 1 to 65535"))?;
            }
            "user" => address.user = Some(value),
            "password" => address.password = Some(value),
            "application_name" => address.application_name = Some(value),
            // an `@` here is the end of a password with an unencoded `?`: the name would quote it
            _ if name.contains('@') || value.contains('@') => return Err(fail(UrlProblem::BadHost)),
            _ => return Err(DatabaseError::UnknownParameter { url: redact(url), name, known: PARAMETERS }),
        }
    }
    if address.database.is_empty() {
        return Err(fail(UrlProblem::NoDatabase));
    }
    // Who names an authority wants it checked: `require` then means verify-ca (as libpq has it), silence verify-full.
    address.tls = match (stated_mode, &address.roots) {
        (None, Roots::File(_)) => TlsMode::VerifyFull,
        (Some(TlsMode::Require), Roots::File(_)) => TlsMode::VerifyCa,
        (mode, _) => mode.unwrap_or(TlsMode::Prefer),
    };
    Ok(Target { engine, place: Place::Server(Box::new(address)) })
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`, a percent-encoded socket path, or nothing.
fn parse_host(text: &str) -> Result<(Host, Option<u16>), UrlProblem> {
    let (host, port) = if let Some(bracketed) = text.strip_prefix('[') {
        let (v6, after) = bracketed.split_once(']').ok_or(UrlProblem::BadHost)?;
        v6.parse::<std::net::Ipv6Addr>().map_err(|_| UrlProblem::BadHost)?;
        (
            v6.to_owned(),
            if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(UrlProblem::BadHost)?) },
        )
    } else {
        let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
        (decode(host)?, port)
    };
    let port = match port {
        None | Some("") => None,
        Some(text) => Some(text.parse().ok().filter(|p| *p != 0).ok_or(UrlProblem::BadPort)?),
    };
    let host = match host.as_str() {
        "" => Host::Usual,
        path if path.starts_with('/') => Host::Socket(path.into()),
        name if name.contains(char::is_whitespace) => return Err(UrlProblem::BadHost),
        _ => Host::Name(host),
    };
    Ok((host, port))
}
