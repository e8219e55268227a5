//! What a step cannot keep: the losses that its metadata declares and the rows of tables that it only drops, counted
//! in the database before anybody says yes.

use serde::Serialize;

use super::session::Session;
use super::{Direction, Loss, Migration, Step};

/// One thing that a step cannot keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLoss {
    pub table: String,
    /// The columns whose values go; none where whole rows go.
    pub columns: Vec<LostColumn>,
    /// Only rows of this condition are concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// How many rows go, or have a value in one of the columns; missing where the table is not there in this form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// How many rows the table has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    pub because: String,
}

/// A column whose values go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostColumn {
    pub name: String,
    /// How many rows have a value in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// What a migration cannot keep in this direction, not counted yet.
pub(crate) fn of(migration: &Migration, direction: Direction) -> Vec<StepLoss> {
    let declared = match direction {
        Direction::Up => &migration.metadata.up,
        Direction::Down => &migration.metadata.down,
    };
    let mut losses: Vec<StepLoss> = declared.loses.iter().map(StepLoss::declared).collect();
    if direction == Direction::Down {
        let dropped = dropped_tables(migration).into_iter();
        losses.extend(dropped.filter(|table| !declared.loses.iter().any(|loss| loss.table == *table)).map(
            |table| StepLoss { because: "the table goes".to_owned(), ..StepLoss::of_rows(table, None) },
        ));
    }
    losses
}

/// The tables that a way back takes with all their rows. Where it does more than drop, the rows may live on in
/// another table, and only the declaration knows.
fn dropped_tables(migration: &Migration) -> Vec<String> {
    let down = migration.down.as_ref().map_or(&[][..], |script| &script.statements);
    if down.iter().any(|statement| statement.word(0) != "DROP") {
        return Vec::new();
    }
    let drops = |table: &String| {
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        let names = |sql: &str| sql.split(|c| !is_word(c)).any(|word| word.eq_ignore_ascii_case(table));
        down.iter().any(|statement| statement.word(1) == "TABLE" && names(&statement.sql))
    };
    migration.up.statements.iter().filter_map(super::Statement::created_table).filter(drops).collect()
}

/// Counts them in a database as it is now.
pub(crate) fn count(session: &mut dyn Session, steps: &mut [Step]) {
    for loss in steps.iter_mut().flat_map(|step| &mut step.losses) {
        let Some(query) = loss.query() else { continue };
        // A table that another step has yet to make, or to bring into this form, cannot be counted.
        let Ok(lines) = session.lines(&query) else { continue };
        let line = lines.first().map_or("", String::as_str);
        let mut numbers = line.split(' ').map(|number| number.parse::<u64>().ok());
        loss.of = numbers.next().flatten();
        loss.rows = numbers.next().flatten();
        for column in &mut loss.columns {
            column.rows = numbers.next().flatten();
        }
    }
}

impl StepLoss {
    fn of_rows(table: String, condition: Option<String>) -> Self {
        Self { table, columns: Vec::new(), condition, rows: None, of: None, because: String::new() }
    }

    fn declared(loss: &Loss) -> Self {
        let column = |name: &String| LostColumn { name: name.clone(), rows: None };
        Self {
            columns: loss.columns.iter().map(column).collect(),
            because: loss.because.clone(),
            ..Self::of_rows(loss.table.clone(), loss.rows.clone())
        }
    }

    /// All counts in one line and one pass; `None` where a name is none that needs no quotes.
    fn query(&self) -> Option<String> {
        let columns: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        if !columns.iter().chain([&self.table.as_str()]).all(|name| is_plain(name)) {
            return None;
        }
        let condition = self.condition.as_ref().map_or("1 = 1".to_owned(), |rows| format!("({rows})"));
        let has = |column: &&str| format!("{column} IS NOT NULL");
        let sum =
            |what: &str| format!("coalesce(sum(CASE WHEN {condition} AND ({what}) THEN 1 ELSE 0 END), 0)");
        let any = match columns.as_slice() {
            [] => "1 = 1".to_owned(),
            columns => columns.iter().map(has).collect::<Vec<_>>().join(" OR "),
        };
        let mut sums = vec!["count(*)".to_owned(), sum(&any)];
        sums.extend(columns.iter().map(|column| sum(&has(column))));
        Some(format!("SELECT concat({}) AS line FROM {}", sums.join(", ' ', "), self.table))
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
    fn names_that_are_more_than_names_are_not_asked_about() {
        let rows = |table: &str| StepLoss::of_rows(table.to_owned(), None).query();
        assert!(rows("users").expect("plain").ends_with("FROM users"));
        for table in ["", "a b", "a;b", "1a", "\"a\""] {
            assert_eq!(rows(table), None, "{table}");
        }
    }
}
