//! Turns what SHOW CREATE TABLE prints for a table's keys and foreign keys into changes that remove
//! them and put them back.
//!
//! The text is read token by token: names, comments and expressions may contain anything, line ends included.
//! A definition is put back to the letter, and only if it is one key or one foreign key and nothing else.

use serde::{Deserialize, Serialize};

use crate::database::mysql::{literal, quote};
use crate::sink::bulk::tokens::{Lexis, Reader};
use crate::sink::bulk::{Kept, Parked, Stage};

const LEXIS: Lexis = Lexis {
    names: &[('`', '`')],
    bare_names: false,
    backslashes: true,
    escape_strings: false,
    versioned: true,
    text_names: false,
    comments: false,
};

/// What the database stores for one ALTER TABLE.
#[derive(Debug, Serialize, Deserialize)]
struct Definition {
    /// What is removed and put back.
    items: Vec<String>,
    /// Keys that stay while their foreign keys are parked. When a foreign key is put back, the
    /// server recreates a key that it had created for it automatically, and MySQL gives it another
    /// name, unless the same ALTER states the key: then the server sees that there is nothing to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stated: Vec<String>,
}

/// One line of a table's definition.
#[derive(Clone, Debug)]
struct Item {
    text: String,
    name: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// `is_plain`: without UNIQUE, FULLTEXT and SPATIAL. `columns`: as written, if nothing follows them.
    Key {
        is_plain: bool,
        columns: Option<String>,
    },
    Foreign {
        columns: String,
        database: Option<String>,
        parent: String,
    },
}

/// The keys and foreign keys of a table of ours, except its primary key; for another table, the
/// foreign keys that point at ours. `None` if the text is not understood.
pub(super) fn definitions(
    database: &str,
    table: &str,
    shown: &str,
    is_ours: impl Fn(&str) -> bool,
) -> Option<Vec<Kept>> {
    let (mut foreign, others): (Vec<_>, Vec<_>) =
        items(shown)?.into_iter().partition(|item| matches!(item.what, What::Foreign { .. }));
    let (parked, stay) = match is_ours(table) {
        true => (others, Vec::new()),
        false => {
            foreign.retain(|item| points_at(item, database, database, &is_ours));
            (Vec::new(), others)
        }
    };
    let own = |key: &&Item| {
        let What::Key { is_plain: true, columns: Some(columns) } = &key.what else { return false };
        foreign
            .iter()
            .any(|item| matches!(&item.what, What::Foreign { columns: theirs, .. } if theirs == columns))
    };
    let stated = stay.iter().filter(own).map(|item| item.text.clone()).collect();
    let kept = |stage, items: &[Item], stated| {
        let names: Vec<_> = items.iter().map(|item| item.name.as_str()).collect();
        let name = names.join(", ");
        let definition = Definition { items: items.iter().map(|item| item.text.clone()).collect(), stated };
        let definition = serde_json::to_string(&definition).expect("a definition is texts");
        let (schema, table) = (database.to_owned(), table.to_owned());
        (!items.is_empty()).then_some(Kept { stage, schema, table, name, definition })
    };
    let indexes = kept(Stage::Index, &parked, Vec::new());
    Some(indexes.into_iter().chain(kept(Stage::ForeignKey, &foreign, stated)).collect())
}

