//! Finds the few rows on which two queries differ: removes rows, together with the rows that reference them, as long as the
//! answers still differ in the same way.
//!
//! Invariants: an example is a valid database, because every subset of rows keeps the foreign keys; and none of its rows can be
//! removed, unless time ran out.

use std::time::Instant;

use super::ask::ours;
use super::compare::{Difference, Rules, Way};
use super::jump::{self, Reach};
use super::population::{self, Place, Population, Rows};
use super::{Result, engines};
use crate::sandbox::{Answer, Cell, Limits, Refusal, Sandbox, SandboxError, Trouble};

/// What is compared.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub rules: &'a Rules,
    pub model: &'a str,
    /// A learner's query, or a known mistake.
    pub answer: &'a str,
}

/// How the two answers differ on the whole database. The columns are in the order of the task.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub model: &'a Answer,
    pub answer: &'a Answer,
    pub difference: &'a Difference,
}

/// The smallest part that was found. Its rows are still in the sandbox, within its transaction.
pub(super) struct Smallest {
    pub rows: Rows,
    pub model: Answer,
    pub answer: Answer,
    pub difference: Difference,
}

/// What must stay the same from one subset to the next. Otherwise a smaller one would show another mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signature {
    way: Way,
    model_has_rows: bool,
    answer_has_rows: bool,
    model_has_nulls: bool,
    answer_has_nulls: bool,
}

/// Much less than a learner's query may use. A query on a few rows that takes longer is not worth waiting for.
const LIMITS: Limits = Limits { work: 20_000_000, seconds: 1.0, rows: 20_000, bytes: 4 << 20 };

/// The search ends after this much counted work, on engines that count it, and returns the best part so far. Unlike a time
/// limit, it gives the same result on every machine. It is the work of 25 queries at their limit.
const MOST_WORK: u64 = 500_000_000;

/// Writing a larger set of rows takes longer than shrinking the whole database.
const LARGEST_JUMP: usize = 3_000;

/// Up to this many rows of a table are tried one by one from the start.
const FEW: usize = 4;

struct Shrinker<'a> {
    sandbox: &'a mut dyn Sandbox,
    population: &'a Population,
    pair: Pair<'a>,
    signature: Signature,
    /// Whether the model has only one answer, in whatever order the engine reads rows. An example must not depend on luck.
    is_firm: bool,
    rows: Rows,
    last: Option<(Answer, Answer, Difference)>,
    work: u64,
    deadline: Instant,
}

/// Finds the smallest part of a database on which two queries differ as they do on the whole one; `None` if they do not differ
/// on the part of it that can be written. The sandbox has the same tables without rows and an open transaction; the rows that
/// are found stay there.
pub(super) fn find(
    sandbox: &mut dyn Sandbox,
    population: &Population,
    pair: Pair<'_>,
    whole: Whole<'_>,
    deadline: Instant,
) -> Result<Option<Smallest>> {
    let signature = Signature::of(whole.model, whole.answer, whole.difference);
    let rows = Rows::new();
    let mut shrinker =
        Shrinker { sandbox, population, pair, signature, is_firm: true, rows, last: None, work: 0, deadline };
    if !shrinker.jump(whole)? && !shrinker.begin_with_all()? {
        return Ok(None);
    }
    shrinker.shrink()?;
    let rows = shrinker.rows;
    Ok(shrinker.last.map(|(model, answer, difference)| Smallest { rows, model, answer, difference }))
}

impl Signature {
    fn of(model: &Answer, answer: &Answer, difference: &Difference) -> Signature {
        let has_nulls = |answer: &Answer| answer.rows.iter().flatten().any(|cell| *cell == Cell::Null);
        Signature {
            way: difference.kind,
            model_has_rows: !model.rows.is_empty(),
            answer_has_rows: !answer.rows.is_empty(),
            model_has_nulls: has_nulls(model),
            answer_has_nulls: has_nulls(answer),
        }
    }

    /// Whether this shape, of a part, is like that of the whole: nothing became empty, and nothing became NULL.
    fn is_like(self, whole: Signature) -> bool {
        self.way == whole.way
            && self.model_has_rows >= whole.model_has_rows
            && self.answer_has_rows >= whole.answer_has_rows
            && self.model_has_nulls <= whole.model_has_nulls
            && self.answer_has_nulls <= whole.answer_has_nulls
    }
}

