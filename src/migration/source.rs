//! The available migrations: those embedded for an engine, and a user's own folder that follows them.
//!
//! Both go through one parser, so that an own folder is treated like ours. Whatever a run could fail
//! on later is refused here, before a database is touched: two folders of one version (Diesel silently
//! drops one of them), folders without SQL, files that are not UTF-8, metadata that says nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::engines::dialect;
use super::folder::{self, Raw};
use super::{Metadata, MigrationError, Script};
use crate::database::Engine;
use crate::distance::distance;
use crate::embedded::EMBEDDED_MIGRATIONS;

/// One step of the schema, up and down.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Compared as text, as Diesel does.
    pub version: String,
    pub name: String,
    /// The folder, for messages.
    pub folder: String,
    pub up: Script,
    /// Missing only when the metadata says why.
    pub down: Option<Script>,
    pub metadata: Metadata,
    pub origin: Origin,
}

/// Who wrote a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Embedded,
    Folder,
}

/// A named version of the embedded history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    pub edition: String,
    pub version: String,
}

/// All migrations of one engine, oldest first.
#[derive(Debug, Clone)]
pub struct Source {
    engine: Engine,
    migrations: Vec<Migration>,
    milestones: Vec<Milestone>,
    empty_folder: Option<PathBuf>,
}

impl Source {
    /// The migrations embedded in the binary.
    pub fn embedded(engine: Engine) -> Result<Self, MigrationError> {
        Self::from_list(engine, EMBEDDED_MIGRATIONS)
    }

    fn empty(engine: Engine) -> Self {
        Self { engine, migrations: Vec::new(), milestones: Vec::new(), empty_folder: None }
    }

    pub(super) fn from_list(engine: Engine, list: &[(&str, &str)]) -> Result<Self, MigrationError> {
        let mut raw: BTreeMap<&str, Raw> = BTreeMap::new();
        let mut source = Self::empty(engine);
        for (path, text) in list {
            let parts: Vec<&str> = path.split('/').collect();
            match parts[..] {
                ["editions.toml"] => source.milestones = milestones("migrations/editions.toml", text)?,
                [folder, name, file] if folder == engine.name() => {
                    let entry = raw.entry(name).or_insert_with(|| Raw {
                        folder: format!("migrations/{folder}/{name}"),
                        name: name.to_owned(),
                        files: BTreeMap::new(),
                    });
                    entry.files.insert(file.to_owned(), text.as_bytes().to_vec());
                }
                _ => {}
            }
        }
        source.add(raw.into_values(), Origin::Embedded)?;
        Ok(source)
    }

    /// A source that contains only a folder: an own history on this engine, without ours.
    pub fn only_folder(engine: Engine, folder: &Path) -> Result<Self, MigrationError> {
        Self::empty(engine).with_folder(folder)
    }

