//! `instaseed manifest`: what the manifests of folders say together.

use crate::failure::{Answer, Failure};
use crate::output::{Output, Style, counted, escape_line, thousands};
use clap::ValueHint;
use instaseed::manifest::{self, Manifest, ManifestError};
use serde::Serialize;
use std::path::PathBuf;

/// Compare the manifests of shards, and merge them
///
/// `generate` writes manifest.json into every folder: what its files hold.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed generate --users 10000 --shard 1/2 --out part1
  instaseed generate --users 10000 --shard 2/2 --out part2
  instaseed manifest merge part1 part2")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Merge(Merge),
}

/// Check that the folders of all shards are there; exits with 1 if not
///
/// Reads only the manifests, no rows. All must be of one data set and one file format, and each shard must be there
/// exactly once. The sums of rows, bytes and digests are those of the whole data set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed manifest merge part1 part2 part3
  instaseed manifest merge part* --out manifest.json")]
pub struct Merge {
    /// Folders of the shards, as `generate --shard` wrote them
    #[arg(required = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    folders: Vec<PathBuf>,
    /// Write the manifest of the whole to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Replace that file if it exists
    #[arg(long)]
    force: bool,
}

/// What the manifests say together.
#[derive(Debug, Serialize)]
struct MergeOutput {
    ok: bool,
    shards: usize,
    problems: Vec<String>,
    /// The manifest of the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    whole: Option<Manifest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out: Option<PathBuf>,
}

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let Verb::Merge(args) = args.verb;
    let mut parts = Vec::new();
    for folder in &args.folders {
        let manifest =
            Manifest::of_folder(folder)?.ok_or_else(|| ManifestError::None { path: folder.clone() })?;
        parts.push((folder.display().to_string(), manifest));
    }
    let merged = Manifest::merged(&parts);
    let (whole, problems) = match merged {
        Ok(whole) => (Some(whole), Vec::new()),
        Err(problems) => (None, problems.iter().map(ToString::to_string).collect()),
    };
    for problem in &problems {
        out.print(out.style(Style::Bad, &escape_line(problem)));
    }
    if let Some(whole) = &whole {
        if let Some(file) = &args.out {
            manifest::write(file, whole, args.force)?;
        }
        let line = |entry: &manifest::TableEntry| {
            vec![entry.table.clone(), thousands(entry.rows), thousands(entry.bytes), entry.digest.clone()]
        };
        let lines: Vec<_> = whole.tables.iter().map(line).collect();
        if out.wants_talk() {
            out.table(&["table", "rows", "bytes", "digest"], &lines);
            out.say("");
        }
        let shards = counted(parts.len() as u64, "shard is", "shards are");
        out.say(out.style(Style::Good, &format!("The data set is complete: {shards} there.")));
    }
    let answer = if whole.is_some() { Answer::Done } else { Answer::No };
    let written = args.out.filter(|_| whole.is_some());
    out.answer(&MergeOutput { ok: whole.is_some(), shards: parts.len(), problems, whole, out: written });
    Ok(answer)
}
