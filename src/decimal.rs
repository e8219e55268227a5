//! Decimal digits without the machinery of `fmt`: numbers in texts and in rows are many.

/// The most digits that a number has.
const LONGEST: usize = 20;

/// The digits of a number.
pub(crate) struct Digits {
    bytes: [u8; LONGEST],
    start: usize,
}

impl Digits {
    #[inline(always)]
    pub(crate) fn of(mut value: u64) -> Digits {
        let mut digits = Digits { bytes: [0; LONGEST], start: LONGEST };
        loop {
            digits.start -= 1;
            digits.bytes[digits.start] = b'0' + (value % 10) as u8;
            value /= 10;
            if value == 0 {
                return digits;
            }
        }
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

/// Appends a number to a text.
pub(crate) fn write(value: u64, out: &mut String) {
    out.extend(Digits::of(value).as_slice().iter().map(|&digit| char::from(digit)));
}

/// Appends an integer to bytes.
#[inline(always)]
pub(crate) fn append(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(Digits::of(value.unsigned_abs()).as_slice());
}

/// A number as people read it: `2,147,483,647`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let sign = |(at, digit): (usize, char)| [comma(at).then_some(','), Some(digit)];
    digits.chars().enumerate().flat_map(sign).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart_for_people() {
        let texts = [0, 999, 1_000, 12_345, 2_147_483_647].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "2,147,483,647"]);
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for value in [0, 7, 10, 99, 100, 123_456_789, u64::MAX] {
            let mut out = String::new();
            write(value, &mut out);
            assert_eq!(out, value.to_string());
        }
        for value in [0, -1, 10, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            append(value, &mut out);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }
}
