//! The manifest of a folder of files: which data set they are, or which part of it, and what each file must contain. It is
//! written last, so a folder with a manifest is complete. It contains no time and no path, so the same input gives the same
//! bytes.

mod error;
mod merge;
mod verify;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::edition::{Edition, Table};
use crate::fingerprint::GENERATOR_VERSION;
use crate::format::{Facts, FileType};
use crate::plan::Shard;
use crate::profile::Profile;
use crate::sha256;
use crate::sink::digest::Digest;
use crate::sink::files::{Last, Written};

pub(crate) use error::Result;
pub use error::{Hint, ManifestError};
pub use merge::MergeProblem;
pub use verify::FileProblem;

/// The name of the file in its folder.
pub use crate::sink::files::MANIFEST as FILE_NAME;

/// What every manifest of this kind begins with.
const KIND: &str = "instaseed files";
/// The version of the manifest format. Raise it when an older reader would misunderstand the file.
const VERSION: u32 = 2;
/// The first version that ends with a digest of itself.
const SEALED: u32 = 2;
/// The longest file that is read; no manifest comes near it.
const MAX_BYTES: u64 = 1 << 26;

/// What a folder of files contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of manifest this is.
    pub manifest: String,
    pub manifest_version: u32,
    /// The version of the program that wrote the files.
    pub instaseed_version: String,
    pub generator_version: u32,
    pub edition: String,
    /// The name of the profile.
    pub profile: String,
    pub seed: u64,
    pub users: u32,
    /// Everything that was asked for, as [`Profile::to_record`] has it.
    pub profile_record: serde_json::Value,
    /// The file format, by its name.
    pub format: String,
    /// The engine, if the files are SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// How the files are compressed, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// The part of the data set: `1/1` is all of it.
    pub shard: String,
    /// The number of manifests that were merged into this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_from: Option<u64>,
    /// The file that creates the tables, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<FileEntry>,
    /// Parents before children.
    pub tables: Vec<TableEntry>,
}

/// What the files of a table contain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    pub table: String,
    pub rows: u64,
    pub bytes: u64,
    /// The digest of these rows; those of all parts add up to the digest of the table.
    pub digest: String,
    /// Empty in a merged manifest, because the files are in other folders.
    pub files: Vec<FileEntry>,
}

/// A file of rows, or of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path in the folder; the path of a part begins with the folder of its table.
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
}

/// What files depend on, besides the rows themselves.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    pub edition: Edition,
    pub profile: &'a Profile,
    pub files: FileType,
    pub shard: Shard,
}

impl Origin<'_> {
    /// What a file itself says about its rows, if its format has room for that.
    pub fn facts(&self) -> Facts {
        Facts(vec![
            ("instaseed.edition", self.edition.to_string()),
            ("instaseed.profile", self.profile.name.clone()),
            ("instaseed.seed", self.profile.seed.to_string()),
            ("instaseed.generator_version", GENERATOR_VERSION.to_string()),
            ("instaseed.shard", self.shard.to_string()),
        ])
    }
}

/// What is read before anything else of a manifest.
#[derive(Deserialize)]
struct Opening {
    manifest: String,
    manifest_version: u32,
}

