//! What can go wrong between a URL and an open database, grouped by what the user must do about it.
//! Invariant: no variant ever holds a password. A [`Target`](super::Target) is named by its redacted text, and the
//! drivers' own words are kept as sources (no driver sees the URL, so none can repeat it).

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The words of the driver or the operating system under an error of ours.
pub type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// Why a target cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    #[error("unknown kind of database `{scheme}:`")]
    UnknownScheme { scheme: String },
    #[error("`{url}` is no usable database URL: {problem}")]
    BadUrl { url: String, problem: UrlProblem },
    #[error("`{url}`: unknown parameter `{name}`")]
    UnknownParameter { url: String, name: String, known: &'static [&'static str] },
    #[error("`{url}`: the value of `{name}` is not understood")]
    BadParameter { url: String, name: String, expected: &'static str },
    #[error("an SQLite database in memory ends with the command that made it")]
    InMemory,
    #[error("cannot read {}{}", path.display(), LineSuffix(*line))]
    DotEnv { path: PathBuf, line: Option<usize>, problem: &'static str, source: Option<Cause> },
    #[error("cannot reach {target}: {reason}")]
    Unreachable { target: String, reason: Unreachable, source: Option<Cause> },
    #[error("{target} refuses the login of `{user}`")]
    LoginRefused { target: String, user: String, with_password: bool, source: Cause },
    #[error("{target}: the account `{user}` may not {action}")]
    NotAllowed { target: String, user: String, action: &'static str, sql: Option<String>, source: Cause },
    #[error("{target}: there is no such database")]
    Missing { target: String, source: Option<Cause> },
    #[error("{target}: no secure connection: {problem}")]
    Tls { target: String, problem: TlsProblem, source: Option<Cause> },
    #[error("{target}: the login was not completed: {way}")]
    PasswordExposed { target: String, way: Exposure },
    #[error("{target}: what answers there is no {expected} server")]
    NotThatServer { target: String, expected: &'static str, source: Cause },
    #[error("{target}: {clients} other connection(s) use the database")]
    InUse { target: String, clients: u64, source: Option<Cause> },
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: FileProblem, source: Option<Cause> },
    #[error("{target}: gave up after {} s", waited.as_secs())]
    StillUnreachable { target: String, waited: Duration, source: Box<DatabaseError> },
    #[error("{target}: the search path `{path}` names no schema that exists")]
    NoSchema { target: String, path: String },
    #[error("{target}: `{name}` is no table, and a record of instaseed's is one")]
    NoRecord { target: String, name: String },
    #[error("{table} is a view, and a table of ours has that name")]
    ViewInPlace { table: String },
    #[error("{target}: the encoding of this database is {encoding}, and the data is UTF-8")]
    NotUtf8 { target: String, encoding: String },
    #[error("{target}: {action} failed")]
    Server { target: String, action: &'static str, source: Cause },
    #[error("the server answers a question about its catalogue with more than {most} rows")]
    TooMuch { most: usize },
    #[error("a statement failed: {source}")]
    Query { source: diesel::result::Error },
}

/// What is wrong with the text of a URL. Never quotes the part that may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlProblem {
    Empty,
    NoSlashes,
    BadPort,
    BadHost,
    BadEncoding,
    NoDatabase,
    SlashInDatabase,
    NulByte,
    SocketAndHost,
    NoScheme,
    ServerInFile,
}

impl fmt::Display for UrlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::NoSlashes => "`//` must follow the scheme",
            Self::BadPort => "the port is no number from 1 to 65535",
            Self::BadHost => "the host is not understood",
            Self::BadEncoding => "a %XX sequence does not give UTF-8 text",
            Self::NoDatabase => "it names no database",
            Self::SlashInDatabase => "the database name holds a `/`",
            Self::NulByte => "it holds a zero byte",
            Self::SocketAndHost => "it names both a host and a socket",
            Self::NoScheme => "it looks like a server's URL without its scheme",
            Self::ServerInFile => "`sqlite` names a file, and what follows looks like a server's URL",
        })
    }
}

