//! A column of a chunk: its values in the order in which they arrive.

use std::ops::Range;

use crate::edition::{Column as Like, Kind};

use super::schema::MICROS;

/// The most rows of a page. A page is what a reader skips by statistics.
const PAGE_ROWS: usize = 20_000;
/// About the most bytes of a page.
const PAGE_BYTES: usize = 1 << 20;

/// A column of a chunk.
#[derive(Default)]
pub(super) struct Column {
    like: Option<&'static Like>,
    rows: u32,
    /// Integers and seconds; for a text, the place where it ends. NULL has no value.
    pub values: Vec<u32>,
    /// The texts, one after another.
    pub bytes: Vec<u8>,
    /// The rows that are NULL.
    pub nulls: Vec<u32>,
}

impl Column {
    pub(super) fn begin(&mut self, like: &'static Like) {
        self.like = Some(like);
        self.values.clear();
        self.bytes.clear();
        self.nulls.clear();
    }

    fn like(&self) -> &'static Like {
        self.like.expect("a column is begun before anything is asked of it")
    }

    pub(super) fn name(&self) -> &'static str {
        self.like().name
    }

    pub(super) fn kind(&self) -> Kind {
        self.like().kind
    }

    pub(super) fn is_nullable(&self) -> bool {
        self.like().nullable
    }

    /// The column has so many rows now.
    pub(super) fn end(&mut self, rows: u32) {
        self.rows = rows;
    }

    /// How many bytes all values take in a page.
    pub(super) fn plain_bytes(&self) -> usize {
        match self.kind() {
            Kind::Integer => 4 * self.values.len(),
            Kind::Time => 8 * self.values.len(),
            Kind::Text => 4 * self.values.len() + self.bytes.len(),
        }
    }

    /// The rows of a range that are NULL.
    pub(super) fn nulls_in(&self, rows: &Range<u32>) -> &[u32] {
        let before = |row: u32| self.nulls.partition_point(|&null| null < row);
        &self.nulls[before(rows.start)..before(rows.end)]
    }

    /// Divides the rows into pages of about the same size, and says which values each page has.
    pub(super) fn cuts(&self, bytes: usize) -> Vec<(Range<u32>, Range<usize>)> {
        let rows = self.rows as usize;
        let pages = rows.div_ceil(PAGE_ROWS).max(bytes.div_ceil(PAGE_BYTES)).max(1);
        let values_before = |row: usize| row - self.nulls.partition_point(|&null| (null as usize) < row);
        let cut = |page: usize| rows * page / pages;
        let page = |page| {
            let rows = cut(page)..cut(page + 1);
            let values = values_before(rows.start)..values_before(rows.end);
            (rows.start as u32..rows.end as u32, values)
        };
        (0..pages).map(page).filter(|(rows, _)| !rows.is_empty()).collect()
    }

    #[inline(always)]
    pub(super) fn text(&self, at: usize) -> &[u8] {
        let begin = at.checked_sub(1).map_or(0, |before| self.values[before] as usize);
        &self.bytes[begin..self.values[at] as usize]
    }

    /// Appends some values in the form that a page has.
    pub(super) fn append_plain(&self, values: Range<usize>, out: &mut Vec<u8>) {
        match self.kind() {
            Kind::Integer => store(&self.values[values], u32::to_le_bytes, out),
            Kind::Time => {
                store(&self.values[values], |seconds| (i64::from(seconds) * MICROS).to_le_bytes(), out)
            }
            Kind::Text => {
                for at in values {
                    let text = self.text(at);
                    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                    out.extend_from_slice(text);
                }
            }
        }
    }

    /// How many bytes of text some values have, if they are texts.
    pub(super) fn text_bytes(&self, values: Range<usize>) -> Option<u64> {
        if self.kind() != Kind::Text {
            return None;
        }
        let before = |at: usize| at.checked_sub(1).map_or(0, |last| u64::from(self.values[last]));
        Some(before(values.end) - before(values.start))
    }
}

/// Appends words of a fixed size.
fn store<const N: usize>(values: &[u32], word: impl Fn(u32) -> [u8; N], out: &mut Vec<u8>) {
    let begin = out.len();
    out.resize(begin + N * values.len(), 0);
    let (slots, _) = out[begin..].as_chunks_mut::<N>();
    for (slot, &value) in slots.iter_mut().zip(values) {
        *slot = word(value);
    }
}
