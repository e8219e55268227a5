//! The learner's own database: a file in the folder, or one on a server.

use std::path::Path;

use super::{Course, CourseError, Options, Result};
use crate::database::{self, Db, Target};
use crate::deployment::{self, Deployment, Observer, Setup, Wanted};
use crate::edition::Edition;
use crate::migration::Source;
use crate::profile::{Profile, ProfileOverrides};

/// The file of SQLite in a learner's folder.
pub(super) const OWN_FILE: &str = "instagram.db";
/// The data of the exercises.
pub(super) const PROFILE: &str = "course";

/// How the database is written down: a file below the folder by its name, everything else as a URL without a password.
pub(super) fn recorded(folder: &Path, target: &Target) -> String {
    match target.path() {
        Some(path) => path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned(),
        None => without_password(target),
    }
}

/// The database that was written down.
pub(super) fn target(folder: &Path, recorded: &str) -> Result<Target> {
    match recorded.contains("://") {
        true => Ok(Target::parse(recorded)?),
        false => Ok(Target::file(folder.join(recorded))?),
    }
}

/// The database that a new course is to have; relative files are below the current folder, as everywhere.
pub(super) fn wanted(folder: &Path, url: Option<&str>) -> Result<Target> {
    let Some(url) = url else { return Ok(Target::file(folder.join(OWN_FILE))?) };
    let target = Target::parse(url)?;
    match target.path() {
        Some(path) => {
            let path = std::path::absolute(path).map_err(CourseError::file(path, "find it"))?;
            Ok(Target::file(path)?)
        }
        None => Ok(target),
    }
}

/// A URL as it is shown, less what stands for the password.
pub(super) fn without_password(target: &Target) -> String {
    target.to_string().replacen(":***@", "@", 1)
}

/// Refuses a database in which there is something.
pub(super) fn refuse_taken(target: &Target) -> Result<()> {
    if !database::exists(target)? {
        return Ok(());
    }
    match Db::connect(target)?.tables()?.into_iter().next() {
        None => Ok(()),
        Some(table) => Err(CourseError::DatabaseTaken { target: target.to_string(), table }),
    }
}

/// The data of a seed.
pub(super) fn profile(seed: u64) -> Result<Profile> {
    let overrides = ProfileOverrides { seed: Some(seed), ..ProfileOverrides::default() };
    Ok(Profile::load(PROFILE, &overrides)?)
}

pub(super) fn deployment(target: &Target, options: &Options) -> Result<Deployment> {
    let source = Source::embedded(target.engine())?;
    let options = deployment::Options { stop: options.stop.clone(), ..deployment::Options::default() };
    Ok(Deployment { target: target.clone(), source, options })
}

/// Creates and fills the database where it is not there yet.
pub(super) fn set_up(
    target: &Target,
    seed: u64,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Setup> {
    let profile = profile(seed)?;
    let wanted = Wanted { edition: Some(Edition::Course), profile: Some(&profile), any_rows: false };
    Ok(deployment(target, options)?.setup(wanted, observer)?)
}

impl Course {
    /// The default seed of a course.
    pub fn usual_seed() -> Result<u64> {
        Ok(Profile::of(PROFILE)?.seed)
    }
}