/// Why no server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreachable {
    Refused,
    UnknownHost,
    Timeout,
    NoSocket,
    SocketForbidden,
    StartingUp,
    TooManyConnections,
    Broken,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::UnknownHost => "the host is unknown",
            Self::Timeout => "no answer in time",
            Self::NoSocket => "the socket does not exist",
            Self::SocketForbidden => "this user may not open the socket",
            Self::StartingUp => "the server is starting or stopping",
            Self::TooManyConnections => "the server has too many connections",
            Self::Broken => "the connection broke",
        })
    }
}

/// Why there is no encrypted connection, or none that can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsProblem {
    NotOffered,
    UnknownIssuer,
    WrongName,
    NoName,
    BadCertificate,
    Handshake,
    BadRootFile,
    NoRoots,
}

impl fmt::Display for TlsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOffered => "the server does not offer TLS",
            Self::UnknownIssuer => "the server's certificate is signed by an unknown authority",
            Self::WrongName => "the server's certificate is for another name",
            Self::NoName => "the server's certificate is for no name",
            Self::BadCertificate => "the server's certificate is not valid",
            Self::Handshake => "the TLS handshake failed",
            Self::BadRootFile => "the file of root certificates cannot be used",
            Self::NoRoots => "this system has no root certificates",
        })
    }
}

/// How a server asked for a password over a connection that is not encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exposure {
    /// As it is.
    InClear,
    /// Under a key of the server's, which anybody in between could have sent.
    UnderItsKey,
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InClear => "the server asks for the password in clear, over a connection that is not encrypted",
            Self::UnderItsKey => {
                "the server asks for the password under a key that nothing proves to be its own, over a connection that is not encrypted"
            }
        })
    }
}

impl Exposure {
    fn hint(self) -> &'static str {
        match self {
            Self::InClear => {
                "use TLS: sslmode=require, or sslmode=verify-full with sslrootcert=FILE; sslmode=disable says that the network is trusted"
            }
            Self::UnderItsKey => {
                "use TLS: sslmode=require, or sslmode=verify-full with sslrootcert=FILE; allow-public-key-retrieval=true says that the network is trusted"
            }
        }
    }
}

/// Why a path is no SQLite database that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileProblem {
    Missing,
    Directory,
    NotAFile,
    NoFolder,
    NotADatabase,
    ReadOnly,
    NotReadable,
    Busy,
    DiskFull,
    Link,
    DanglingLink,
    AlreadyThere,
    Other,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "there is no such database file",
            Self::Directory => "this is a folder, not a database file",
            Self::NotAFile => "this is a pipe, a socket or a device, not a database file",
            Self::NoFolder => "the folder of this file does not exist",
            Self::NotADatabase => "this file is no SQLite database (or it is damaged or encrypted)",
            Self::ReadOnly => "the file, or its folder, is read-only",
            Self::NotReadable => "this user may not read the file",
            Self::Busy => "another program holds the database",
            Self::DiskFull => "the disk is full",
            Self::Link => "this is a link, and the database is the file that it leads to",
            Self::DanglingLink => "this is a link to a file that does not exist",
            Self::AlreadyThere => "the file exists already",
            Self::Other => "the file cannot be opened",
        })
    }
}

/// Prints `, line 3`, or nothing where the line is not known.
struct LineSuffix(Option<usize>);

impl fmt::Display for LineSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

