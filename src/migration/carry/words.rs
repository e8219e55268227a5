//! Whether a piece of SQL mentions a name.
//!
//! Not a parser: names are found as whole words, quoted or not, outside of strings and comments. What it says may be
//! too careful (an alias of the same name), never too careless, except for SQL that a text is put together to.

/// The identifiers of a text in lower case; quoted ones too. Strings in single quotes and comments are left out.
pub(crate) fn identifiers(sql: &str) -> Vec<String> {
    let chars: Vec<char> = sql.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied();
        if c == '\'' {
            at = after_quote(&chars, at, '\'');
        } else if c == '-' && next == Some('-') {
            at = chars[at..].iter().position(|c| *c == '\n').map_or(chars.len(), |length| at + length);
        } else if c == '/' && next == Some('*') {
            let end = chars[at + 2..].windows(2).position(|pair| pair == ['*', '/']);
            at = end.map_or(chars.len(), |length| at + 2 + length + 2);
        } else if matches!(c, '"' | '`' | '[') {
            let close = if c == '[' { ']' } else { c };
            let end = after_quote(&chars, at, close);
            let name: String = chars[at + 1..end.saturating_sub(1).max(at + 1)].iter().collect();
            found.push(name.replace(&format!("{close}{close}"), &close.to_string()).to_lowercase());
            at = end;
        } else if c == '_' || c.is_alphabetic() {
            let start = at;
            while at < chars.len() && (chars[at] == '_' || chars[at] == '$' || chars[at].is_alphanumeric()) {
                at += 1;
            }
            found.push(chars[start..at].iter().collect::<String>().to_lowercase());
        } else {
            at += 1;
        }
    }
    found
}

/// The place behind the quote that closes the one at `open`; a doubled one is part of the text.
fn after_quote(chars: &[char], open: usize, close: char) -> usize {
    let mut at = open + 1;
    while at < chars.len() {
        if chars[at] == close {
            if chars.get(at + 1) != Some(&close) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    chars.len()
}

/// The parts of a `CREATE TABLE` between its outer parentheses, each with its name in lower case: a column, or the
/// first word of a table constraint.
pub(crate) fn definitions(create_table: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, None);
    let places: Vec<(usize, char)> = create_table.char_indices().collect();
    let chars: Vec<char> = places.iter().map(|(_, c)| *c).collect();
    let mut at = 0;
    let cut = |from: usize, to: usize| {
        let text = &create_table[from..to];
        let name = identifiers(text).into_iter().next().unwrap_or_default();
        (name, text.trim().to_owned())
    };
    while at < chars.len() {
        let place = places[at].0;
        match chars[at] {
            '\'' | '"' | '`' => {
                at = after_quote(&chars, at, chars[at]);
                continue;
            }
            '[' => {
                at = after_quote(&chars, at, ']');
                continue;
            }
            '-' if chars.get(at + 1) == Some(&'-') => {
                while at < chars.len() && chars[at] != '\n' {
                    at += 1;
                }
                continue;
            }
            '/' if chars.get(at + 1) == Some(&'*') => {
                let end = chars[at + 2..].windows(2).position(|pair| pair == ['*', '/']);
                at = end.map_or(chars.len(), |length| at + 2 + length + 2);
                continue;
            }
            '(' => {
                depth += 1;
                if depth == 1 {
                    start = Some(place + 1);
                }
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if let (0, Some(from)) = (depth, start) {
                    parts.push(cut(from, place));
                    return parts;
                }
            }
            ',' if depth == 1 => {
                if let Some(from) = start.replace(place + 1) {
                    parts.push(cut(from, place));
                }
            }
            _ => {}
        }
        at += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_whole_words_outside_of_strings_and_comments() {
        let sql = "SELECT `db`.`Photos`.\"id\", 'users' -- comments\n, likes.x /* tags */ FROM [my follows]";
        assert_eq!(identifiers(sql), ["select", "db", "photos", "id", "likes", "x", "from", "my follows"]);
        assert_eq!(identifiers("'it''s' a"), ["a"]);
        assert_eq!(identifiers("\"open"), ["ope"]);
    }

    #[test]
    fn a_create_table_is_cut_at_its_own_commas() {
        let sql = "CREATE TABLE \"users\" (\n  id INTEGER CHECK (id IN (1, 2)), -- a, b\n  \"my bio\" text DEFAULT 'a, (b',\n  [x] NUMERIC(3, 4), CONSTRAINT u UNIQUE (id, x)) WITHOUT ROWID";
        let parts = definitions(sql);
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "my bio", "x", "constraint"]);
        assert_eq!(parts[2].1, "[x] NUMERIC(3, 4)");
        assert!(parts[1].1.ends_with("\"my bio\" text DEFAULT 'a, (b'"), "{}", parts[1].1);
    }
}
