//! `instaseed course lint`: mistakes in exercises, found before a learner meets them.

use super::CourseContext;
use super::class::threads;
use crate::args;
use crate::failure::{Answer, Failure};
use crate::observers::Steps;
use crate::output::{Output, Style, counted, escape_line};
use clap::ValueHint;
use instaseed::course::Course;
use instaseed::exercise::Catalogue;
use instaseed::lint::{Finding, Lint, Report};
use serde::Serialize;
use std::path::PathBuf;

/// Look for mistakes in exercises
///
/// Runs each model solution and each known mistake on the data of several seeds. Finds empty answers, ties at a LIMIT, an
/// ORDER BY on NULLs or on numbers that are stored as text, mistakes that give the same answer as the model or as another
/// mistake, examples of more than 12 rows, starting texts that pass, and texts that are not filled in.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course lint                     the built-in exercises
  instaseed course lint my-exercises
  instaseed course lint my-exercises --seeds 200
  instaseed course lint --server postgres://me@127.0.0.1/postgres

Exit codes: 0 nothing found, 1 something found, 2 error.")]
pub struct Args {
    /// Folder with exercises, one with an index.toml [default: the built-in ones]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// Number of other seeds to try
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = args::whole::<u32>)]
    seeds: u32,
    /// Seed of the data to check most closely [default: that of the profile]
    #[arg(long, value_name = "N", value_parser = args::whole::<u64>)]
    seed: Option<u64>,
    /// Compare the answers with those of a server, on up to 20 seeds; may be repeated
    #[arg(long, value_name = "URL")]
    server: Vec<String>,
    /// Look for the smallest example of each mistake on every seed, which takes longer
    #[arg(long)]
    shrink_all: bool,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = args::positive::<usize>)]
    threads: Option<usize>,
}

#[derive(Serialize)]
struct LintOutput<'a> {
    /// Whether nothing was found.
    ok: bool,
    #[serde(flatten)]
    report: &'a Report,
    examples: Examples,
}

/// How many rows the smallest examples have.
#[derive(Serialize)]
struct Examples {
    count: usize,
    median_rows: Option<usize>,
    most_rows: Option<usize>,
}

impl Examples {
    fn of(report: &Report) -> Examples {
        let mut rows = report.example_rows.clone();
        rows.sort_unstable();
        Examples {
            count: rows.len(),
            median_rows: rows.get(rows.len() / 2).copied(),
            most_rows: rows.last().copied(),
        }
    }
}

impl Args {
    pub fn run(self, _: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (catalogue, unreadable) = match &self.folder {
            Some(folder) => Catalogue::read_what_can_be(folder)?,
            None => (Catalogue::embedded()?, Vec::new()),
        };
        let lint = Lint {
            catalogue: &catalogue,
            unreadable: &unreadable,
            seed: self.seed.map_or_else(Course::usual_seed, Ok)?,
            others: self.seeds,
            servers: self.server.clone(),
            shrink_all: self.shrink_all,
            threads: threads(self.threads),
        };
        let steps = Steps::new(out, "looking at exercises");
        let report = lint.run(&steps);
        steps.clear();
        let report = report?;
        print(&report, out);
        let ok = report.findings.is_empty();
        out.answer(&LintOutput { ok, report: &report, examples: Examples::of(&report) });
        Ok(if ok { Answer::Done } else { Answer::No })
    }
}

fn print(report: &Report, out: &Output) {
    for finding in &report.findings {
        print_finding(finding, out);
    }
    for id in &report.few_answers {
        let count = report.answers.get(id).copied().unwrap_or_default();
        let answers = counted(count as u64, "answer", "answers");
        out.note(format_args!("{} has {answers} on all seeds: constants may pass", escape_line(id)));
    }
    let Report { exercises, mistakes, seeds, findings, .. } = report;
    let found = match findings.len() {
        0 => out.style(Style::Good, "Nothing found"),
        many => out.style(Style::Bad, &counted(many as u64, "finding", "findings")),
    };
    let exercises = counted(*exercises as u64, "exercise", "exercises");
    let mistakes = counted(*mistakes as u64, "known mistake", "known mistakes");
    let seeds = counted(seeds.len() as u64, "seed", "seeds");
    let examples = Examples::of(report);
    let rows = match (examples.median_rows, examples.most_rows) {
        (Some(median), Some(most)) => {
            format!("; smallest examples have {median} rows (median), at most {most}")
        }
        _ => String::new(),
    };
    out.say(format_args!("{found} in {exercises} with {mistakes}, on {seeds}{rows}."));
}

fn print_finding(finding: &Finding, out: &Output) {
    let seeds = match finding.seeds.as_slice() {
        [] => String::new(),
        [seed] => format!(" (seed {seed})"),
        [seed, more @ ..] => format!(" (seed {seed} and {} more)", more.len()),
    };
    let what = escape_line(&finding.flaw.to_string()).into_owned();
    out.print(format_args!("{}: {what}{seeds}", escape_line(&finding.file)));
    out.print(format_args!("  {}", finding.flaw.way_out()));
}
