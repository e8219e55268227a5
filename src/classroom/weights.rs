//! How much each exercise counts, if a file says something else than the catalogue:
//!
//! ```toml
//! only = ["beginner", "top-tags"]   # chapters and exercises that are graded; all of them without this line
//! leave_out = ["percent-names"]     # but not these
//! [chapters]
//! beginner = 0.5                    # times the points of each exercise in it
//! [points]
//! top-tags = 20                     # the points of this exercise
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::error::{ClassroomError, Result, WeightProblem};
use super::points::Points;
use crate::database::Engine;
use crate::distance::distance;
use crate::exercise::{Catalogue, Exercise};

/// Which exercises count, and how much.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weights {
    only: Option<Vec<String>>,
    leave_out: Vec<String>,
    chapters: BTreeMap<String, f64>,
    points: BTreeMap<String, f64>,
}

impl Weights {
    /// Reads a file, and checks that its names are in a catalogue.
    pub fn read(path: &Path, catalogue: &Catalogue) -> Result<Weights> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ClassroomError::UnreadableFile { path: path.to_owned(), source })?;
        Weights::parse(&text, catalogue)
            .map_err(|problem| ClassroomError::Weights { path: path.to_owned(), problem })
    }

    fn parse(text: &str, catalogue: &Catalogue) -> Result<Weights, WeightProblem> {
        let weights: Weights =
            toml::from_str(text).map_err(|error| WeightProblem::Toml(error.to_string().trim().to_owned()))?;
        let exercises: Vec<&str> = catalogue.exercises().iter().map(|one| one.id.as_str()).collect();
        let chapters: Vec<&str> = catalogue.chapters().iter().map(|one| one.name.as_str()).collect();
        let both = [exercises.as_slice(), &chapters].concat();
        let known = |name: &String, names: &[&str]| match names.contains(&name.as_str()) {
            true => Ok(()),
            false => Err(WeightProblem::Unknown { name: name.clone(), nearest: nearest(name, names) }),
        };
        weights.only.iter().flatten().chain(&weights.leave_out).try_for_each(|name| known(name, &both))?;
        weights.chapters.keys().try_for_each(|name| known(name, &chapters))?;
        weights.points.keys().try_for_each(|name| known(name, &exercises))?;
        for (name, number) in weights.chapters.iter().chain(&weights.points) {
            if !(0.0..=1000.0).contains(number) {
                return Err(WeightProblem::Number { name: name.clone() });
            }
        }
        match catalogue.exercises().iter().any(|exercise| weights.counts(exercise)) {
            true => Ok(weights),
            false => Err(WeightProblem::Nothing),
        }
    }

    /// Whether an exercise is graded.
    pub fn counts(&self, exercise: &Exercise) -> bool {
        let names =
            |list: &Vec<String>| list.iter().any(|name| *name == exercise.id || *name == exercise.chapter);
        self.only.as_ref().is_none_or(names) && !names(&self.leave_out)
    }

    /// The points that an exercise is worth.
    pub fn points(&self, exercise: &Exercise) -> Points {
        let factor = self.chapters.get(&exercise.chapter).copied().unwrap_or(1.0);
        let own = self.points.get(&exercise.id).copied();
        let points = own.unwrap_or_else(|| f64::from(exercise.points) * factor);
        Points::of(points).unwrap_or_default()
    }

    /// The exercises of a catalogue that are graded on an engine, each with its points.
    pub fn of<'a>(&self, catalogue: &'a Catalogue, engine: Engine) -> Vec<(&'a Exercise, Points)> {
        let counted = catalogue.exercises().iter().filter(|one| one.is_for(engine) && self.counts(one));
        counted.map(|one| (one, self.points(one))).collect()
    }
}

fn nearest(name: &str, names: &[&str]) -> Option<String> {
    let (edits, nearest) = names.iter().map(|known| (distance(name, known), *known)).min()?;
    (edits <= 1 + name.len() / 3).then(|| nearest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Points, WeightProblem, Weights};
    use crate::exercise::Catalogue;

    fn parse(text: &str) -> Result<Weights, WeightProblem> {
        Weights::parse(text, &Catalogue::embedded().expect("exercises"))
    }

    #[test]
    fn points_are_those_of_the_file_else_of_the_chapter_else_of_the_exercise() {
        let catalogue = Catalogue::embedded().expect("exercises");
        let weights = parse("[chapters]\nbeginner = 0.5\n[points]\nghosts = 7.5\n").expect("weights");
        let of = |id: &str| weights.points(catalogue.find(id).expect("an exercise"));
        let plain = |id: &str| f64::from(catalogue.find(id).expect("an exercise").points);
        assert_eq!(of("ghosts"), Points::of(7.5).expect("points"));
        assert_eq!(of("no-photos"), Points::of(plain("no-photos") / 2.0).expect("points"));
        assert_eq!(of("top-tags"), Points::of(plain("top-tags")).expect("points"));
    }

    #[test]
    fn exercises_and_chapters_are_chosen_and_left_out() {
        let catalogue = Catalogue::embedded().expect("exercises");
        let weights = parse("only = ['beginner', 'top-tags']\nleave_out = ['ghosts']").expect("weights");
        let counted = |id: &str| weights.counts(catalogue.find(id).expect("an exercise"));
        assert!(counted("no-photos") && counted("top-tags"));
        assert!(!counted("ghosts") && !counted("bots"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_nearest_name() {
        assert_eq!(
            parse("leave_out = ['goasts']"),
            Err(WeightProblem::Unknown { name: "goasts".to_owned(), nearest: Some("ghosts".to_owned()) })
        );
        assert!(matches!(parse("[chapters]\nghosts = 2"), Err(WeightProblem::Unknown { .. })));
        assert!(matches!(parse("[points]\nghosts = -1"), Err(WeightProblem::Number { .. })));
        assert!(matches!(parse("only = []"), Err(WeightProblem::Nothing)));
        assert!(matches!(parse("onyl = []"), Err(WeightProblem::Toml(_))));
    }
}
