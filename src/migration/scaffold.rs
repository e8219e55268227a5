//! `new NAME`: creates a folder for each engine of this build, with the questions that a migration
//! must answer; the SQL is left to write.
//!
//! Until its SQL is written, such a migration is refused by name: an empty step is never taken for a finished one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::MigrationError;
use super::engines::dialect;
use crate::database::Engine;

const UP: &str = "\
-- Why: what the schema cannot do without this step.
--
-- Write the step here. Rows that are already there must come through it; large tables in one pass.
";

const DOWN: &str = "\
-- The way back: leaves the schema, and every row, as they were before up.sql.
--
-- What cannot be kept is declared in metadata.toml under [[down.loses]].
";

/// Writes the folders below `root`, for an edition that they fit (`None`: all), and returns their
/// paths. Refuses bad names, and never overwrites.
pub fn scaffold(root: &Path, name: &str, edition: Option<&str>) -> Result<Vec<PathBuf>, MigrationError> {
    let good = name.len() <= 60
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
    if !good {
        return Err(MigrationError::BadName { name: name.to_owned() });
    }
    let folder = format!("{}_{name}", free_version(root));
    let places: Vec<(PathBuf, bool)> = if is_flat(root) {
        vec![(root.join(&folder), true)]
    } else {
        let place = |engine: Engine| root.join(engine.name()).join(&folder);
        Engine::ALL.map(|engine| (place(engine), !dialect(engine).commits_ddl)).to_vec()
    };
    if let Some((path, _)) = places.iter().find(|(path, _)| path.exists()) {
        return Err(MigrationError::AlreadyThere { path: path.clone() });
    }
    for (path, transaction) in &places {
        write(path, *transaction, edition)
            .map_err(|source| MigrationError::Unwritable { path: path.clone(), source })?;
    }
    Ok(places.into_iter().map(|(path, _)| path).collect())
}

/// The version for the current second, or for the next one that no folder of any engine has.
fn free_version(root: &Path) -> String {
    let folders = Engine::names().map(|engine| root.join(engine)).chain([root.to_owned()]);
    let entries = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let taken: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some(name.split('_').next()?.replace('-', ""))
        })
        .collect();
    let now = SystemTime::now();
    let versions = (0..).map(|seconds| version(now + Duration::from_secs(seconds)));
    versions.into_iter().find(|version| !taken.contains(version)).unwrap_or_default()
}

/// A folder that directly contains the migrations of one engine keeps that layout.
fn is_flat(root: &Path) -> bool {
    let layered = Engine::names().any(|engine| root.join(engine).is_dir());
    let holds = fs::read_dir(root).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| entry.path().join("up.sql").is_file()))
    });
    holds && !layered
}

fn write(folder: &Path, transaction: bool, edition: Option<&str>) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let comment = if transaction {
        "# All of it or nothing; false only for statements that refuse a transaction."
    } else {
        "# MySQL commits each DDL statement by itself; the runner records how far a run came."
    };
    let fits = match edition {
        Some(edition) => format!("# The editions of the schema that it fits.\neditions = [\"{edition}\"]\n"),
        None => String::new(),
    };
    for (name, text) in [
        ("up.sql", UP.to_owned()),
        ("down.sql", DOWN.to_owned()),
        ("metadata.toml", format!("{comment}\nrun_in_transaction = {transaction}\n{fits}")),
    ] {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(folder.join(name))?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
    }
    Ok(())
}

/// `YYYYMMDDhhmmss`, UTC.
fn version(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Count days from 0000-03-01, so that a leap day is the last of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Engine;
    use crate::migration::Source;

    #[test]
    fn versions_are_the_time_in_utc() {
        let at = |seconds| version(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "19700101000000");
        assert_eq!(at(1_709_208_000), "20240229120000");
        assert_eq!(at(4_102_444_799), "20991231235959");
    }

    #[test]
    fn it_writes_for_all_engines_and_is_refused_until_filled_in() {
        let root = tempfile::tempdir().expect("a folder");
        let written = scaffold(root.path(), "add_bio", Some("course")).expect("writes");
        assert_eq!(written.len(), 3);
        let error = Source::only_folder(Engine::Mysql, root.path()).unwrap_err();
        assert!(matches!(error, MigrationError::EmptyScript { .. }), "{error}");
    }

    #[test]
    fn those_of_one_second_have_versions_of_their_own() {
        let root = tempfile::tempdir().expect("a folder");
        let versions = ["add_a", "add_b", "add_c"].map(|name| {
            let written = scaffold(root.path(), name, None).expect("writes");
            let folder = written[0].file_name().expect("it has one").to_string_lossy().into_owned();
            folder.split('_').next().expect("a version").to_owned()
        });
        assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
        let metadata = std::fs::read_to_string(
            root.path().join("sqlite").join(format!("{}_add_a", versions[0])).join("metadata.toml"),
        );
        assert!(!metadata.expect("written").contains("editions"));
    }

    #[test]
    fn bad_names_are_refused() {
        let root = tempfile::tempdir().expect("a folder");
        for name in ["", "1_a", "../a", "Add", "a b", "a-b"] {
            assert!(
                matches!(scaffold(root.path(), name, None), Err(MigrationError::BadName { .. })),
                "{name}"
            );
        }
    }
}