/// The statements for what was stored; `None` if it does not have the shape that [`definitions`]
/// gives it, or concerns tables that a load of these does not touch.
pub(super) fn statements(kept: Kept, home: &str, is_ours: impl Fn(&str) -> bool) -> Option<Parked> {
    let Definition { items, stated } = serde_json::from_str(&kept.definition).ok()?;
    let items = items.iter().map(|text| item(text)).collect::<Option<Vec<_>>>()?;
    let stated = stated.iter().map(|text| item(text)).collect::<Option<Vec<_>>>()?;
    let is_key = |item: &Item| matches!(item.what, What::Key { .. });
    let about_ours = kept.schema == home && is_ours(&kept.table);
    let right = match kept.stage {
        Stage::Index => about_ours && items.iter().all(is_key),
        Stage::ForeignKey => items
            .iter()
            .all(|item| !is_key(item) && (about_ours || points_at(item, &kept.schema, home, &is_ours))),
        _ => false,
    };
    if !right || items.is_empty() || !stated.iter().all(is_key) {
        return None;
    }
    let (drop, from, column) = match kept.stage {
        Stage::ForeignKey => (
            "DROP FOREIGN KEY",
            "information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' AND",
            "constraint_name",
        ),
        _ => ("DROP KEY", "information_schema.statistics WHERE seq_in_index = 1 AND", "index_name"),
    };
    let alter = |changes: Vec<String>| {
        format!("ALTER TABLE {}.{} {}", quote(&kept.schema), quote(&kept.table), changes.join(", "))
    };
    let again =
        stated.iter().flat_map(|key| [format!("DROP KEY {}", quote(&key.name)), format!("ADD {}", key.text)]);
    let restored = again.chain(items.iter().map(|item| format!("ADD {}", item.text))).collect();
    let names: Vec<_> = items.iter().map(|item| literal(&item.name)).collect();
    Some(Parked {
        drop: alter(items.iter().map(|item| format!("{drop} {}", quote(&item.name))).collect()),
        restore: alter(restored),
        present: format!(
            "SELECT 1 FROM {from} table_schema = {} AND table_name = {} AND {column} IN ({}) HAVING count(*) = {}",
            literal(&kept.schema),
            literal(&kept.table),
            names.join(", "),
            names.len()
        ),
        kept,
    })
}

/// Whether a foreign key of a table in a database points at one of ours.
fn points_at(item: &Item, schema: &str, home: &str, is_ours: impl Fn(&str) -> bool) -> bool {
    match &item.what {
        What::Key { .. } => false,
        What::Foreign { database, parent, .. } => {
            database.as_deref().unwrap_or(schema) == home && is_ours(parent)
        }
    }
}

/// The keys and foreign keys of a table's definition: everything between its outermost parentheses, comma by comma.
fn items(shown: &str) -> Option<Vec<Item>> {
    let mut reader = Reader::new(shown, &LEXIS)?;
    if !(reader.words("CREATE TABLE") || reader.words("CREATE TEMPORARY TABLE")) {
        return None;
    }
    reader.name()?;
    if !reader.sign('(') {
        return None;
    }
    let mut items = Vec::new();
    loop {
        let start = reader.position()?;
        reader.item();
        let end = reader.position()?;
        let text = shown[start..end].trim_end();
        if is_wanted(text)? {
            items.push(item(text)?);
        }
        match (reader.sign(','), reader.sign(')')) {
            (true, _) => {}
            (_, true) => return Some(items),
            _ => return None,
        }
    }
}

/// Whether a line of a definition is a key or a foreign key; columns, checks and the primary key stay as they are.
fn is_wanted(text: &str) -> Option<bool> {
    let mut reader = Reader::new(text, &LEXIS)?;
    let key = ["KEY", "UNIQUE KEY", "FULLTEXT KEY", "SPATIAL KEY"].iter().any(|words| reader.words(words));
    let foreign = reader.words("CONSTRAINT") && reader.name().is_some() && reader.words("FOREIGN KEY");
    Some(key || foreign)
}

/// One key or foreign key, if the text is that and nothing else.
fn item(text: &str) -> Option<Item> {
    let mut reader = Reader::new(text, &LEXIS)?;
    let text = text.to_owned();
    if reader.words("CONSTRAINT") {
        let name = reader.name()?;
        let what = foreign(&mut reader, &text)?;
        return reader.at_end().then_some(Item { text, name, what });
    }
    let is_plain = !["UNIQUE", "FULLTEXT", "SPATIAL"].iter().any(|kind| reader.words(kind));
    if !reader.words("KEY") {
        return None;
    }
    let name = reader.name()?;
    let columns = span(&mut reader, &text, Reader::parenthesised)?;
    let columns = reader.at_end().then_some(columns);
    while !reader.at_end() {
        if !key_option(&mut reader) {
            return None;
        }
    }
    Some(Item { text, name, what: What::Key { is_plain, columns } })
}

