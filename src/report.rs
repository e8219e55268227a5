//! What a data set looks like, as one page: its tables as a diagram, and figures next to published measurements.
//!
//! The rows come from a database, from files or from a seed alone. The page is one file without a script, as large for a
//! hundred million rows as for a hundred.

mod chart;
pub mod diagram;
mod entity;
mod error;
mod html;
mod measure;
mod page;
mod published;
mod seeded;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

pub use entity::{Entity, EntityColumn};
pub(crate) use error::Result;
pub use error::{Hint, ReportError};
pub use measure::{Charts, Measures};
pub use page::page;
pub use write::{refuse, write};

use crate::check::{Figure, Progress};
use crate::database::{Db, Target};
use crate::edition::{Edition, WorldRows};
use crate::fingerprint::GENERATOR_VERSION;
use crate::load;
use crate::manifest::Manifest;
use crate::profile::Profile;
use crate::read::{Difference, Folder, ReadError, Source, Stored};
use crate::run;
use seeded::Seeded;

/// Everything that a page shows.
#[derive(Debug, Serialize)]
pub struct Report {
    pub from: Origin,
    /// The version of the program that made the report.
    pub instaseed_version: &'static str,
    /// What was generated, as far as it is recorded.
    pub data_sets: Vec<DataSet>,
    pub tables: Vec<Entity>,
    /// None where the tables are not those of an edition.
    #[serde(flatten)]
    pub measures: Option<Measures>,
    /// What a reader must know about the rows.
    pub notes: Vec<String>,
}

/// Where the rows came from.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    /// `database`, `files` or `seed`.
    pub kind: &'static str,
    pub place: String,
    /// The engine with its version, or the format of the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}

/// A data set that was generated.
#[derive(Clone, Debug, Serialize)]
pub struct DataSet {
    pub profile: String,
    pub seed: u64,
    pub users: u32,
    pub generator_version: u32,
    /// Languages with the shares that were asked for.
    pub languages: Vec<(String, f64)>,
}

impl DataSet {
    fn new(profile: &Profile, generator_version: u32) -> DataSet {
        DataSet {
            profile: profile.name.clone(),
            seed: profile.seed,
            users: profile.users,
            generator_version,
            languages: profile.languages.clone(),
        }
    }
}

impl Report {
    /// The tables of a database alone, with their rows and sizes.
    pub fn tables_of(db: &mut Db, target: &Target) -> Result<Vec<Entity>> {
        let catalogue = db.catalogue()?;
        if catalogue.tables.is_empty() {
            return Err(ReportError::Empty { place: target.to_string() });
        }
        let edition = edition_of(&mut Stored::new(db, target.to_string())?)?;
        Ok(entity::of_catalogue(&catalogue, edition))
    }

    /// A database. Tables of none of our editions are drawn and counted; nobody knows what their figures would mean.
    pub fn of_database(db: &mut Db, target: &Target, progress: &mut dyn Progress) -> Result<Report> {
        let mut tables = Report::tables_of(db, target)?;
        let facts = db.facts(target)?;
        let sizes = db.sizes()?;
        for table in &mut tables {
            table.bytes = sizes.get(&table.name).copied();
        }
        let mut notes = Vec::new();
        let recorded = load::recorded(db)?;
        let data_set = |set: &load::Recorded| {
            let profile = Profile::from_record(&set.data.profile)?;
            Some(DataSet::new(&profile, set.data.generator_version))
        };
        let data_sets = recorded.iter().filter_map(data_set).collect();
        if let Some(interrupted) = load::interrupted(db)? {
            notes.push(format!(
                "A load was interrupted ({} of {} portions loaded): the rows are not complete.",
                interrupted.done, interrupted.portions
            ));
        }
        let mut source = Stored::new(db, target.to_string())?;
        let measures = match edition_of(&mut source)? {
            None => {
                notes.push(
                    "These are not the tables of an instaseed edition, so no figures were measured."
                        .to_owned(),
                );
                None
            }
            Some(edition) => {
                let differences = source.differences(edition)?;
                let hiding: Vec<String> =
                    differences.iter().filter(|one| one.hides_rows()).map(Difference::to_string).collect();
                if hiding.is_empty() {
                    Some(measure::measure(&mut source, edition, progress)?)
                } else {
                    notes.push(format!(
                        "The tables are almost those of edition {edition}, but {}; so no figures were measured.",
                        hiding.join("; ")
                    ));
                    None
                }
            }
        };
        drop(source);
        for table in &mut tables {
            let measured = measures.as_ref().and_then(|measures| measures.rows.get(table.name.as_str()));
            table.rows = Some(match measured {
                Some(rows) => *rows,
                None => db.count(&table.name)?,
            });
        }
        let version = format!("{} {}", facts.product, facts.version);
        let from = Origin { kind: "database", place: target.to_string(), product: Some(version) };
        Ok(Report { from, instaseed_version: env!("CARGO_PKG_VERSION"), data_sets, tables, measures, notes })
    }

