//! Numbers in texts.

/// Appends a number in decimal digits.
pub(super) fn write(mut value: u64, out: &mut String) {
    let mut buffer = [0; 20];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(buffer[at..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_library_writes_them() {
        for value in [0, 7, 10, 99, 100, 123_456_789, u64::MAX] {
            let mut out = String::new();
            write(value, &mut out);
            assert_eq!(out, value.to_string());
        }
    }
}
