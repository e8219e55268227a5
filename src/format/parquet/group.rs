//! A row group that is being written: a buffer with the pages of each column, until all of them go into the file.

use std::io;

use bytes::Bytes;
use parquet::basic::{BoundaryOrder, Compression, Encoding, PageType, ZstdLevel};
use parquet::column::page::{CompressedPage, Page as WrittenPage, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ColumnChunkMetaData, ColumnIndexBuilder, OffsetIndexBuilder, PageEncodingStats,
};
use parquet::file::statistics::{Statistics, ValueStatistics};
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::bounds::Bounds;
use super::dictionary::Dictionary;
use super::page::{LEVEL, Packer, Page, Paged};
use super::{Columns, Pending};

/// The row group that is being written.
pub(super) struct Group {
    rows: u64,
    columns: Vec<Chunk>,
    /// The numbers of a chunk's distinct values in the dictionary of the row group.
    shared: Vec<u32>,
}

/// A column of a row group.
struct Chunk {
    like: ColumnDescPtr,
    dictionary: Dictionary,
    /// Pages with their headers, except the dictionary page.
    out: TrackedWrite<Vec<u8>>,
    plain_bytes: u64,
    written: Vec<(Page, u64, usize)>,
}

impl Group {
    pub(super) fn new(columns: &[ColumnDescPtr]) -> Group {
        let columns = columns.iter().map(|like| Chunk {
            like: like.clone(),
            dictionary: Dictionary::default(),
            out: TrackedWrite::new(Vec::new()),
            plain_bytes: 0,
            written: Vec::new(),
        });
        Group { rows: 0, columns: columns.collect(), shared: Vec::new() }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// About how many bytes it takes in the file.
    pub(super) fn bytes(&self) -> u64 {
        self.columns.iter().map(|column| column.out.bytes_written() as u64).sum()
    }

    /// Adds the pages of a chunk.
    pub(super) fn append(&mut self, chunk: &mut Columns, packer: &mut Packer) -> io::Result<()> {
        for (paged, own) in chunk.columns.iter_mut().zip(&mut self.columns) {
            if !paged.firsts.is_empty() {
                match own.dictionary.add(&paged.column, &paged.firsts, &mut self.shared) {
                    true => paged.make_indices(&self.shared, packer),
                    false => paged.make_plain(packer),
                }
            }
            own.append(paged).map_err(io::Error::other)?;
        }
        self.rows += u64::from(chunk.rows);
        Ok(())
    }

    /// Writes the columns one after another into the file, and starts an empty row group.
    pub(super) fn close(
        &mut self,
        file: &mut SerializedFileWriter<Pending>,
        packer: &mut Packer,
    ) -> Result<(), ParquetError> {
        let mut group = file.next_row_group()?;
        for column in &mut self.columns {
            let (bytes, closed) = column.close(self.rows, packer)?;
            group.append_column(&bytes, closed)?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl Chunk {
    fn append(&mut self, paged: &mut Paged) -> Result<(), ParquetError> {
        for page in paged.pages.drain(..) {
            let written = WrittenPage::DataPage {
                buf: Bytes::copy_from_slice(&paged.packed[page.packed.clone()]),
                num_values: page.rows,
                encoding: if page.is_indices { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN },
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let spec = write(CompressedPage::new(written, page.plain_bytes), &mut self.out)?;
            self.plain_bytes += spec.uncompressed_size as u64;
            self.written.push((page, spec.offset, spec.compressed_size));
        }
        Ok(())
    }

    /// The bytes of the column and what is known about them. The column is empty afterwards.
    fn close(&mut self, rows: u64, packer: &mut Packer) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut bytes = Vec::new();
        let mut encodings = Vec::new();
        let has_dictionary = self.dictionary.len > 0;
        if has_dictionary {
            let mut packed = Vec::new();
            packer.compress(&self.dictionary.page, &mut packed);
            let page = WrittenPage::DictionaryPage {
                buf: packed.into(),
                num_values: self.dictionary.len,
                encoding: Encoding::PLAIN,
                is_sorted: false,
            };
            let mut out = TrackedWrite::new(Vec::new());
            let spec = write(CompressedPage::new(page, self.dictionary.page.len()), &mut out)?;
            self.plain_bytes += spec.uncompressed_size as u64;
            bytes = out.into_inner().map_err(io::Error::from)?;
            encodings.push(stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1));
        }
        let dictionary_bytes = bytes.len();
        let pages = std::mem::replace(&mut self.out, TrackedWrite::new(Vec::new()));
        match dictionary_bytes {
            0 => bytes = pages.into_inner()?,
            _ => bytes.extend_from_slice(&pages.into_inner()?),
        }
        let indices = self.written.iter().filter(|(page, ..)| page.is_indices).count();
        for (encoding, count) in
            [(Encoding::RLE_DICTIONARY, indices), (Encoding::PLAIN, self.written.len() - indices)]
        {
            if count > 0 {
                encodings.push(stats(PageType::DATA_PAGE, encoding, count as i32));
            }
        }
        let text_bytes = self.written.iter().map(|(page, ..)| page.text_bytes).sum::<Option<u64>>();
        let mut listed: Vec<_> = encodings.iter().map(|stats| stats.encoding).collect();
        listed.push(Encoding::RLE);
        let mut metadata = ColumnChunkMetaData::builder(self.like.clone())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
            .set_encodings(listed)
            .set_page_encoding_stats(encodings)
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(self.plain_bytes as i64)
            .set_num_values(rows as i64)
            .set_dictionary_page_offset(has_dictionary.then_some(0))
            .set_data_page_offset(dictionary_bytes as i64)
            .set_unencoded_byte_array_data_bytes(text_bytes.map(|bytes| bytes as i64));
        if let Some(statistics) = self.statistics() {
            metadata = metadata.set_statistics(statistics);
        }
        let closed = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: self.column_index()?,
            offset_index: Some(self.offset_index(dictionary_bytes as u64).build()),
        };
        self.dictionary.clear();
        self.plain_bytes = 0;
        self.written.clear();
        Ok((bytes.into(), closed))
    }

    /// The bounds of the whole column.
    fn statistics(&self) -> Option<Statistics> {
        let nulls = Some(self.written.iter().map(|(page, ..)| u64::from(page.nulls)).sum());
        let mut all = self.written.iter().filter_map(|(page, ..)| page.bounds.as_ref());
        let mut bounds = all.next()?.clone();
        all.for_each(|page| bounds.join(page));
        Some(match bounds {
            Bounds::Integers(least, greatest) => {
                Statistics::int32(Some(least), Some(greatest), None, nulls, false)
            }
            Bounds::Times(least, greatest) => {
                Statistics::int64(Some(least), Some(greatest), None, nulls, false)
            }
            Bounds::Texts { least, greatest } => {
                let (least_is_exact, greatest_is_exact) =
                    (least.is_exact, greatest.as_ref().is_some_and(|bound| bound.is_exact));
                let greatest = greatest.map(|bound| ByteArray::from(bound.bytes));
                let values =
                    ValueStatistics::new(Some(ByteArray::from(least.bytes)), greatest, None, nulls, false);
                let values = values.with_min_is_exact(least_is_exact).with_max_is_exact(greatest_is_exact);
                Statistics::ByteArray(values)
            }
        })
    }

    /// The bounds of each page; `None` if those of one page are not known.
    fn column_index(
        &self,
    ) -> Result<Option<parquet::file::page_index::column_index::ColumnIndexMetaData>, ParquetError> {
        let mut index = ColumnIndexBuilder::new(self.like.physical_type());
        let mut before: Option<&Bounds> = None;
        let mut ascending = true;
        for (page, ..) in &self.written {
            let nulls = i64::from(page.nulls);
            let Some(bounds) = &page.bounds else {
                index.append(true, Vec::new(), Vec::new(), nulls, None);
                continue;
            };
            let Some((least, greatest)) = bounds.bytes() else { return Ok(None) };
            index.append(false, least, greatest, nulls, None);
            ascending &= before.is_none_or(|before| bounds.follow(before));
            before = Some(bounds);
        }
        if ascending {
            index.set_boundary_order(BoundaryOrder::ASCENDING);
        }
        index.build().map(Some)
    }

    fn offset_index(&self, dictionary_bytes: u64) -> OffsetIndexBuilder {
        let mut index = OffsetIndexBuilder::new();
        for (page, offset, bytes) in &self.written {
            index.append_row_count(i64::from(page.rows));
            index.append_offset_and_size((dictionary_bytes + offset) as i64, *bytes as i32);
            index.append_unencoded_byte_array_data_bytes(page.text_bytes.map(|bytes| bytes as i64));
        }
        index
    }
}

fn write(page: CompressedPage, out: &mut TrackedWrite<Vec<u8>>) -> Result<PageWriteSpec, ParquetError> {
    SerializedPageWriter::new(out).write_page(page)
}

fn stats(page_type: PageType, encoding: Encoding, count: i32) -> PageEncodingStats {
    PageEncodingStats { page_type, encoding, count }
}
