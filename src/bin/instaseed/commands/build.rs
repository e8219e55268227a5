//! What `setup` and `reset` share: raising a schema to an edition, and telling what stands there in the end.

use crate::cli::{SourceArgs, WorldArgs};
use crate::commands::fill::{Fill, Filled};
use crate::commands::migrate::{Watcher, steps};
use crate::commands::{Failure, world_of};
use crate::output::{Output, Style, thousands};
use instaseed::database::{Db, Target};
use instaseed::edition::Edition;
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, Interrupted, LoadError, Mode, Phase};
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
        let is_cut_off = load::is_recorded(db)?;
        let mut watcher = Watcher::new(out);
        let options = Options { may_take_back: false, ..self.args.options() };
        let mut runner = Runner::new(db, self.source, options, &mut watcher);
        let mut refusal = None;
        for edition in
            Edition::ALL.into_iter().filter(|edition| wanted.is_none_or(|wanted| wanted == *edition))
        {
            let goal = self.goal(edition);
            let plan = runner.plan(&goal)?;
            if steps::taken_back(&plan) == 0 {
                // An interrupted load has taken parts of the schema away: no migration may meet it.
                if is_cut_off && !plan.steps.is_empty() {
                    return Err(Failure::LoadCutOff { target: self.target.to_string() });
                }
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

    /// What one should know of the world that is asked for.
    pub fn note(&self) -> Option<String> {
        self.world.note()
    }

    /// Whether tables are to be filled at all.
    pub fn fills(&self) -> bool {
        !self.no_seed
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

/// Whether any table of the edition has a row.
pub fn has_rows(db: &mut Db, edition: Edition) -> Result<bool, Failure> {
    for table in edition.tables() {
        if db.has_rows(table.name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says which tables have no rows where others have some, and how they get them.
pub fn point_at_empty(held: &[Held], out: &Output) {
    let empty: Vec<_> = held.iter().filter(|held| held.rows == 0).map(|held| held.table).collect();
    if !empty.is_empty() && empty.len() < held.len() {
        let tables = if empty.len() == 1 {
            "1 table is empty".to_owned()
        } else {
            format!("{} tables are empty", empty.len())
        };
        out.say(format_args!("{tables}: {}.", empty.join(", ")));
        out.say("Fill the database anew:  instaseed seed --replace   (it asks first)");
    }
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
