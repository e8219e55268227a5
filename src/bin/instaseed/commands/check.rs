//! `instaseed check`: does a database, or a folder of files, hold what a believable data set must hold?

use crate::cli::{self, TargetArgs};
use crate::commands::{Answer, Failure, cut_off};
use crate::output::{Bar, Counter, Output, Progress, Style, counted, escape_line, thousands};
use clap::ValueHint;
use instaseed::Error;
use instaseed::check::{self, Folder, Report, Source, Stored};
use instaseed::edition::{Edition, Table};
use instaseed::load::{self, Altered, Interrupted, LoadError};
use instaseed::migration;
use instaseed::sink::digest::Digest;
use serde::Serialize;
use std::path::PathBuf;

/// Hold a database or a folder of CSV files against its rules: exit code 1 when one is broken
///
/// Integrity (keys, references, lengths), uniqueness, the business rules of the edition, causality (nothing
/// before its causes), the shape of the data against published measurements, and the fingerprint. Figures out
/// of their bands are told, but break no rule unless --strict is said.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed check                             the database
  instaseed check data                        a folder that generate has written
  instaseed check --json | jq .fingerprint    for programs")]
pub struct Args {
    /// A folder of CSV files, instead of a database
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Whose rules: course or platform [default: what the tables are of]
    #[arg(long, value_parser = cli::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Count a figure out of its band as a broken rule
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    target: TargetArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let (mut report, altered, (load, unreadable)) = match &args.folder {
        Some(folder) => (checked(&mut Folder::new(folder), args, out)?, Vec::new(), (None, None)),
        None => {
            let (target, mut db) = args.target.connect()?;
            let load = cut_off(&mut db)?;
            let report = checked(&mut Stored::new(&mut db, target.to_string())?, args, out);
            if let Err(Failure::Library(Error::Check(_))) = report {
                // Why the tables are those of no edition is worth more than which are missing.
                migration::refuse_half_applied(&mut db)?;
            }
            let report = report?;
            let found =
                |table: &str| Digest::parse(*report.rows.get(table)?, report.fingerprint.tables.get(table)?);
            let altered = load::altered(&mut db, report.edition.parse()?, found)?;
            (report, altered, load)
        }
    };
    let whole = altered.is_empty() && load.is_none() && unreadable.is_none();
    let rules_hold = report.ok;
    report.ok &= whole;
    tell(&report, rules_hold, out);
    for altered in &altered {
        let Altered { table, rows_loaded, rows_found, .. } = altered;
        let reason = altered.reason().map_or_else(String::new, |reason| format!(" {reason}."));
        out.print(out.style(
            Style::Bad,
            &format!(
                "{table} is not what was loaded: its digest differs, {} rows then, {} now.{reason}",
                thousands(*rows_loaded),
                thousands(*rows_found)
            ),
        ));
    }
    let may_be_shard = args.folder.is_some() && report.may_be_shard;
    if may_be_shard && !report.ok {
        out.print(
            "These files look like one shard of a data set: rows that they refer to are in the others.",
        );
        out.print("Put the files of all shards together, each header once, and check that folder.");
    }
    if let Some(Interrupted { phase, done, portions, .. }) = &load {
        out.print(out.style(
            Style::Bad,
            &format!(
                "A load was interrupted ({phase}, {done} of {portions} portions in): the rows are not whole."
            ),
        ));
        out.print(
            out.advice(
                "`instaseed seed --resume` goes on with it; `instaseed seed --discard` takes it back.",
            ),
        );
    }
    if let Some(error) = &unreadable {
        out.print(out.style(Style::Bad, &escape_line(&error.to_string())));
        out.print(out.advice(&error.hint().unwrap_or_default()));
    }
    let load_error = unreadable.as_ref().map(LoadError::to_string);
    out.answer(&Answered { report: &report, altered, may_be_shard, load, load_error });
    Ok(if report.ok { Answer::Done } else { Answer::No })
}

