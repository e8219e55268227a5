//! The manifest of a backup. It is written last, into a folder that gets its name last, so a folder with a manifest is
//! complete. It has the size and the digest of each file, so a damaged file is found before it is used. It ends with a digest
//! of itself.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::own::Own;
use super::pieces::Pieces;
use super::{CopyError, Result, seal};
use crate::edition::Edition;
use crate::migration::Records;
use crate::sha256;
use crate::sink::digest::Digest;

/// The name of the file in its folder.
pub(super) const FILE_NAME: &str = "manifest.json";
/// The kind of manifest that every manifest of a backup states.
const KIND: &str = "instaseed database backup";
/// The version of the manifest format. Raise it when an older reader would misunderstand the file.
const VERSION: u32 = 3;
/// The first version that ends in a digest of itself.
const SEALED: u32 = 3;
/// The longest file that is read; no manifest comes near it.
const MAX_BYTES: u64 = 1 << 28;

/// A backup: what it was made from, what is in it, and its files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of manifest this is.
    pub manifest: String,
    pub manifest_version: u32,
    /// The version of the program that made the backup.
    pub instaseed_version: String,
    /// UTC.
    pub created_at: String,
    /// The database, without its password.
    pub from: String,
    /// The same, independent of the current folder. Backups with the same value are of the same database.
    #[serde(default)]
    pub database: Option<String>,
    /// The name of its engine, as in `migrations/<name>`.
    pub engine: String,
    /// The server and its version.
    pub server: String,
    pub edition: String,
    /// The line with which its loads recorded the state of the schema.
    pub schema_line: Option<String>,
    pub records: Records,
    /// Parents before children.
    pub tables: Vec<BackedTable>,
    /// What an application has added.
    #[serde(default)]
    pub own: Own,
    /// The rows of its tables, in the same order.
    #[serde(default)]
    pub own_tables: Vec<BackedOwn>,
}

/// The rows of an application's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedOwn {
    pub table: String,
    pub rows: u64,
    /// The digest of its rows, in the form that is compared between engines.
    pub digest: String,
    pub file: BackedFile,
}

/// A table of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedTable {
    pub table: String,
    pub columns: Vec<BackedColumn>,
    pub rows: u64,
    /// The digest of its rows.
    pub digest: String,
    pub file: BackedFile,
    /// The smallest and the largest id.
    pub ids: (i64, i64),
    /// In the order of the file, which is that of their keys.
    pub pieces: Vec<BackedPiece>,
}

/// A column, and what its cells are: `integer`, `text` or `time`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedColumn {
    pub name: String,
    pub kind: String,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedFile {
    /// Its name in the folder.
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl BackedFile {
    fn other_length(&self, bytes: u64) -> String {
        format!("it has {bytes} bytes, and the manifest says {}", self.bytes)
    }
}

/// Rows that are compressed together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedPiece {
    /// The last key; the last piece has none.
    pub up_to: Option<i64>,
    pub rows: u64,
    /// Where in the file it begins, and how long it is there.
    pub offset: u64,
    pub bytes: u64,
    /// Its length after decompression.
    pub plain_bytes: u64,
}

/// What is read first, because a later version may contain anything else.
#[derive(Deserialize)]
struct Head {
    manifest: String,
    manifest_version: u32,
}

impl Manifest {
    pub(super) fn new(
        from: String,
        database: String,
        engine: &str,
        server: String,
        edition: Edition,
        records: Records,
    ) -> Self {
        Manifest {
            manifest: KIND.to_owned(),
            manifest_version: VERSION,
            instaseed_version: env!("CARGO_PKG_VERSION").to_owned(),
            created_at: String::new(),
            from,
            database: Some(database),
            engine: engine.to_owned(),
            server,
            edition: edition.name().to_owned(),
            schema_line: None,
            records,
            tables: Vec::new(),
            own: Own::default(),
            own_tables: Vec::new(),
        }
    }

