//! Parquet's mixture of runs and packed bits, in which levels and dictionary indices are written.

/// The numbers of a packed group.
const GROUP: usize = 8;

/// Bits that a number up to this one takes.
pub(super) fn width_of(largest: u32) -> u32 {
    u32::BITS - largest.leading_zeros()
}

/// Appends numbers of this many bits each. A number that repeats eight times or more becomes a run.
pub(super) fn append(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    let (mut packed, mut at) = (0, 0);
    while at < numbers.len() {
        let run = run_at(numbers, at);
        if run < GROUP {
            at = (at + GROUP).min(numbers.len());
            continue;
        }
        append_packed(&numbers[packed..at], width, out);
        append_run(numbers[at], run, width, out);
        at += run;
        packed = at;
    }
    append_packed(&numbers[packed..], width, out);
}

/// How often the number at a place repeats.
fn run_at(numbers: &[u32], at: usize) -> usize {
    let first = numbers[at];
    numbers[at..].iter().take_while(|&&number| number == first).count()
}

pub(super) fn append_run(number: u32, count: usize, width: u32, out: &mut Vec<u8>) {
    append_varint((count as u64) << 1, out);
    out.extend_from_slice(&number.to_le_bytes()[..width.div_ceil(8) as usize]);
}

/// Only the last group may be incomplete; it is padded with zeros.
fn append_packed(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    let groups = numbers.len().div_ceil(GROUP);
    append_varint((groups as u64) << 1 | 1, out);
    let end = out.len() + groups * width as usize;
    let (mut bits, mut filled) = (0_u64, 0);
    for &number in numbers {
        bits |= u64::from(number) << filled;
        filled += width;
        if filled >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            filled -= 32;
        }
    }
    out.extend_from_slice(&bits.to_le_bytes()[..filled.div_ceil(8) as usize]);
    out.resize(end, 0);
}

fn append_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
