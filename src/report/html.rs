//! Text that is safe in HTML and SVG, and numbers as people read them.

/// Text from outside, where markup is: as itself.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Neither XML nor a printer knows what to do with these.
            c if c.is_control() && c != '\n' => safe.push('\u{FFFD}'),
            c => safe.push(c),
        }
    }
    safe
}

/// `1,234,567`
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut apart = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// A number with as many digits as say something: `1,234`, `12.3`, `0.0312`.
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return "–".to_owned();
    }
    let text = match size {
        100.0.. => {
            return format!("{}{}", if number < 0.0 { "−" } else { "" }, thousands(size.round() as u64));
        }
        10.0.. => format!("{number:.1}"),
        1.0.. => format!("{number:.2}"),
        0.1.. => format!("{number:.3}"),
        0.001.. => format!("{number:.4}"),
        0.0 => return "0".to_owned(),
        _ => format!("{number:.1e}"),
    };
    let text = match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    text.replace('-', "−")
}

/// A share: `25.3 %`.
pub(super) fn percent(share: f64) -> String {
    match share {
        share if !share.is_finite() => "–".to_owned(),
        0.9995..1.0 => "99.9 %".to_owned(),
        1.0 => "100 %".to_owned(),
        0.0 => "0 %".to_owned(),
        share if share < 0.001 => format!("{:.4} %", share * 100.0),
        share if share < 0.1 => format!("{:.2} %", share * 100.0),
        share => format!("{:.1} %", share * 100.0),
    }
}

/// `12 kB`, `3.4 MB`, `120 GB`
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        ..1_000_000 => format!("{} kB", thousands(bytes.div_ceil(1000))),
        1_000_000..100_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        100_000_000..10_000_000_000 => format!("{} MB", thousands(bytes / 1_000_000)),
        _ => format!("{} GB", thousands(bytes / 1_000_000_000)),
    }
}

/// A time: `30 s`, `5 min`, `2 h`, `3 d`.
pub(super) fn span(seconds: f64) -> String {
    match seconds {
        ..60.0 => format!("{seconds:.0} s"),
        60.0..3600.0 => format!("{} min", short(seconds / 60.0)),
        3600.0..86_400.0 => format!("{} h", short(seconds / 3600.0)),
        _ => format!("{} d", short(seconds / 86_400.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        let shown = [1_234_567.8, 12.34, 2.0, 0.2504, 0.0312, 0.000_012, 0.0, -1.05].map(short);
        assert_eq!(shown, ["1,234,568", "12.3", "2", "0.25", "0.0312", "1.2e−5", "0", "−1.05"]);
        assert_eq!(
            [0.0, 0.000_02, 0.253, 0.9999, 1.0].map(percent),
            ["0 %", "0.0020 %", "25.3 %", "99.9 %", "100 %"]
        );
        assert_eq!([30.0, 300.0, 5400.0, 259_200.0].map(span), ["30 s", "5 min", "1.5 h", "3 d"]);
        assert_eq!(escape("<a href='x'>\u{1b}&"), "&lt;a href=&#39;x&#39;&gt;\u{FFFD}&amp;");
    }
}
