//! `instaseed check DIR` where the folder has a manifest: its files are compared with what it says of them.

use super::{Args, checked, print_report};
use crate::failure::{Answer, Failure};
use crate::observers::ReadingProgress;
use crate::output::{Output, Style, escape_line, thousands};
use instaseed::check::{self, Report};
use instaseed::fingerprint::Fingerprint;
use instaseed::manifest::{FileProblem, Manifest};
use instaseed::read::Folder;
use instaseed::sink::digest::Digest;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a check of files found. The rows of files that are not there in full are not read.
#[derive(Serialize)]
struct FilesOutput<'a> {
    ok: bool,
    edition: &'a str,
    /// The part of the data set.
    shard: &'a str,
    files: &'a [FileProblem],
    /// Tables whose rows are not those that were written.
    changed: Vec<&'a str>,
    /// What cannot be checked in a part of a data set.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_checked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<BTreeMap<&'static str, u64>>,
    #[serde(flatten)]
    report: Option<Found<'a>>,
}

/// What the rules say of a whole data set.
#[derive(Serialize)]
struct Found<'a> {
    schema: &'a [String],
    rules: &'a [check::Finding],
    shape: &'a [check::Figure],
    altered: [(); 0],
    may_be_shard: bool,
}

pub(super) fn run(folder: &Path, manifest: &Manifest, args: &Args, out: &Output) -> Result<Answer, Failure> {
    let problems = manifest.problems(folder);
    for problem in &problems {
        out.print(out.style(Style::Bad, &escape_line(&problem.to_string())));
    }
    let edition = manifest.edition();
    let mut found = FilesOutput {
        ok: problems.is_empty(),
        edition: edition.name(),
        shard: &manifest.shard,
        files: &problems,
        changed: Vec::new(),
        not_checked: None,
        fingerprint: None,
        rows: None,
        report: None,
    };
    if !problems.is_empty() {
        out.print("The files are not those that were written; no row was read.");
        out.answer(&found);
        return Ok(Answer::No);
    }
    let names = manifest.files().map(|file| file.name.clone()).collect();
    let mut source = Folder::with_files(folder, names);
    let report: Option<Report>;
    let digests: Vec<_> = if manifest.is_whole() {
        let checked = checked(&mut source, args, out)?;
        let digest = |table: &'static instaseed::edition::Table| {
            let text = checked.fingerprint.tables.get(table.name)?;
            Some((table, Digest::parse(*checked.rows.get(table.name)?, text)?))
        };
        let digests = edition.tables().iter().filter_map(digest).collect();
        report = Some(checked);
        digests
    } else {
        report = None;
        let tables = manifest.tables.iter().map(|entry| edition.table(&entry.table));
        let tables = tables.collect::<Result<Vec<_>, _>>()?;
        check::digests(&mut source, &tables, &mut ReadingProgress::new(out))?
    };
    let is_changed = |(table, digest): &&(&'static instaseed::edition::Table, Digest)| {
        manifest.digest(table.name) != Some(*digest)
    };
    found.changed = digests.iter().filter(is_changed).map(|(table, _)| table.name).collect();
    found.ok = found.changed.is_empty() && report.as_ref().is_none_or(|report| report.ok);
    match &report {
        Some(report) => {
            print_report(report, report.ok, out);
            found.report = Some(Found {
                schema: &report.schema,
                rules: &report.rules,
                shape: &report.shape,
                altered: [],
                may_be_shard: false,
            });
        }
        None => {
            let line = |(table, digest): &(&'static instaseed::edition::Table, Digest)| {
                vec![table.name.to_owned(), thousands(digest.rows), digest.to_string()]
            };
            if out.wants_talk() {
                out.table(&["table", "rows", "digest"], &digests.iter().map(line).collect::<Vec<_>>());
                out.say("");
            }
            let part = match manifest.shard.as_str() {
                "1/1" => "some tables".to_owned(),
                shard => format!("shard {shard}"),
            };
            let text =
                format!("references, rules and shape, because these files are only {part} of a data set");
            out.say(format_args!("Not checked: {text}."));
            found.not_checked = Some(text);
        }
    }
    for table in &found.changed {
        let text = format!("{table} differs from what was written: its rows have another digest.");
        out.print(out.style(Style::Bad, &text));
    }
    if found.changed.is_empty() {
        out.say(out.style(Style::Good, "Every file has the rows that were written."));
    }
    let answer = if found.ok { Answer::Done } else { Answer::No };
    found.rows = Some(digests.iter().map(|(table, digest)| (table.name, digest.rows)).collect());
    found.fingerprint = Some(Fingerprint::new(edition, digests));
    out.answer(&found);
    Ok(answer)
}
