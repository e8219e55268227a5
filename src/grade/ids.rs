//! The ids of the rows that probes add. The files of exercises have ids from 900001; when they run, other numbers replace
//! these, which depend on the data and its seed. So a script that enforces its rules only for the known ids does not pass.

use super::Result;
use super::ask::{ALL, ours};
use super::scratch::catalogue;
use crate::database::{Column, Table};
use crate::exercise::Exercise;
use crate::sandbox::{Cell, Sandbox};
use crate::sha256;

/// The number before the ids in the files of exercises; 99 ids follow it.
const WRITTEN: &str = "9000";
const DIGITS: usize = 6;

/// Leaves room for the ids that the database counts itself, between its own rows and those of probes.
const LEAST_APART: u64 = 1_000;
/// How many numbers there are to draw from.
const DRAWN: u64 = 9_000;

/// The number that replaces 900000: larger than every id of the data, and not known in advance.
pub(super) fn base(scratch: &mut dyn Sandbox, exercise: &Exercise, seed: u64) -> Result<u64> {
    let digest = sha256::of(format!("instaseed probes {seed} {}", exercise.id));
    let drawn = u64::from_str_radix(&digest[..15], 16).unwrap_or_default() % DRAWN;
    Ok(largest(scratch)? + LEAST_APART + drawn)
}

/// A text of an exercise, with the ids of this run.
pub(super) fn placed(text: &str, base: u64) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(is_digit) {
        let (before, from) = rest.split_at(begin);
        let (number, after) = from.split_at(from.find(|c| !is_digit(c)).unwrap_or(from.len()));
        done.push_str(before);
        let nth = number.strip_prefix(WRITTEN).filter(|_| number.len() == DIGITS);
        match nth.and_then(|nth| nth.parse::<u64>().ok()) {
            Some(nth) => done.push_str(&(base + nth).to_string()),
            None => done.push_str(number),
        }
        rest = after;
    }
    done + rest
}

/// The largest id in the database.
fn largest(scratch: &mut dyn Sandbox) -> Result<u64> {
    let engine = scratch.engine();
    let mut largest = 0;
    for (name, table) in &catalogue(scratch)?.tables {
        let ids: Vec<String> = table
            .columns
            .iter()
            .filter(|column| is_id(table, column))
            .map(|column| format!("MAX({})", engine.quote(&column.name)))
            .collect();
        if ids.is_empty() {
            continue;
        }
        let query = format!("SELECT {} FROM {}", ids.join(", "), engine.quote(name));
        let found = ours(scratch.trusted(&query, &ALL), "looking for the largest id")?;
        let of_table = found.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Integer(number) => u64::try_from(*number).ok(),
            _ => None,
        });
        largest = of_table.fold(largest, u64::max);
    }
    Ok(largest)
}

/// Whether a column has whole numbers that name rows.
fn is_id(table: &Table, column: &Column) -> bool {
    let name = &column.name;
    let word = column.kind.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_whole = ["int", "integer", "bigint", "mediumint", "smallint"].contains(&word);
    let is_reference = || table.foreign_keys.iter().any(|key| key.columns.contains(name));
    is_whole && (table.primary_key.contains(name) || name.ends_with("id") || is_reference())
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn ids_give_way_and_other_numbers_stay() {
        let text = "id IN (900001, 900099) OR id < 900000 OR email = 'dup900005@example.com'";
        assert_eq!(placed(text, 3_000), "id IN (3001, 3099) OR id < 3000 OR email = 'dup3005@example.com'");
        let other = "1900001 9000011 90000 901001 '2024-07-01 08:00:00' é900";
        assert_eq!(placed(other, 3_000), other);
    }
}
