//! The statements that remove keys, indexes and foreign keys and put them back, built from their parts.
//!
//! A definition is the server's own text (`pg_get_indexdef`, `pg_get_constraintdef`), read with a search path
//! that contains only the server's own schema, so it names every table with its schema and means the same later.

use crate::database::postgres::{literal, quote};
use crate::edition::Table;
use crate::sink::bulk::tokens::{Lexis, Reader};
use crate::sink::bulk::{Kept, Parked, Stage};

const LEXIS: Lexis = Lexis {
    names: &[('"', '"')],
    bare_names: true,
    backslashes: false,
    escape_strings: true,
    versioned: false,
    text_names: false,
    comments: false,
};

/// For a row of pg_class: the table's autovacuum setting.
pub(super) const AUTOVACUUM_OPTION: &str =
    "SELECT FROM pg_options_to_table(reloptions) WHERE option_name = 'autovacuum_enabled'";

/// The statements for one object; `None` if it does not have the shape that a load gives it, or
/// does not concern the load.
pub(super) fn statements(kept: Kept, home: &str, tables: &[&'static Table]) -> Option<Parked> {
    let is_ours = |schema: &str, table: &str| schema == home && tables.iter().any(|ours| ours.name == table);
    let table = format!("{}.{}", quote(&kept.schema), quote(&kept.table));
    let (name, definition) = (quote(&kept.name), kept.definition.as_str());
    let of_table =
        format!("c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = {})", literal(&kept.schema));
    let constraint = format!(
        "SELECT 1 FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {of_table} AND c.relname = {} AND k.conname = {}",
        literal(&kept.table),
        literal(&kept.name)
    );
    let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
    let drop_constraint = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
    let (drop, restore, present) = match kept.stage {
        Stage::Index => {
            if !is_ours(&kept.schema, &kept.table) || !is_index(&kept) {
                return None;
            }
            let present = format!(
                "SELECT 1 FROM pg_class c WHERE {of_table} AND c.relkind = 'i' AND c.relname = {}",
                literal(&kept.name)
            );
            let drop = format!("DROP INDEX {}.{name}", quote(&kept.schema));
            (drop, definition.to_owned(), present)
        }
        Stage::Key => {
            if !is_ours(&kept.schema, &kept.table) || !is_key(&kept) {
                return None;
            }
            (drop_constraint, add, constraint)
        }
        Stage::ForeignKey => {
            let (parent_schema, parent) = parent_of(definition)?;
            if !is_ours(&kept.schema, &kept.table) && !is_ours(&parent_schema, &parent) {
                return None;
            }
            // The definition of a key that was never validated says so, and is restored as it was.
            let restore = if is_validated(definition) { format!("{add} NOT VALID") } else { add };
            (drop_constraint, restore, constraint)
        }
        Stage::Validation => {
            let restore = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}");
            (String::new(), restore, format!("{constraint} AND k.convalidated"))
        }
        Stage::Autovacuum => {
            if !is_ours(&kept.schema, &kept.table) {
                return None;
            }
            let present = format!(
                "SELECT 1 FROM pg_class c WHERE {of_table} AND c.relname = {} AND NOT EXISTS ({AUTOVACUUM_OPTION})",
                literal(&kept.table)
            );
            let off = format!("ALTER TABLE {table} SET (autovacuum_enabled = off)");
            (off, format!("ALTER TABLE {table} RESET (autovacuum_enabled)"), present)
        }
    };
    // Validation and autovacuum are identified by names alone.
    if matches!(kept.stage, Stage::Validation | Stage::Autovacuum) && !definition.is_empty() {
        return None;
    }
    Some(Parked { kept, drop, restore, present })
}

pub(super) fn is_validated(foreign_key: &str) -> bool {
    !foreign_key.ends_with(" NOT VALID")
}

/// `CREATE UNIQUE INDEX name ON schema.table USING btree (..) WHERE ..`, and nothing else.
fn is_index(kept: &Kept) -> bool {
    let Some(mut reader) = Reader::new(&kept.definition, &LEXIS) else { return false };
    let opened = reader.words("CREATE UNIQUE INDEX") || reader.words("CREATE INDEX");
    opened
        && reader.name().as_ref() == Some(&kept.name)
        && reader.words("ON")
        && reader.qualified() == Some((Some(kept.schema.clone()), kept.table.clone()))
        && reader.words("USING")
        && reader.name().is_some()
        && reader.parenthesised()
        && options(&mut reader)
        && (!reader.words("TABLESPACE") || reader.name().is_some())
        && (reader.at_end() || reader.words("WHERE") && reader.rest())
}

/// What may follow the columns of an index.
fn options(reader: &mut Reader) -> bool {
    let included = !reader.words("INCLUDE") || reader.parenthesised();
    let _ = reader.words("NULLS NOT DISTINCT");
    included && (!reader.words("WITH") || reader.parenthesised())
}

/// `PRIMARY KEY USING INDEX name DEFERRABLE`, or an exclusion with its columns.
fn is_key(kept: &Kept) -> bool {
    let Some(mut reader) = Reader::new(&kept.definition, &LEXIS) else { return false };
    let opened = reader.words("PRIMARY KEY")
        || reader.words("UNIQUE")
        || reader.words("EXCLUDE USING") && reader.name().is_some();
    let _ = reader.words("NULLS NOT DISTINCT");
    let columns = if reader.words("USING INDEX TABLESPACE") {
        reader.name().is_some()
    } else if reader.words("USING INDEX") {
        reader.name().as_ref() == Some(&kept.name)
    } else {
        reader.parenthesised()
            && options(&mut reader)
            && (!reader.words("USING INDEX TABLESPACE") || reader.name().is_some())
            && (!reader.words("WHERE") || reader.parenthesised())
    };
    opened && columns && deferrable(&mut reader) && reader.at_end()
}

