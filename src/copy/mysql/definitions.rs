//! Reads by SHOW CREATE what an application has added to a MySQL or MariaDB database.

use super::MysqlReader;
use crate::copy::Result;
use crate::copy::definitions::{Definitions, OwnObject, TableDefinition, rows, rows_of};
use crate::database::mysql::{literal, quote};
use crate::database::records::is_bookkeeping;
use crate::edition::Edition;

const TABLES: &str = "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME";

/// Table, column (empty for an index), index, comment.
const COMMENTS: &str = "SELECT TABLE_NAME, COLUMN_NAME, '', COLUMN_COMMENT FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_COMMENT <> '' \
     UNION SELECT TABLE_NAME, '', INDEX_NAME, INDEX_COMMENT FROM information_schema.STATISTICS \
     WHERE TABLE_SCHEMA = DATABASE() AND INDEX_COMMENT <> '' ORDER BY 1, 2, 3";

/// Kind, name, table; triggers in the order in which they act.
const PROGRAMS: &str = "SELECT kind, name, of FROM ( \
     SELECT 1 AS place, 0 AS number, LOWER(ROUTINE_TYPE) AS kind, ROUTINE_NAME AS name, '' AS of \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() \
     UNION ALL SELECT 2, 0, 'view', TABLE_NAME, '' FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() \
     UNION ALL SELECT 3, ACTION_ORDER, 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS \
     WHERE TRIGGER_SCHEMA = DATABASE() \
     UNION ALL SELECT 4, 0, 'event', EVENT_NAME, '' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() \
     ) AS programs ORDER BY place, number, name";

pub(in crate::copy) fn definitions(reader: &mut MysqlReader, edition: Edition) -> Result<Definitions> {
    let mut found = Definitions::new(quote, drop_index);
    for [name, kind, comment] in rows_of::<3>(reader, TABLES)? {
        if is_bookkeeping(&name) {
            continue;
        }
        let show = |what: &str| format!("SHOW CREATE {what} {}", quote(&name));
        match kind.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => {
                let create = rows(reader, &show("TABLE"))?.concat().into_iter().nth(1).unwrap_or_default();
                let is_ours = edition.tables().iter().any(|table| table.name == name);
                table(&mut found, &name, create, is_ours);
                if !comment.is_empty() {
                    let what = format!("the comment of {name}");
                    let set =
                        |text: &str| format!("ALTER TABLE {} COMMENT = {}", quote(&name), literal(text));
                    found.objects.push(match is_ours {
                        true => OwnObject::new(what, set(&comment), set("")),
                        false => OwnObject::within(what),
                    });
                }
                if kind == "SYSTEM VERSIONED" {
                    found.left.push(format!("the earlier versions of the rows of {name}"));
                }
            }
            "SEQUENCE" => {
                let create = rows(reader, &show("SEQUENCE"))?.concat().into_iter().nth(1).unwrap_or_default();
                let create = create.replacen("CREATE SEQUENCE", "CREATE SEQUENCE IF NOT EXISTS", 1);
                let next = format!("SELECT next_not_cached_value FROM {}", quote(&name));
                let next = rows(reader, &next)?.concat().concat();
                let mut sequence = OwnObject::first(format!("the sequence {name}"), create);
                sequence.sql.push(format!("DO SETVAL({}, {next}, 0)", quote(&name)));
                found.objects.push(sequence);
                found.skip.insert(name);
            }
            _ => {}
        }
    }
    comments(reader, edition, &mut found)?;
    for [kind, name, of] in rows_of::<3>(reader, PROGRAMS)? {
        let what = match of.is_empty() {
            true => format!("the {kind} {name}"),
            false => format!("the {kind} {name} on {of}"),
        };
        match program(reader, &kind, &name)? {
            Some(sql) => {
                let drop = Some(format!("DROP {} IF EXISTS {}", kind.to_uppercase(), quote(&name)));
                found.objects.push(OwnObject { what, sql, drop, first: false });
            }
            None => found.left.push(what),
        }
    }
    Ok(found)
}

/// Comments of columns and indexes. A comment on a column of the edition is set separately; all others are part of a statement.
fn comments(reader: &mut MysqlReader, edition: Edition, found: &mut Definitions) -> Result<()> {
    for [table, column, index, _] in rows_of::<4>(reader, COMMENTS)? {
        if is_bookkeeping(&table) {
            continue;
        }
        if column.is_empty() {
            found.objects.push(OwnObject::within(format!("the comment of the index {index} on {table}")));
            continue;
        }
        let what = format!("the comment of {table}.{column}");
        let ours = edition.tables().iter().find(|known| known.name == table);
        let is_ours = ours.is_some_and(|table| table.columns.iter().any(|known| known.name == column));
        let change = found.changes.get(&(table, column)).filter(|_| is_ours).cloned();
        found.objects.push(match change {
            Some(change) => OwnObject::new(what, change, "DO 0"),
            None => OwnObject::within(what),
        });
    }
    Ok(())
}

fn drop_index(table: &str, index: &str) -> String {
    format!("ALTER TABLE {} DROP INDEX {}", quote(table), quote(index))
}

