//! Scans a text for the few bytes that a format must treat specially.

const BLOCK: usize = 16;
/// Fills up what is shorter than a block; special in no format.
const FILLER: u8 = b' ';

/// Whether a text contains a special byte. Whole blocks without an early exit compile to a few vector instructions, and the
/// last block overlaps the one before it, so no byte is checked alone.
#[inline(always)]
pub(crate) fn holds(text: &str, special: impl Fn(u8) -> bool) -> bool {
    let text = text.as_bytes();
    let in_block = |block: &[u8; BLOCK]| block.iter().fold(false, |any, &byte| any | special(byte));
    match text.last_chunk::<BLOCK>() {
        Some(last) => {
            text.as_chunks::<BLOCK>().0.iter().fold(in_block(last), |any, block| any | in_block(block))
        }
        None => {
            let mut block = [FILLER; BLOCK];
            block[..text.len()].copy_from_slice(text);
            in_block(&block)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_at_every_place_of_every_length() {
        for length in 0..70 {
            let plain = "a".repeat(length);
            assert!(!holds(&plain, |byte| byte == b'"' || byte == 0), "{length}");
            for place in 0..length {
                let mut text = plain.clone();
                text.replace_range(place..=place, "\"");
                assert!(holds(&text, |byte| byte == b'"'), "{place} of {length}");
            }
        }
    }
}
