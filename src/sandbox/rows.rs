//! The rows of an answer while they are read: counted, and refused when they exceed a limit, in the same way on every engine.

use super::{Answer, Cell, Limits, Refusal};

/// An answer that is still being read.
pub(super) struct Rows<'a> {
    answer: Answer,
    /// Bytes of all cells so far.
    bytes: usize,
    limits: &'a Limits,
}

impl<'a> Rows<'a> {
    pub(super) fn new(columns: Vec<String>, limits: &'a Limits) -> Rows<'a> {
        Rows { answer: Answer { columns, ..Answer::default() }, bytes: 0, limits }
    }

    /// Adds a row, unless the answer becomes too long or too large by it.
    pub(super) fn push(&mut self, row: Vec<Cell>) -> Result<(), Refusal> {
        let Limits { rows, bytes, .. } = *self.limits;
        if self.answer.rows.len() == rows {
            return Err(Refusal::TooManyRows { most: rows });
        }
        self.bytes += row.iter().map(Cell::bytes).sum::<usize>();
        if self.bytes > bytes {
            return Err(Refusal::TooLarge { most: bytes });
        }
        self.answer.rows.push(row);
        Ok(())
    }

    pub(super) fn finish(self) -> Answer {
        self.answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_that_exceeds_a_limit_is_refused() {
        let limits = Limits { rows: 2, bytes: 40, ..Limits::default() };
        let text = |length: usize| vec![Cell::Text("x".repeat(length))];
        let mut rows = Rows::new(vec!["a".to_owned()], &limits);
        rows.push(text(1)).expect("one row is within the limits");
        assert!(matches!(rows.push(text(40)), Err(Refusal::TooLarge { most: 40 })));
        let mut rows = Rows::new(vec!["a".to_owned()], &limits);
        rows.push(text(12)).expect("one row is within the limits");
        rows.push(text(12)).expect("so are two rows with 40 bytes");
        assert!(matches!(rows.push(vec![Cell::Null]), Err(Refusal::TooManyRows { most: 2 })));
        assert_eq!(rows.finish().rows.len(), 2);
    }
}