/// The statements that create a view, a routine, a trigger or an event for the account that runs them.
fn program(reader: &mut MysqlReader, kind: &str, name: &str) -> Result<Option<Vec<String>>> {
    // A package of MariaDB and what else may come has no statement here.
    if !["view", "function", "procedure", "trigger", "event"].contains(&kind) {
        return Ok(None);
    }
    let shown = rows(reader, &format!("SHOW CREATE {} {}", kind.to_uppercase(), quote(name)))?.concat();
    let cell = |at: usize| shown.get(at).cloned().unwrap_or_default();
    let (mode, text) = match kind {
        "view" => (rows(reader, "SELECT @@SESSION.sql_mode")?.concat().concat(), cell(1)),
        // name, mode, time zone, text
        "event" => (cell(1), cell(3)),
        _ => (cell(1), cell(2)),
    };
    // An account that may not see the text gets NULL.
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(vec![format!("SET SESSION sql_mode = {}", literal(&mode)), without_definer(&text)]))
}

/// The text without ``DEFINER=`someone`@`somewhere` ``, because the account may not exist there, and only an administrator may
/// name another one.
fn without_definer(text: &str) -> String {
    let Some((before, rest)) = text.split_once("DEFINER=") else { return text.to_owned() };
    // It is part of the head, before any name.
    if before.contains('`') {
        return text.to_owned();
    }
    let after = skip_name(rest).map(|rest| rest.strip_prefix('@').and_then(skip_name).unwrap_or(rest));
    after.map_or_else(|| text.to_owned(), |after| format!("{before}{}", after.trim_start()))
}

/// What follows a quoted name.
fn skip_name(text: &str) -> Option<&str> {
    let mut rest = text.strip_prefix('`')?;
    loop {
        let (_, after) = rest.split_once('`')?;
        match after.strip_prefix('`') {
            Some(inside) => rest = inside,
            None => return Some(after),
        }
    }
}

/// Splits the statement of a table into its parts; the server writes one on each line.
fn table(found: &mut Definitions, name: &str, create: String, is_ours: bool) {
    let alter = format!("ALTER TABLE {}", quote(name));
    for line in create.lines().skip(1) {
        let part = line.trim().trim_end_matches(',');
        if let Some(options) = part.strip_prefix(')') {
            let next = options.split_once("AUTO_INCREMENT=").map(|(_, rest)| digits(rest));
            found
                .counters
                .extend(next.and_then(|next| next.parse().ok()).map(|next| (name.to_owned(), None, next)));
            break;
        }
        let Some((head, of)) = named(part) else { continue };
        let key = (name.to_owned(), of.clone());
        match head {
            "" => {
                found.changes.insert(key.clone(), format!("{alter} MODIFY {part}"));
                found.columns.insert(key, part.to_owned());
            }
            "CONSTRAINT " => {
                let drop = match part.contains(" FOREIGN KEY (") {
                    true => format!("{alter} DROP FOREIGN KEY {}", quote(&of)),
                    false => format!("{alter} DROP CONSTRAINT {}", quote(&of)),
                };
                found.constraints.insert(key, (format!("{alter} ADD {part}"), drop));
            }
            _ => drop(found.indexes.insert(key, format!("{alter} ADD {part}"))),
        }
    }
    if is_ours && create.contains("PARTITION BY") {
        found.left.push(format!("the partitions of {name}"));
    }
    if !is_ours {
        found.tables.insert(name.to_owned(), TableDefinition { create, after: Vec::new() });
    }
}

fn digits(text: &str) -> String {
    text.chars().take_while(char::is_ascii_digit).collect()
}

/// What comes before the first quoted name of a part, and that name.
fn named(part: &str) -> Option<(&str, String)> {
    let (head, rest) = part.split_once('`')?;
    let whole = &part[head.len()..];
    let after = skip_name(whole)?;
    let inside = &rest[..rest.len() - after.len() - 1];
    Some((head, inside.replace("``", "`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definer_is_left_out_and_nothing_else() {
        for (text, without) in [
            (
                "CREATE DEFINER=`a``b`@`%` TRIGGER `t` SET @x = 'DEFINER=`a`'",
                "CREATE TRIGGER `t` SET @x = 'DEFINER=`a`'",
            ),
            (
                "CREATE ALGORITHM=UNDEFINED DEFINER=`me`@`localhost` SQL SECURITY DEFINER VIEW `v` AS select 1",
                "CREATE ALGORITHM=UNDEFINED SQL SECURITY DEFINER VIEW `v` AS select 1",
            ),
            ("CREATE VIEW `DEFINER=` AS select 1", "CREATE VIEW `DEFINER=` AS select 1"),
        ] {
            assert_eq!(without_definer(text), without);
        }
    }

    #[test]
    fn a_table_is_taken_apart() {
        let mut found = Definitions::new(quote, drop_index);
        let create = "CREATE TABLE `t` (\n  `a``b` int(11) NOT NULL COMMENT ', x',\n  KEY `k` (`a``b`),\n  \
             CONSTRAINT `f` FOREIGN KEY (`a``b`) REFERENCES `u` (`id`),\n  CONSTRAINT `c` CHECK (`a``b` > 0)\n) \
             ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4";
        table(&mut found, "t", create.to_owned(), false);
        let key = |name: &str| ("t".to_owned(), name.to_owned());
        assert_eq!(found.columns[&key("a`b")], "`a``b` int(11) NOT NULL COMMENT ', x'");
        assert_eq!(found.indexes[&key("k")], "ALTER TABLE `t` ADD KEY `k` (`a``b`)");
        assert!(found.constraints[&key("f")].1.ends_with("DROP FOREIGN KEY `f`"));
        assert!(found.constraints[&key("c")].1.ends_with("DROP CONSTRAINT `c`"));
        assert_eq!(found.counters, [("t".to_owned(), None, 42)]);
    }
}
