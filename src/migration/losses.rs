//! What a step cannot keep: the losses that its metadata declares, and those read from its script,
//! counted in the database before anybody confirms.

mod read;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use super::carry::{Carrier, Surroundings};
use super::line::is_own;
use super::session::Session;
use super::statement::PlannedStatement;
use super::{Direction, Loss, Migration, Plan};

pub(crate) use read::Reader;

/// One thing that a step cannot keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLoss {
    /// The schema, if a script names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    pub table: String,
    /// The columns whose values are lost; empty if whole rows are lost.
    pub columns: Vec<LostColumn>,
    /// Only rows that match this condition are affected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// How many rows are lost, or have a value in one of the columns; `None` if the table does not
    /// exist in this form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many rows the table has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    pub because: String,
    /// It was read from a user's script, so its names are exact; those in a declaration are unquoted SQL.
    #[serde(skip)]
    pub is_from_script: bool,
    /// The positions of the statements that it was read from.
    #[serde(skip)]
    pub statements: Vec<usize>,
}

/// A column whose values are lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostColumn {
    pub name: String,
    /// How many rows have a value in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// What a migration cannot keep in this direction, not counted yet, and the statements whose losses cannot be known.
pub(crate) fn of_step(
    migration: &Migration,
    direction: Direction,
    reader: &mut Reader,
) -> (Vec<StepLoss>, Vec<PlannedStatement>) {
    let declared = match direction {
        Direction::Up => &migration.metadata.up,
        Direction::Down => &migration.metadata.down,
    };
    let mut losses: Vec<StepLoss> = declared.loses.iter().map(StepLoss::declared).collect();
    let Some(script) = migration.script(direction) else { return (losses, Vec::new()) };
    if !is_own(migration) {
        // If our scripts do more than drop, the rows live on in other tables and the declaration is complete.
        if direction == Direction::Down
            && script.statements.iter().all(|statement| statement.word(0) == "DROP")
        {
            let read = Reader::default().read(script).losses;
            losses.extend(read.into_iter().filter_map(|loss| loss.without_declared(&declared.loses)));
        }
        return (losses, Vec::new());
    }
    let found = reader.read(script);
    let read = found.losses.into_iter().map(|loss| StepLoss { is_from_script: true, ..loss });
    losses.extend(read.filter_map(|loss| loss.without_declared(&declared.loses)));
    let unclear = found.unclear.iter().map(|at| &script.statements[*at]);
    (losses, unclear.map(PlannedStatement::from).collect())
}

/// Counts the losses in the database as it is now. Tables that another session locks for longer
/// than `patience` stay uncounted; the waits of this session remain bounded.
pub(crate) fn count(session: &mut dyn Carrier, plan: &mut Plan, patience: Duration) {
    if plan.steps.iter().all(|step| step.losses.is_empty()) || session.bound_waits(patience).is_err() {
        return;
    }
    let quote = session.dialect().quote;
    let (Ok(tables), Ok(surroundings)) = (session.tables(), session.surroundings()) else { return };
    let catalogue = Catalogue { tables, surroundings };
    let mut has_waited = false;
    for step in &mut plan.steps {
        let mut unclear = BTreeSet::new();
        step.losses.retain_mut(|loss| {
            if !catalogue.knows(loss, session, &mut unclear) {
                return false;
            }
            // A view in place of a table may never finish.
            if catalogue.surroundings.views.iter().any(|view| alike(view, &loss.table)) {
                return true;
            }
            let Some(query) = loss.query(quote) else { return true };
            match session.lines(&query) {
                Ok(lines) => loss.take_counts(lines.first().map_or("", String::as_str)),
                // Only the first wait lasts; after it, the other counts do not wait.
                Err(error) if session.has_waited_enough(&error) && !has_waited => {
                    has_waited = true;
                    let _ = session.bound_waits(Duration::ZERO);
                }
                Err(_) => {}
            }
            true
        });
        let unclear = unclear.into_iter().filter_map(|at| step.statements.get(at).cloned());
        let unclear: Vec<_> = unclear.filter(|statement| !step.unclear.contains(statement)).collect();
        step.unclear.extend(unclear);
        step.unclear.sort_by_key(|statement| statement.line);
    }
    if has_waited {
        let _ = session.bound_waits(patience);
    }
}

/// What there is to lose.
struct Catalogue {
    tables: Vec<String>,
    surroundings: Surroundings,
}

impl Catalogue {
    /// Whether any of the loss exists. What certainly does not exist is removed from it. If the
    /// engine may resolve a name by its own rules, the statements are marked as unclear.
    fn knows(&self, loss: &mut StepLoss, session: &mut dyn Session, unclear: &mut BTreeSet<usize>) -> bool {
        if loss.schema.is_some() {
            return true;
        }
        let columns = self.surroundings.tables.iter().find(|(table, _)| alike(table, &loss.table));
        if columns.is_none() && !self.tables.iter().any(|table| alike(table, &loss.table)) {
            // A table that a step of ours has yet to create cannot be counted, and stays in the list. A
            // table that a user's script drops with `IF EXISTS` and that does not exist loses nothing.
            if !loss.is_from_script {
                return true;
            }
            loss.schema = session.schema_of(&loss.table).ok().flatten();
            if loss.schema.is_none() && !loss.table.is_ascii() {
                unclear.extend(&loss.statements);
            }
            return loss.schema.is_some();
        }
        let Some((_, columns)) = columns.filter(|_| loss.is_from_script && !loss.columns.is_empty()) else {
            return true;
        };
        let is_there = |lost: &LostColumn| columns.iter().any(|column| alike(column, &lost.name));
        if loss.columns.iter().any(|lost| !is_there(lost) && !lost.name.is_ascii()) {
            unclear.extend(&loss.statements);
        }
        loss.columns.retain(is_there);
        !loss.columns.is_empty()
    }
}