    /// Reads the manifest of a folder; `None` where there is none.
    pub(super) fn find(folder: &Path) -> Result<Option<Manifest>> {
        let path = folder.join(FILE_NAME);
        let is_absent = [ErrorKind::NotFound, ErrorKind::NotADirectory];
        if path.symlink_metadata().is_err_and(|error| is_absent.contains(&error.kind())) {
            return Ok(None);
        }
        let text = seal::read(&path, MAX_BYTES)?;
        let head: Head = match serde_json::from_slice(&text) {
            Ok(head) => head,
            // Another program's, or that of generated files.
            Err(_) => return Ok(None),
        };
        if head.manifest != KIND {
            return Ok(None);
        }
        if head.manifest_version > VERSION {
            return Err(CopyError::NewerManifest { path, theirs: head.manifest_version, ours: VERSION });
        }
        let unreadable = |error: serde_json::Error| CopyError::Damaged {
            path: path.clone(),
            what: format!("it cannot be read: {error}"),
        };
        let altered = "it is not as it was written: its digest of itself does not fit";
        match sha256::is_as_sealed(&text) {
            Some(true) => {}
            None if head.manifest_version < SEALED => {}
            _ => return Err(CopyError::Damaged { path, what: altered.to_owned() }),
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(unreadable)?;
        manifest.expect_sense(&path)?;
        Ok(Some(manifest))
    }

    /// The backup in a folder.
    pub(super) fn read(folder: &Path) -> Result<Manifest> {
        match Manifest::find(folder)? {
            Some(manifest) => Ok(manifest),
            None => Err(Manifest::none_in(folder)),
        }
    }

    /// Why a folder is not a backup. Often it contains folders that are.
    fn none_in(folder: &Path) -> CopyError {
        let path = folder.to_owned();
        match folder.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => return CopyError::NoFolder { path },
            _ => {}
        }
        let within = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| {
            let path = entry.path();
            Some((Manifest::whole(&path)?.created_at, path))
        });
        let mut within: Vec<_> = within.collect();
        within.sort();
        match within.pop() {
            Some((_, newest)) => CopyError::BackupsWithin { path, count: within.len() + 1, newest },
            None => CopyError::NoBackup { path },
        }
    }

    /// The manifest of a folder, if all its files exist and have their sizes.
    pub(super) fn whole(folder: &Path) -> Option<Manifest> {
        Manifest::find(folder).ok()?.filter(|manifest| manifest.damage(folder).is_none())
    }

    /// What is wrong with its files, without reading them.
    pub(super) fn damage(&self, folder: &Path) -> Option<CopyError> {
        self.files().find_map(|(_, file)| {
            let path = folder.join(&file.name);
            let what = match path.symlink_metadata() {
                Err(_) => "it is missing".to_owned(),
                Ok(found) if !found.is_file() => "it is not a regular file".to_owned(),
                Ok(found) if found.len() != file.bytes => file.other_length(found.len()),
                Ok(_) => return None,
            };
            Some(CopyError::Damaged { path, what })
        })
    }

    /// Whether a change of the manifest itself would be found. The first versions had no digest of it.
    pub fn is_sealed(&self) -> bool {
        self.manifest_version >= SEALED
    }

    pub(super) fn edition(&self) -> Result<Edition> {
        let unknown = |_| CopyError::Damaged {
            path: PathBuf::from(FILE_NAME),
            what: format!("no edition is called {:?}", self.edition),
        };
        self.edition.parse().map_err(unknown)
    }

    /// Refuses tables that are not those of the edition, pieces that do not cover their files, and names that lead out of the
    /// folder.
    fn expect_sense(&self, path: &Path) -> Result<()> {
        let damaged = |what: String| CopyError::Damaged { path: path.to_owned(), what };
        let tables = self.edition()?.tables();
        if tables.len() != self.tables.len() {
            return Err(damaged(format!("it has {} tables instead of {}", self.tables.len(), tables.len())));
        }
        for (table, backed) in tables.iter().zip(&self.tables) {
            let columns = backed.columns.iter().map(|column| column.name.as_str());
            if table.name != backed.table || !table.columns.iter().map(|column| column.name).eq(columns) {
                return Err(damaged(format!("{} does not have the columns of {}", backed.table, table.name)));
            }
            if backed.file.name != file_name(&backed.table) {
                return Err(damaged(format!(
                    "{} is not the name of the file of {}",
                    backed.file.name, backed.table
                )));
            }
            let mut offset = 0_u64;
            let last = backed.pieces.len().wrapping_sub(1);
            for (at, piece) in backed.pieces.iter().enumerate() {
                let is_whole = piece.offset == offset && piece.up_to.is_none() == (at == last);
                offset = match offset.checked_add(piece.bytes).filter(|_| is_whole) {
                    Some(end) => end,
                    None => return Err(damaged(format!("the pieces of {} do not fit", backed.table))),
                };
            }
            if offset != backed.file.bytes || backed.pieces.is_empty() {
                return Err(damaged(format!("the pieces of {} do not add up to its file", backed.table)));
            }
            if Digest::parse(backed.rows, &backed.digest).is_none() {
                return Err(damaged(format!("{} has no digest", backed.table)));
            }
        }
        let same = self.own.all().map(|own| &own.table).eq(self.own_tables.iter().map(|own| &own.table));
        if !same {
            return Err(damaged("the tables of the application do not match their files".to_owned()));
        }
        for (at, backed) in self.own_tables.iter().enumerate() {
            if backed.file.name != own_file_name(at) || Digest::parse(backed.rows, &backed.digest).is_none() {
                return Err(damaged(format!(
                    "{} is not the name of the file of {}",
                    backed.file.name, backed.table
                )));
            }
        }
        Ok(())
    }

    /// The pieces as they are read.
    pub(super) fn pieces(&self) -> Vec<Pieces> {
        let pieces = |table: &BackedTable| Pieces {
            cuts: table.pieces.iter().filter_map(|piece| piece.up_to).collect(),
            ids: table.ids,
            rows: table.rows,
        };
        self.tables.iter().map(pieces).collect()
    }

    /// The digest of each table.
    pub(super) fn digests(&self) -> Vec<Digest> {
        self.tables.iter().filter_map(|table| Digest::parse(table.rows, &table.digest)).collect()
    }

    pub(super) fn to_text(&self) -> String {
        sha256::sealed(&serde_json::to_string_pretty(self).expect("a manifest is texts and numbers"))
    }

    /// An identifier of the backup, independent of its folder. Two backups never have the same one.
    pub(super) fn name(&self) -> String {
        let sum = sha256::of(self.to_text());
        format!("the backup {} of {}", &sum[..16], self.from)
    }

    pub fn rows(&self) -> u64 {
        let own = self.own_tables.iter().take(self.own.tables.len()).map(|table| table.rows);
        self.tables.iter().map(|table| table.rows).chain(own).sum()
    }

    /// The bytes of its files.
    pub fn bytes(&self) -> u64 {
        self.files().map(|(_, file)| file.bytes).sum()
    }

    /// Every file, with its table.
    fn files(&self) -> impl Iterator<Item = (&str, &BackedFile)> {
        let own = self.own_tables.iter().map(|own| (own.table.as_str(), &own.file));
        self.tables.iter().map(|table| (table.table.as_str(), &table.file)).chain(own)
    }

    /// Reads every file, and compares it with its digest.
    pub(super) fn verify(&self, folder: &Path, seen: &mut dyn FnMut(&str)) -> Result<()> {
        for (table, file) in self.files() {
            seen(table);
            let path = folder.join(&file.name);
            let (bytes, sum) = seal::sum_of(&path)?;
            let what = if bytes != file.bytes {
                file.other_length(bytes)
            } else if sum != file.sha256 {
                "its bytes are not those that were written".to_owned()
            } else {
                continue;
            };
            return Err(CopyError::Damaged { path, what });
        }
        Ok(())
    }
}

