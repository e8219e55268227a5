//! `instaseed migrate new`: the folder of a migration of one's own, for every engine, to be filled in.

use super::MigrateContext;
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::{Output, quoted};
use instaseed::database::Db;
use instaseed::edition::Edition;
use instaseed::migration::{Options, Runner, Source, scaffold};
use std::time::Duration;

/// Create the files of a new migration of your own, for every engine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate new add_stories --migrations my-migrations
  INSTASEED_MIGRATIONS=my-migrations instaseed migrate new add_stories

This creates up.sql, down.sql and metadata.toml in the folders
my-migrations/{sqlite,mysql,postgres}/<version>_add_stories. Fill them in, then:
  instaseed migrate up --migrations my-migrations      apply it
  instaseed migrate redo --migrations my-migrations    after a change

The migration belongs to the edition that its metadata.toml names.")]
pub struct Args {
    /// What the migration does, as verb_noun in lower case: add_stories
    pub name: String,
    /// Edition that it belongs to: course or platform [default: the database's edition, else course]
    #[arg(long)]
    pub edition: Option<Edition>,
}

impl Args {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let root = place.source.folder()?.ok_or(Failure::NoFolder)?;
        let edition = self.edition.or_else(|| edition_there(place)).unwrap_or(Edition::Course);
        let _work = interrupt::begin(Work::Writing);
        let folders = scaffold(&root, &self.name, Some(edition.name()))?;
        interrupt::done();
        for folder in &folders {
            out.say(format_args!("{}/{{up.sql, down.sql, metadata.toml}}", folder.display()));
        }
        let flag = match &place.source.migrations {
            Some(_) => format!(" --migrations {}", quoted(&root.to_string_lossy())),
            None => String::new(),
        };
        out.say(format_args!(
            "It belongs to edition {edition}. Write up.sql and down.sql for each engine, then:"
        ));
        out.say(format_args!("  instaseed migrate up{flag}      apply it"));
        out.say(format_args!("  instaseed migrate redo{flag}    apply it again after a change"));
        let paths: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        out.answer(&serde_json::json!({ "ok": true, "edition": edition.name(), "folders": paths }));
        Ok(Answer::Done)
    }
}

/// The edition for which the database is meant, if there is one; own migrations, which may be half written, do not
/// matter for that.
fn edition_there(place: &MigrateContext<'_>) -> Option<Edition> {
    let target = place.target.target().ok()?;
    let mut db = Db::connect(&target).ok()?;
    let source = Source::embedded(target.engine()).ok()?;
    let options = Options { lock_timeout: Duration::ZERO, ..place.options() };
    let status = Runner::new(&mut db, &source, options).status().ok()?;
    status.goal?.parse().ok()
}
