//! A record of the application's objects that a copy creates in its target, written before each is created. After an
//! interruption, only these are removed; the copy refuses, by name, what others have created meanwhile.

use std::collections::BTreeSet;

use crate::copy::Result;
use crate::database::Db;
use crate::database::records::COPY_MADE;
use crate::migration;
use crate::sha256;

/// The record in the target: a short digest for each name, because names may be many and long.
#[derive(Clone, Debug, Default)]
pub(in crate::copy) struct Made {
    sums: BTreeSet<String>,
}

fn sum(name: &str) -> String {
    sha256::of(name).chars().take(16).collect()
}

pub(super) fn table(name: &str) -> String {
    format!("table {name}")
}

pub(super) fn of_values(name: &str) -> String {
    format!("type {name}")
}

impl Made {
    pub(in crate::copy) fn read(db: &mut Db) -> Result<Made> {
        let text = migration::property(db, COPY_MADE)?.unwrap_or_default();
        Ok(Made { sums: text.split_whitespace().map(str::to_owned).collect() })
    }

    /// The record as it is in the target.
    pub(in crate::copy) fn text(&self) -> String {
        self.sums.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.sums.contains(&sum(name))
    }

    /// Creates something that is recorded. If that fails, its record is removed again.
    pub(super) fn make<T>(
        &mut self,
        db: &mut Db,
        name: &str,
        make: impl FnOnce(&mut Db) -> Result<T>,
    ) -> Result<T> {
        let is_new = self.sums.insert(sum(name));
        if is_new {
            self.write(db)?;
        }
        let made = make(db);
        if made.is_err() && is_new {
            self.sums.remove(&sum(name));
            self.write(db)?;
        }
        made
    }

    /// Nothing is made any more.
    pub(super) fn clear(&mut self, db: &mut Db) -> Result<()> {
        self.sums.clear();
        self.write(db)
    }

    fn write(&self, db: &mut Db) -> Result<()> {
        Ok(migration::set_property(db, COPY_MADE, Some(&self.text()))?)
    }
}
