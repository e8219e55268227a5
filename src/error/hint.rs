//! The ways out of all rooms next to each other, as values.

use super::Error;

/// A way out, by the room that knows it: values, not words. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Hint {
    #[cfg(feature = "database")]
    Check(crate::check::Hint),
    #[cfg(feature = "course")]
    Classroom(crate::classroom::Hint),
    #[cfg(feature = "database")]
    Copy(crate::copy::Hint),
    #[cfg(feature = "course")]
    Course(crate::course::Hint),
    #[cfg(feature = "database")]
    Database(crate::database::Hint),
    #[cfg(feature = "database")]
    Deployment(crate::deployment::Hint),
    Edition(crate::edition::Hint),
    #[cfg(feature = "course")]
    Exercise(crate::exercise::Hint),
    #[cfg(feature = "database")]
    Fixture(crate::fixture::Hint),
    Format(crate::format::Hint),
    #[cfg(feature = "database")]
    Load(crate::load::Hint),
    Manifest(crate::manifest::Hint),
    #[cfg(feature = "database")]
    Migration(crate::migration::Hint),
    Plan(crate::plan::Hint),
    Profile(crate::profile::Hint),
    #[cfg(feature = "database")]
    Query(crate::query::Hint),
    #[cfg(feature = "database")]
    Read(crate::read::Hint),
    #[cfg(feature = "database")]
    Report(crate::report::Hint),
    Sink(crate::sink::Hint),
    Words(crate::words::Hint),
    World(crate::world::Hint),
}

impl Error {
    /// The way out, where there is one.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            #[cfg(feature = "database")]
            Self::Check(error) => error.hint().map(Hint::Check),
            #[cfg(feature = "course")]
            Self::Classroom(error) => error.hint().map(Hint::Classroom),
            #[cfg(feature = "database")]
            Self::Copy(error) => error.hint().map(Hint::Copy),
            #[cfg(feature = "course")]
            Self::Course(error) => error.hint().map(Hint::Course),
            #[cfg(feature = "course")]
            Self::Exercise(error) => error.hint().map(Hint::Exercise),
            #[cfg(feature = "course")]
            Self::Grade(_) | Self::Lint(_) | Self::Sandbox(_) => None,
            #[cfg(feature = "database")]
            Self::Database(error) => error.hint().map(Hint::Database),
            #[cfg(feature = "database")]
            Self::Deployment(error) => error.hint().map(Hint::Deployment),
            Self::Edition(error) => error.hint().map(Hint::Edition),
            #[cfg(feature = "database")]
            Self::Fixture(error) => error.hint().map(Hint::Fixture),
            Self::Format(error) => error.hint().map(Hint::Format),
            #[cfg(feature = "database")]
            Self::Load(error) => error.hint().map(Hint::Load),
            Self::Manifest(error) => error.hint().map(Hint::Manifest),
            Self::Plan(error) => error.hint().map(Hint::Plan),
            #[cfg(feature = "database")]
            Self::Query(error) => error.hint().map(Hint::Query),
            #[cfg(feature = "database")]
            Self::Read(error) => error.hint().map(Hint::Read),
            #[cfg(feature = "database")]
            Self::Report(error) => error.hint().map(Hint::Report),
            #[cfg(feature = "database")]
            Self::Borrowed(_) => None,
            Self::Run(_) => None,
            #[cfg(feature = "database")]
            Self::Bulk(error) => error.hint().map(Hint::Sink),
            Self::Sink(error) => error.hint().map(Hint::Sink),
            #[cfg(feature = "database")]
            Self::Migration(error) => error.hint().map(Hint::Migration),
            Self::Words(error) => error.hint().map(Hint::Words),
            Self::Profile(error) => error.hint().map(Hint::Profile),
            Self::World(error) => error.hint().map(Hint::World),
        }
    }
}