fn deferrable(reader: &mut Reader) -> bool {
    if reader.words("DEFERRABLE") {
        let _ = reader.words("INITIALLY DEFERRED");
    }
    true
}

/// The table that `FOREIGN KEY (..) REFERENCES schema.table(..) ..` points at, if the text is that and nothing else.
fn parent_of(definition: &str) -> Option<(String, String)> {
    let mut reader = Reader::new(definition, &LEXIS)?;
    if !reader.words("FOREIGN KEY") || !reader.names() || !reader.words("REFERENCES") {
        return None;
    }
    let (schema, parent) = reader.qualified()?;
    if !reader.names() {
        return None;
    }
    let _ = reader.words("MATCH FULL") || reader.words("MATCH PARTIAL");
    let columns = |reader: &mut Reader| reader.parenthesised();
    for rule in ["ON UPDATE", "ON DELETE"] {
        if reader.words(rule) {
            let action = ["CASCADE", "RESTRICT", "NO ACTION"].iter().any(|action| reader.words(action));
            let set = !action && (reader.words("SET NULL") || reader.words("SET DEFAULT"));
            if !action && !set {
                return None;
            }
            let _ = set && columns(&mut reader);
        }
    }
    let _ = deferrable(&mut reader) && reader.words("NOT VALID");
    reader.at_end().then_some((schema?, parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn made(stage: Stage, name: &str, definition: &str) -> Option<Parked> {
        let (schema, table) = ("we ird".to_owned(), "users".to_owned());
        let kept = Kept { stage, schema, table, name: name.into(), definition: definition.into() };
        let tables: Vec<_> = Edition::Course.tables().iter().collect();
        statements(kept, "we ird", &tables)
    }

    #[test]
    fn what_the_server_prints_is_understood() {
        let index = r#"CREATE UNIQUE INDEX "a""b" ON "we ird".users USING btree (lower((username)::text) DESC) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (username <> E'x\'y;'::text)"#;
        assert_eq!(made(Stage::Index, "a\"b", index).unwrap().drop, r#"DROP INDEX "we ird"."a""b""#);
        let key = made(Stage::Key, "users_pkey", "PRIMARY KEY USING INDEX users_pkey DEFERRABLE").unwrap();
        assert_eq!(
            key.restore,
            r#"ALTER TABLE "we ird"."users" ADD CONSTRAINT "users_pkey" PRIMARY KEY USING INDEX users_pkey DEFERRABLE"#
        );
        let exclusion = "EXCLUDE USING gist (c WITH &&) WHERE ((a > 1)) DEFERRABLE INITIALLY DEFERRED";
        assert!(made(Stage::Key, "x", exclusion).is_some());
        let foreign = "FOREIGN KEY (a, b) REFERENCES other.t(x, y) MATCH FULL ON UPDATE SET DEFAULT ON DELETE SET NULL (a) DEFERRABLE INITIALLY DEFERRED";
        assert!(made(Stage::ForeignKey, "f", foreign).unwrap().restore.ends_with("NOT VALID"));
        let not_valid = "FOREIGN KEY (a) REFERENCES other.t(x) NOT VALID";
        assert!(made(Stage::ForeignKey, "f", not_valid).unwrap().restore.ends_with("(x) NOT VALID"));
    }

    #[test]
    fn nothing_else_is() {
        let odd = [
            (Stage::Index, r#"CREATE INDEX i ON "we ird".users USING btree (id); DROP TABLE users"#),
            (
                Stage::Index,
                r#"CREATE INDEX i ON "we ird".users USING btree (id) WHERE (1 = 1); ALTER ROLE x SUPERUSER"#,
            ),
            (Stage::Index, r#"CREATE INDEX other ON "we ird".users USING btree (id)"#),
            (Stage::Index, r#"CREATE INDEX i ON "we ird".photos USING btree (id)"#),
            (Stage::Index, "CREATE INDEX i ON public.users USING btree (id)"),
            (Stage::Index, "COPY (SELECT 1) TO PROGRAM 'id'"),
            (Stage::Index, "CREATE INDEX i ON \"we ird\".users USING btree (id) -- "),
            (Stage::Key, "PRIMARY KEY USING INDEX other"),
            (Stage::Key, "CHECK (id > 0)"),
            (Stage::Key, "UNIQUE (id), OWNER TO mallory"),
            (Stage::ForeignKey, "FOREIGN KEY (a) REFERENCES s.t(x), OWNER TO mallory"),
            (Stage::ForeignKey, "FOREIGN KEY (a) REFERENCES t(x)"),
            (Stage::ForeignKey, "FOREIGN KEY (a) REFERENCES s.t(x) ON DELETE EVIL"),
            (Stage::Autovacuum, "x"),
            (Stage::Validation, "x"),
        ];
        for (stage, definition) in odd {
            assert_eq!(made(stage, "i", definition), None, "{definition}");
        }
    }
}
