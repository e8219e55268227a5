//! Reads exercises from the program or from a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::Problem;
use super::file::{Files, Index, parse};
use super::{Catalogue, ExerciseError, Result};
use crate::embedded::EMBEDDED_EXERCISES;
use crate::sha256;

const INDEX: &str = "index.toml";

pub(super) fn embedded() -> Result<Catalogue> {
    // The page that describes the format is next to the index, and must not change the digest of the exercises.
    let is_part = |path: &str| path == INDEX || path.contains('/');
    let files = EMBEDDED_EXERCISES.iter().filter(|(path, _)| is_part(path));
    let files = files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    whole(catalogue("", files.collect())?)
}

/// The names of the folders, without reading a file of theirs.
pub(super) fn embedded_ids() -> impl Iterator<Item = &'static str> {
    let heads = EMBEDDED_EXERCISES.iter().filter_map(|(path, _)| path.strip_suffix("/exercise.toml"));
    heads.filter(|id| !id.contains('/'))
}

pub(super) fn read(root: &Path) -> Result<Catalogue> {
    whole(read_what_can_be(root)?)
}

/// The catalogue, or the first thing that is wrong with it.
fn whole((catalogue, problems): (Catalogue, Vec<ExerciseError>)) -> Result<Catalogue> {
    match problems.into_iter().next() {
        None => Ok(catalogue),
        Some(first) => Err(first),
    }
}

pub(super) fn read_what_can_be(root: &Path) -> Result<(Catalogue, Vec<ExerciseError>)> {
    let mut files = BTreeMap::new();
    let index = text_of(&root.join(INDEX))?;
    for id in parse::<Index>(INDEX, &index)?.chapter.iter().flat_map(|chapter| &chapter.exercises) {
        for below in [id.clone(), format!("{id}/wrong")] {
            collect(root, &below, &mut files)?;
        }
    }
    files.insert(INDEX.to_owned(), index);
    catalogue(&format!("{}/", root.display()), files)
}

/// The files directly in a folder, by their paths below the root.
fn collect(root: &Path, below: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    let folder = root.join(below);
    if !folder.is_dir() {
        return Ok(());
    }
    let unreadable = |source| ExerciseError::Unreadable { file: folder.display().to_string(), source };
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && [".toml", ".md", ".sql"].iter().any(|end| name.ends_with(end)) {
            files.insert(format!("{below}/{name}"), text_of(&path)?);
        }
    }
    Ok(())
}

fn text_of(path: &Path) -> Result<String> {
    let unreadable = |source| ExerciseError::Unreadable { file: path.display().to_string(), source };
    fs::read_to_string(path).map_err(unreadable)
}

/// Makes a catalogue from files by path, and returns what is wrong with the exercises that are left out; `root` precedes the
/// paths in messages.
fn catalogue(root: &str, files: BTreeMap<String, String>) -> Result<(Catalogue, Vec<ExerciseError>)> {
    let mut problems = Vec::new();
    let mut hash = Sha256::new();
    for (path, text) in &files {
        hash.update(format!("{path} {}\n", text.len()));
        hash.update(text);
    }
    let index_file = format!("{root}{INDEX}");
    let missing = || ExerciseError::wrong(&index_file, Problem::Missing);
    let index: Index = parse(&index_file, files.get(INDEX).ok_or_else(missing)?)?;
    let mut by_id: BTreeMap<String, Files> = BTreeMap::new();
    for (path, text) in files {
        let Some((id, name)) = path.split_once('/') else { continue };
        let found = by_id.entry(id.to_owned()).or_default();
        match name {
            "exercise.toml" => found.head = Some(text),
            "task.md" => found.task = Some(text),
            "explain.md" => found.explain = Some(text),
            "probes.toml" => found.probes = Some(text),
            "performance.toml" => found.work = Some(text),
            name if name.ends_with(".sql") => {
                let added = found.scripts.add(name, text);
                problems.extend(
                    added.err().map(|problem| ExerciseError::wrong(format!("{root}{path}"), problem)),
                );
            }
            _ => {}
        }
    }
    let (mut exercises, mut listed) = (Vec::new(), BTreeSet::new());
    for chapter in &index.chapter {
        for id in &chapter.exercises {
            if !listed.insert(id.clone()) {
                problems.push(ExerciseError::wrong(format!("{index_file}: {id}"), Problem::Twice));
                continue;
            }
            let files = by_id.remove(id).unwrap_or_default();
            match files.exercise(&format!("{root}{id}"), id, listed.len(), &chapter.name) {
                Ok(exercise) => exercises.push(exercise),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let digest = sha256::hex(&hash.finalize());
    Ok((Catalogue { chapters: index.chapter, exercises, digest }, problems))
}
