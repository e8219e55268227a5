//! Divides a table into pieces of a certain number of rows, by the first column of its primary key. That takes one scan of an
//! index. The bounds are keys, so the same pieces can be found again after rows were added or removed.

use super::Result;
use crate::edition::{Cells, Table};

/// The rows of a piece, about one or two megabytes.
const ROWS: u64 = 16_384;

/// Takes rows one after another, every cell as a text.
pub(crate) type EachText<'a> = dyn FnMut(Vec<Option<String>>) -> Result<()> + 'a;

/// Reads the rows of a range of keys.
pub(crate) trait Reader: Send {
    /// The cells of a small query, as numbers, one row after another.
    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>>;

    /// Passes on each row of a query, every cell as a text.
    fn texts(&mut self, sql: &str, each: &mut EachText<'_>) -> Result<()>;

    /// Passes on each row whose first key column is in the range, in the order of the primary key.
    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()>;
}

/// A piece of a table: the keys after the first bound, up to and including the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Which piece of its table, from 0.
    pub number: usize,
    pub after: Option<i64>,
    pub up_to: Option<i64>,
}

impl Piece {
    /// SQL condition for its rows.
    pub(crate) fn condition(self, table: &Table) -> String {
        let key = table.id().name;
        let after = self.after.map(|after| format!("{key} > {after}"));
        let up_to = self.up_to.map(|up_to| format!("{key} <= {up_to}"));
        let both: Vec<_> = after.into_iter().chain(up_to).collect();
        if both.is_empty() { "1 = 1".to_owned() } else { both.join(" AND ") }
    }

    /// SQL for its rows.
    pub(crate) fn query(self, table: &Table, columns: &str) -> String {
        let order: Vec<_> = table.key().iter().map(|column| column.name).collect();
        let (name, condition) = (table.name, self.condition(table));
        format!("SELECT {columns} FROM {name} WHERE {condition} ORDER BY {}", order.join(", "))
    }
}

/// The pieces of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    /// The last key of each piece except the last piece, which is open.
    pub cuts: Vec<i64>,
    /// The smallest and the largest id; the largest is before the smallest in an empty table.
    pub ids: (i64, i64),
    /// About how many rows; exact if no two rows share the first column of their key.
    pub rows: u64,
}

impl Pieces {
    pub(crate) fn count(&self) -> usize {
        self.cuts.len() + 1
    }

    pub(crate) fn piece(&self, number: usize) -> Piece {
        let after = number.checked_sub(1).and_then(|before| self.cuts.get(before));
        Piece { number, after: after.copied(), up_to: self.cuts.get(number).copied() }
    }

    /// Divides a table into pieces, or finds its earlier pieces again.
    pub(crate) fn of(reader: &mut impl Reader, table: &Table, known: Option<&Vec<i64>>) -> Result<Pieces> {
        let (key, name) = (table.id().name, table.name);
        let ends = reader.numbers(&format!("SELECT min({key}), max({key}) FROM {name}"))?;
        let ids = match ends[..] {
            [Some(first), Some(last)] => (first, last),
            _ => (1, 0),
        };
        let (mut cuts, mut rows) = (Vec::new(), 0);
        if let Some(known) = known {
            cuts.clone_from(known);
            rows = ROWS * known.len() as u64;
        } else {
            loop {
                let after = cuts.last().map_or_else(String::new, |last| format!(" WHERE {key} > {last}"));
                let offset = ROWS - 1;
                let next = format!("SELECT {key} FROM {name}{after} ORDER BY {key} LIMIT 1 OFFSET {offset}");
                let Some(Some(cut)) = reader.numbers(&next)?.first().copied() else { break };
                cuts.push(cut);
                rows += ROWS;
            }
        }
        let after = cuts.last().map_or_else(String::new, |last| format!(" WHERE {key} > {last}"));
        let rest = reader.numbers(&format!("SELECT count(*) FROM {name}{after}"))?;
        rows += rest.first().copied().flatten().unwrap_or(0).unsigned_abs();
        Ok(Pieces { cuts, ids, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn pieces_follow_each_other_and_the_ends_are_open() {
        let pieces = Pieces { cuts: vec![-5, 10], ids: (-9, 12), rows: 20 };
        let likes = Edition::Course.table("likes").unwrap();
        let conditions: Vec<_> = (0..pieces.count()).map(|at| pieces.piece(at).condition(likes)).collect();
        assert_eq!(conditions, ["user_id <= -5", "user_id > -5 AND user_id <= 10", "user_id > 10"]);
        assert_eq!(Pieces::default().piece(0).condition(likes), "1 = 1");
    }
}
