//! The schema of an edition as one script for an engine's plain client: the statements of the embedded migrations in
//! their order, and the rows that a run of them would have recorded.

use super::ledger::{CREATE_TABLES, Entry};
use super::state::EDITION;
use super::{Direction, MigrationError, Source, for_client};
use crate::database::properties;
use crate::database::records::{KEPT_TABLE, LEDGER_TABLE, VERSION_TABLE};
use crate::migration::Result;

/// The script. A database without tables that ran it is one that was migrated to the edition.
pub fn schema_script(source: &Source, edition: &str) -> Result<String> {
    let Some(last) = source.milestones().iter().find(|milestone| milestone.edition == edition) else {
        return Err(MigrationError::UnknownVersion {
            wanted: edition.to_owned(),
            nearest: source.nearest(edition),
        });
    };
    let migrations = || source.migrations().iter().filter(|migration| migration.version <= last.version);
    let mut script = String::new();
    for migration in migrations() {
        script += &format!("\n-- {}_{}\n", migration.version, migration.name);
        for statement in &migration.up.statements {
            if statement.sql.starts_with("CREATE TABLE IF NOT EXISTS") && script.contains(&statement.sql) {
                // A client would print a note.
                continue;
            }
            script += &for_client(source.engine(), &statement.sql);
            script.push('\n');
        }
    }
    script += "\n-- what instaseed and diesel keep of them\n";
    // The steps need it for rows, and there were none.
    if script.contains(KEPT_TABLE) {
        script += &format!("DROP TABLE {KEPT_TABLE};\n");
    }
    for create in CREATE_TABLES {
        script += &format!("{};\n", create.trim().trim_end_matches(';'));
    }
    for migration in migrations() {
        let entry = Entry::done(migration, Direction::Up);
        script += &format!("INSERT INTO {VERSION_TABLE} (version) VALUES ('{}');\n", entry.version);
        script += &record(&entry);
    }
    script += &format!("{};\n", properties::set(EDITION, &format!("'{edition}'")));
    Ok(script)
}

/// The row of the ledger. Its texts are names and digests of ours, without a quote.
fn record(entry: &Entry) -> String {
    let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let or_null = |value: &Option<String>| value.as_deref().map_or_else(|| "NULL".to_owned(), text);
    format!(
        "INSERT INTO {LEDGER_TABLE} (version, name, checksum_up, checksum_down, direction, state, statements_done, \
         statements_started, statements_total, digest_done, digest_started, catalogue_before, finished_at, tool_version) \
         VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, CURRENT_TIMESTAMP, {});\n",
        text(&entry.version),
        text(&entry.name),
        text(&entry.checksum_up),
        or_null(&entry.checksum_down),
        text(&entry.direction),
        text(&entry.state),
        entry.statements_done,
        entry.statements_started,
        entry.statements_total,
        or_null(&entry.digest_done),
        or_null(&entry.digest_started),
        or_null(&entry.catalogue_before),
        text(&entry.tool_version),
    )
}