    /// Adds a folder laid out as `<version>_<name>/` or, for several engines, `sqlite/`, `mysql/`,
    /// `postgres/`. It may be empty: what was applied from it is then missing, like any other deleted file.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, MigrationError> {
        let root = self.root(folder)?;
        let raw = folder::read(&root)?;
        self.empty_folder = raw.is_empty().then_some(root);
        self.add(raw.into_iter(), Origin::Folder)?;
        self.refuse_unknown_editions()?;
        Ok(self)
    }

    /// For verbs that only read: adds the valid migrations of a folder, and returns what is wrong
    /// with the first of the others.
    pub fn with_readable(mut self, folder: &Path) -> Result<(Self, Option<MigrationError>), MigrationError> {
        let root = self.root(folder)?;
        let raw = folder::read(&root)?;
        self.empty_folder = raw.is_empty().then_some(root);
        let mut wrong = None;
        for one in raw {
            let added = self.add(std::iter::once(one), Origin::Folder);
            wrong = wrong.or(added.err());
        }
        let wrong = wrong.or_else(|| self.refuse_unknown_editions().err());
        Ok((self, wrong))
    }

    /// The directory of this engine's migrations within a folder.
    fn root(&self, folder: &Path) -> Result<PathBuf, MigrationError> {
        let engine = self.engine.name();
        let layered = Engine::names().any(|name| folder.join(name).is_dir());
        let root = if layered { folder.join(engine) } else { folder.to_owned() };
        match layered && !root.is_dir() {
            true => Err(MigrationError::NoEngineFolder { path: folder.to_owned(), engine }),
            false => Ok(root),
        }
    }

    /// A misspelt edition would leave its migration pending forever.
    fn refuse_unknown_editions(&self) -> Result<(), MigrationError> {
        for migration in self.migrations.iter().filter(|_| !self.milestones.is_empty()) {
            let Some(editions) = &migration.metadata.editions else { continue };
            let known = || self.milestones.iter().map(|milestone| milestone.edition.clone());
            let stranger = editions.iter().find(|name| !known().any(|known| known == **name));
            if let Some(edition) = stranger.cloned().or(editions.is_empty().then(String::new)) {
                return Err(MigrationError::BadEdition {
                    file: format!("{}/metadata.toml", migration.folder),
                    edition,
                    known: known().collect(),
                });
            }
        }
        Ok(())
    }

    fn add(&mut self, raw: impl Iterator<Item = Raw>, origin: Origin) -> Result<(), MigrationError> {
        let dialect = dialect(self.engine);
        for folder in raw {
            let migration = folder.parse(origin, dialect)?;
            if let Some(twin) = self.migrations.iter().find(|other| other.version == migration.version) {
                return Err(MigrationError::DuplicateVersion {
                    version: migration.version,
                    first: twin.folder.clone(),
                    second: migration.folder,
                });
            }
            self.migrations.push(migration);
        }
        self.migrations.sort_by(|a, b| a.version.cmp(&b.version));
        Ok(())
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The added folder, if it contains no migration: perhaps it is the wrong one.
    pub fn empty_folder(&self) -> Option<&Path> {
        self.empty_folder.as_deref()
    }

    /// Oldest first.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The editions, in the order of their versions.
    pub fn milestones(&self) -> &[Milestone] {
        &self.milestones
    }

    pub fn find(&self, version: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version)
    }

    /// The version that the user means: an edition, a version or its prefix, a name, or
    /// `<version>_<name>`; `none` is the empty schema.
    pub fn resolve(&self, wanted: &str) -> Result<Option<&str>, MigrationError> {
        if wanted == "none" {
            return Ok(None);
        }
        if let Some(milestone) = self.milestones.iter().find(|milestone| milestone.edition == wanted) {
            return Ok(Some(&milestone.version));
        }
        let plain = wanted.split('_').next().unwrap_or(wanted).replace('-', "");
        let exact = |migration: &&Migration| {
            migration.version == wanted.replace('-', "")
                || migration.name == wanted
                || (migration.version == plain && wanted == format!("{plain}_{}", migration.name))
        };
        let begun = |migration: &&Migration| {
            !wanted.is_empty() && migration.version.starts_with(&wanted.replace('-', ""))
        };
        let mut found: Vec<&Migration> = self.migrations.iter().filter(exact).collect();
        if found.is_empty() {
            found = self.migrations.iter().filter(begun).collect();
        }
        match found[..] {
            [] => Err(MigrationError::UnknownVersion {
                wanted: wanted.to_owned(),
                nearest: self.nearest(wanted),
            }),
            [migration] => Ok(Some(&migration.version)),
            _ => Err(MigrationError::AmbiguousVersion {
                wanted: wanted.to_owned(),
                found: found.iter().map(|migration| migration.version.clone()).collect(),
            }),
        }
    }

    pub(super) fn nearest(&self, wanted: &str) -> Option<String> {
        let versions = self.migrations.iter().flat_map(|migration| [&migration.version, &migration.name]);
        let editions = self.milestones.iter().map(|milestone| &milestone.edition);
        versions
            .chain(editions)
            .filter(|known| !known.is_empty())
            .map(|known| (distance(known, wanted), known))
            .min_by_key(|(steps, _)| *steps)
            .filter(|(steps, known)| *steps <= known.chars().count() / 2)
            .map(|(_, nearest)| nearest.to_owned())
    }
}

