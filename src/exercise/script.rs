//! The SQL of an exercise: texts by name, each for all engines or for one.

use std::collections::BTreeMap;

use super::error::Problem;
use super::{ByEngine, ExerciseError, Result};
use crate::database::Engine;

/// A known mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mistake<'a> {
    /// A short name; exercises share it if the mistake is the same.
    pub name: &'a str,
    /// Shown to a learner who made it.
    pub hint: &'a str,
    pub sql: &'a str,
}

/// All SQL files of an exercise, by name without the extension: `solution`, `wrong/fan-out`.
#[derive(Debug, Clone, Default)]
pub(super) struct Scripts(BTreeMap<String, ByEngine<String>>);

impl Scripts {
    /// Adds a file by its path in the exercise's folder.
    pub(super) fn add(&mut self, path: &str, text: String) -> Result<(), Problem> {
        let name = path.strip_suffix(".sql").unwrap_or(path);
        match name.split_once('.') {
            None => self.0.entry(name.to_owned()).or_default().all = Some(text),
            Some((name, engine)) => {
                let engine = engine_of(engine)?;
                // An engine that this build lacks.
                let Some(engine) = engine else { return Ok(()) };
                self.0.entry(name.to_owned()).or_default().own.insert(engine, text);
            }
        }
        Ok(())
    }

    pub(super) fn of(&self, name: &str, engine: Engine) -> Option<&str> {
        self.0.get(name)?.get(engine).map(String::as_str)
    }

    pub(super) fn solution(&self, engine: Engine) -> &str {
        self.of("solution", engine).unwrap_or_default()
    }

    pub(super) fn mistakes(&self, engine: Engine) -> Vec<Mistake<'_>> {
        let wrong = self.0.iter().filter_map(|(name, texts)| Some((name.strip_prefix("wrong/")?, texts)));
        wrong.filter_map(|(name, texts)| mistake(name, texts.get(engine)?)).collect()
    }

    /// Reports what is missing.
    pub(super) fn validate(&self, folder: &str, engines: &[Engine]) -> Result<()> {
        for engine in engines {
            if self.of("solution", *engine).is_none() {
                let problem = Problem::NoSolution(engine.name().to_owned());
                return Err(ExerciseError::wrong(folder, problem));
            }
        }
        for (name, texts) in self.0.iter().filter(|(name, _)| name.starts_with("wrong/")) {
            if texts.all.iter().chain(texts.own.values()).any(|text| mistake(name, text).is_none()) {
                return Err(ExerciseError::wrong(format!("{folder}/{name}.sql"), Problem::NoHint));
            }
        }
        Ok(())
    }
}

fn mistake<'a>(name: &'a str, text: &'a str) -> Option<Mistake<'a>> {
    let (first, sql) = text.split_once('\n')?;
    let hint = first.strip_prefix("-- ")?.trim();
    (!hint.is_empty()).then_some(Mistake { name, hint, sql: sql.trim() })
}

/// An engine by its name; `None` if this build does not have it.
pub(super) fn engine_of(name: &str) -> Result<Option<Engine>, Problem> {
    let found = Engine::ALL.into_iter().find(|engine| engine.name() == name);
    match found.is_some() || Engine::names().any(|known| known == name) {
        true => Ok(found),
        false => Err(Problem::Engine(name.to_owned())),
    }
}
