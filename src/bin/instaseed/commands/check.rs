//! `instaseed check`: does a database, or a folder of files, hold what a believable data set must hold?

mod files;

use crate::args::{self, TargetArgs};
use crate::cut_off::{CutOff, cut_off};
use crate::failure::{Answer, Failure};
use crate::hints;
use crate::observers::{MigrationProgress, ReadingProgress};
use crate::output::{Output, Style, counted, escape_line, thousands};
use clap::ValueHint;
use instaseed::check::{self, Report};
use instaseed::database::{Db, Target};
use instaseed::deployment::DeploymentError;
use instaseed::edition::Edition;
use instaseed::load::{self, Altered, Interrupted, LoadError};
use instaseed::manifest::Manifest;
use instaseed::migration::{self, MigrationState, Runner, Status};
use instaseed::read::{Folder, Source, Stored};
use instaseed::sink::digest::Digest;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Check a database or a folder of files; exits with 1 if a rule is broken
///
/// Checks:
///   - integrity: keys, references, lengths
///   - uniqueness
///   - the business rules of the edition
///   - causality: nothing happens before its cause
///   - the shape of the data, compared with published measurements
///   - the fingerprint
///
/// The files of a folder are compared with its manifest first: missing, cut off, changed. Of a shard, only that is checked.
///
/// Figures outside their expected range are reported; with --strict they count as failures.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  instaseed check                             check the database
  instaseed check data                        check files, and that none is lost
  instaseed check --json | jq .fingerprint    print the fingerprint only"
)]
pub struct Args {
    /// Folder of files (as of generate) to check instead of a database
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Edition whose rules apply: course or platform [default: the edition of the tables]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Exit with 1 also if a figure is outside its expected range
    #[arg(long)]
    strict: bool,
    /// Wait up to SECONDS for another run that holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = args::whole::<u64>)]
    lock_timeout: u64,
    #[command(flatten)]
    target: TargetArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    if let Some(folder) = &args.folder
        && let Some(manifest) = Manifest::of_folder(folder)?
    {
        return files::run(folder, &manifest, args, out);
    }
    let (mut report, altered, (load, unreadable)) = match &args.folder {
        Some(folder) => (checked(&mut Folder::new(folder), args, out)?, Vec::new(), (None, None)),
        None => {
            let (target, mut db) = args.target.connect()?;
            let (report, load) = at_rest(&mut db, &target, args, out)?;
            let found =
                |table: &str| Digest::parse(*report.rows.get(table)?, report.fingerprint.tables.get(table)?);
            let altered = load::altered(&mut db, report.edition.parse()?, found)?;
            (report, altered, load)
        }
    };
    let whole = altered.is_empty() && load.is_none() && unreadable.is_none();
    let rules_hold = report.ok;
    report.ok &= whole;
    print_report(&report, rules_hold, out);
    for altered in &altered {
        let Altered { table, rows_loaded, rows_found, .. } = altered;
        let reason = altered.reason().map_or_else(String::new, |reason| format!(" {reason}."));
        out.print(out.style(
            Style::Bad,
            &format!(
                "{table} differs from what was loaded: {} rows then, {} now, and another digest.{reason}",
                thousands(*rows_loaded),
                thousands(*rows_found)
            ),
        ));
    }
    let may_be_shard = args.folder.is_some() && report.may_be_shard;
    if may_be_shard && !report.ok {
        out.print(
            "These files look like one shard of a data set: they refer to rows that are in the other shards.",
        );
        out.print("Join the files of all shards, with each header line once, and check that folder.");
    }
    if let Some(load) = &load {
        let Interrupted { done, portions, .. } = load;
        out.print(out.style(
            Style::Bad,
            &format!(
                "A load was interrupted ({done} of {portions} portions loaded): the rows are not complete."
            ),
        ));
        out.print(out.advice(&format!("{}.", hints::capital(&hints::of_interrupted(load)))));
    }
    if let Some(error) = &unreadable {
        out.print(out.style(Style::Bad, &escape_line(&error.to_string())));
        out.print(out.advice(&hints::of_load(error)));
    }
    let load_error = unreadable.as_ref().map(LoadError::to_string);
    out.answer(&CheckOutput { report: &report, altered, may_be_shard, load, load_error });
    Ok(if report.ok { Answer::Done } else { Answer::No })
}

#[derive(Serialize)]
struct CheckOutput<'a> {
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

