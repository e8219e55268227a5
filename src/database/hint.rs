//! What to do about an error of a database, as values. The user interface puts them into words.

use super::error::{
    DatabaseError, DotEnvProblem, Exposure, FileProblem, NO_ANSWER, TlsProblem, Unreachable, UrlProblem,
};

/// A hint. Not `non_exhaustive`: whoever puts hints into words must cover all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Begin with a known scheme; write a file whose name begins with this one with its folder.
    BeginWithScheme { scheme: String },
    /// Build with this cargo feature.
    BuildWith { feature: &'static str },
    /// Add a database after the host.
    AddDatabase { scheme: String },
    /// Write the URL as `scheme://user:password@host:port/database`, special characters as `%XX`.
    EncodeUrl,
    /// Write a percent sign as `%25`.
    EncodePercent,
    /// Give a URL, or none at all for the default.
    GiveUrl,
    /// Put the scheme of a server in front; write a file with such a name with its folder.
    AddServerScheme,
    /// Put the scheme of a server in front; a file needs another name.
    AddServerSchemeOrRename,
    /// Write `//` after the scheme.
    AddSlashes,
    /// Leave the host empty, or omit the socket.
    HostOrSocket,
    /// Use one of these parameters.
    KnownParameters { known: &'static [&'static str] },
    /// Give a value like this.
    GiveValue { expected: &'static str },
    /// Name a file: memory ends with the program.
    NameFile,
    /// Correct the `.env`, or do without it.
    MendDotEnv { problem: DotEnvProblem },
    /// Start the server, or wait for it; or correct host and port.
    StartServer,
    /// Correct the host's name.
    CorrectHost,
    /// Correct host and port, or wait longer.
    CorrectAddress,
    /// Start the server, or name its socket.
    NameSocket,
    /// Use a system account that may open the socket, or use a host.
    OpenSocket,
    /// Wait for the server to be ready.
    WaitForServer,
    /// Close other connections, or let the server accept more.
    FreeConnections,
    /// Read the log of the server.
    ReadServerLog,
    /// Put a password into the URL.
    AddPassword,
    /// Correct user and password, or let the server allow the account.
    CorrectLogin,
    /// Ask an administrator to run these statements.
    RunAsAdministrator { sql: String },
    /// Ask an administrator for the privilege.
    AskForRight,
    /// Create the database.
    CreateDatabase,
    /// Create the file, or correct the path.
    CreateFile,
    /// Enable TLS on the server, or do without.
    EnableTls,
    /// Name the file with the certificate of the authority, or do without the check.
    NameAuthority,
    /// Use the host name of the certificate, or do without the check.
    UseCertifiedName,
    /// Give the server a certificate with its name, or do without the check.
    CertifyName,
    /// Renew the server's certificate, or do without the check.
    RenewCertificate,
    /// Enable TLS 1.2 or 1.3 on the server.
    RaiseTlsVersion,
    /// Name a readable PEM file.
    NameRootFile,
    /// Install the system's root certificates, or name a file.
    InstallRoots,
    /// Use TLS, or declare the network trusted, for a password in clear text.
    EncryptPassword,
    /// Use TLS, or declare the network trusted, for a password encrypted with the server's key.
    EncryptKeyExchange,
    /// Correct scheme, host and port.
    CorrectUrl,
    /// Close the other programs that use the database.
    CloseClients,
    /// Name a file in the folder.
    NameFileInFolder,
    /// Use another file name, or remove what has this name.
    ReplaceSpecialFile,
    /// Create the folder, or correct the path.
    CreateFolder,
    /// Use another file name, or move the file away.
    MoveFileAway,
    /// Make file and folder writable, or copy the database elsewhere.
    MakeWritable,
    /// Make the file readable, or run as its owner.
    MakeReadable,
    /// Let the other program end its transaction, or close it.
    CloseOtherProgram,
    /// Free some space, or use another disk.
    FreeSpace,
    /// Name the file that the link points at.
    NameLinkedFile,
    /// Name the file that the link should point at, or remove the link.
    MendLink,
    /// Use another name, or remove the file.
    RemoveFile,
    /// Check the server, or wait longer.
    BePatient,
    /// Create a schema, or set a search path with one that exists.
    CreateSchema,
    /// Find out who created it, and drop it; or use another database.
    DropImpostor { name: String },
    /// Find out who created the view; drop it and restore the table, or rebuild the tables.
    RestoreTable { table: String },
    /// Create a database in UTF-8.
    CreateUtf8Database,
}

