//! The one error of the library, for callers that use several rooms. Each room has an error enum of its own, which
//! contains those of the rooms below it. Here they are side by side: an error is always the variant of the room that it
//! comes from, whichever room passed it on.

mod hint;

#[cfg(feature = "database")]
use crate::borrowed::BorrowedError;
#[cfg(feature = "database")]
use crate::check::CheckError;
#[cfg(feature = "course")]
use crate::classroom::ClassroomError;
#[cfg(feature = "database")]
use crate::copy::CopyError;
#[cfg(feature = "course")]
use crate::course::CourseError;
#[cfg(feature = "database")]
use crate::database::DatabaseError;
#[cfg(feature = "database")]
use crate::deployment::DeploymentError;
use crate::edition::EditionError;
#[cfg(feature = "course")]
use crate::exercise::ExerciseError;
#[cfg(feature = "database")]
use crate::fixture::FixtureError;
use crate::format::FormatError;
#[cfg(feature = "course")]
use crate::grade::GradeError;
#[cfg(feature = "course")]
use crate::lint::LintError;
#[cfg(feature = "database")]
use crate::load::LoadError;
use crate::manifest::ManifestError;
#[cfg(feature = "database")]
use crate::migration::MigrationError;
use crate::plan::PlanError;
use crate::profile::ProfileError;
#[cfg(feature = "database")]
use crate::query::QueryError;
#[cfg(feature = "database")]
use crate::read::ReadError;
#[cfg(feature = "database")]
use crate::report::ReportError;
use crate::run::RunError;
#[cfg(feature = "course")]
use crate::sandbox::SandboxError;
#[cfg(feature = "database")]
use crate::sink::BulkError;
use crate::sink::SinkError;
use crate::words::WordsError;
use crate::world::WorldError;

pub use hint::Hint;

/// What every fallible function of the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong, by room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A Diesel connection of the caller that cannot be used.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Borrowed(BorrowedError),
    /// Data that cannot be checked.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Check(CheckError),
    /// A class that cannot be graded.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Classroom(ClassroomError),
    /// A database that cannot be copied.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Copy(CopyError),
    /// A learner's folder that cannot be made, opened or written.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Course(CourseError),
    /// Reaching, creating or asking a database.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A database that cannot be set up, filled or built anew.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Deployment(DeploymentError),
    /// A table or an edition that is not there.
    #[error(transparent)]
    Edition(EditionError),
    /// Exercises that cannot be used.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Exercise(#[from] ExerciseError),
    /// A fixture that cannot be built, cloned or removed.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Fixture(FixtureError),
    /// Answers that cannot be judged.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Grade(GradeError),
    /// A database for trying answers that cannot be used.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Sandbox(SandboxError),
    /// A file of rows that cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Exercises that cannot be looked at.
    #[cfg(feature = "course")]
    #[error(transparent)]
    Lint(LintError),
    /// A load that does not begin or does not end.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Load(LoadError),
    /// A manifest of files that cannot be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Work that cannot be planned: a shard, a key out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A query that has no result.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Query(QueryError),
    /// Rows that cannot be read back.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Read(ReadError),
    /// A data set that cannot be reported on.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Report(ReportError),
    /// A run that was stopped.
    #[error(transparent)]
    Run(RunError),
    /// An engine did not take what a load gave it.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// Rows that could not be put where they belong.
    #[error(transparent)]
    Sink(SinkError),
    /// Reading, planning and running migrations.
    #[cfg(feature = "database")]
    #[error(transparent)]
    Migration(MigrationError),
    /// A mistake in the word lists.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// What was asked for.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What no world can give.
    #[error(transparent)]
    World(#[from] WorldError),
}

