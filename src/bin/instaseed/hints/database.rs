//! Words for hints about reaching and opening a database.

use instaseed::database::{DotEnvProblem, Hint};

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        // As other libraries write it, with the name of a driver.
        Hint::BeginWithScheme { scheme } if scheme.contains('+') => {
            let (plain, driver) = scheme.split_once('+').unwrap_or((scheme, ""));
            return format!("leave out `+{driver}`: begin the URL with {plain}://");
        }
        Hint::BeginWithScheme { scheme } => {
            return format!(
                "begin the URL with sqlite://, mysql://, mariadb://, postgres:// or postgresql://; if `{scheme}:` begins the name of a file, write `./{scheme}:...`"
            );
        }
        Hint::BuildWith { feature } => {
            return format!("build it again with this engine: cargo install --path . --features {feature}");
        }
        Hint::AddDatabase { scheme } => {
            return format!("add the database after the host: {scheme}://user:password@host/instaseed");
        }
        Hint::KnownParameters { known } => {
            return format!("use one of these parameters: {}", known.join(", "));
        }
        Hint::GiveValue { expected } => return format!("give {expected}"),
        Hint::MendDotEnv { problem } => {
            return format!(
                "{}; or bypass the file: give --database-url (or --migrations), or set the variable in the environment",
                mend(*problem)
            );
        }
        Hint::RunAsAdministrator { sql } => {
            return format!("ask an administrator of the server to run:\n{sql}");
        }
        Hint::DropImpostor { name } => {
            return format!(
                "find out who created `{name}`, which is not instaseed's table, and drop it, or use another database"
            );
        }
        Hint::RestoreTable { table } => {
            return format!(
                "find out who created the view; drop it (DROP VIEW {table}) and restore the table {table} from a backup, or create everything again with `instaseed reset --drop` (asks first)"
            );
        }
        Hint::EncodeUrl => {
            "write scheme://user:password@host:port/database, and special characters of user and password as %XX (`/` is %2F, `@` is %40, `:` is %3A, `#` is %23, `%` is %25)"
        }
        Hint::EncodePercent => "write a percent sign as %25",
        Hint::GiveUrl => "give a URL, or omit the option to use sqlite://instaseed.db",
        Hint::AddServerScheme => {
            "begin the URL with mysql://, mariadb://, postgres:// or postgresql://; if it is the name of a file, write `./name`"
        }
        Hint::AddServerSchemeOrRename => {
            "for a server, begin the URL with mysql://, mariadb://, postgres:// or postgresql://; for a file, use a name that does not look like credentials"
        }
        Hint::AddSlashes => "write scheme://user:password@host:port/database",
        Hint::HostOrSocket => "leave the host empty to use a socket: mysql://user@/database?socket=/path",
        Hint::NameFile => {
            "name a file, such as sqlite://instaseed.db; for a temporary database, a file in a temporary folder"
        }
        Hint::StartServer => {
            "start the server, or correct host and port; to wait for a server that is starting, add --wait 30"
        }
        Hint::CorrectHost => "correct the name of the host in the URL",
        Hint::CorrectAddress => {
            "correct host and port, and check that no firewall drops the packets; for a slow server, add connect_timeout=SECONDS to the URL"
        }
        Hint::NameSocket => {
            "start the server, or name its socket (postgres: ?host=/folder, mysql: ?socket=/path) or a host in the URL"
        }
        Hint::OpenSocket => "run this as a user who may open the socket, or name a host in the URL",
        Hint::WaitForServer => "run this again in a moment, or add --wait 30",
        Hint::FreeConnections => "close other connections, or raise max_connections on the server",
        Hint::ReadServerLog => "read the server's log, then run this again",
        Hint::AddPassword => {
            "add the password to the URL: scheme://user:password@host/database (special characters as %XX)"
        }
        Hint::CorrectLogin => {
            "correct user and password, with special characters as %XX (`@` is %40), and check that the server allows this account to connect from this machine"
        }
        Hint::AskForRight => "ask an administrator of the server for this right",
        Hint::CreateDatabase => "create it with `instaseed setup`",
        Hint::CreateFile => "create it with `instaseed setup`, or correct the path",
        Hint::EnableTls => {
            "enable TLS on the server, or allow a plain connection with sslmode=prefer or sslmode=disable"
        }
        Hint::NameAuthority => {
            "name the certificate of the authority with sslrootcert=FILE, or encrypt without this check with sslmode=require"
        }
        Hint::UseCertifiedName => {
            "use the host name in the certificate, or skip the check of the name with sslmode=verify-ca"
        }
        Hint::CertifyName => {
            "give the server a certificate with its host name (the one that MySQL creates has none), or encrypt without this check with sslmode=require and no root certificate"
        }
        Hint::RenewCertificate => {
            "renew the server's certificate, or encrypt without checking it with sslmode=require"
        }
        Hint::RaiseTlsVersion => "enable TLS 1.2 or 1.3 on the server",
        Hint::NameRootFile => {
            "name a readable PEM file with at least one certificate with sslrootcert (or ssl-ca)"
        }
        Hint::InstallRoots => "install the package ca-certificates, or name a file with sslrootcert=FILE",
        Hint::EncryptPassword => {
            "use TLS: sslmode=require, or sslmode=verify-full with sslrootcert=FILE; in a network that you trust, sslmode=disable"
        }
        Hint::EncryptKeyExchange => {
            "use TLS: sslmode=require, or sslmode=verify-full with sslrootcert=FILE; in a network that you trust, allow-public-key-retrieval=true"
        }
        Hint::CorrectUrl => "correct scheme, host and port of the URL",
        Hint::CloseClients => "close the other programs that use it, then run this again",
        Hint::NameFileInFolder => "name a file in the folder, such as instaseed.db",
        Hint::ReplaceSpecialFile => {
            "use another file name, or remove this one if another program has left it"
        }
        Hint::CreateFolder => "create the folder first (mkdir -p), or correct the path",
        Hint::MoveFileAway => "use another file name, or move this file away",
        Hint::MakeWritable => "make the file and its folder writable, or copy the database elsewhere",
        Hint::MakeReadable => "change the file's permissions (chmod), or run this as its owner",
        Hint::CloseOtherProgram => "close the other program (or end its transaction), then run this again",
        Hint::FreeSpace => "free some space, or use another disk",
        Hint::NameLinkedFile => "name the file itself; nothing was removed",
        Hint::MendLink => "name the file that it should point to, or remove the link",
        Hint::RemoveFile => "use another name, or remove the file first",
        Hint::BePatient => {
            "check that the server responds; to wait longer, add connect_timeout=SECONDS to the URL (short queries may take six times as long)"
        }
        Hint::CreateSchema => {
            "create the schema (CREATE SCHEMA name), or name one that exists: ALTER ROLE account IN DATABASE name SET search_path = public"
        }
        Hint::CreateUtf8Database => {
            "use another database: CREATE DATABASE name TEMPLATE template0 ENCODING 'UTF8'"
        }
    };
    text.to_owned()
}

fn mend(problem: DotEnvProblem) -> &'static str {
    match problem {
        DotEnvProblem::Unreadable => "make it readable",
        DotEnvProblem::TooLong => "shorten it",
        DotEnvProblem::NotUtf8 => "save it as UTF-8",
        DotEnvProblem::NoPair => "write NAME=value, with quotes around a value that has spaces or `#`",
    }
}