impl DatabaseError {
    /// The hint, if there is one.
    pub fn hint(&self) -> Option<Hint> {
        Some(match self {
            Self::UnknownScheme { scheme } => Hint::BeginWithScheme { scheme: scheme.clone() },
            Self::NotBuilt { feature, .. } => Hint::BuildWith { feature },
            Self::BadUrl { url, problem } => problem.hint(url)?,
            Self::UnknownParameter { known, .. } => Hint::KnownParameters { known },
            Self::BadParameter { expected, .. } => Hint::GiveValue { expected },
            Self::InMemory => Hint::NameFile,
            Self::DotEnv { problem, .. } => Hint::MendDotEnv { problem: *problem },
            Self::Unreachable { reason, .. } => reason.hint(),
            Self::StillUnreachable { source, .. } => return source.hint(),
            Self::LoginRefused { with_password: false, .. } => Hint::AddPassword,
            Self::LoginRefused { .. } => Hint::CorrectLogin,
            Self::NotAllowed { sql: Some(sql), .. } => Hint::RunAsAdministrator { sql: sql.clone() },
            Self::NotAllowed { sql: None, .. } => Hint::AskForRight,
            Self::Missing { .. } => Hint::CreateDatabase,
            Self::Tls { problem, .. } => problem.hint(),
            Self::PasswordExposed { way: Exposure::InClear, .. } => Hint::EncryptPassword,
            Self::PasswordExposed { way: Exposure::UnderItsKey, .. } => Hint::EncryptKeyExchange,
            Self::NotThatServer { .. } => Hint::CorrectUrl,
            Self::InUse { .. } => Hint::CloseClients,
            Self::File { problem, .. } => problem.hint()?,
            Self::Query { source } if source.to_string().starts_with(NO_ANSWER) => Hint::BePatient,
            Self::Query { source } => FileProblem::of_sqlite(&source.to_string())?.hint()?,
            Self::NoSchema { .. } => Hint::CreateSchema,
            Self::NoRecord { name, .. } => Hint::DropImpostor { name: name.clone() },
            Self::ViewInPlace { table } => Hint::RestoreTable { table: table.clone() },
            Self::NotUtf8 { .. } => Hint::CreateUtf8Database,
            Self::Server { .. } | Self::TooMuch { .. } => return None,
        })
    }
}

impl UrlProblem {
    fn hint(self, url: &str) -> Option<Hint> {
        Some(match self {
            Self::NoDatabase => {
                let scheme = url.split_once("://").map_or("mysql", |(scheme, _)| scheme);
                Hint::AddDatabase { scheme: scheme.to_owned() }
            }
            Self::SlashInDatabase | Self::BadPort | Self::BadHost => Hint::EncodeUrl,
            Self::BadEncoding => Hint::EncodePercent,
            Self::Empty => Hint::GiveUrl,
            Self::NoScheme => Hint::AddServerScheme,
            Self::ServerInFile => Hint::AddServerSchemeOrRename,
            Self::NoSlashes => Hint::AddSlashes,
            Self::NulByte => return None,
            Self::SocketAndHost => Hint::HostOrSocket,
        })
    }
}

impl Unreachable {
    fn hint(self) -> Hint {
        match self {
            Self::Refused => Hint::StartServer,
            Self::UnknownHost => Hint::CorrectHost,
            Self::Timeout => Hint::CorrectAddress,
            Self::NoSocket => Hint::NameSocket,
            Self::SocketForbidden => Hint::OpenSocket,
            Self::StartingUp => Hint::WaitForServer,
            Self::TooManyConnections => Hint::FreeConnections,
            Self::Broken => Hint::ReadServerLog,
        }
    }
}

impl TlsProblem {
    fn hint(self) -> Hint {
        match self {
            Self::NotOffered => Hint::EnableTls,
            Self::UnknownIssuer => Hint::NameAuthority,
            Self::WrongName => Hint::UseCertifiedName,
            Self::NoName => Hint::CertifyName,
            Self::BadCertificate => Hint::RenewCertificate,
            Self::Handshake => Hint::RaiseTlsVersion,
            Self::BadRootFile => Hint::NameRootFile,
            Self::NoRoots => Hint::InstallRoots,
        }
    }
}

impl FileProblem {
    fn hint(self) -> Option<Hint> {
        Some(match self {
            Self::Missing => Hint::CreateFile,
            Self::Directory => Hint::NameFileInFolder,
            Self::NotAFile => Hint::ReplaceSpecialFile,
            Self::NoFolder => Hint::CreateFolder,
            Self::NotADatabase => Hint::MoveFileAway,
            Self::ReadOnly => Hint::MakeWritable,
            Self::NotReadable => Hint::MakeReadable,
            Self::Busy => Hint::CloseOtherProgram,
            Self::DiskFull => Hint::FreeSpace,
            Self::Link => Hint::NameLinkedFile,
            Self::DanglingLink => Hint::MendLink,
            Self::AlreadyThere => Hint::RemoveFile,
            Self::Other => return None,
        })
    }
}
