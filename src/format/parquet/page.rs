//! Pages: compressed levels and values of some rows of a column. If the values of a column repeat, a page has their numbers.

use std::ops::Range;

use zstd::bulk::Compressor;

use crate::edition::Column as Like;

use super::bounds::Bounds;
use super::column::Column;
use super::dictionary::Distinct;
use super::hybrid;

/// The level of zstd. A higher level makes files a little smaller and takes much longer.
pub(super) const LEVEL: i32 = 1;

/// What is known about a page.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Where its bytes are among those of its column.
    pub packed: Range<usize>,
    /// How many bytes it has before compression.
    pub plain_bytes: usize,
    pub is_indices: bool,
    pub rows: u32,
    pub nulls: u32,
    pub text_bytes: Option<u64>,
    pub bounds: Option<Bounds>,
}

/// A column of a chunk with its pages, or with the numbers of its distinct values.
#[derive(Default)]
pub(super) struct Paged {
    pub column: Column,
    /// The pages, unless there is a dictionary.
    pub pages: Vec<Page>,
    /// The compressed bytes of the pages.
    pub packed: Vec<u8>,
    /// Where each distinct value comes first; empty if there is no dictionary.
    pub firsts: Vec<u32>,
    /// Which of the distinct values each value is.
    pub numbers: Vec<u32>,
}

impl Paged {
    pub(super) fn begin(&mut self, like: &'static Like) {
        self.column.begin(like);
        self.pages.clear();
        self.packed.clear();
        self.firsts.clear();
        self.numbers.clear();
    }

    /// Makes the pages, or finds the distinct values if they are few.
    pub(super) fn finish(&mut self, rows: u32, packer: &mut Packer) {
        self.column.end(rows);
        packer.distinct.number(&self.column, &mut self.firsts, &mut self.numbers);
        if self.firsts.is_empty() {
            self.make_plain(packer);
        }
    }

    /// Makes pages that have the values themselves.
    pub(super) fn make_plain(&mut self, packer: &mut Packer) {
        for (rows, values) in self.column.cuts(self.column.plain_bytes()) {
            packer.plain(self, rows, values);
        }
    }

    /// Makes pages of numbers in the dictionary of a row group, of which the distinct values have these.
    pub(super) fn make_indices(&mut self, shared: &[u32], packer: &mut Packer) {
        for (rows, values) in self.column.cuts(0) {
            packer.indices(self, shared, rows, values);
        }
    }
}

/// Compresses pages; its memory is reused.
pub(super) struct Packer {
    compressor: Compressor<'static>,
    body: Vec<u8>,
    levels: Vec<u32>,
    indices: Vec<u32>,
    pub distinct: Distinct,
}

impl Default for Packer {
    fn default() -> Self {
        let mut compressor = Compressor::new(LEVEL).expect("zstd has this level");
        // so that every reader finds a changed byte
        compressor.include_checksum(true).expect("every zstd has checksums");
        Packer {
            compressor,
            body: Vec::new(),
            levels: Vec::new(),
            indices: Vec::new(),
            distinct: Distinct::default(),
        }
    }
}

impl Packer {
    /// A page of the values themselves.
    pub(super) fn plain(&mut self, paged: &mut Paged, rows: Range<u32>, values: Range<usize>) {
        self.begin(&paged.column, &rows);
        paged.column.append_plain(values.clone(), &mut self.body);
        self.end(paged, rows, values, false);
    }

    /// A page of numbers in a dictionary.
    pub(super) fn indices(
        &mut self,
        paged: &mut Paged,
        shared: &[u32],
        rows: Range<u32>,
        values: Range<usize>,
    ) {
        self.begin(&paged.column, &rows);
        self.indices.clear();
        self.indices.extend(paged.numbers[values.clone()].iter().map(|&number| shared[number as usize]));
        let width = hybrid::width_of(self.indices.iter().copied().max().unwrap_or(0));
        self.body.push(width as u8);
        hybrid::append(&self.indices, width, &mut self.body);
        self.end(paged, rows, values, true);
    }

    /// The levels of a column that may be NULL: which rows have a value.
    fn begin(&mut self, column: &Column, rows: &Range<u32>) {
        self.body.clear();
        if !column.is_nullable() {
            return;
        }
        self.body.extend_from_slice(&[0; 4]);
        let nulls = column.nulls_in(rows);
        if nulls.is_empty() {
            hybrid::append_run(1, rows.len(), 1, &mut self.body);
        } else {
            self.levels.clear();
            self.levels.resize(rows.len(), 1);
            nulls.iter().for_each(|&null| self.levels[(null - rows.start) as usize] = 0);
            hybrid::append(&self.levels, 1, &mut self.body);
        }
        let length = self.body.len() as u32 - 4;
        self.body[..4].copy_from_slice(&length.to_le_bytes());
    }

    fn end(&mut self, paged: &mut Paged, rows: Range<u32>, values: Range<usize>, is_indices: bool) {
        let packed = Self::compress_with(&mut self.compressor, &self.body, &mut paged.packed);
        let column = &paged.column;
        paged.pages.push(Page {
            packed,
            plain_bytes: self.body.len(),
            is_indices,
            nulls: column.nulls_in(&rows).len() as u32,
            rows: rows.len() as u32,
            text_bytes: column.text_bytes(values.clone()),
            bounds: Bounds::of(column, values),
        });
    }

    /// Compresses bytes to the end of others.
    pub(super) fn compress(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        Self::compress_with(&mut self.compressor, bytes, out);
    }

    /// Compresses bytes to the end of others, and says where they are.
    fn compress_with(compressor: &mut Compressor<'_>, bytes: &[u8], out: &mut Vec<u8>) -> Range<usize> {
        let begin = out.len();
        out.resize(begin + zstd::zstd_safe::compress_bound(bytes.len()), 0);
        let length = compressor.compress_to_buffer(bytes, &mut out[begin..]);
        let length = length.expect("zstd has room for as many bytes as it says it may need");
        out.truncate(begin + length);
        begin..begin + length
    }
}