#[derive(Serialize)]
struct Answered<'a> {
    #[serde(flatten)]
    report: &'a Report,
    /// Tables that are not what was loaded.
    altered: Vec<Altered>,
    /// The files look like a shard, which cannot hold every rule by itself.
    may_be_shard: bool,
    /// A load that was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Interrupted>,
    /// Why nothing can be told of a load that left a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    load_error: Option<String>,
}

fn checked(source: &mut dyn Source, args: &Args, out: &Output) -> Result<Report, Failure> {
    let edition = match args.edition {
        Some(edition) => edition,
        None => source.edition()?,
    };
    let mut watch = Watch { progress: out.progress(), bar: None };
    let mut report = check::check(source, edition, &mut watch)?;
    if args.strict {
        report.ok &= report.shape.iter().all(|figure| figure.within != Some(false));
    }
    Ok(report)
}

/// Prints the report. The rules may hold although the answer is no: what else is wrong is said after it.
fn tell(report: &Report, rules_hold: bool, out: &Output) {
    if !out.wants_talk() && report.ok {
        return;
    }
    let edition = Edition::ALL.into_iter().find(|edition| edition.name() == report.edition);
    let tables = edition.map_or(&[][..], Edition::tables).iter().map(|table| {
        let digest = report.fingerprint.tables.get(table.name).cloned().unwrap_or_default();
        vec![
            table.name.to_owned(),
            thousands(report.rows.get(table.name).copied().unwrap_or_default()),
            digest,
        ]
    });
    out.table(&["table", "rows", "digest"], &tables.collect::<Vec<_>>());
    out.print("");
    for finding in &report.rules {
        let (mark, count) = match finding.broken {
            0 => (out.style(Style::Good, "ok    "), String::new()),
            broken => (out.style(Style::Bad, "BROKEN"), format!(": {}", counted(broken, "row", "rows"))),
        };
        out.print(format_args!("{mark} {}{count}", finding.rule));
        for example in &finding.examples {
            out.print(format_args!("         {}", escape_line(example)));
        }
    }
    out.print("");
    if !report.schema.is_empty() {
        out.print(format_args!("The tables differ from edition {}'s, which breaks no rule:", report.edition));
        report.schema.iter().for_each(|difference| out.print(format_args!("  {difference}")));
        out.print("");
    }
    let figures = report.shape.iter().map(|figure| {
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| format!("{:.2}", end));
        let band = match (figure.low, figure.high) {
            (None, None) => String::new(),
            (low, high) => format!("{} .. {}", end(low), end(high)),
        };
        let mark = match figure.within {
            Some(true) => "ok",
            Some(false) => "OUT",
            None => "",
        };
        vec![figure.name.to_owned(), format!("{:.4}", figure.value), band, mark.to_owned()]
    });
    out.table(&["figure", "value", "band", ""], &figures.collect::<Vec<_>>());
    out.print("");
    let broken = report.rules.iter().filter(|finding| finding.broken > 0).count();
    let outside = report.shape.iter().filter(|figure| figure.within == Some(false)).count();
    let outside = match outside {
        0 => String::new(),
        1 => " 1 figure is out of its band.".to_owned(),
        n => format!(" {n} figures are out of their bands."),
    };
    let verdict = match (rules_hold, broken) {
        (true, _) => {
            out.style(Style::Good, &format!("Every rule of edition {} holds.{outside}", report.edition))
        }
        (false, 0) => out.style(Style::Bad, outside.trim_start()),
        (false, 1) => out.style(Style::Bad, &format!("1 rule is broken.{outside}")),
        (false, n) => out.style(Style::Bad, &format!("{n} rules are broken.{outside}")),
    };
    out.print(verdict);
}

/// A bar for the table at hand.
struct Watch {
    progress: Progress,
    bar: Option<Bar>,
}

impl check::Progress for Watch {
    fn begin(&mut self, table: &'static Table) {
        let bar = self.progress.bar(table.name, Counter::new(None));
        bar.begin();
        self.bar = Some(bar);
    }

    fn rows(&mut self, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.add(0, rows);
        }
    }

    fn end(&mut self, _table: &'static Table) {
        if let Some(bar) = &self.bar {
            bar.finish();
        }
    }
}