/// The check of a database while no migrations run. If some ran during it, it begins again; and where a schema cannot
/// be checked because it is between two editions, the error says that instead of which columns to correct.
fn at_rest(db: &mut Db, target: &Target, args: &Args, out: &Output) -> Result<(Report, CutOff), Failure> {
    let begun = Instant::now();
    let patience = Duration::from_secs(args.lock_timeout);
    let source = migration::Source::embedded(target.engine())?;
    let mut watcher = MigrationProgress::new(out);
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        migration::wait_until_readable(db, left, &mut watcher)?;
        // A load that is under way changes no column, and the answer mentions it.
        if !load::is_recorded(db)? {
            migration::wait_until_settled(db, left, &mut watcher)?;
        }
        let options = migration::Options { lock_timeout: left, ..migration::Options::default() };
        let before = Runner::new(db, &source, options.clone()).observed_by(&mut watcher).status()?;
        if before.migrations.iter().any(|one| one.state == MigrationState::HalfApplied) {
            migration::refuse_half_applied(db)?;
        }
        let load = cut_off(db)?;
        let checked = checked_in_one_moment(db, target, args, out);
        if checked.is_ok() && target.engine().is_file() {
            return Ok((checked?, load));
        }
        let after = Runner::new(db, &source, options).observed_by(&mut watcher).status()?;
        let under_way = after.under_way.is_some() && !load::is_recorded(db)?;
        let moved = after.migrations != before.migrations || checked.is_err() && under_way;
        match checked {
            _ if moved && begun.elapsed() < patience => {}
            _ if moved => return Err(Failure::Migrated { target: target.to_string() }),
            Ok(report) => return Ok((report, load)),
            Err(error) => {
                migration::refuse_half_applied(db)?;
                return Err(why(error, target, &after, args.edition));
            }
        }
    }
}

/// What the migrations say of tables that could not be checked, where that says more than which are missing.
fn why(error: Failure, target: &Target, status: &Status, wanted: Option<Edition>) -> Failure {
    match (status.edition.parse(), wanted) {
        _ if status.edition == "between" => DeploymentError::between(target, status).into(),
        (Ok(at), Some(wanted)) if at != wanted => {
            DeploymentError::OtherEdition { target: target.to_string(), at, wanted }.into()
        }
        _ => error,
    }
}

fn checked_in_one_moment(db: &mut Db, target: &Target, args: &Args, out: &Output) -> Result<Report, Failure> {
    checked(&mut Stored::new(db, target.to_string())?, args, out)
}

fn checked(source: &mut dyn Source, args: &Args, out: &Output) -> Result<Report, Failure> {
    let edition = match args.edition {
        Some(edition) => edition,
        None => source.edition()?,
    };
    let mut watch = ReadingProgress::new(out);
    let mut report = check::check(source, edition, &mut watch)?;
    if args.strict {
        report.ok &= report.shape.iter().all(|figure| figure.within != Some(false));
    }
    Ok(report)
}

/// Prints the report. The rules may hold although the answer is no: what else is wrong is said after it.
fn print_report(report: &Report, rules_hold: bool, out: &Output) {
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
        out.print(format_args!(
            "The tables differ from those of edition {}; this breaks no rule:",
            report.edition
        ));
        report.schema.iter().for_each(|difference| out.print(format_args!("  {difference}")));
        out.print("");
    }
    let figures = report.shape.iter().map(|figure| {
        let end = |end: Option<f64>| end.map_or_else(String::new, short);
        let band = match (figure.low, figure.high) {
            (None, None) => String::new(),
            (low, high) => format!("{} .. {}", end(low), end(high)),
        };
        let mark = match figure.within {
            Some(true) => "ok",
            Some(false) => "OUT",
            None => "",
        };
        vec![figure.name.to_owned(), short(figure.value), band, mark.to_owned()]
    });
    out.table(&["figure", "value", "expected", ""], &figures.collect::<Vec<_>>());
    out.print("");
    let broken = report.rules.iter().filter(|finding| finding.broken > 0).count();
    let outside = report.shape.iter().filter(|figure| figure.within == Some(false)).count();
    let outside = match outside {
        0 => String::new(),
        1 => " 1 figure is outside its expected range.".to_owned(),
        n => format!(" {n} figures are outside their expected ranges."),
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

/// A number of up to four decimals, without zeros at the end: `19`, `0.25`.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