impl Manifest {
    /// The manifest of files that were just written.
    pub fn new(origin: Origin<'_>, digests: &[(&'static Table, Digest)], written: &[Written]) -> Manifest {
        let Origin { edition, profile, files: FileType { format, compression }, shard } = origin;
        let entry = |(table, digest): &(&'static Table, Digest)| {
            let files: Vec<_> = written
                .iter()
                .filter(|file| file.table.is_some_and(|of| of.name == table.name))
                .map(file)
                .collect();
            TableEntry {
                table: table.name.to_owned(),
                rows: digest.rows,
                bytes: files.iter().map(|file| file.bytes).sum(),
                digest: digest.to_string(),
                files,
            }
        };
        Manifest {
            manifest: KIND.to_owned(),
            manifest_version: VERSION,
            instaseed_version: env!("CARGO_PKG_VERSION").to_owned(),
            generator_version: GENERATOR_VERSION,
            edition: edition.name().to_owned(),
            profile: profile.name.clone(),
            seed: profile.seed,
            users: profile.users,
            profile_record: serde_json::to_value(profile).expect("a profile is texts and finite numbers"),
            format: format.name().to_owned(),
            dialect: format.dialect().map(|dialect| dialect.name().to_owned()),
            compression: compression.map(|compression| compression.name().to_owned()),
            shard: shard.to_string(),
            merged_from: None,
            schema: written.iter().find(|written| written.table.is_none()).map(file),
            tables: digests.iter().map(entry).collect(),
        }
    }

    /// The manifest as it is written to a file. Its last key is a digest of everything before it.
    pub fn to_text(&self) -> String {
        sha256::sealed(&serde_json::to_string_pretty(self).expect("a manifest is texts and whole numbers"))
    }

    /// What completes a folder. Files that the replaced manifest lists and this one does not are stale; a manifest that cannot
    /// be read lists none.
    pub fn completing(&self, dir: &Path) -> Last {
        let names =
            |manifest: &Manifest| -> Vec<String> { manifest.files().map(|file| file.name.clone()).collect() };
        let mine = names(self);
        let replaced = Manifest::of_folder(dir).unwrap_or_default();
        let stale = replaced.iter().flat_map(names).filter(|name| !mine.contains(name));
        let stale: Vec<PathBuf> = stale.map(|name| dir.join(name)).collect();
        Last { manifest: self.to_text(), stale }
    }

    /// The manifest of a folder; `None` if it has none.
    pub fn of_folder(dir: &Path) -> Result<Option<Manifest>> {
        let path = dir.join(FILE_NAME);
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        Manifest::read(&path).map(Some)
    }

    /// Reads a manifest, and refuses names that lead to another folder.
    pub fn read(path: &Path) -> Result<Manifest> {
        let unreadable = |source| ManifestError::Read { path: path.to_owned(), source };
        let malformed = |message: String| ManifestError::Malformed { path: path.to_owned(), message };
        // To open a pipe would wait for whoever writes to it.
        if !fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(malformed("it is not a file".to_owned()));
        }
        let file = fs::File::open(path).map_err(unreadable)?;
        let mut text = String::new();
        file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
        let opening: Opening = serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if opening.manifest != KIND {
            return Err(malformed(format!("it is of another kind, {:?}", opening.manifest)));
        }
        if opening.manifest_version > VERSION {
            let version = opening.manifest_version;
            return Err(ManifestError::Newer { path: path.to_owned(), version, known: VERSION });
        }
        match sha256::is_as_sealed(text.as_bytes()) {
            Some(true) => {}
            None if opening.manifest_version < SEALED => {}
            _ => return Err(ManifestError::Altered { path: path.to_owned() }),
        }
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        manifest.flaw().map_or(Ok(manifest), |flaw| Err(malformed(flaw)))
    }

    /// Refuses what no valid manifest says.
    fn flaw(&self) -> Option<String> {
        let Ok(edition) = self.edition.parse::<Edition>() else {
            return Some(format!("there is no edition {:?}", self.edition));
        };
        if self.shard.parse::<Shard>().is_err() {
            return Some(format!("{:?} is not a shard", self.shard));
        }
        // a file of the folder, or a part in the folder of its table
        let is_plain = |name: &str| {
            let is_name = |name: &str| !name.is_empty() && !name.starts_with('.') && !name.contains('\0');
            name.split('/').count() <= 2 && name.split('/').all(is_name)
        };
        if let Some(file) = self.files().find(|file| !is_plain(&file.name)) {
            return Some(format!("{:?} is not the name of a file in its folder", file.name));
        }
        let mut rows = BTreeMap::new();
        for entry in &self.tables {
            if edition.table(&entry.table).is_err() {
                return Some(format!("edition {edition} has no table {:?}", entry.table));
            }
            if rows.insert(&entry.table, entry.rows).is_some() {
                return Some(format!("table {} is there twice", entry.table));
            }
            if Digest::parse(entry.rows, &entry.digest).is_none() {
                return Some(format!("{:?} is not a digest", entry.digest));
            }
            let sum = |of: fn(&FileEntry) -> u64| {
                entry.files.iter().try_fold(0_u64, |sum, file| sum.checked_add(of(file)))
            };
            let sums = (sum(|file| file.rows), sum(|file| file.bytes));
            if !entry.files.is_empty() && sums != (Some(entry.rows), Some(entry.bytes)) {
                return Some(format!(
                    "the files of table {} do not add up to its rows and bytes",
                    entry.table
                ));
            }
        }
        None
    }

    /// Every file, in the order in which they are loaded.
    pub fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.schema.iter().chain(self.tables.iter().flat_map(|entry| &entry.files))
    }

    /// The edition of the tables.
    pub fn edition(&self) -> Edition {
        self.edition.parse().expect("it was looked at when the manifest was read")
    }

    /// The part of the data set.
    pub fn shard(&self) -> Shard {
        self.shard.parse().expect("it was looked at when the manifest was read")
    }

    /// Whether the files are all tables of the whole data set; only then do all rules apply.
    pub fn is_whole(&self) -> bool {
        self.shard() == Shard::WHOLE && self.tables.len() == self.edition().tables().len()
    }

    /// The digest that the rows of a table must have.
    pub fn digest(&self, table: &str) -> Option<Digest> {
        let entry = self.tables.iter().find(|entry| entry.table == table)?;
        Digest::parse(entry.rows, &entry.digest)
    }
}

/// Writes a manifest to a file of any name, which appears when it is complete. Replaces only a file that was written in this
/// way, and never a device, a link, or the manifest of files next to it.
pub fn write(path: &Path, manifest: &Manifest, replace: bool) -> Result<()> {
    let failed = |source| ManifestError::Write { path: path.to_owned(), source };
    if let Ok(found) = fs::symlink_metadata(path).as_ref()
        && replace
    {
        let is_merged = |manifest: Manifest| manifest.merged_from.is_some();
        if !found.is_file() || !Manifest::read(path).is_ok_and(is_merged) {
            return Err(ManifestError::NotMerged { path: path.to_owned() });
        }
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let usual = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    file.write_all(manifest.to_text().as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(usual).map_err(failed)?;
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map(drop).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => ManifestError::Exists { path: path.to_owned() },
        _ => failed(error.error),
    })
}

fn file(written: &Written) -> FileEntry {
    FileEntry { name: written.name.clone(), rows: written.rows, bytes: written.bytes }
}

#[cfg(test)]
mod tests;