/// Whether an engine may treat two names as equal; some ignore the case of ASCII letters only.
fn alike(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

impl StepLoss {
    fn of_rows(table: String, condition: Option<String>) -> Self {
        Self {
            schema: None,
            table,
            columns: Vec::new(),
            condition,
            rows: None,
            of: None,
            because: String::new(),
            is_from_script: false,
            statements: Vec::new(),
        }
    }

    fn declared(loss: &Loss) -> Self {
        let column = |name: &String| LostColumn { name: name.clone(), rows: None };
        Self {
            columns: loss.columns.iter().map(column).collect(),
            because: loss.because.clone(),
            ..Self::of_rows(loss.table.clone(), loss.rows.clone())
        }
    }

    /// The loss without the declared parts: whoever declares a loss knows what happens to the table.
    fn without_declared(mut self, declared: &[Loss]) -> Option<Self> {
        let of_it: Vec<&Loss> = declared.iter().filter(|loss| alike(&loss.table, &self.table)).collect();
        if self.columns.is_empty() {
            return of_it.is_empty().then_some(self);
        }
        self.columns.retain(|column| {
            !of_it.iter().any(|loss| {
                loss.columns.is_empty() || loss.columns.iter().any(|name| alike(name, &column.name))
            })
        });
        (!self.columns.is_empty()).then_some(self)
    }

    fn take_counts(&mut self, line: &str) {
        let mut numbers = line.split(' ').map(|number| number.parse::<u64>().ok());
        self.of = numbers.next().flatten();
        self.rows = numbers.next().flatten();
        for column in &mut self.columns {
            column.rows = numbers.next().flatten();
        }
    }

    /// A query for all counts in one line and one pass. `None` if a declared name is not plain and unquoted.
    fn query(&self, quote: fn(&str) -> String) -> Option<String> {
        let spelled = |name: &str| match self.is_from_script {
            true => Some(quote(name)),
            false => is_plain(name).then(|| name.to_owned()),
        };
        let columns: Vec<String> =
            self.columns.iter().map(|column| spelled(&column.name)).collect::<Option<_>>()?;
        let schema = self.schema.as_deref().map(|schema| format!("{}.", quote(schema))).unwrap_or_default();
        let table = format!("{schema}{}", spelled(&self.table)?);
        let condition = self.condition.as_ref().map_or("1 = 1".to_owned(), |rows| format!("({rows})"));
        let has = |column: &String| format!("{column} IS NOT NULL");
        let sum =
            |what: &str| format!("coalesce(sum(CASE WHEN {condition} AND ({what}) THEN 1 ELSE 0 END), 0)");
        let any = match columns.as_slice() {
            [] => "1 = 1".to_owned(),
            columns => columns.iter().map(has).collect::<Vec<_>>().join(" OR "),
        };
        let mut sums = vec!["count(*)".to_owned(), sum(&any)];
        sums.extend(columns.iter().map(|column| sum(&has(column))));
        Some(format!("SELECT concat({}) AS line FROM {table}", sums.join(", ' ', ")))
    }
}

fn is_plain(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_names_plain_names_and_a_script_any() {
        let quote = crate::database::postgres::quote;
        let rows = |table: &str| StepLoss::of_rows(table.to_owned(), None);
        assert!(rows("users").query(quote).expect("plain").ends_with("FROM users"));
        for table in ["", "a b", "a;b", "1a", "\"a\""] {
            assert_eq!(rows(table).query(quote), None, "{table}");
        }
        let read = StepLoss { schema: Some("s".to_owned()), is_from_script: true, ..rows("a\"b") };
        assert!(read.query(quote).expect("quoted").ends_with("FROM \"s\".\"a\"\"b\""));
    }

    #[test]
    fn a_declaration_wins_over_what_is_read() {
        let declared = |columns: &[&str]| Loss {
            table: "users".to_owned(),
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: None,
            because: String::new(),
        };
        let column = |name: &str| LostColumn { name: name.to_owned(), rows: None };
        let read = || StepLoss {
            columns: vec![column("a"), column("b")],
            ..StepLoss::of_rows("users".to_owned(), None)
        };
        assert_eq!(read().without_declared(&[declared(&["a"])]).expect("b is left").columns, [column("b")]);
        assert_eq!(read().without_declared(&[declared(&[])]), None);
        assert_eq!(StepLoss::of_rows("users".to_owned(), None).without_declared(&[declared(&["a"])]), None);
        assert_eq!(
            StepLoss::of_rows("users".to_owned(), None).without_declared(&[]).map(|loss| loss.table),
            Some("users".into())
        );
    }
}
