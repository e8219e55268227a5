//! One statement of a script, and what can be told of it from its first words.
//!
//! No parser: a kind is told from unquoted words only, and where that is not enough the answer is the careful one.

/// One statement of a script, without the comments before it and the semicolon behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub sql: String,
    /// The line of its first word, from 1.
    pub line: usize,
    /// Its first unquoted words in capitals, for telling what kind of statement it is.
    pub(crate) words: Vec<String>,
}

impl Statement {
    pub(crate) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    pub(crate) fn transaction_control(&self) -> Option<String> {
        let ends = match self.word(0) {
            "BEGIN" => self.word(1) != "NOT",
            "START" => self.word(1) == "TRANSACTION",
            "LOCK" | "UNLOCK" => self.word(1) == "TABLES",
            "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "END" | "ABORT" => true,
            _ => false,
        };
        ends.then(|| self.words.iter().take(2).cloned().collect::<Vec<_>>().join(" "))
    }

    /// The statement on one line, cut to `limit` characters.
    pub fn shortened(&self, limit: usize) -> String {
        let mut line = String::new();
        for word in self.sql.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            if line.chars().count() > limit {
                let cut: String = line.chars().take(limit.saturating_sub(3)).collect();
                return cut + "...";
            }
        }
        line
    }

    /// The table that a `CREATE TABLE` makes.
    pub(crate) fn created_table(&self) -> Option<String> {
        let at = self.words.iter().take(4).position(|word| word == "TABLE")?;
        if self.word(0) != "CREATE" || self.words[..at].iter().any(|word| word.starts_with("TEMP")) {
            return None;
        }
        let mut rest = skip_words(&self.sql, at + 1)?;
        if self.word(at + 1) == "IF" {
            rest = skip_words(rest, 3)?;
        }
        let name: String = rest
            .trim_start_matches(['`', '"', '[', ' '])
            .chars()
            .take_while(|c| *c == '_' || c.is_alphanumeric())
            .collect();
        (!name.is_empty()).then_some(name)
    }
}

fn skip_words(mut text: &str, count: usize) -> Option<&str> {
    for _ in 0..count {
        text = text.trim_start();
        let end = text.find(|c: char| !(c == '_' || c.is_alphanumeric()))?;
        text = &text[end..];
    }
    Some(text.trim_start())
}

#[cfg(test)]
mod tests {
    use super::super::mysql;
    use super::super::split::split;

    #[test]
    fn the_created_table_is_found() {
        let name = |sql: &str| split(sql, &mysql::LEXIS).expect("cuts")[0].created_table();
        assert_eq!(name("CREATE TABLE IF NOT EXISTS `users` (id INT)"), Some("users".into()));
        assert_eq!(name("create table tags(id int)"), Some("tags".into()));
        assert_eq!(name("CREATE TEMPORARY TABLE x (id INT)"), None);
        assert_eq!(name("ALTER TABLE x ADD y INT"), None);
    }
}
