//! `instaseed report`: one page that shows what a data set looks like, or the diagram of its tables alone.

use crate::args::{self, TargetArgs, WorldArgs};
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::observers::{MigrationProgress, ReadingProgress};
use crate::output::{Output, Style, counted, escape_line, size};
use crate::rails::{self, Line};
use clap::ValueHint;
use instaseed::database::Db;
use instaseed::edition::Edition;
use instaseed::migration;
use instaseed::report::{self, Entity, Report, diagram};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Show what the data looks like: one HTML page with a diagram and charts
///
/// The page has the tables with their rows and sizes, and about thirty measurements of the network: followers, likes, delays,
/// hashtags, clustering and others, each next to a published measurement with its source. It is one file without a
/// script, which opens from disk, prints, and has at most 500 kB whatever the number of rows.
///
/// The rows come from the database, from a folder of files (as of generate), or, with --users, --seed or another option of
/// the world, from the seed alone: nothing is written then but the page.
///
/// --diagram prints the diagram of the tables alone, your own tables too, of any database.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed report                               of the database
  instaseed report data                          of a folder of files
  instaseed report --users 10000                 of a seed, without a database
  instaseed report --out page.html --force
  instaseed report --json | jq .figures          the measurements for programs
  instaseed report --diagram svg > tables.svg    the diagram alone
  instaseed report --diagram mermaid             for a README")]
pub struct Args {
    /// Folder of files (as of generate) to look at instead of a database
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
    /// File to write: the page, or the diagram [default: instaseed-report.html; a diagram is printed]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
    /// Replace that file if it exists
    #[arg(long)]
    force: bool,
    /// Print only the diagram of the tables: svg, mermaid, dbml or text
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    diagram: Option<Diagram>,
    /// Edition of the tables of a seed: course or platform [default: course]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Wait up to SECONDS for another run that holds the lock
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = args::whole::<u64>)]
    lock_timeout: u64,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    world: WorldArgs,
}

/// What a diagram is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Diagram {
    Svg,
    Mermaid,
    Dbml,
    Text,
}

const PAGE: &str = "instaseed-report.html";

/// What was measured, for programs.
#[derive(Serialize)]
struct ReportOutput<'a> {
    ok: bool,
    title: String,
    out: &'a Path,
    #[serde(flatten)]
    report: &'a Report,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    if let Some(source) = args.two_sources() {
        return Err(source);
    }
    match args.diagram {
        Some(diagram) => args.diagram(diagram, out),
        None => args.page(out),
    }
}

impl Args {
    /// A seed, with the tables of no database.
    fn is_seed(&self) -> bool {
        !self.world.is_default() || self.edition.is_some() && self.folder.is_none()
    }

    fn two_sources(&self) -> Option<Failure> {
        let folder = self.folder.as_ref().map(|_| "a folder");
        let url = self.target.database_url.as_ref().map(|_| "--database-url");
        let world = (!self.world.is_default()).then_some("options of a world");
        let edition = self.edition.map(|_| "--edition");
        let named: Vec<&'static str> = [folder, url, world.or(edition)].into_iter().flatten().collect();
        match named[..] {
            [first, second, ..] => Some(Failure::TwoSources { first, second }),
            _ => None,
        }
    }

    fn page(&self, out: &Output) -> Result<Answer, Failure> {
        let path = self.out.as_deref().unwrap_or(Path::new(PAGE));
        report::refuse(path, self.force)?;
        let _work = interrupt::begin(Work::Looking);
        let mut watch = ReadingProgress::new(out);
        let report = match &self.folder {
            Some(folder) => Report::of_folder(folder, &mut watch)?,
            None if self.is_seed() => {
                let profile = self.world.profile()?;
                let edition = self.edition.unwrap_or(Edition::Course);
                let made = Report::of_seed(&profile, edition, &mut watch);
                made.map_err(|error| self.world.refused(error.into()))?
            }
            None => {
                let (target, mut db) = self.connect(out)?;
                Report::of_database(&mut db, &target, &mut watch)?
            }
        };
        watch.clear();
        let page = report::page(&report);
        report::write(path, &page, self.force)?;
        print(&report, out);
        let line = format!("{} ({})", path.display(), size(page.len() as u64));
        out.say(out.style(Style::Good, &format!("Wrote {}. Open it in a browser.", escape_line(&line))));
        let title = report.title();
        out.answer(&ReportOutput { ok: true, title, out: path, report: &report });
        Ok(Answer::Done)
    }