    /// A folder of files. Its manifest is believed only if the files are what it says.
    pub fn of_folder(dir: &Path, progress: &mut dyn Progress) -> Result<Report> {
        let manifest = Manifest::of_folder(dir)?;
        if let Some(manifest) = &manifest {
            let problems = manifest.problems(dir);
            if !problems.is_empty() {
                return Err(ReportError::Files { dir: dir.to_owned(), problems });
            }
            if !manifest.is_whole() {
                let part = match manifest.shard.as_str() {
                    "1/1" => "some of its tables".to_owned(),
                    shard => format!("shard {shard}"),
                };
                return Err(ReportError::Part { dir: dir.to_owned(), part });
            }
        }
        let mut folder = match &manifest {
            Some(manifest) => {
                Folder::with_files(dir, manifest.files().map(|file| file.name.clone()).collect())
            }
            None => Folder::new(dir),
        };
        let edition = match &manifest {
            Some(manifest) => manifest.edition(),
            None => folder.edition()?,
        };
        let measures = measure::measure(&mut folder, edition, progress)?;
        let mut tables = with_rows(entity::of_edition(edition), &measures);
        let mut notes = Vec::new();
        let mut data_sets = Vec::new();
        match &manifest {
            Some(manifest) => {
                let is_other = |(table, digest): &&(&'static crate::edition::Table, _)| {
                    manifest.digest(table.name).is_some_and(|written| written != *digest)
                };
                let altered: Vec<_> =
                    measures.digests.iter().filter(is_other).map(|(table, _)| table.name).collect();
                if !altered.is_empty() {
                    return Err(ReportError::Altered { dir: dir.to_owned(), tables: altered });
                }
                for table in &mut tables {
                    let entry = manifest.tables.iter().find(|entry| entry.table == table.name);
                    table.bytes = entry.map(|entry| entry.bytes);
                }
                data_sets.push(DataSet {
                    profile: manifest.profile.clone(),
                    seed: manifest.seed,
                    users: manifest.users,
                    generator_version: manifest.generator_version,
                    languages: languages(&manifest.profile_record),
                });
            }
            None => {
                notes.push("The folder has no manifest: nobody knows whether the files are whole.".to_owned())
            }
        }
        let product = manifest.map(|manifest| manifest.format);
        let from = Origin { kind: "files", place: dir.display().to_string(), product };
        let instaseed_version = env!("CARGO_PKG_VERSION");
        Ok(Report { from, instaseed_version, data_sets, tables, measures: Some(measures), notes })
    }

    /// A seed alone: the rows are made and measured, and written nowhere.
    pub fn of_seed(profile: &Profile, edition: Edition, progress: &mut dyn Progress) -> Result<Report> {
        let world = run::world_of(profile)?;
        let mut source = Seeded::new(WorldRows::new(&world, edition)?, edition);
        let measures = measure::measure(&mut source, edition, progress)?;
        let tables = with_rows(entity::of_edition(edition), &measures);
        let from = Origin { kind: "seed", place: source.place(), product: None };
        Ok(Report {
            from,
            instaseed_version: env!("CARGO_PKG_VERSION"),
            data_sets: vec![DataSet::new(profile, GENERATOR_VERSION)],
            tables,
            measures: Some(measures),
            notes: Vec::new(),
        })
    }

    /// The measurements that have a published band, and apply to a network of this size.
    pub fn held(&self) -> impl Iterator<Item = &Figure> {
        let figures = self.measures.iter().flat_map(|measures| &measures.figures);
        figures.filter(|figure| {
            let is_read = published::of(figure.name).is_some_and(|published| published.source.is_some());
            figure.within.is_some() && is_read
        })
    }

    /// The title: how many measurements are as published, or what there is instead.
    pub fn title(&self) -> String {
        let (all, within) = (self.held().count(), self.held().filter(|one| one.within == Some(true)).count());
        match (&self.measures, all) {
            (None, _) => match self.tables.len() {
                1 => "A database with one table".to_owned(),
                tables => format!("A database with {tables} tables"),
            },
            (Some(measures), 0..5) => {
                let users = html::thousands(measures.charts.users);
                format!("A network of {users} users, too small for most published bands")
            }
            (Some(_), all) if all == within => {
                format!("All {all} measurements lie within the published bands")
            }
            (Some(_), all) => format!("{within} of {all} measurements lie within the published bands"),
        }
    }
}

/// The tables of an edition in a diagram.
pub fn tables_of_edition(edition: Edition) -> Vec<Entity> {
    entity::of_edition(edition)
}

/// The edition whose files are in a folder.
pub fn edition_of_folder(dir: &Path) -> Result<Edition> {
    match Manifest::of_folder(dir)? {
        Some(manifest) => Ok(manifest.edition()),
        None => Ok(Folder::new(dir).edition()?),
    }
}

/// The edition of a source; none where it has the tables of none.
fn edition_of(source: &mut dyn Source) -> Result<Option<Edition>> {
    match source.edition() {
        Ok(edition) => Ok(Some(edition)),
        Err(ReadError::NoEdition { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn with_rows(mut tables: Vec<Entity>, measures: &Measures) -> Vec<Entity> {
    let rows: &BTreeMap<&str, u64> = &measures.rows;
    tables.iter_mut().for_each(|table| table.rows = rows.get(table.name.as_str()).copied());
    tables
}

/// The languages of a record of a profile, which a later version may have written otherwise.
fn languages(record: &serde_json::Value) -> Vec<(String, f64)> {
    serde_json::from_value(record["languages"].clone()).unwrap_or_default()
}
