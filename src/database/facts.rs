//! What can be seen of a database and its server from one connection: for `doctor`, and for choosing how to load.
//! Only looks; a fact that an engine does not have, or does not tell, is `None`.

use super::catalogue::Cells;
use super::{Db, Target, mysql, postgres, sqlite};
use crate::database::Result;

/// The facts about one database and what serves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// `SQLite`, `MariaDB`, `MySQL` or `PostgreSQL`.
    pub product: String,
    pub version: String,
    /// The account as the server knows it.
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
    /// How large the database is.
    pub data_bytes: Option<u64>,
    /// Free space where the data is; known for files only.
    pub free_bytes: Option<u64>,
}

impl Db {
    /// The one of these tables of ours that another account owns, with that account; engines without owners say no.
    pub(crate) fn stranger(&mut self, tables: &[&str]) -> Result<Option<(String, String)>> {
        let Db::Postgres(_) = self else { return Ok(None) };
        let found = self.cells(&postgres::strangers(tables))?;
        Ok(found.into_iter().find_map(|row| row.a.zip(row.b)))
    }

    /// Looks around. `target` is what the connection was opened with.
    pub fn facts(&mut self, target: &Target) -> Result<Facts> {
        let sql = match self {
            Db::Sqlite(_) => sqlite::FACTS,
            Db::Mysql(_) => mysql::FACTS,
            Db::Postgres(_) => postgres::FACTS,
        };
        // one row a fact: its name and its value
        let mut facts = Facts::default();
        for row in self.cells(sql)? {
            facts.set(row);
        }
        if matches!(self, Db::Mysql(_)) {
            // a server may hide this table (MySQL without performance_schema): then the cipher is not known
            for row in self.cells(mysql::cipher_query(&facts.product)).unwrap_or_default() {
                facts.set(row);
            }
        }
        if let Some(path) = target.path() {
            sqlite::add_file_facts(path, &mut facts);
        }
        Ok(facts)
    }
}

impl Facts {
    fn set(&mut self, row: Cells) {
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
