//! The library's hints in the words of this command line: one file for each room. A hint that is not worded here does
//! not compile.

#[cfg(feature = "course")]
mod classroom;
mod copy;
#[cfg(feature = "course")]
mod course;
mod data;
mod database;
mod deployment;
mod fixture;
mod load;
mod migration;
mod query;
mod sink;
#[cfg(test)]
mod tests;
mod world;

use instaseed::database::escape_line;
use instaseed::load::{Interrupted, LoadError};
use instaseed::migration::MigrationError;
use instaseed::sink::BulkError;
use instaseed::{Error, Hint};

/// The ways out of a load that was interrupted.
const RESUME_OR_UNDO: &str =
    "resume it with `instaseed seed --resume`, or undo it with `instaseed seed --discard`";

/// What to do about a copy or a restore that was interrupted.
const RUN_AGAIN: &str = "run the same command again: it continues where this one stopped";

/// What to do about an interrupted load, by the verb that began it: `seed` cannot continue a copy.
pub fn of_interrupted(load: &Interrupted) -> String {
    match &load.data.origin {
        None => RESUME_OR_UNDO.to_owned(),
        Some(origin) => format!(
            "run the copy or the restore of {} again, which continues it, or rebuild the database with `instaseed reset` (asks first)",
            escape_line(&origin.from)
        ),
    }
}

/// A hint as the beginning of a sentence.
pub fn capital(hint: &str) -> String {
    let mut letters = hint.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A hint as an instruction: what to type next, complete enough to paste.
pub fn words(hint: &Hint) -> String {
    match hint {
        Hint::Check(hint) => data::check(hint),
        Hint::Format(hint) => data::format(hint),
        Hint::Read(hint) => data::read(hint),
        Hint::Report(hint) => data::report(hint),
        #[cfg(feature = "course")]
        Hint::Classroom(hint) => classroom::words(hint),
        Hint::Copy(hint) => copy::words(hint),
        #[cfg(feature = "course")]
        Hint::Course(hint) => course::words(hint),
        #[cfg(feature = "course")]
        Hint::Exercise(hint) => course::exercise(hint),
        Hint::Database(hint) => database::words(hint),
        Hint::Deployment(hint) => deployment::words(hint),
        Hint::Edition(hint) => data::edition(hint),
        Hint::Fixture(hint) => fixture::words(hint),
        Hint::Load(hint) => load::words(hint),
        Hint::Manifest(hint) => sink::manifest(*hint),
        Hint::Migration(hint) => migration::words(hint),
        Hint::Plan(hint) => world::plan(*hint),
        Hint::Profile(hint) => world::profile(hint),
        Hint::Query(hint) => query::words(hint),
        Hint::Sink(hint) => sink::words(hint),
        Hint::Words(hint) => world::word_lists(*hint),
        Hint::World(hint) => world::world(hint),
    }
}

/// The words for an error of the library, where it has a way out.
pub fn of(error: &Error) -> Option<String> {
    error.hint().as_ref().map(words)
}

/// The words for an error that is only lent, or none.
pub fn of_load(error: &LoadError) -> String {
    error.hint().map(|hint| words(&Hint::Load(hint))).unwrap_or_default()
}

/// The words for an engine that did not take the rows of a copy or a restore, if there is a way out.
pub fn of_copied_rows(error: &BulkError) -> Option<String> {
    error.hint().as_ref().map(sink::of_copy)
}

/// The words for a load of a copy or a restore that was refused or found something wrong, if something can be done.
pub fn of_copied_load(error: &LoadError) -> Option<String> {
    error.hint().as_ref().map(load::of_copy)
}

/// The words for an error that is only lent, or none.
pub fn of_migration(error: &MigrationError) -> String {
    let hint = match error {
        MigrationError::Database(error) => error.hint().map(Hint::Database),
        error => error.hint().map(Hint::Migration),
    };
    hint.as_ref().map(words).unwrap_or_default()
}

/// The name that was probably meant, and all that are known.
pub fn known_names(nearest: Option<&str>, known: &[&str]) -> String {
    let known = known.join(", ");
    match nearest {
        Some(nearest) => format!("did you mean \"{nearest}\"? Known: {known}"),
        None => format!("use one of these: {known}"),
    }
}