fn milestones(file: &str, text: &str) -> Result<Vec<Milestone>, MigrationError> {
    let named: BTreeMap<String, String> = toml::from_str(text).map_err(|error| {
        MigrationError::BadEditions { file: file.to_owned(), message: error.message().to_owned() }
    })?;
    let mut found: Vec<Milestone> =
        named.into_iter().map(|(edition, version)| Milestone { edition, version }).collect();
    found.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::migration::Hint;

    const LIST: &[(&str, &str)] = &[
        ("README.md", "no migration"),
        ("editions.toml", "course = '2026010102'\nplatform = '2026010103'\n"),
        ("sqlite/2026010102_create_photos/down.sql", "DROP TABLE photos;"),
        ("sqlite/2026010102_create_photos/up.sql", "CREATE TABLE photos (id INTEGER);"),
        ("sqlite/2026-01-01-01_create_users/down.sql", "DROP TABLE users;"),
        ("sqlite/2026-01-01-01_create_users/up.sql", "CREATE TABLE users (id INTEGER);"),
        ("mysql/2026010101_create_users/up.sql", "not of this engine"),
    ];

    fn source() -> Source {
        Source::from_list(Engine::Sqlite, LIST).expect("parses")
    }

    fn written(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<Source, MigrationError>) {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, bytes) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            if !path.ends_with("-") {
                fs::write(&path, bytes).expect("a file");
            }
        }
        let source = Source::only_folder(Engine::Sqlite, folder.path());
        (folder, source)
    }

    #[test]
    fn versions_lose_their_dashes_and_sort_as_text() {
        let versions: Vec<_> = source().migrations.iter().map(|m| m.version.clone()).collect();
        assert_eq!(versions, ["2026010101", "2026010102"]);
    }

    #[test]
    fn a_version_is_found_by_edition_beginning_and_name() {
        let source = source();
        assert_eq!(source.resolve("course").expect("known"), Some("2026010102"));
        assert_eq!(source.resolve("create_users").expect("known"), Some("2026010101"));
        assert_eq!(source.resolve("2026010102_create_photos").expect("known"), Some("2026010102"));
        assert_eq!(source.resolve("none").expect("known"), None);
        assert!(matches!(source.resolve("2026"), Err(MigrationError::AmbiguousVersion { .. })));
    }

    #[test]
    fn an_unknown_version_is_named_with_its_nearest() {
        let error = source().resolve("platfrom").unwrap_err();
        let nearest = "platform".to_owned();
        assert_eq!(error.hint(), Some(Hint::DidYouMean { nearest }));
        let far = source().resolve("99").unwrap_err();
        assert_eq!(far.hint(), Some(Hint::ListVersions));
    }

    #[test]
    fn equal_versions_are_refused_with_both_folders() {
        let (_folder, source) = written(&[
            ("1_a/up.sql", b"SELECT 1"),
            ("1_a/down.sql", b"SELECT 1"),
            ("1_b/up.sql", b"SELECT 1"),
            ("1_b/down.sql", b"SELECT 1"),
        ]);
        assert!(matches!(source, Err(MigrationError::DuplicateVersion { version, .. }) if version == "1"));
    }

    #[test]
    fn bad_folders_are_refused_one_by_one() {
        let (_folder, empty) = written(&[("1_a/-", b"")]);
        assert!(matches!(empty, Err(MigrationError::EmptyFolder { .. })));
        let (_folder, missing) = written(&[("1_a/up.sql", b"SELECT 1")]);
        assert!(matches!(missing, Err(MigrationError::MissingDown { .. })));
        let (_folder, text) =
            written(&[("1_a/up.sql", b"SELECT 1;\n-- \xff"), ("1_a/down.sql", b"SELECT 1")]);
        assert!(matches!(text, Err(MigrationError::InvalidUtf8 { line: 2, byte: 13, .. })));
        let (_folder, blank) = written(&[("1_a/up.sql", b"-- fill in\n"), ("1_a/down.sql", b"SELECT 1")]);
        assert!(matches!(blank, Err(MigrationError::EmptyScript { .. })));
        let (_folder, keys) = written(&[
            ("1_a/up.sql", b"SELECT 1"),
            ("1_a/down.sql", b"SELECT 1"),
            ("1_a/metadata.toml", b"irreversible = ''\n"),
        ]);
        assert!(matches!(keys, Err(MigrationError::BadMetadata { .. })));
        let (_folder, nothing) = written(&[("notes.txt", b"")]);
        let nothing = nothing.expect("a folder may be empty");
        assert!(nothing.migrations.is_empty() && nothing.empty_folder().is_some());
    }

    #[test]
    fn an_irreversible_migration_says_why() {
        let (_folder, source) = written(&[
            ("1_a/up.sql", b"SELECT 1"),
            ("1_a/metadata.toml", b"run_in_transaction = true\nirreversible = 'it forgets'\n"),
        ]);
        assert!(source.expect("parses").migrations[0].down.is_none());
    }

    #[test]
    fn an_edition_that_nobody_knows_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("9_own");
        fs::create_dir(&own).expect("a folder");
        fs::write(own.join("up.sql"), "SELECT 1").expect("a file");
        fs::write(own.join("down.sql"), "SELECT 1").expect("a file");
        for (editions, good) in [("['course']", true), ("['coarse']", false), ("[]", false)] {
            let text = format!("run_in_transaction = true\neditions = {editions}\n");
            fs::write(own.join("metadata.toml"), text).expect("a file");
            let found = source().with_folder(folder.path());
            let refused = matches!(&found, Err(MigrationError::BadEdition { .. }));
            assert_eq!((found.is_ok(), refused), (good, !good), "{editions}");
        }
    }

    #[test]
    fn folders_by_engine_are_chosen_by_engine() {
        let (folder, source) =
            written(&[("sqlite/1_a/up.sql", b"SELECT 1"), ("sqlite/1_a/down.sql", b"SELECT 2")]);
        assert_eq!(source.expect("parses").migrations.len(), 1);
        let other = Source::only_folder(Engine::Postgres, folder.path());
        assert!(matches!(other, Err(MigrationError::NoEngineFolder { engine: "postgres", .. })));
    }
}
