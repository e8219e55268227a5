//! What the verbs for instructors share: which exercises, how they count, and on which data.

use super::CourseContext;
use crate::args;
use crate::failure::Failure;
use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use instaseed::classroom::{Secret, Seeds, Weights};
use instaseed::course::Course;
use instaseed::database::{Engine, Target};
use instaseed::exercise::Catalogue;
use instaseed::grade::Settings;
use std::path::PathBuf;

/// Which exercises are graded, and on which data.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Grading")]
pub struct ClassArgs {
    /// Folder with exercises of your own, in place of the built-in ones
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    exercises: Option<PathBuf>,
    /// TOML file that says which exercises count, and how much
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    weights: Option<PathBuf>,
    /// Seed of the data, the same for everybody [default: that of the profile]
    #[arg(long, value_name = "N", value_parser = args::whole::<u64>, conflicts_with = "secret_file")]
    seed: Option<u64>,
    /// File with a secret of at least 16 bytes: the data then depends on it, on the student and on the exercise
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    secret_file: Option<PathBuf>,
    /// Number of data sets with a secret; 0 makes a separate one for each student and exercise, which takes longer
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = args::whole::<u32>, requires = "secret_file")]
    data_sets: u32,
}

impl ClassArgs {
    /// The exercises of the folder, or the built-in ones.
    pub fn catalogue(&self) -> Result<Catalogue, Failure> {
        Ok(Catalogue::of(self.exercises.as_deref())?)
    }

    pub fn weights(&self, catalogue: &Catalogue) -> Result<Weights, Failure> {
        Ok(match &self.weights {
            Some(path) => Weights::read(path, catalogue)?,
            None => Weights::default(),
        })
    }

    pub fn seeds(&self) -> Result<Seeds, Failure> {
        Ok(match &self.secret_file {
            Some(path) => Seeds::Own { secret: Secret::read(path)?, data_sets: self.data_sets },
            None => Seeds::Same(self.seed.map_or_else(Course::usual_seed, Ok)?),
        })
    }

    pub fn has_secret(&self) -> bool {
        self.secret_file.is_some()
    }
}

/// Where answers are judged: in memory, or on the server that was named for that. A URL from the environment does not count,
/// because nobody named it for grading.
pub fn place(context: &CourseContext<'_>) -> Result<(Engine, Settings), Failure> {
    let server = context.place.database_url.as_deref().map(Target::parse).transpose()?;
    let server = server.filter(|target| !target.engine().is_file());
    let engine = match &server {
        Some(server) => server.engine(),
        None => Target::file("instagram.db")?.engine(),
    };
    let server = server.map(|target| target.exposed_url());
    Ok((engine, Settings { seed: 0, server, folder: None, hidden: true, examples: true }))
}

/// As many threads as there are cores.
pub fn threads(wanted: Option<usize>) -> usize {
    wanted.unwrap_or_else(args::cores)
}

/// A word of a list, as the value that it names.
pub fn word<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let names: Vec<&'static str> = all.iter().map(|one| name(*one)).collect();
    PossibleValuesParser::new(names).map(move |word| {
        let found = all.iter().find(|one| name(**one) == word);
        *found.unwrap_or(&all[0])
    })
}