impl DatabaseError {
    /// Whether waiting may help: nothing answers yet, or the server is still starting.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::StillUnreachable { .. })
    }

    /// Whether the server (or the file system) said that the database itself is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::File { problem: FileProblem::Missing, .. })
    }

    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownScheme { scheme } => format!(
                "use sqlite://FILE, a plain path, mysql://, mariadb://, postgres:// or postgresql://; a file whose name begins with `{scheme}:` is written `./{scheme}:...`"
            ),
            Self::BadUrl { url, problem } => match problem {
                UrlProblem::NoDatabase => {
                    let scheme = url.split_once("://").map_or("mysql", |(scheme, _)| scheme);
                    format!("add the name after the host: {scheme}://user:password@host/instaseed")
                }
                UrlProblem::SlashInDatabase | UrlProblem::BadPort | UrlProblem::BadHost => {
                    "the form is scheme://user:password@host:port/database; write special characters of the user and the password as %XX (`/` is %2F, `@` is %40, `:` is %3A, `#` is %23, `%` is %25)".into()
                }
                UrlProblem::BadEncoding => "a percent sign itself is written %25".into(),
                UrlProblem::Empty => "give a URL, or leave the option away to use sqlite://instaseed.db".into(),
                UrlProblem::NoScheme => "begin with mysql://, mariadb://, postgres:// or postgresql://; a file of such a name is written `./name`".into(),
                UrlProblem::ServerInFile => "for a server, begin with mysql://, mariadb://, postgres:// or postgresql://; a file needs a name that holds no credentials".into(),
                UrlProblem::NoSlashes => "the form is scheme://user:password@host:port/database".into(),
                UrlProblem::NulByte => return None,
                UrlProblem::SocketAndHost => "leave the host empty to use a socket: mysql://user@/database?socket=/path".into(),
            },
            Self::UnknownParameter { known, .. } => format!("known parameters: {}", known.join(", ")),
            Self::BadParameter { expected, .. } => format!("expected {expected}"),
            Self::InMemory => "name a file: sqlite://instaseed.db; for a throw-away database, one in a temporary folder".into(),
            Self::DotEnv { problem, .. } => format!("{problem}; or give --database-url (--migrations), or set the variable in the environment: then the file is not needed"),
            Self::Unreachable { reason, .. } => reason.hint().into(),
            Self::StillUnreachable { source, .. } => return source.hint(),
            Self::LoginRefused { with_password: false, .. } => {
                "the URL gives no password: scheme://user:password@host/database (special characters as %XX)".into()
            }
            Self::LoginRefused { .. } => {
                "check user and password; special characters in a URL are written %XX (`@` is %40), and the server must allow this account from this machine".into()
            }
            Self::NotAllowed { sql: Some(sql), .. } => format!("ask an administrator of the server to run:\n{sql}"),
            Self::NotAllowed { sql: None, .. } => "ask an administrator of the server for this right".into(),
            Self::Missing { .. } => "`instaseed setup` creates it".into(),
            Self::Tls { problem, .. } => problem.hint().into(),
            Self::PasswordExposed { way, .. } => way.hint().into(),
            Self::NotThatServer { .. } => "check scheme, host and port of the URL".into(),
            Self::InUse { .. } => "close the other programs that use it, and try again".into(),
            Self::File { problem, .. } => problem.hint()?.into(),
            Self::Query { source } if source.to_string().starts_with("no answer in ") => {
                "look at the server; connect_timeout=SECONDS in the URL changes the patience (short questions have six times as long)".into()
            }
            Self::Query { source } => FileProblem::of_sqlite(&source.to_string())?.hint()?.into(),
            Self::NoSchema { .. } => {
                "create the schema (CREATE SCHEMA name), or name one that exists: ALTER ROLE account IN DATABASE name SET search_path = public".into()
            }
            Self::NoRecord { .. } => "find out who made it, and drop it; or use another database".into(),
            Self::ViewInPlace { .. } => {
                "find out who made it; rename or drop it (DROP VIEW), and bring the table back from a backup, or start anew with `instaseed reset --drop`".into()
            }
            Self::NotUtf8 { .. } => {
                "use another database: CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8'".into()
            }
            Self::Server { .. } | Self::TooMuch { .. } => return None,
        })
    }
}

