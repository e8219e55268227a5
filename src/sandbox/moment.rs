//! Times in one format: `YYYY-MM-DD hh:mm:ss`, with a fraction of a second if there is one.

/// A time as SQLite's functions and the servers write it; `None` if the text is something else.
pub(crate) fn normal(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-dd dd:dd:dd";
    if bytes.len() < shape.len() || !text.is_ascii() {
        return None;
    }
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        b' ' => matches!(byte, b' ' | b'T'),
        other => byte == other,
    };
    if !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let (seconds, rest) = text.split_at(shape.len());
    let rest = rest.strip_suffix('Z').or_else(|| rest.strip_suffix("+00:00")).unwrap_or(rest);
    let rest = rest.strip_suffix("+00").unwrap_or(rest);
    let digits = rest.strip_prefix('.').unwrap_or(rest);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || (rest.is_empty() != digits.is_empty()) {
        return None;
    }
    let mut normal = seconds.replace('T', " ");
    let fraction = digits.trim_end_matches('0');
    if !fraction.is_empty() {
        normal.push('.');
        normal.push_str(fraction);
    }
    Some(normal)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn times_have_one_form_and_other_texts_are_none() {
        for text in [
            "2023-01-02 03:04:05",
            "2023-01-02T03:04:05Z",
            "2023-01-02 03:04:05.000000",
            "2023-01-02 03:04:05+00",
        ] {
            assert_eq!(normal(text).as_deref(), Some("2023-01-02 03:04:05"), "{text}");
        }
        assert_eq!(normal("2023-01-02 03:04:05.250+00:00").as_deref(), Some("2023-01-02 03:04:05.25"));
        for text in ["2023-01-02", "", "2023-01-02 03:04", "2023-01-02 03:04:05 x", "2023-01-02 03:04:0é"] {
            assert_eq!(normal(text), None, "{text}");
        }
    }
}
