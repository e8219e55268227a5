//! The order of migrations: ours in segments, one per edition, and the user's own, which follow the
//! editions that they fit, whatever their version number.
//!
//! An edition is an index here: 0 is the first milestone. A source without milestones has one
//! edition, which everything fits, so a plain folder is a plain ordered list.

use super::state::State;
use super::{Migration, Origin, Source, carry};

/// A source, seen as a line of editions.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    source: &'a Source,
}

/// An applied migration and the edition that it follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'a> {
    pub version: &'a str,
    /// `None` if its files are not known.
    pub migration: Option<&'a Migration>,
    pub own: bool,
    /// `None` if it fits no edition that is completely applied.
    pub on: Option<usize>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self { source }
    }

    /// The edition's name; a source without milestones has none.
    pub(crate) fn name(&self, edition: usize) -> Option<&'a str> {
        self.source.milestones().get(edition).map(|milestone| milestone.edition.as_str())
    }

    pub(crate) fn edition(&self, name: &str) -> Option<usize> {
        self.source.milestones().iter().position(|milestone| milestone.edition == name)
    }

    /// The edition that a version of ours leads to. Versions after the last milestone lead to none
    /// yet, and count as one more.
    pub(crate) fn segment(&self, version: &str) -> usize {
        let before = self.source.milestones().iter();
        before.filter(|milestone| milestone.version.as_str() < version).count()
    }

    /// Whether an own migration belongs to an edition.
    pub(crate) fn fits(&self, migration: &Migration, edition: usize) -> bool {
        let Some(editions) = &migration.metadata.editions else { return true };
        self.name(edition).is_none_or(|name| editions.iter().any(|fitting| fitting == name))
    }

    /// Whether a migration is applied if this edition is the goal.
    pub(crate) fn belongs(&self, migration: &Migration, goal: usize) -> bool {
        if is_own(migration) { self.fits(migration, goal) } else { self.segment(&migration.version) <= goal }
    }

    /// The edition that a database is meant for: the recorded one, unless another tool went beyond
    /// it; otherwise the one that the newest of ours leads to; otherwise the first.
    pub(crate) fn goal(&self, state: &State, applied: &[String]) -> usize {
        let last = self.source.milestones().len().saturating_sub(1);
        let recorded = state.goal.as_deref().and_then(|name| self.edition(name));
        let reached = self.reached(applied).map(|segment| segment.min(last));
        recorded.max(reached).unwrap_or(0)
    }

    /// The segment of our newest applied migration.
    fn reached(&self, applied: &[String]) -> Option<usize> {
        let ours = self.ours().filter(|migration| applied.contains(&migration.version));
        ours.map(|migration| self.segment(&migration.version)).max()
    }

    /// Whether any of ours is applied.
    pub(crate) fn is_begun(&self, applied: &[String]) -> bool {
        self.reached(applied).is_some()
    }

    /// The newest applied migration that makes a pending one late. Ours are compared with ours; an own
    /// one only with own ones that could not have been applied at an edition that this one does not fit.
    pub(crate) fn overtaken_by(&self, pending: &Migration, applied: &[String]) -> Option<&'a str> {
        let overtakes = |migration: &&Migration| {
            applied.contains(&migration.version)
                && migration.version > pending.version
                && is_own(migration) == is_own(pending)
                && (!is_own(migration) || is_within(migration, pending))
        };
        self.source.migrations().iter().rev().find(overtakes).map(|migration| migration.version.as_str())
    }

    /// All applied migrations in order: ours of an edition, then the own ones that fit it and no
    /// higher edition that is applied, and so on.
    pub(crate) fn stack(&self, applied: &'a [String]) -> Vec<Standing<'a>> {
        let top = self.reached(applied).unwrap_or(0);
        let whole: Vec<usize> = (0..=top).filter(|edition| self.is_whole(*edition, applied)).collect();
        let mut stack: Vec<Standing<'a>> = applied
            .iter()
            .map(|version| match self.source.find(version) {
                Some(ours) if !is_own(ours) => {
                    let on = Some(self.segment(version));
                    Standing { version, migration: Some(ours), own: false, on }
                }
                migration => {
                    let fits = |edition: &&usize| migration.is_none_or(|own| self.fits(own, **edition));
                    let on = whole.iter().rev().find(fits).copied();
                    Standing { version, migration, own: true, on }
                }
            })
            .collect();
        stack.sort_by_key(|standing| (standing.on.unwrap_or(usize::MAX), standing.own, standing.version));
        stack
    }

    fn is_whole(&self, edition: usize, applied: &[String]) -> bool {
        let plain = self.source.milestones().is_empty();
        let mut segment = self.ours().filter(|ours| self.segment(&ours.version) == edition).peekable();
        (plain || segment.peek().is_some()) && segment.all(|ours| applied.contains(&ours.version))
    }

    fn ours(&self) -> impl Iterator<Item = &'a Migration> {
        self.source.migrations().iter().filter(|migration| !is_own(migration))
    }
}

pub(crate) fn is_own(migration: &Migration) -> bool {
    migration.origin == Origin::Folder
}

/// Whether `outer` fits every edition that `inner` fits.
fn is_within(inner: &Migration, outer: &Migration) -> bool {
    match (&inner.metadata.editions, &outer.metadata.editions) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(inner), Some(outer)) => inner.iter().all(|edition| outer.contains(edition)),
    }
}

/// The existing tables that these migrations would create but did not: they belong to somebody
/// else. The table of kept values is left out: the diesel command leaves it behind, and
/// `carry::examine` finds out whether it is ours if a step needs it.
pub(crate) fn foreign_tables(source: &Source, state: &State) -> Vec<String> {
    let touched = |migration: &Migration| {
        state.is_applied(&migration.version) || state.ledger.contains_key(&migration.version)
    };
    if source.migrations().iter().any(touched) {
        return Vec::new();
    }
    let statements = source.migrations().iter().flat_map(|migration| &migration.up.statements);
    let statements = statements.filter_map(super::Statement::created_table);
    let statements = statements.filter(|table| !carry::is_kept_table(table));
    let mut foreign: Vec<String> = Vec::new();
    for created in statements {
        let there = state.tables.iter().find(|table| table.eq_ignore_ascii_case(&created));
        foreign.extend(there.filter(|table| !foreign.contains(table)).cloned());
    }
    foreign
}