impl Shrinker<'_> {
    /// Starts from a small part that shows the difference, if one of the obvious ones does.
    fn jump(&mut self, whole: Whole<'_>) -> Result<bool> {
        let missing = whole.difference.missing.iter().map(|at| (whole.model, &whole.model.rows[*at][..]));
        let extra = whole.difference.extra.iter().map(|at| (whole.answer, &whole.answer.rows[*at][..]));
        let differing: Vec<_> = missing.take(3).chain(extra.take(3)).collect();
        for reach in Reach::ALL {
            for rows in jump::candidates(self.population, self.pair.model, &differing, reach) {
                if rows.len() > LARGEST_JUMP || self.is_late() {
                    break;
                }
                if self.begin_with(rows)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn begin_with_all(&mut self) -> Result<bool> {
        let rows = self.population.all();
        if self.begin_with(rows.clone())? {
            return Ok(true);
        }
        // If the model depends on luck even on the whole data, examples may too.
        self.is_firm = false;
        self.begin_with(rows)
    }

    fn begin_with(&mut self, rows: Rows) -> Result<bool> {
        let sql = population::insert(self.sandbox.engine(), &self.population.shown(&rows));
        let kept = self.attempt(&sql)?;
        if kept {
            self.rows = rows;
        }
        Ok(kept)
    }

    /// Changes the database, and changes it back unless the answers still differ in the same way.
    fn attempt(&mut self, sql: &str) -> Result<bool> {
        self.sandbox.savepoint()?;
        let done = match self.sandbox.execute(sql, &LIMITS) {
            Ok(()) => true,
            Err(Trouble::Failed(error)) => return Err(error.into()),
            // For example, the database has a rule between rows that is not a foreign key.
            Err(Trouble::Refused(_)) => false,
        };
        let found = if done { self.compare()? } else { None };
        match found {
            Some(found) => {
                self.last = Some(found);
                self.sandbox.release()?;
                Ok(true)
            }
            None => {
                self.sandbox.roll_back_to_savepoint()?;
                Ok(false)
            }
        }
    }

    /// The two answers now, if they differ as they do on the whole database.
    fn compare(&mut self) -> Result<Option<(Answer, Answer, Difference)>> {
        let Pair { rules, model, answer } = self.pair;
        let found = self.sandbox.trusted(model, &LIMITS);
        let Some(model_rows) = self.counted(found)? else { return Ok(None) };
        let found = self.sandbox.query(answer, &LIMITS);
        let Some(answer_rows) = self.counted(found)? else { return Ok(None) };
        let (Some(model_rows), Some(answer_rows)) = (rules.aligned(&model_rows), rules.aligned(&answer_rows))
        else {
            return Ok(None);
        };
        let Some(difference) = rules.difference(&model_rows, &answer_rows) else { return Ok(None) };
        if !Signature::of(&model_rows, &answer_rows, &difference).is_like(self.signature) {
            return Ok(None);
        }
        if self.is_firm && !self.is_firm(model, &model_rows)? {
            return Ok(None);
        }
        Ok(Some((model_rows, answer_rows, difference)))
    }

    /// Whether the model returns the same if the engine reads rows in reverse.
    fn is_firm(&mut self, model: &str, rows: &Answer) -> Result<bool> {
        let Some((begin, end)) = engines::reversed(self.sandbox.engine()) else { return Ok(true) };
        ours(self.sandbox.execute(begin, &LIMITS), "turning its order round")?;
        let again = self.sandbox.trusted(model, &LIMITS);
        let again = self.counted(again);
        ours(self.sandbox.execute(end, &LIMITS), "turning its order back")?;
        let again = again?.and_then(|again| self.pair.rules.aligned(&again));
        Ok(again.is_some_and(|again| self.pair.rules.difference(rows, &again).is_none()))
    }

    /// The answer of a query, whose work is counted; `None` if it is refused. On fewer rows, a refusal only means that this is
    /// a different case.
    fn counted(&mut self, answer: Result<Answer, Trouble>) -> Result<Option<Answer>, SandboxError> {
        match answer {
            Ok(answer) => {
                self.work += answer.work;
                Ok(Some(answer))
            }
            Err(Trouble::Refused(refusal)) => {
                self.work += if refusal == Refusal::TooSlow { LIMITS.work } else { 0 };
                Ok(None)
            }
            Err(Trouble::Failed(error)) => Err(error),
        }
    }

    fn is_late(&self) -> bool {
        self.work >= MOST_WORK || Instant::now() >= self.deadline
    }

    /// Removes rows until no more can be removed.
    fn shrink(&mut self) -> Result<()> {
        let mut halves = true;
        loop {
            let mut changed = false;
            for table in 0..self.population.tables.len() {
                changed |= self.shrink_table(table, halves)?;
            }
            if !changed || self.is_late() {
                return Ok(());
            }
            // Halves that could not be removed before rarely can later; single rows can.
            halves = false;
        }
    }

    fn of_table(&self, table: usize) -> Vec<Place> {
        self.rows.range((table, 0)..(table + 1, 0)).copied().collect()
    }

    /// Tries to remove all rows of a table, then halves of them, and so on down to single rows.
    fn shrink_table(&mut self, table: usize, halves: bool) -> Result<bool> {
        let rows = self.of_table(table);
        if rows.is_empty() || !self.population.has_keys(table) {
            return Ok(false);
        }
        if self.without(&rows)? {
            return Ok(true);
        }
        let mut size = if halves && rows.len() > FEW { rows.len().div_ceil(2) } else { 1 };
        let mut changed = false;
        loop {
            let mut at = 0;
            loop {
                let rows = self.of_table(table);
                let chunk = &rows[at.min(rows.len())..(at + size).min(rows.len())];
                if chunk.is_empty() || self.is_late() {
                    break;
                }
                // All rows together were tried already.
                if chunk.len() < rows.len() && self.without(chunk)? {
                    changed = true;
                } else {
                    at += size;
                }
            }
            if size == 1 || self.is_late() {
                return Ok(changed);
            }
            size = size.div_ceil(2);
        }
    }

    /// Removes rows with everything that belongs to them; false if the difference would disappear.
    fn without(&mut self, rows: &[Place]) -> Result<bool> {
        let gone = self.population.with_children(rows.iter().copied().collect(), &self.rows);
        // If no rows were left, there would be nothing to show.
        if gone.len() == self.rows.len() {
            return Ok(false);
        }
        let kept = self.attempt(&self.population.delete(self.sandbox.engine(), &gone))?;
        if kept {
            self.rows.retain(|place| !gone.contains(place));
        }
        Ok(kept)
    }
}
