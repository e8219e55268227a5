//! What `setup` and `reset` share: raising a schema to an edition, and telling what stands there in the end.

use crate::cli::{SourceArgs, WorldArgs};
use crate::commands::fill::{Fill, Filled};
use crate::commands::migrate::Watcher;
use crate::commands::migrate::losses::{self, Taken};
use crate::commands::{Failure, world_of};
use crate::output::{Output, Style, thousands};
use instaseed::database::{Db, Target};
use instaseed::edition::Edition;
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, Interrupted, LoadError, Mode, Phase};
use instaseed::migration::{Goal, MigrationError, MigrationState, Options, Outcome, Runner, Source, Status};
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
    /// Moves the schema, and answers the edition at which it is then, what was run and what that could not keep.
    pub fn raise(
        &self,
        db: &mut Db,
        goal: &Goal,
        out: &Output,
    ) -> Result<(Edition, Outcome, Taken), Failure> {
        let is_cut_off = load::is_recorded(db)?;
        let mut watcher = Watcher::new(out);
        let options =
            Options { may_take_back: false, target: Some(self.target.clone()), ..self.args.options() };
        // An interrupted load has taken parts of the schema away: no migration may meet it.
        let plan = Runner::new(db, self.source, options.clone(), &mut watcher).plan(goal)?;
        if is_cut_off && !plan.steps.is_empty() {
            return Err(Failure::LoadCutOff { target: self.target.to_string() });
        }
        losses::tell(&plan, out);
        let taken = Taken::of(&plan);
        let (outcome, status) = watcher.run(db, self.source, options, goal)?;
        Ok((at(self.target, &status)?, outcome, taken))
    }
}

/// The edition of a status. Where tables of others have the names of ours, making ours is no way out.
pub fn at(target: &Target, status: &Status) -> Result<Edition, Failure> {
    match status.foreign_tables.first() {
        Some(table) => Err(MigrationError::ForeignDatabase { table: table.clone() }.into()),
        None => status.edition.parse().map_err(|_| match status.edition.as_str() {
            "between" => between(target, status),
            _ => Failure::NoEdition { target: target.to_string() },
        }),
    }
}

/// Says that a database is between two editions, and what brings it to one.
pub fn between(target: &Target, status: &Status) -> Failure {
    let half = status.migrations.iter().any(|one| one.state == MigrationState::HalfApplied);
    Failure::BetweenEditions { target: target.to_string(), goal: status.goal.clone(), half }
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
    pub fn is_wanted(&self) -> bool {
        !self.no_seed
    }

    /// The world that is wanted: read before anything is made, so that a mistake in it changes nothing.
    pub fn world(&self) -> Result<Option<World>, Failure> {
        if self.no_seed {
            return Ok(None);
        }
        Ok(Some(world_of(&self.world.profile()?)?))
    }

    /// What one should know of the world that is asked for.
    pub fn note(&self) -> Option<String> {
        self.world.note()
    }

    /// Rows that are there are as good as wanted ones, unless another world was asked for by name.
    pub fn accept_rows(&self, db: &mut Db, edition: Edition) -> Result<(), Failure> {
        // Rows of a load that was interrupted are for who goes on with it.
        if self.no_seed || self.world.is_default() || load::is_recorded(db)? || !has_rows(db, edition)? {
            return Ok(());
        }
        let wanted = self.world.profile()?.to_record();
        let recorded = load::recorded(db)?;
        match recorded.iter().any(|data_set| data_set.data.profile == wanted) {
            true => Ok(()),
            false => Err(Failure::OtherRows { recorded: recorded.len(), words: self.world.words() }),
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
        note: Option<String>,
        out: &Output,
    ) -> Result<(Db, Option<Filled>), Failure> {
        let Some(world) = world else { return Ok((db, None)) };
        let mode = match load::interrupted(&mut db)? {
            Some(found) if is_of(&found, edition, &world) => Mode::Resume,
            None if has_rows(&mut db, edition)? => return Ok((db, None)),
            _ => Mode::Fresh,
        };
        if let Some(note) = note.filter(|_| out.wants_talk()) {
            out.note(note);
        }
        // The load opens connections of its own, and on SQLite it needs the file alone.
        drop(db);
        let fill = Fill {
            target: self.target,
            edition,
            world,
            mode,
            threads: None,
            lock_timeout: self.args.options().lock_timeout,
        };
        let filled = match fill.load(out) {
            // the tables were empty a moment ago, or the load under way: another setup was quicker
            Err(Failure::Library(instaseed::Error::Load(
                LoadError::NotEmpty { .. } | LoadError::NothingToResume,
            ))) => None,
            filled => Some(filled?),
        };
        Ok((Db::connect(self.target)?, filled))
    }
}

/// Whether an interrupted load is the one that would be begun: then it is gone on with.
fn is_of(found: &Interrupted, edition: Edition, world: &World) -> bool {
    found.data.edition == edition
        && found.offsets.is_none()
        && found.phase != Phase::Discarding
        && found.data.generator_version == GENERATOR_VERSION
        && found.data.profile == world.profile().to_record()
}

/// The rows of each table.
pub fn held(db: &mut Db, edition: Edition) -> Result<Vec<Held>, Failure> {
    let tables = edition.tables().iter();
    tables.map(|table| Ok(Held { table: table.name, rows: db.count(table.name)? })).collect()
}

/// Tables that hold nothing although data was loaded: what takes a table back and makes it again leaves it empty.
pub fn emptied(db: &mut Db, edition: Edition, held: &[Held]) -> Result<Vec<&'static str>, Failure> {
    let recorded = load::recorded(db)?;
    let was_filled = |table: &str| {
        recorded.iter().any(|set| {
            let rows = set.tables.get(table).map(|table| table.rows);
            set.data.edition != edition || rows.is_some_and(|rows| rows > 0)
        })
    };
    let empty = held.iter().filter(|held| held.rows == 0 && was_filled(held.table));
    Ok(empty.map(|held| held.table).collect())
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
    out.say(out.advice("Look at it:  instaseed show"));
}