#[cfg(feature = "database")]
impl From<BorrowedError> for Error {
    fn from(error: BorrowedError) -> Self {
        match error {
            BorrowedError::Migration(error) => error.into(),
            BorrowedError::Edition(error) => error.into(),
            BorrowedError::Plan(error) => error.into(),
            BorrowedError::Run(error) => error.into(),
            error => Self::Borrowed(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<CheckError> for Error {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::Read(error) => error.into(),
            error => Self::Check(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<CopyError> for Error {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Database(error) => error.into(),
            CopyError::Deployment(error) => error.into(),
            CopyError::Load(error) => error.into(),
            CopyError::Migration(error) => error.into(),
            CopyError::Run(error) => error.into(),
            error => Self::Copy(error),
        }
    }
}

#[cfg(feature = "course")]
impl From<ClassroomError> for Error {
    fn from(error: ClassroomError) -> Self {
        match error {
            ClassroomError::Exercise(error) => error.into(),
            ClassroomError::Grade(error) => error.into(),
            error => Self::Classroom(error),
        }
    }
}

#[cfg(feature = "course")]
impl From<LintError> for Error {
    fn from(error: LintError) -> Self {
        match error {
            LintError::Grade(error) => error.into(),
            error => Self::Lint(error),
        }
    }
}

#[cfg(feature = "course")]
impl From<CourseError> for Error {
    fn from(error: CourseError) -> Self {
        match error {
            CourseError::Exercise(error) => error.into(),
            CourseError::Database(error) => error.into(),
            CourseError::Deployment(error) => error.into(),
            CourseError::Migration(error) => error.into(),
            CourseError::Profile(error) => error.into(),
            error => Self::Course(error),
        }
    }
}

#[cfg(feature = "course")]
impl From<GradeError> for Error {
    fn from(error: GradeError) -> Self {
        match error {
            GradeError::Exercise(error) => error.into(),
            GradeError::Sandbox(error) => error.into(),
            GradeError::Fixture(error) => error.into(),
            error => Self::Grade(error),
        }
    }
}

#[cfg(feature = "course")]
impl From<SandboxError> for Error {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Database(error) => error.into(),
            error => Self::Sandbox(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<DeploymentError> for Error {
    fn from(error: DeploymentError) -> Self {
        match error {
            DeploymentError::Read(error) => error.into(),
            DeploymentError::Database(error) => error.into(),
            DeploymentError::Edition(error) => error.into(),
            DeploymentError::Load(error) => error.into(),
            DeploymentError::Migration(error) => error.into(),
            DeploymentError::World(error) => error.into(),
            error => Self::Deployment(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<FixtureError> for Error {
    fn from(error: FixtureError) -> Self {
        match error {
            FixtureError::Database(error) => error.into(),
            FixtureError::Deployment(error) => error.into(),
            FixtureError::Migration(error) => error.into(),
            FixtureError::Profile(error) => error.into(),
            error => Self::Fixture(error),
        }
    }
}

impl From<EditionError> for Error {
    fn from(error: EditionError) -> Self {
        match error {
            EditionError::Words(error) => error.into(),
            error => Self::Edition(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<LoadError> for Error {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Database(error) => error.into(),
            LoadError::Migration(error) => error.into(),
            LoadError::Run(error) => error.into(),
            LoadError::Bulk(error) => error.into(),
            LoadError::World(error) => error.into(),
            LoadError::Edition(error) => error.into(),
            LoadError::Plan(error) => error.into(),
            error => Self::Load(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<MigrationError> for Error {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Database(error) => error.into(),
            error => Self::Migration(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Database(error) => error.into(),
            error => Self::Query(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Database(error) => error.into(),
            ReadError::Format(error) => error.into(),
            error => Self::Read(error),
        }
    }
}

#[cfg(feature = "database")]
impl From<ReportError> for Error {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Read(error) => error.into(),
            ReportError::Database(error) => error.into(),
            ReportError::Manifest(error) => error.into(),
            ReportError::Load(error) => error.into(),
            ReportError::Edition(error) => error.into(),
            ReportError::World(error) => error.into(),
            error => Self::Report(error),
        }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Plan(error) => error.into(),
            RunError::Sink(error) => error.into(),
            error => Self::Run(error),
        }
    }
}

impl From<SinkError> for Error {
    fn from(error: SinkError) -> Self {
        match error {
            #[cfg(feature = "database")]
            SinkError::Bulk(error) => error.into(),
            error => Self::Sink(error),
        }
    }
}
