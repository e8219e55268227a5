//! Decides whether a piece of SQL mentions a name.
//!
//! Not a parser: names are found as whole words, quoted or not, outside strings and comments, by
//! the rules of the engine that stores the text. It may report too much (an alias with the same
//! name), but never too little, except for SQL that a text assembles at run time.

use crate::migration::lexer::{Kind, Lexer, Lexis};
use crate::migration::spelling::{unquoted, words};

/// The identifiers of a text in lower case, quoted ones included. Strings and comments are skipped, but not text
/// between dollar quotes, which is often SQL. If the text becomes unreadable, every word from there on counts.
pub(crate) fn identifiers(sql: &str, lexis: Lexis) -> Vec<String> {
    let mut lexer = Lexer::new(sql, lexis);
    let mut found = Vec::new();
    loop {
        let from = lexer.at;
        match lexer.next() {
            Ok(None) => return found,
            Ok(Some(token)) => {
                let text = &sql[token.start..token.end];
                match token.kind {
                    Kind::Word => found.push(text.to_lowercase()),
                    Kind::Name => found.push(unquoted(text, &sql[token.end..]).to_lowercase()),
                    Kind::Text if text.starts_with('$') => {
                        found.extend(words(text).map(str::to_lowercase));
                        found.extend(identifiers(undollared(text), lexis));
                    }
                    _ => {}
                }
            }
            Err(_) => {
                found.extend(words(&sql[from..]).map(str::to_lowercase));
                return found;
            }
        }
    }
}

/// The text between dollar quotes.
fn undollared(text: &str) -> &str {
    let tag = text[1..].find('$').map_or(0, |at| at + 2);
    text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default()
}

/// The parts of a `CREATE TABLE` of SQLite between its outer parentheses, each with its name in lower case: a column,
/// or the first word of a table constraint.
pub(crate) fn definitions(create_table: &str, lexis: Lexis) -> Vec<(String, String)> {
    let mut lexer = Lexer::new(create_table, lexis);
    let mut parts = Vec::new();
    let (mut depth, mut start, mut name) = (0_usize, 0, None);
    while let Ok(Some(token)) = lexer.next() {
        let ends_part = depth == 1 && matches!(token.kind, Kind::Mark(b',' | b')'));
        if ends_part {
            let text = create_table[start..token.start].trim().to_owned();
            parts.push((name.take().unwrap_or_default(), text));
            start = token.end;
        }
        match token.kind {
            Kind::Mark(b'(') => {
                depth += 1;
                if depth == 1 {
                    start = token.end;
                }
            }
            Kind::Mark(b')') if depth <= 1 => return parts,
            Kind::Mark(b')') => depth -= 1,
            Kind::Word if depth == 1 && name.is_none() => {
                name = Some(create_table[token.start..token.end].to_lowercase());
            }
            Kind::Name | Kind::Text if depth == 1 && name.is_none() => {
                let text = &create_table[token.start..token.end];
                name = Some(unquoted(text, "").to_lowercase());
            }
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{mysql, postgres, sqlite};

    #[test]
    fn names_are_found_as_whole_words_outside_of_strings_and_comments() {
        let sql = "SELECT `db`.`Photos`.\"id\", 'users' -- comments\n, likes.x /* tags */ FROM [my follows]";
        let found = identifiers(sql, sqlite::LEXIS);
        assert_eq!(found, ["select", "db", "photos", "id", "likes", "x", "from", "my follows"]);
        assert_eq!(identifiers("'it''s' a", sqlite::LEXIS), ["a"]);
        assert_eq!(identifiers("a \"b c", sqlite::LEXIS), ["a", "b", "c"]);
    }

    #[test]
    fn a_text_is_read_by_the_rules_of_its_engine() {
        let escaped = "select 'don\\'t', (select 1 from photos), 'a' # likes'\n, \"tags\"";
        assert_eq!(identifiers(escaped, mysql::LEXIS), ["select", "select", "1", "from", "photos"]);
        let plain = Lexis { backslash_escapes: false, double_quoted_strings: false, ..mysql::LEXIS };
        assert_eq!(identifiers("'a\\', photos, 'b', \"Tags\"", plain), ["photos", "tags"]);
        let body = "SELECT E'don\\'t', $$don't$$, (SELECT 1 FROM photos); EXECUTE $q$DROP TABLE likes$q$";
        let found = identifiers(body, postgres::LEXIS);
        for name in ["photos", "likes"] {
            assert!(found.iter().any(|word| word == name), "{found:?}");
        }
        let escaped = "SELECT * FROM U&\"ph\\006Ftos\", U&\"!0074ags\" UESCAPE '!'; EXECUTE $q$TABLE U&\"\\006Cikes\"$q$";
        let found = identifiers(escaped, postgres::LEXIS);
        for name in ["photos", "tags", "likes"] {
            assert!(found.iter().any(|word| word == name), "{found:?}");
        }
    }

    #[test]
    fn a_create_table_is_cut_at_its_own_commas() {
        let sql = "CREATE TABLE \"users\" (\n  id INTEGER CHECK (id IN (1, 2)), -- a, b\n  \"my bio\" text DEFAULT 'a, (b',\n  [x] NUMERIC(3, 4), CONSTRAINT u UNIQUE (id, x)) WITHOUT ROWID";
        let parts = definitions(sql, sqlite::LEXIS);
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "my bio", "x", "constraint"]);
        assert_eq!(parts[2].1, "[x] NUMERIC(3, 4)");
        assert!(parts[1].1.ends_with("\"my bio\" text DEFAULT 'a, (b'"), "{}", parts[1].1);
    }
}
