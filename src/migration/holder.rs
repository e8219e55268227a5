//! Who holds the lock that migration runs and loads share.

use std::fmt;

use serde::Serialize;

/// Who holds the lock, as far as the engine reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// `process 4711` or `connection 12`.
    pub id: String,
    /// The program, the account, the host.
    pub who: Option<String>,
    pub since: Option<String>,
    /// The statement that ends it, if it is a connection to a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

impl Holder {
    pub(crate) fn unknown() -> Self {
        Self { id: "another connection".into(), who: None, since: None, end: None }
    }

    /// For an administrator: the statement that ends the connection.
    pub(crate) fn how_to_end(&self) -> Option<&str> {
        self.end.as_deref()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(who) = &self.who {
            write!(f, " ({who})")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", since {since}")?;
        }
        Ok(())
    }
}

/// The lock, and the state of the session before it was taken.
#[derive(Debug, Default)]
pub(crate) struct LockGuard {
    pub foreign_keys: bool,
}
