//! Checks pages before they are decoded, because the library trusts some of what they say and would panic.

use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;

/// Bytes before each text, which are its length.
const LENGTH: usize = 4;

/// The pages of a column.
pub(super) struct Looked {
    pages: Box<dyn PageReader>,
    physical: Physical,
    max_level: i16,
    has_dictionary: bool,
}

impl Looked {
    pub(super) fn at(pages: Box<dyn PageReader>, physical: Physical, max_level: i16) -> Looked {
        Looked { pages, physical, max_level, has_dictionary: false }
    }

    /// What is wrong with a page.
    fn flaw(&mut self, page: &Page) -> Option<&'static str> {
        match page {
            Page::DictionaryPage { buf, num_values, .. } => {
                self.has_dictionary = true;
                let is_there = has_values(self.physical, buf, *num_values as usize);
                (!is_there).then_some("a dictionary has fewer values than it says")
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                if !self.is_known(*encoding) {
                    return Some("a page has no dictionary");
                }
                let count = *num_values as usize;
                let (present, values) = match self.max_level {
                    0 => (count, &buf[..]),
                    _ if *def_level_encoding != Encoding::RLE => {
                        return Some("levels of a kind that nobody writes");
                    }
                    _ => match present(buf, count) {
                        Some(found) => found,
                        None => return Some("a page has fewer levels than it says"),
                    },
                };
                self.is_short(*encoding, values, present)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                num_nulls,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                if !self.is_known(*encoding) {
                    return Some("a page has no dictionary");
                }
                let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                let (Some(values), Some(present)) = (buf.get(levels..), num_values.checked_sub(*num_nulls))
                else {
                    return Some("a page has fewer levels than it says");
                };
                self.is_short(*encoding, values, present as usize)
            }
        }
    }

    fn is_known(&self, encoding: Encoding) -> bool {
        let is_index = matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
        !is_index || self.has_dictionary
    }

    fn is_short(&self, encoding: Encoding, values: &[u8], count: usize) -> Option<&'static str> {
        let is_short = match encoding {
            Encoding::PLAIN | Encoding::BYTE_STREAM_SPLIT => !has_values(self.physical, values, count),
            // its first byte is their width
            _ => count > 0 && values.is_empty(),
        };
        is_short.then_some("a page has fewer values than it says")
    }
}

/// Whether there are so many values.
fn has_values(physical: Physical, bytes: &[u8], count: usize) -> bool {
    let size = match physical {
        Physical::INT32 => 4,
        Physical::INT64 => 8,
        Physical::INT96 => 12,
        _ => return has_texts(bytes, count),
    };
    bytes.len() >= count.saturating_mul(size)
}

fn has_texts(mut bytes: &[u8], count: usize) -> bool {
    (0..count).all(|_| {
        let rest = bytes
            .split_first_chunk::<LENGTH>()
            .and_then(|(length, rest)| rest.get(u32::from_le_bytes(*length) as usize..));
        rest.is_some_and(|rest| {
            bytes = rest;
            true
        })
    })
}

/// How many of the rows of a page are not NULL, and the bytes after their levels. A level is a bit.
fn present(page: &[u8], rows: usize) -> Option<(usize, &[u8])> {
    let (length, rest) = page.split_first_chunk::<LENGTH>()?;
    let (mut levels, values) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (mut left, mut present) = (rows, 0);
    while left > 0 {
        let header = varint(&mut levels)?;
        if header & 1 == 0 {
            let (value, rest) = levels.split_first()?;
            let run = left.min((header >> 1) as usize);
            // a run of nothing never ends
            left -= Some(run).filter(|run| *run > 0)?;
            present += run * usize::from(*value & 1);
            levels = rest;
        } else {
            let groups = Some((header >> 1) as usize).filter(|groups| *groups > 0)?;
            let groups = groups.min(levels.len());
            let bits = left.min(8 * groups);
            left -= Some(bits).filter(|bits| *bits > 0)?;
            present += (0..bits).filter(|bit| levels[bit / 8] >> (bit % 8) & 1 == 1).count();
            levels = &levels[groups..];
        }
    }
    Some((present, values))
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..=56).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

impl Iterator for Looked {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Looked {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        let Some(page) = self.pages.get_next_page()? else { return Ok(None) };
        match self.flaw(&page) {
            Some(flaw) => Err(ParquetError::EOF(flaw.to_owned())),
            None => Ok(Some(page)),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.pages.skip_next_page()
    }
}
