//! SQLite data sets: the bytes of a fixture are read once, and opened in memory whenever a database is needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Set, Source};
use crate::edition::Edition;
use crate::grade::Result;
use crate::sandbox::Sandbox;
use crate::sandbox::sqlite::SqliteSandbox;

pub(in crate::grade) struct Files {
    folder: PathBuf,
    read: BTreeMap<(String, Edition, u64), Arc<[u8]>>,
}

impl Files {
    pub(in crate::grade) fn new(folder: &Path) -> Files {
        Files { folder: folder.to_owned(), read: BTreeMap::new() }
    }

    fn bytes(&mut self, set: &Set) -> Result<&Arc<[u8]>> {
        let key = (set.profile.clone(), set.edition, set.seed);
        if !self.read.contains_key(&key) {
            let bytes = set.fixture().folder(&self.folder).bytes()?;
            self.read.insert(key.clone(), bytes.into());
        }
        Ok(&self.read[&key])
    }
}

impl Source for Files {
    fn reader(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        Ok(Box::new(SqliteSandbox::new(Arc::clone(self.bytes(set)?))?))
    }

    fn scratch(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        Ok(Box::new(SqliteSandbox::scratch(Arc::clone(self.bytes(set)?))?))
    }
}