/// The name of a table's file.
pub(super) fn file_name(table: &str) -> String {
    format!("{table}.jsonl.zst")
}

/// The name of the file of an application's table, because the name of the table may not be a valid file name.
pub(super) fn own_file_name(number: usize) -> String {
    format!("own-{}.jsonl.zst", number + 1)
}

/// Whether a name has this form.
pub(super) fn is_own_file_name(name: &str) -> bool {
    let number = name.strip_prefix("own-").and_then(|rest| rest.strip_suffix(".jsonl.zst"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A backup of an empty database, whose files are empty.
    pub(in crate::copy) fn empty(created_at: &str) -> Manifest {
        let engine = "sqlite";
        let (edition, records) = (Edition::Course, Records::default());
        let mut manifest =
            Manifest::new("a.db".to_owned(), "/a.db".to_owned(), engine, String::new(), edition, records);
        manifest.created_at = created_at.to_owned();
        for table in edition.tables() {
            let columns = table.columns.iter();
            manifest.tables.push(BackedTable {
                table: table.name.to_owned(),
                columns: columns
                    .map(|column| BackedColumn { name: column.name.to_owned(), kind: String::new() })
                    .collect(),
                rows: 0,
                digest: Digest::default().to_string(),
                file: BackedFile { name: file_name(table.name), bytes: 0, sha256: String::new() },
                ids: (1, 0),
                pieces: vec![BackedPiece { up_to: None, rows: 0, offset: 0, bytes: 0, plain_bytes: 0 }],
            });
        }
        manifest
    }

    #[test]
    fn a_manifest_is_read_back_and_no_byte_of_it_can_be_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let manifest = empty("2024-05-01 12:30:00");
        let text = manifest.to_text();
        fs::write(&path, &text).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap(), manifest);
        for at in (0..text.len()).step_by(17) {
            for bit in [1, 4, 32] {
                let mut other = text.clone().into_bytes();
                other[at] ^= bit;
                fs::write(&path, &other).unwrap();
                assert!(Manifest::read(dir.path()).is_err(), "{at}: {}", String::from_utf8_lossy(&other));
            }
        }
        // An earlier one has no digest of itself.
        let earlier = Manifest { manifest_version: SEALED - 1, ..manifest };
        fs::write(&path, serde_json::to_string_pretty(&earlier).unwrap()).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap(), earlier);
    }
}