fn foreign(reader: &mut Reader, text: &str) -> Option<What> {
    if !reader.words("FOREIGN KEY") {
        return None;
    }
    let columns = span(reader, text, Reader::names)?;
    if !reader.words("REFERENCES") {
        return None;
    }
    let (database, parent) = reader.qualified()?;
    if !reader.names() {
        return None;
    }
    let _ = ["MATCH FULL", "MATCH PARTIAL", "MATCH SIMPLE"].iter().any(|words| reader.words(words));
    while reader.words("ON DELETE") || reader.words("ON UPDATE") {
        let actions = ["CASCADE", "RESTRICT", "NO ACTION", "SET NULL", "SET DEFAULT"];
        if !actions.iter().any(|action| reader.words(action)) {
            return None;
        }
    }
    Some(What::Foreign { columns, database, parent })
}

/// What a reader takes, as written in the text.
fn span(reader: &mut Reader, text: &str, take: impl Fn(&mut Reader) -> bool) -> Option<String> {
    let start = reader.position()?;
    if !take(reader) {
        return None;
    }
    let end = reader.position().unwrap_or(text.len());
    Some(text[start..end].trim_end().to_owned())
}

/// What may follow the columns of a key.
fn key_option(reader: &mut Reader) -> bool {
    if reader.words("COMMENT") {
        return reader.text();
    }
    if reader.words("WITH PARSER") {
        return reader.name().is_some();
    }
    if reader.versioned()
        || reader.words("INVISIBLE")
        || reader.words("NOT IGNORED")
        || reader.words("IGNORED")
    {
        return true;
    }
    if reader.words("USING") {
        return reader.word();
    }
    // KEY_BLOCK_SIZE=8, and the options of a storage engine: `CLUSTERING`=yes
    let named = reader.name().is_some() || reader.word();
    named && reader.sign('=') && (reader.text() || reader.name().is_some() || reader.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: &str = "CREATE TABLE `no``tes` (\n  `id` int(11) NOT NULL,\n  `u` int(11) NOT NULL,\n  `about` varchar(9) DEFAULT 'KEY `x` (' COMMENT 'see the FOREIGN KEY below,\\nit''s',\n  `odd\n  KEY ``y`` (u),` int(11) DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `a``b` (`about`(3) DESC,`u`) USING BTREE COMMENT 'x, KEY',\n  KEY `notes_fk` (`u`),\n  FULLTEXT KEY `f` (`about`) /*!50100 WITH PARSER `ngram` */ ,\n  KEY `expression` ((lower(`about`))) /*!80000 INVISIBLE */,\n  CONSTRAINT `notes_fk` FOREIGN KEY (`u`) REFERENCES `other`.`us``ers` (`id`) ON DELETE CASCADE ON UPDATE NO ACTION,\n  CONSTRAINT `positive` CHECK (`u` > 0)\n) ENGINE=InnoDB COMMENT='KEY `z` (`id`)'";

    fn texts(kept: &Kept) -> Vec<String> {
        serde_json::from_str::<Definition>(&kept.definition).unwrap().items
    }

    #[test]
    fn keys_come_to_the_letter_whatever_names_and_comments_hold() {
        let found = definitions("db", "users", NOTES, |table| table == "users").unwrap();
        let [indexes, foreign] = &found[..] else { panic!("{found:?}") };
        assert_eq!(indexes.name, "a`b, notes_fk, f, expression");
        assert_eq!(texts(indexes)[0], "UNIQUE KEY `a``b` (`about`(3) DESC,`u`) USING BTREE COMMENT 'x, KEY'");
        assert_eq!(foreign.name, "notes_fk");
        let made = statements(indexes.clone(), "db", |table| table == "users").unwrap();
        assert!(
            made.drop.starts_with("ALTER TABLE `db`.`users` DROP KEY `a``b`, DROP KEY `notes_fk`"),
            "{}",
            made.drop
        );
        assert!(
            made.restore
                .contains(", ADD FULLTEXT KEY `f` (`about`) /*!50100 WITH PARSER `ngram` */, ADD KEY")
        );
    }

    #[test]
    fn a_key_that_stays_is_stated_when_its_foreign_key_comes_back() {
        assert_eq!(definitions("db", "no`tes", NOTES, |table| table == "users").unwrap(), []);
        let found = definitions("other", "no`tes", NOTES, |table| table == "us`ers").unwrap();
        let [foreign] = &found[..] else { panic!("{found:?}") };
        let made = statements(foreign.clone(), "other", |table| table == "us`ers").unwrap();
        assert_eq!(
            made.restore,
            "ALTER TABLE `other`.`no``tes` DROP KEY `notes_fk`, ADD KEY `notes_fk` (`u`), ADD CONSTRAINT `notes_fk` FOREIGN KEY (`u`) REFERENCES `other`.`us``ers` (`id`) ON DELETE CASCADE ON UPDATE NO ACTION"
        );
    }

    #[test]
    fn what_we_would_not_have_kept_is_refused() {
        let kept = |stage, item: &str| Kept {
            stage,
            schema: "db".into(),
            table: "users".into(),
            name: "i".into(),
            definition: serde_json::json!({ "items": [item] }).to_string(),
        };
        let odd = [
            (Stage::Index, "KEY `i` (`id`), DROP COLUMN `id`"),
            (Stage::Index, "KEY `i` (`id`); DROP TABLE users"),
            (Stage::Index, "KEY `i` (`id`) /*! , DROP COLUMN (id) */"),
            (Stage::Index, "COLUMN `i` int"),
            (Stage::Index, "KEY `i"),
            (Stage::ForeignKey, "KEY `i` (`id`)"),
            (Stage::ForeignKey, "CONSTRAINT `i` FOREIGN KEY (`id`) REFERENCES `t` (`id`) RENAME `x`"),
            (Stage::Key, "KEY `i` (`id`)"),
            (Stage::Index, ""),
        ];
        for (stage, item) in odd {
            assert_eq!(statements(kept(stage, item), "db", |table| table == "users"), None, "{item}");
        }
        let index = kept(Stage::Index, "KEY `i` (`id`)");
        assert!(statements(index.clone(), "db", |table| table == "users").is_some());
        assert_eq!(statements(index.clone(), "other", |table| table == "users"), None);
        assert_eq!(statements(index, "db", |table| table == "photos"), None);
    }

    /// Pieces of definitions in any order: the reader never panics, and restores what it understands.
    #[test]
    fn no_text_makes_the_reader_stumble() {
        let pieces = [
            "`a`",
            "``",
            "`",
            "'",
            "''",
            "\\",
            "(",
            ")",
            ",",
            ";",
            "KEY",
            "UNIQUE ",
            "CONSTRAINT ",
            " FOREIGN KEY ",
            " REFERENCES ",
            "é",
            "🥗",
            "\n",
            "/*!",
            "*/",
            "--",
            "CREATE TABLE `t` (",
            "COMMENT ",
            "=",
        ];
        let mut state = 1u64;
        for _ in 0..20_000 {
            let mut text = String::from("CREATE TABLE `t` (");
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            for kept in definitions("db", "users", &text, |table| table == "users").unwrap_or_default() {
                assert!(statements(kept, "db", |table| table == "users").is_some(), "{text}");
            }
        }
    }
}