    fn connect(&self, out: &Output) -> Result<(instaseed::database::Target, Db), Failure> {
        let (target, mut db) = self.target.connect()?;
        let patience = Duration::from_secs(self.lock_timeout);
        migration::wait_until_readable(&mut db, patience, &mut MigrationProgress::new(out))?;
        Ok((target, db))
    }

    fn diagram(&self, diagram: Diagram, out: &Output) -> Result<Answer, Failure> {
        let tables = match &self.folder {
            Some(folder) => report::tables_of_edition(report::edition_of_folder(folder)?),
            None if self.is_seed() => report::tables_of_edition(self.edition.unwrap_or(Edition::Course)),
            None => {
                let (target, mut db) = self.connect(out)?;
                Report::tables_of(&mut db, &target)?
            }
        };
        let is_drawn = matches!(diagram, Diagram::Text);
        let text = match diagram {
            Diagram::Svg => diagram::alone(&tables),
            Diagram::Mermaid => diagram::mermaid(&tables),
            Diagram::Dbml => diagram::dbml(&tables),
            Diagram::Text => in_lines(&tables),
        };
        match &self.out {
            Some(path) => {
                report::write(path, &text, self.force)?;
                out.say(
                    out.style(Style::Good, &format!("Wrote {}.", escape_line(&path.display().to_string()))),
                );
            }
            None if is_drawn && out.is_ascii() => out.print(rails::plain(text.trim_end())),
            None => out.print(text.trim_end()),
        }
        let kept = self.out.is_none().then_some(&text);
        out.answer(&json!({ "ok": true, "tables": tables, "diagram": kept, "out": self.out }));
        Ok(Answer::Done)
    }
}

/// The tables in the order of the drawing, with a rail for each column that is referenced.
fn in_lines(tables: &[Entity]) -> String {
    let columns = || tables.iter().flat_map(|table| &table.columns);
    let names = columns().map(|column| column.name.width()).max().unwrap_or(0).min(30);
    let kinds = columns().map(|column| column.kind.width()).max().unwrap_or(0).min(24);
    let mut lines = Vec::new();
    for at in diagram::Layout::new(tables).in_order() {
        let table = &tables[at];
        lines.push(Line { text: escape_line(&table.name).into_owned(), ..Line::default() });
        for column in &table.columns {
            let (name, kind) = (escape_line(&column.name), escape_line(&column.kind));
            lines.push(Line {
                text: rails::left(&name, &kind, column.key, (names, kinds)),
                column: Some(format!("{}.{}", table.name, column.name)),
                references: column.references.as_ref().map(|(table, column)| format!("{table}.{column}")),
            });
        }
    }
    rails::draw(&lines).join("\n")
}

/// The answer in a few lines: the page has the rest.
fn print(report: &Report, out: &Output) {
    for note in &report.notes {
        out.print(out.style(Style::Warning, &escape_line(note)));
    }
    let style =
        if report.held().any(|figure| figure.within == Some(false)) { Style::Warning } else { Style::Good };
    out.print(out.style(style, &format!("{}.", report.title())));
    let outside: Vec<String> = report
        .held()
        .filter(|figure| figure.within == Some(false))
        .map(|figure| format!("{} ({:.3})", figure.name, figure.value))
        .collect();
    if !outside.is_empty() {
        out.print(format_args!("Outside: {}.", outside.join(", ")));
    }
    let rows: u64 = report.tables.iter().filter_map(|table| table.rows).sum();
    let tables = counted(report.tables.len() as u64, "table", "tables");
    out.say(format_args!("Read {} in {tables}.", counted(rows, "row", "rows")));
}
