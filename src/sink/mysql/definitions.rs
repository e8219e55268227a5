//! What SHOW CREATE TABLE says of a table's keys and foreign keys, as changes that take them away and bring them back.

use crate::sink::bulk::{Parked, Stage, literal, literals};

/// The foreign keys of a table, and its keys besides the primary one if they are wanted too.
pub(super) fn definitions(table: &str, shown: &str, keys: bool) -> Vec<Parked> {
    let lines: Vec<_> = shown
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .map(|line| line.trim_end_matches(','))
        .collect();
    let foreign: Vec<_> = lines.iter().filter(|line| line.contains(" FOREIGN KEY ")).copied().collect();
    let others: Vec<_> = lines.iter().filter(|line| is_key(line)).copied().collect();
    let (parked, kept) = if keys { (others, Vec::new()) } else { (Vec::new(), others) };
    let indexes = alter(Stage::Index, table, &parked, "DROP KEY", Vec::new());
    let stated = stated(&kept, &foreign);
    indexes.into_iter().chain(alter(Stage::ForeignKey, table, &foreign, "DROP FOREIGN KEY", stated)).collect()
}

/// Changes that keep the keys which stay while their foreign keys are away. One that the server made for a foreign key
/// by itself is made anew when that comes back, and by MySQL under another name, unless the same ALTER states it: then
/// the server sees that nothing is to be done for it.
fn stated(keys: &[&str], foreign: &[&str]) -> Vec<String> {
    let columns = |line: &str| {
        let (_, rest) = line.split_once(" FOREIGN KEY ")?;
        rest.split_once(" REFERENCES ").map(|(columns, _)| format!(" {columns}"))
    };
    let columns: Vec<_> = foreign.iter().filter_map(|line| columns(line)).collect();
    let own = |key: &&&str| key.starts_with("KEY `") && columns.iter().any(|columns| key.ends_with(columns));
    let states = |key: &&str| [format!("DROP KEY {}", quoted_name(key)), format!("ADD {key}")];
    keys.iter().filter(own).flat_map(states).collect()
}

/// A key that is not the primary one.
fn is_key(line: &str) -> bool {
    ["KEY `", "UNIQUE KEY `", "FULLTEXT KEY `", "SPATIAL KEY `"].iter().any(|start| line.starts_with(start))
}

/// The quoted name that a line of SHOW CREATE TABLE defines.
fn quoted_name(line: &str) -> &str {
    let start = line.find('`').unwrap_or(0);
    let length = line[start + 1..].find('`').map_or(line.len() - start, |end| end + 2);
    &line[start..start + length]
}

fn alter(stage: Stage, table: &str, lines: &[&str], drop: &str, mut restored: Vec<String>) -> Option<Parked> {
    if lines.is_empty() {
        return None;
    }
    restored.extend(lines.iter().map(|line| format!("ADD {line}")));
    let names: Vec<_> = lines.iter().map(|line| quoted_name(line)).collect();
    let bare: Vec<_> = names.iter().map(|name| name.trim_matches('`')).collect();
    let list = |words: Vec<String>| format!("ALTER TABLE `{table}` {}", words.join(", "));
    let (from, name) = match stage {
        Stage::ForeignKey => (
            "information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' AND ",
            "constraint_name",
        ),
        _ => ("information_schema.statistics WHERE seq_in_index = 1 AND ", "index_name"),
    };
    Some(Parked {
        stage,
        table: table.to_owned(),
        name: bare.join(", "),
        drop: list(names.iter().map(|name| format!("{drop} {name}")).collect()),
        restore: list(restored),
        present: format!(
            "SELECT 1 FROM {from} table_schema = DATABASE() AND table_name = {} AND {name} IN ({}) HAVING count(*) = {}",
            literal(table),
            literals(bare.iter().copied()),
            bare.len()
        ),
    })
}
