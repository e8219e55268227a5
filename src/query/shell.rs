//! The engine's own shell, as a program, its arguments and its environment. A password is only ever in the environment, which
//! nobody but the account and the administrator can read; a command line is open to everybody on the machine.

use std::ffi::OsString;

use super::Access;
use crate::database::Target;
#[cfg(feature = "mysql")]
use crate::database::TlsMode;
#[cfg(feature = "server")]
use crate::database::{Host, Roots};

/// A program that talks to a database.
#[derive(Clone, PartialEq, Eq)]
pub struct Shell {
    /// Its names with the arguments of each; the first that is there is meant.
    pub programs: Vec<(&'static str, Vec<OsString>)>,
    /// Holds the password: not for output.
    pub environment: Vec<(&'static str, OsString)>,
    /// Variables that would lead it elsewhere.
    pub without: &'static [&'static str],
}

#[cfg(feature = "sqlite")]
pub(super) fn of_file(target: &Target, access: Access) -> Shell {
    let path = target.path().unwrap_or_else(|| target.database().as_ref());
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut arguments = vec!["-header", "-column", "-cmd", "PRAGMA foreign_keys = ON"];
    if access == Access::Read {
        arguments.push("-readonly");
    }
    let arguments = arguments.into_iter().map(OsString::from).chain([path.into_os_string()]).collect();
    Shell { programs: vec![("sqlite3", arguments)], environment: Vec::new(), without: &[] }
}

#[cfg(feature = "postgres")]
pub(super) fn of_postgres(target: &Target, access: Access) -> Shell {
    let mut environment: Vec<(&'static str, OsString)> = Vec::new();
    if let Some(address) = target.address() {
        environment.push(("PGUSER", address.user_name().into()));
        environment.push(("PGDATABASE", address.database.as_str().into()));
        environment.push(("PGPORT", address.port.to_string().into()));
        environment.push(("PGSSLMODE", address.tls.to_string().into()));
        environment.push(("PGCONNECT_TIMEOUT", address.connect_timeout.as_secs().to_string().into()));
        match &address.host {
            Host::Name(name) => environment.push(("PGHOST", name.as_str().into())),
            Host::Socket(folder) => environment.push(("PGHOST", folder.as_os_str().to_owned())),
            Host::Usual => {}
        }
        if let Roots::File(path) = &address.roots {
            environment.push(("PGSSLROOTCERT", path.as_os_str().to_owned()));
        }
        if let Some(password) = &address.password {
            environment.push(("PGPASSWORD", password.as_str().into()));
        }
        if let Some(name) = &address.application_name {
            environment.push(("PGAPPNAME", name.as_str().into()));
        }
    }
    if access == Access::Read {
        environment.push(("PGOPTIONS", "-c default_transaction_read_only=on".into()));
    }
    let without = &["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGPASSWORD", "PGOPTIONS"];
    Shell { programs: vec![("psql", Vec::new())], environment, without }
}

#[cfg(feature = "mysql")]
pub(super) fn of_mysql(target: &Target, access: Access) -> Shell {
    let mut arguments: Vec<OsString> = vec!["--default-character-set=utf8mb4".into()];
    let mut environment = Vec::new();
    let (mut of_mariadb, mut of_mysql): (Vec<OsString>, Vec<OsString>) = (Vec::new(), Vec::new());
    if let Some(address) = target.address() {
        let joined = |option: &str, value: &std::ffi::OsStr| {
            let mut word = OsString::from(option);
            word.push(value);
            word
        };
        match &address.host {
            // Otherwise `localhost` would be the socket.
            Host::Name(name) => {
                arguments.push("--protocol=tcp".into());
                arguments.push(joined("-h", name.as_ref()));
                arguments.push(joined("-P", address.port.to_string().as_ref()));
            }
            Host::Socket(path) => arguments.push(joined("-S", path.as_os_str())),
            Host::Usual => {}
        }
        arguments.push(joined("-u", address.user_name().as_ref()));
        arguments.push(joined("-D", address.database.as_ref()));
        let (mariadb, mysql): (&[&str], &str) = match address.tls {
            TlsMode::Disable => (&["--skip-ssl"], "DISABLED"),
            TlsMode::Allow | TlsMode::Prefer => (&[], "PREFERRED"),
            TlsMode::Require => (&["--ssl"], "REQUIRED"),
            TlsMode::VerifyCa => (&["--ssl", "--ssl-verify-server-cert"], "VERIFY_CA"),
            TlsMode::VerifyFull => (&["--ssl", "--ssl-verify-server-cert"], "VERIFY_IDENTITY"),
        };
        of_mariadb.extend(mariadb.iter().map(OsString::from));
        of_mysql.push(format!("--ssl-mode={mysql}").into());
        if let Roots::File(path) = &address.roots {
            arguments.push(joined("--ssl-ca=", path.as_os_str()));
        }
        if let Some(password) = &address.password {
            environment.push(("MYSQL_PWD", password.as_str().into()));
        }
    }
    if access == Access::Read {
        arguments.push("--init-command=SET SESSION TRANSACTION READ ONLY".into());
    }
    let with = |own: Vec<OsString>| arguments.iter().cloned().chain(own).collect();
    let programs = vec![("mariadb", with(of_mariadb)), ("mysql", with(of_mysql))];
    Shell { programs, environment, without: &["MYSQL_PWD"] }
}

#[cfg(test)]
#[cfg(all(feature = "mysql", feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_on_no_command_line() {
        for url in ["mysql://me:s3cret@h/d?sslmode=verify-ca", "postgres://me:s3cret@h/d"] {
            let target = Target::parse(url).expect("a proper URL");
            let shell = super::super::shell(&target, Access::Read);
            let words: Vec<_> = shell.programs.iter().flat_map(|(_, words)| words).collect();
            assert!(words.iter().all(|word| !word.to_string_lossy().contains("s3cret")), "{words:?}");
            assert!(shell.environment.iter().any(|(_, value)| value == "s3cret"), "{url}");
        }
    }

    #[test]
    fn a_shell_only_reads_unless_it_may_write() {
        let mysql = Target::parse("mysql://me@localhost:3307/d").expect("a proper URL");
        let words = |access| format!("{:?}", super::super::shell(&mysql, access).programs);
        assert!(words(Access::Read).contains("READ ONLY") && !words(Access::Write).contains("READ ONLY"));
        assert!(words(Access::Read).contains("-hlocalhost") && words(Access::Read).contains("-P3307"));
        let postgres = Target::parse("postgres://me@h/d").expect("a proper URL");
        let reads = |access| {
            let shell = super::super::shell(&postgres, access);
            shell.environment.iter().any(|(name, _)| *name == "PGOPTIONS")
        };
        assert!(reads(Access::Read) && !reads(Access::Write));
    }
}
