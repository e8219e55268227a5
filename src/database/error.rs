//! What can go wrong between a URL and an open database, grouped by what the user must do about it.
//! Invariant: no variant ever holds a password. A [`Target`](super::Target) is named by its redacted
//! text, and the drivers' own errors are kept as sources (no driver sees the URL, so none can repeat it).

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The error of the driver or the operating system behind one of ours.
pub type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// How the message of an exceeded limit begins: Diesel keeps only the message of such an error.
pub(super) const NO_ANSWER: &str = "no answer in ";

/// The result of a fallible function in `database`.
pub(crate) type Result<T, E = DatabaseError> = std::result::Result<T, E>;

/// Why a target cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    #[error("unknown kind of database `{scheme}:`")]
    UnknownScheme { scheme: String },
    #[error("this build does not include {product}")]
    NotBuilt { product: &'static str, feature: &'static str },
    #[error("`{url}` is not a usable database URL: {problem}")]
    BadUrl { url: String, problem: UrlProblem },
    #[error("`{url}`: unknown parameter `{name}`")]
    UnknownParameter { url: String, name: String, known: &'static [&'static str] },
    #[error("`{url}`: the value of `{name}` is not valid")]
    BadParameter { url: String, name: String, expected: &'static str },
    #[error("an SQLite database in memory does not outlive the program that created it")]
    InMemory,
    #[error("cannot read {}{}: {problem}", path.display(), LineSuffix(*line))]
    DotEnv { path: PathBuf, line: Option<usize>, problem: DotEnvProblem, source: Option<Cause> },
    #[error("cannot reach {target}: {reason}")]
    Unreachable { target: String, reason: Unreachable, source: Option<Cause> },
    #[error("{target} refused the login of `{user}`")]
    LoginRefused { target: String, user: String, with_password: bool, source: Cause },
    #[error("{target}: the account `{user}` may not {action}")]
    NotAllowed { target: String, user: String, action: &'static str, sql: Option<String>, source: Cause },
    #[error("{target}: the server has no such database")]
    Missing { target: String, source: Option<Cause> },
    #[error("{target}: no secure connection: {problem}")]
    Tls { target: String, problem: TlsProblem, source: Option<Cause> },
    #[error("{target}: no password was sent: {way}")]
    PasswordExposed { target: String, way: Exposure },
    #[error("{target}: what answers there is not a {expected} server")]
    NotThatServer { target: String, expected: &'static str, source: Cause },
    #[error("{target}: other connections use the database: {clients}")]
    InUse { target: String, clients: u64, source: Option<Cause> },
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: FileProblem, source: Option<Cause> },
    #[error("{target}: no server after {} s of waiting", waited.as_secs())]
    StillUnreachable { target: String, waited: Duration, source: Box<DatabaseError> },
    #[error("{target}: no schema in the search path `{path}` exists")]
    NoSchema { target: String, path: String },
    #[error("{target}: `{name}` is not a table, but instaseed keeps a table of this name")]
    NoRecord { target: String, name: String },
    #[error("{table} is a view, but the schema has a table of this name")]
    ViewInPlace { table: String },
    #[error("{target}: the encoding of this database is {encoding}, but the data is UTF-8")]
    NotUtf8 { target: String, encoding: String },
    #[error("{target}: {action} failed")]
    Server { target: String, action: &'static str, source: Cause },
    #[error("the server answers a query about its catalogue with more than {max} rows")]
    TooMuch { max: usize },
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
            Self::BadPort => "the port is not a number from 1 to 65535",
            Self::BadHost => "the host is not valid",
            Self::BadEncoding => "a %XX sequence is not UTF-8 text",
            Self::NoDatabase => "it names no database",
            Self::SlashInDatabase => "the database name contains a `/`",
            Self::NulByte => "it contains a zero byte",
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
    /// In clear text.
    InClear,
    /// Encrypted with a key from the server, which anybody in between could have sent.
    UnderItsKey,
}

impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InClear => "the server asks for the password in clear text, over a connection that is not encrypted",
            Self::UnderItsKey => {
                "the server asks for the password encrypted with a key that nothing proves to be its own, over a connection that is not encrypted"
            }
        })
    }
}

/// Why a path is not a usable SQLite database.
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
            Self::NotADatabase => "this file is not an SQLite database (or it is damaged or encrypted)",
            Self::ReadOnly => "the file, or its folder, is read-only",
            Self::NotReadable => "this user may not read the file",
            Self::Busy => "another program has locked the database",
            Self::DiskFull => "the disk is full",
            Self::Link => "this is a link, and the database is the file it points to",
            Self::DanglingLink => "this is a link to a file that does not exist",
            Self::AlreadyThere => "the file already exists",
            Self::Other => "the file cannot be opened",
        })
    }
}

/// What is wrong with a `.env`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DotEnvProblem {
    Unreadable,
    TooLong,
    NotUtf8,
    NoPair,
}

impl fmt::Display for DotEnvProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the file cannot be opened or read",
            Self::TooLong => "the file is longer than a megabyte",
            Self::NotUtf8 => "the file is not UTF-8 text",
            Self::NoPair => "the line is not NAME=value",
        })
    }
}

/// Prints `, line 3`, or nothing if the line is not known.
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
    /// Whether waiting may help: nothing responds yet, or the server is still starting.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::StillUnreachable { .. })
    }

    /// Whether the server (or the file system) reported that the database itself does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::File { problem: FileProblem::Missing, .. })
    }
}

impl FileProblem {
    /// SQLite's errors reach us only as text; these are its fixed messages.
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
