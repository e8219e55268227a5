//! A statement in the form that its engine's plain client accepts: with a semicolon, and between
//! other delimiters where the client would split a body.

use super::engines::dialect;
use super::lexer::{Bodies, Kind, Lexer};
use crate::database::Engine;

/// Delimiters for the mysql client, most usual first.
const DELIMITERS: [&str; 4] = ["//", "$$", ";;", "~~~~"];

/// The text of a statement, ready for `sqlite3`, `mysql` or `psql`.
pub fn for_client(engine: Engine, sql: &str) -> String {
    let lexis = dialect(engine).lexis;
    let sql = sql.trim();
    let mut lexer = Lexer::new(sql, *lexis);
    let (mut in_comment, mut has_semicolon, mut ends_with_semicolon) = (false, false, false);
    while let Ok(Some(token)) = lexer.next() {
        in_comment = token.kind == Kind::Comment && !sql[token.start..].starts_with("/*");
        if token.kind != Kind::Comment {
            has_semicolon |= ends_with_semicolon;
            ends_with_semicolon = token.kind == Kind::Mark(b';');
        }
    }
    // After a comment that runs to the end of its line, a semicolon would be part of the comment.
    let break_line = if in_comment { "\n" } else { "" };
    let semicolon = if ends_with_semicolon { "" } else { ";" };
    if lexis.bodies != Bodies::Compound || !has_semicolon {
        return format!("{sql}{break_line}{semicolon}");
    }
    let delimiter = DELIMITERS.iter().find(|delimiter| !sql.contains(*delimiter)).unwrap_or(&"~~~~");
    format!("DELIMITER {delimiter}\n{sql}{break_line}\n{delimiter}\nDELIMITER ;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_never_stands_in_a_comment() {
        assert_eq!(for_client(Engine::Sqlite, "SELECT 1 -- one;"), "SELECT 1 -- one;\n;");
        assert_eq!(for_client(Engine::Sqlite, "SELECT '--'"), "SELECT '--';");
        assert_eq!(for_client(Engine::Postgres, "SELECT 1 /* one; */"), "SELECT 1 /* one; */;");
        assert_eq!(for_client(Engine::Mysql, "SELECT 1 # one"), "SELECT 1 # one\n;");
    }

    #[test]
    fn a_body_stands_between_delimiters_that_it_does_not_hold() {
        let body = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = '//'; END";
        assert_eq!(for_client(Engine::Mysql, body), format!("DELIMITER $$\n{body}\n$$\nDELIMITER ;"));
        assert_eq!(
            for_client(Engine::Postgres, "CREATE FUNCTION f() AS $$ a; $$"),
            "CREATE FUNCTION f() AS $$ a; $$;"
        );
    }
}
