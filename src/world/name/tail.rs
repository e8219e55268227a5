//! What usernames end in or hold in their middle once plain names are given away: digits and single letters.

/// Two to four letters between the names.
pub const MIDDLES: u64 = LETTERS.pow(2) + LETTERS.pow(3) + LETTERS.pow(4);
/// Letters that spell no word.
const MIDDLE_LETTERS: &[u8; 15] = b"bcdgjlmnprtvwyz";
/// How many single letters.
pub const LETTERS: u64 = MIDDLE_LETTERS.len() as u64;
/// "00" ... "99", years of birth, one digit: what people choose first.
pub const SHORT_DIGITS: u64 = 100 + YEARS + 9;
const YEARS: u64 = 43;
const FIRST_YEAR: u64 = 1970;
/// Every other number of three to six digits.
pub const LONG_DIGITS: u64 = 900 + (9_000 - YEARS) + 90_000 + 900_000;

/// The letters of a number below [`LETTERS`] + [`MIDDLES`]: one to four of them.
pub fn letters(mut number: u64, out: &mut String) {
    let (mut count, mut size) = (1, LETTERS);
    while number >= size {
        number -= size;
        size *= LETTERS;
        count += 1;
    }
    for _ in 0..count {
        out.push(MIDDLE_LETTERS[(number % LETTERS) as usize] as char);
        number /= LETTERS;
    }
}

/// The digits of a number below [`SHORT_DIGITS`] + [`LONG_DIGITS`]; no two numbers have the same.
pub fn digits(number: u64, out: &mut String) {
    const LATER_YEARS: u64 = FIRST_YEAR + YEARS;
    if number < 100 {
        out.push((b'0' + (number / 10) as u8) as char);
        out.push((b'0' + (number % 10) as u8) as char);
        return;
    }
    let rest = number - 100;
    let value = match rest {
        _ if rest < YEARS => FIRST_YEAR + rest,
        _ if rest < YEARS + 9 => 1 + rest - YEARS,
        // 100 ... 1969, then 2013 ... 999,999
        _ => {
            let value = 100 + rest - YEARS - 9;
            if value < FIRST_YEAR { value } else { value - FIRST_YEAR + LATER_YEARS }
        }
    };
    let mut buffer = [0; 6];
    let (mut at, mut value) = (6, value);
    while value > 0 {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend(buffer[at..].iter().map(|&digit| digit as char));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_numbers_have_the_same_digits_or_letters() {
        for (count, write) in
            [(SHORT_DIGITS + LONG_DIGITS, digits as fn(u64, &mut String)), (LETTERS + MIDDLES, letters)]
        {
            let mut seen = HashSet::new();
            for number in 0..count {
                let mut text = String::new();
                write(number, &mut text);
                assert!(text.len() <= 6);
                assert!(seen.insert(text), "{number}");
            }
        }
    }
}
