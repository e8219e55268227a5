//! The kinds of values that a column has, independent of the engine, and how they are compared.

use serde::{Deserialize, Serialize};

/// The kind of values in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnKind {
    Integer,
    Real,
    Decimal,
    Boolean,
    Text,
    Blob,
    Date,
    Time,
    /// A date and a time.
    Moment,
    Json,
    Uuid,
    /// A type that only its engine has; its values are carried as texts.
    Other,
    /// Several kinds, on an engine where any column may hold anything; values are carried as literals of that engine.
    Mixed,
}

impl OwnKind {
    /// The kind of a type, from its name on any engine.
    pub(crate) fn of(native: &str) -> OwnKind {
        let native = native.trim().to_ascii_lowercase();
        if native == "tinyint(1)" {
            return OwnKind::Boolean;
        }
        if native.ends_with(']') {
            return OwnKind::Other;
        }
        let base = native.split('(').next().unwrap_or_default().trim();
        let base = base.trim_end_matches(" unsigned").trim_end_matches(" zerofill");
        match base {
            "boolean" | "bool" => OwnKind::Boolean,
            "int" | "integer" | "smallint" | "bigint" | "tinyint" | "mediumint" | "int2" | "int4"
            | "int8" | "year" | "bit" => OwnKind::Integer,
            "real" | "float" | "double" | "double precision" => OwnKind::Real,
            "numeric" | "decimal" => OwnKind::Decimal,
            "date" => OwnKind::Date,
            "json" | "jsonb" => OwnKind::Json,
            "uuid" => OwnKind::Uuid,
            "enum" | "set" => OwnKind::Text,
            _ if base.starts_with("timestamp") || base.starts_with("datetime") => OwnKind::Moment,
            _ if base.starts_with("time") => OwnKind::Time,
            _ if base.contains("char") || base.contains("text") || base.contains("clob") => OwnKind::Text,
            _ if base.contains("blob") || base.contains("binary") || base == "bytea" => OwnKind::Blob,
            // As SQLite understands a type that it does not know.
            _ if base.contains("int") && !base.contains("interval") && !base.contains("point") => {
                OwnKind::Integer
            }
            _ => OwnKind::Other,
        }
    }

    /// A value as all engines would write it: only for comparing.
    pub(crate) fn normal(self, text: &str) -> String {
        match self {
            OwnKind::Real => text.parse::<f64>().map_or_else(|_| text.to_owned(), |real| real.to_string()),
            OwnKind::Decimal => without_zeros(&without_exponent(text)),
            OwnKind::Moment | OwnKind::Time => without_zeros(&text.replace('T', " ")),
            OwnKind::Boolean => match text {
                "t" | "true" => "1".to_owned(),
                "f" | "false" => "0".to_owned(),
                other => other.to_owned(),
            },
            OwnKind::Json => serde_json::from_str::<serde_json::Value>(text)
                .map_or_else(|_| text.to_owned(), |value| value.to_string()),
            OwnKind::Uuid => text.to_ascii_lowercase(),
            OwnKind::Integer
            | OwnKind::Text
            | OwnKind::Blob
            | OwnKind::Date
            | OwnKind::Other
            | OwnKind::Mixed => text.to_owned(),
        }
    }
}

/// `1.25e+3` as `1250`: a decimal that SQLite had to keep as a floating number.
fn without_exponent(text: &str) -> String {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else { return text.to_owned() };
    let Ok(exponent) = exponent.parse::<i32>() else { return text.to_owned() };
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{part}");
    let point = whole.len() as i32 + exponent;
    if !(-400..=400).contains(&point) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let zeros = |count: i32| "0".repeat(count.max(0) as usize);
    match usize::try_from(point) {
        Ok(0) | Err(_) => format!("{sign}0.{}{digits}", zeros(-point)),
        Ok(at) if at < digits.len() => format!("{sign}{}.{}", &digits[..at], &digits[at..]),
        Ok(_) => format!("{sign}{digits}{}", zeros(point - digits.len() as i32)),
    }
}

fn without_zeros(text: &str) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::OwnKind;

    #[test]
    fn the_types_of_every_engine_are_known() {
        for (native, kind) in [
            ("bigint unsigned", OwnKind::Integer),
            ("tinyint(1)", OwnKind::Boolean),
            ("character varying(40)", OwnKind::Text),
            ("numeric(10,2)", OwnKind::Decimal),
            ("timestamp without time zone", OwnKind::Moment),
            ("datetime(6)", OwnKind::Moment),
            ("time without time zone", OwnKind::Time),
            ("integer[]", OwnKind::Other),
            ("interval", OwnKind::Other),
            ("point", OwnKind::Other),
            ("varbinary(16)", OwnKind::Blob),
            ("double precision", OwnKind::Real),
            ("enum('a','b')", OwnKind::Text),
            ("", OwnKind::Other),
        ] {
            assert_eq!(OwnKind::of(native), kind, "{native}");
        }
    }

    #[test]
    fn values_that_are_equal_are_written_alike() {
        for (kind, a, b) in [
            (OwnKind::Decimal, "1.50", "1.5"),
            (OwnKind::Decimal, "100", "100"),
            (OwnKind::Decimal, "1.2345e+3", "1234.5"),
            (OwnKind::Decimal, "-1.5e+03", "-1500"),
            (OwnKind::Decimal, "2.50e-02", "0.025"),
            (OwnKind::Moment, "2020-01-01 00:00:00.500000", "2020-01-01T00:00:00.5"),
            (OwnKind::Boolean, "t", "1"),
            (OwnKind::Json, "{\"b\": 1, \"a\":[ ]}", "{\"a\":[],\"b\":1}"),
            (OwnKind::Real, "0.10000000000000001", "0.1"),
        ] {
            assert_eq!(kind.normal(a), kind.normal(b));
        }
        assert_ne!(OwnKind::Decimal.normal("100"), OwnKind::Decimal.normal("1"));
    }
}
