//! What one connection can find out about a database and its server: for `doctor`, and for choosing
//! how to load. Only reads; a fact that an engine does not have, or does not report, is `None`.

use std::collections::BTreeMap;

use super::catalogue::Cells;
use super::{Db, Target};
use crate::database::Result;

/// The facts about one database and its server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerInfo {
    /// `SQLite`, `MariaDB`, `MySQL` or `PostgreSQL`.
    pub product: String,
    pub version: String,
    /// The account, as the server names it.
    pub account: Option<String>,
    /// The cipher of an encrypted connection.
    pub cipher: Option<String>,
    /// The character set of the database (not of the session, which is always UTF-8).
    pub character_set: String,
    pub collation: Option<String>,
    /// The server's own time zone (the session's is always UTC).
    pub time_zone: Option<String>,
    pub may_create_tables: Option<bool>,
    pub may_create_databases: Option<bool>,
    /// MySQL: whether `LOAD DATA LOCAL`, the fast way to load, is allowed.
    pub local_infile: Option<bool>,
    pub max_allowed_packet: Option<u64>,
    /// The size of the database.
    pub data_bytes: Option<u64>,
    /// Free space where the data is; known for files only.
    pub free_bytes: Option<u64>,
}

impl Db {
    /// The table among these that another account owns, with that account; `None` on engines without owners.
    pub(crate) fn stranger(&mut self, tables: &[&str]) -> Result<Option<(String, String)>> {
        let Some(strangers) = self.sql().strangers else { return Ok(None) };
        let found = self.cells(&strangers(tables))?;
        Ok(found.into_iter().find_map(|row| row.a.zip(row.b)))
    }

    /// The bytes of each table with its indexes, as the engine counts them; bookkeeping included.
    pub fn sizes(&mut self) -> Result<BTreeMap<String, u64>> {
        let rows = self.cells(self.sql().sizes)?.into_iter();
        Ok(rows.filter_map(|row| Some((row.a?, row.b?.parse().ok()?))).collect())
    }

    /// Collects the facts. `target` is what the connection was opened with.
    pub fn facts(&mut self, target: &Target) -> Result<ServerInfo> {
        // one row per fact: its name and its value
        let mut facts = ServerInfo::default();
        for row in self.cells(self.sql().facts)? {
            facts.set(row);
        }
        (self.engine().driver().add_facts)(self, target, &mut facts);
        Ok(facts)
    }
}

impl ServerInfo {
    pub(super) fn set(&mut self, row: Cells) {
        let (Some(name), Some(value)) = (row.a, row.b) else { return };
        let yes = || Some(matches!(value.to_lowercase().as_str(), "1" | "on" | "true" | "t" | "yes"));
        match name.as_str() {
            "product" => self.product = value,
            "version" => self.version = value,
            "account" => self.account = Some(value),
            "cipher" => self.cipher = Some(value).filter(|cipher| !cipher.is_empty()),
            "character_set" => self.character_set = value,
            "collation" => self.collation = Some(value),
            "time_zone" => self.time_zone = Some(value),
            "may_create_tables" => self.may_create_tables = yes(),
            "may_create_databases" => self.may_create_databases = yes(),
            "local_infile" => self.local_infile = yes(),
            "max_allowed_packet" => self.max_allowed_packet = value.parse().ok(),
            "data_bytes" => self.data_bytes = value.parse().ok(),
            _ => {}
        }
    }
}