impl Unreachable {
    fn hint(self) -> &'static str {
        match self {
            Self::Refused => {
                "is the server running, and on this port?  (--wait SECONDS waits for one that is starting)"
            }
            Self::UnknownHost => "check the host's name in the URL",
            Self::Timeout => {
                "check host and port; a firewall may drop the packets (connect_timeout=SECONDS changes the patience)"
            }
            Self::NoSocket => {
                "is the server running?  Name its socket (postgres: ?host=/folder, mysql: ?socket=/path), or a host"
            }
            Self::SocketForbidden => "run as a user that may open it, or connect through a host name",
            Self::StartingUp => "try again in a moment, or give --wait SECONDS",
            Self::TooManyConnections => "close other programs, or raise max_connections of the server",
            Self::Broken => "look into the log of the server; try again",
        }
    }
}

impl TlsProblem {
    fn hint(self) -> &'static str {
        match self {
            Self::NotOffered => {
                "turn TLS on in the server, or allow a plain connection with sslmode=prefer or sslmode=disable"
            }
            Self::UnknownIssuer => {
                "name the authority's certificate with sslrootcert=FILE; sslmode=require encrypts without this check"
            }
            Self::WrongName => {
                "use the host name that the certificate has; sslmode=verify-ca leaves the name unchecked"
            }
            Self::NoName => {
                "give the server a certificate with its host name (MySQL's own at its first start has none); sslmode=require without a root certificate encrypts without this check"
            }
            Self::BadCertificate => {
                "renew the server's certificate; sslmode=require encrypts without checking it"
            }
            Self::Handshake => "the server must speak TLS 1.2 or 1.3",
            Self::BadRootFile => {
                "sslrootcert (or ssl-ca) must name a readable PEM file with at least one certificate"
            }
            Self::NoRoots => "install the ca-certificates package, or name a file with sslrootcert=FILE",
        }
    }
}

impl FileProblem {
    /// SQLite's errors reach us as text only; these are its fixed messages.
    pub(super) fn of_sqlite(message: &str) -> Option<Self> {
        Some(match message {
            m if m.contains("file is not a database") || m.contains("image is malformed") => {
                Self::NotADatabase
            }
            m if m.contains("database is locked") || m.contains("table is locked") => Self::Busy,
            m if m.contains("attempt to write a readonly database") => Self::ReadOnly,
            m if m.contains("database or disk is full") => Self::DiskFull,
            m if m.contains("unable to open database file") => Self::NotReadable,
            _ => return None,
        })
    }

    fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::Missing => "`instaseed setup` creates it; or check the path",
            Self::Directory => "name a file in it, such as instaseed.db",
            Self::NotAFile => {
                "choose another file name, or remove it if it is left over from another program"
            }
            Self::NoFolder => "create the folder first (mkdir -p), or check the path",
            Self::NotADatabase => "choose another file name, or move this file away",
            Self::ReadOnly => "make the file and its folder writable, or copy the database elsewhere",
            Self::NotReadable => "change its permissions (chmod), or run as its owner",
            Self::Busy => "close the other program (or end its transaction) and try again",
            Self::DiskFull => "free some space, or choose another disk",
            Self::Link => "nothing was removed; name the file itself",
            Self::DanglingLink => "name the file that it should lead to, or remove the link",
            Self::AlreadyThere => "choose another name, or remove it first",
            Self::Other => return None,
        })
    }
}

impl From<diesel::result::Error> for DatabaseError {
    fn from(source: diesel::result::Error) -> Self {
        Self::Query { source }
    }
}

impl Unreachable {
    /// What an error of the operating system means for a connection.
    pub(super) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            io::ErrorKind::NotFound => Self::NoSocket,
            io::ErrorKind::PermissionDenied => Self::SocketForbidden,
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Self::Timeout,
            _ if error.raw_os_error().is_none() && error.to_string().contains("lookup address") => {
                Self::UnknownHost
            }
            _ => Self::Broken,
        }
    }
}
