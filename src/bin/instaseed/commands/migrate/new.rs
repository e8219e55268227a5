//! `instaseed migrate new`: the folder of a migration of one's own, for every engine, to be filled in.

use super::Place;
use crate::commands::{Answer, Failure};
use crate::output::Output;
use instaseed::migration::scaffold;

/// Write a new migration of your own, for every engine, to fill in
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate new add_stories --migrations my-migrations
  INSTASEED_MIGRATIONS=my-migrations instaseed migrate new add_stories

It writes my-migrations/{sqlite,mysql,postgres}/<version>_add_stories/ with up.sql, down.sql and metadata.toml. Fill them in, then:
  instaseed migrate redo --migrations my-migrations    until it is right both ways")]
pub struct Args {
    /// What it does, as verb_noun in lower case: add_stories
    pub name: String,
}

impl Args {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        let root = place.source.folder().ok_or(Failure::NoFolder)?;
        let folders = scaffold(root, &self.name).map_err(instaseed::Error::from)?;
        for folder in &folders {
            out.say(format_args!("{}/{{up.sql, down.sql, metadata.toml}}", folder.display()));
        }
        out.say("Write the SQL of each, both ways.");
        let paths: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        out.answer(&serde_json::json!({ "ok": true, "folders": paths }));
        Ok(Answer::Done)
    }
}
