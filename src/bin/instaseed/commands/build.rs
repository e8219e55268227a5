//! What `setup` and `reset` share: raising a schema to an edition, and telling what stands there in the end.

use crate::cli::{SourceArgs, WorldArgs};
use crate::commands::fill::{Fill, Filled};
use crate::commands::migrate::{Watcher, steps};
use crate::commands::{Failure, world_of};
use crate::output::{Output, Style, thousands};
use instaseed::database::{Db, Target};
use instaseed::edition::Edition;
use instaseed::load::{self, LoadError, Mode};
use instaseed::migration::{Goal, Options, Outcome, Runner, Source};
use instaseed::world::World;
use serde::Serialize;

/// A database with a schema, about to be filled or shown.
pub struct Site<'a> {
    pub target: &'a Target,
    pub source: &'a Source,
    pub args: &'a SourceArgs,
}

/// What the tables hold in the end.
#[derive(Debug, Serialize)]
pub struct Held {
    pub table: &'static str,
    pub rows: u64,
}

impl Site<'_> {
    /// Goes forward to the edition that is wanted, else to the one that is there, else to the course's. Never back:
    /// what lies beyond the wanted edition is refused.
    pub fn raise(
        &self,
        db: &mut Db,
        wanted: Option<Edition>,
        out: &Output,
    ) -> Result<(Edition, Outcome), Failure> {
        let mut watcher = Watcher::new(out);
        let options =
            Options { may_take_back: false, target: Some(self.target.clone()), ..self.args.options() };
        let mut runner = Runner::new(db, self.source, options, &mut watcher);
        let mut refusal = None;
        for edition in
            Edition::ALL.into_iter().filter(|edition| wanted.is_none_or(|wanted| wanted == *edition))
        {
            let goal = self.goal(edition);
            if steps::taken_back(&runner.plan(&goal)?) == 0 {
                let outcome = runner.run(&goal)?;
                return Ok((edition, outcome));
            }
            refusal = Some(Failure::WouldGoBack { target: self.target.to_string(), edition });
        }
        Err(refusal.unwrap_or_else(|| Failure::NoEdition { target: self.target.to_string() }))
    }

    /// Behind the last edition the user's own migrations follow, so its goal is the end.
    fn goal(&self, edition: Edition) -> Goal {
        match self.source.milestones().last() {
            Some(last) if last.edition == edition.name() => Goal::Up(None),
            _ => Goal::To(edition.name().to_owned()),
        }
    }
}

/// The edition that a database is at; an error where it is at none, or between two.
pub fn edition(db: &mut Db, site: &Site<'_>, out: &Output) -> Result<Edition, Failure> {
    let mut watcher = Watcher::new(out);
    let status = Runner::new(db, site.source, site.args.options(), &mut watcher).status()?;
    status.edition.parse().map_err(|_| Failure::NoEdition { target: site.target.to_string() })
}

/// Whether and with what `setup` and `reset` seed.
#[derive(Debug, clap::Args)]
pub struct SeedArgs {
    /// Only the schema, without rows
    #[arg(long)]
    no_seed: bool,
    #[command(flatten)]
    world: WorldArgs,
}

impl SeedArgs {
    /// The world that is wanted: read before anything is made, so that a mistake in it changes nothing.
    pub fn world(&self) -> Result<Option<World>, Failure> {
        if self.no_seed {
            return Ok(None);
        }
        Ok(Some(world_of(&self.world.profile()?)?))
    }

    /// Rows that are there are as good as wanted ones, unless another world was asked for by name.
    pub fn accept_rows(&self, db: &mut Db, edition: Edition) -> Result<(), Failure> {
        if self.no_seed || self.world.is_default() || !has_rows(db, edition)? {
            return Ok(());
        }
        let wanted = self.world.profile()?.to_record();
        let recorded = load::recorded(db)?;
        match recorded.iter().any(|data_set| data_set.data.profile == wanted) {
            true => Ok(()),
            false => Err(Failure::OtherRows { recorded: recorded.len() }),
        }
    }
}

impl Site<'_> {
    /// Seeds tables that have no rows; `None` where they have some.
    pub fn seed(
        &self,
        mut db: Db,
        edition: Edition,
        world: Option<World>,
        out: &Output,
    ) -> Result<(Db, Option<Filled>), Failure> {
        let Some(world) = world else { return Ok((db, None)) };
        if load::interrupted(&mut db)?.is_none() && has_rows(&mut db, edition)? {
            return Ok((db, None));
        }
        // The load opens connections of its own, and on SQLite it needs the file alone.
        drop(db);
        let fill = Fill {
            target: self.target,
            edition,
            world,
            mode: Mode::Fresh,
            threads: None,
            lock_timeout: self.args.options().lock_timeout,
        };
        let filled = match fill.load(out) {
            // the tables were empty a moment ago: another setup was quicker
            Err(Failure::Library(instaseed::Error::Load(LoadError::NotEmpty { .. }))) => None,
            filled => Some(filled?),
        };
        Ok((Db::connect(self.target)?, filled))
    }
}

/// The rows of each table.
pub fn held(db: &mut Db, edition: Edition) -> Result<Vec<Held>, Failure> {
    let tables = edition.tables().iter();
    tables.map(|table| Ok(Held { table: table.name, rows: db.count(table.name)? })).collect()
}

/// Whether any table of the edition has a row.
pub fn has_rows(db: &mut Db, edition: Edition) -> Result<bool, Failure> {
    for table in edition.tables() {
        if db.has_rows(table.name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The last lines of `setup` and `reset`: what is there, and what to do with it.
pub fn summary(target: &Target, edition: Edition, held: &[Held], out: &Output) {
    let rows: Vec<Vec<String>> =
        held.iter().map(|held| vec![held.table.to_owned(), thousands(held.rows)]).collect();
    if out.wants_talk() {
        out.table(&["table", "rows"], &rows);
    }
    out.say("");
    out.say(out.style(Style::Good, &format!("{target} is ready, edition {edition}.")));
    out.say("Look at it:  instaseed show");
}
