//! Reads what a script removes from its statements: whole tables, columns, rows.
//!
//! Not a parser: it knows the few forms that remove a table or a column, on any engine. The steps of a plan are read
//! in order, so that it knows what an earlier step created, renamed or removed. Invariant: losses have the names
//! from the start of the plan, and a statement of these forms that cannot be understood is reported, never skipped.

mod cursor;
mod deletes;

use std::collections::BTreeMap;

use super::super::lexer::Bodies;
use super::super::spelling;
use super::super::{Script, Statement};
use super::{LostColumn, StepLoss};
use cursor::Cursor;

/// What a script removes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub losses: Vec<StepLoss>,
    /// The positions of statements whose losses cannot be known.
    pub unclear: Vec<usize>,
}

/// Reads the scripts of a plan, in their order.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    tables: BTreeMap<Name, Table>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    schema: Option<String>,
    table: String,
}

/// A table that the steps have changed.
#[derive(Debug, Clone, Default)]
struct Table {
    /// Its name at the start of the plan; `None` if it did not exist or has been dropped.
    origin: Option<Name>,
    /// Columns by their present names, with the original ones; `None` for a column that was added.
    columns: BTreeMap<String, Option<String>>,
    /// Rows from a query were inserted into it: they may be those of another table.
    filled: bool,
}

/// What a statement does to the tables in its list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    Drop,
    Empty,
}

impl Taking {
    fn because(self) -> &'static str {
        match self {
            Taking::Drop => "the table goes",
            Taking::Empty => "the table is emptied",
        }
    }
}

impl Reader {
    pub(crate) fn read(&mut self, script: &Script) -> Found {
        let mut reading =
            Reading { tables: &mut self.tables, found: Found::default(), at: 0, is_away: false };
        for (at, statement) in script.statements.iter().enumerate() {
            reading.at = at;
            if !reading.statement(statement) {
                reading.found.unclear.push(at);
            }
        }
        reading.found
    }
}

struct Reading<'a> {
    tables: &'a mut BTreeMap<Name, Table>,
    found: Found,
    /// The position of the current statement.
    at: usize,
    /// After `USE` or a new search path: a name without a schema need not be ours.
    is_away: bool,
}

impl Reading<'_> {
    /// Returns whether it is known what the statement removes.
    fn statement(&mut self, statement: &Statement) -> bool {
        let takes = || {
            let mut words = spelling::words(&statement.sql);
            words.any(|word| ["DROP", "TRUNCATE"].iter().any(|taking| word.eq_ignore_ascii_case(taking)))
                || deletes::in_text(&statement.sql)
        };
        if statement.batch {
            return !takes();
        }
        let pieces = spelling::pieces(&statement.sql, statement.lexis);
        let mut cursor = Cursor { pieces, at: 0, lexis: statement.lexis };
        let first = cursor.one_name().unwrap_or_default().to_uppercase();
        match first.as_str() {
            "DROP" => self.drop(&mut cursor),
            "TRUNCATE" => {
                cursor.skip(&["TABLE"]);
                // CASCADE also empties whatever refers to the tables.
                let told = !cursor.says(&["CASCADE"]);
                self.list(&mut cursor, Taking::Empty) && told
            }
            "DELETE" => self.delete(&mut cursor),
            "ALTER" => self.alter(&mut cursor),
            "CREATE" => self.create(&mut cursor),
            "RENAME" => self.rename_tables(&mut cursor),
            "INSERT" | "REPLACE" | "WITH" => {
                let told = !deletes::in_statement(&cursor.pieces);
                self.fill(&mut cursor);
                told
            }
            "COPY" => !deletes::in_statement(&cursor.pieces),
            "EXPLAIN" | "ANALYZE" => !(cursor.says(&["ANALYZE"]) && deletes::in_statement(&cursor.pieces)),
            "USE" => {
                self.is_away = true;
                true
            }
            "SET" if cursor.says(&["search_path", "schema"]) => {
                self.is_away = true;
                true
            }
            // SQL that is assembled at run time, or is in a body.
            "DO" | "SET" | "PREPARE" | "EXECUTE" | "BEGIN" | "IF" | "CASE" | "LOOP" | "WHILE" | "FOR"
            | "REPEAT" => !takes(),
            "SELECT" => !(cursor.says(&["INTO"]) && takes()),
            _ => true,
        }
    }

    fn drop(&mut self, cursor: &mut Cursor) -> bool {
        if cursor.skip(&["TEMPORARY"]) {
            return true;
        }
        if cursor.skip_any(&["TABLE", "TABLES"]) {
            return self.list(cursor, Taking::Drop);
        }
        let takes_tables = ["SCHEMA", "DATABASE", "OWNED"];
        let takes_columns = ["TYPE", "DOMAIN", "EXTENSION", "COLLATION", "ACCESS"];
        let takes = |words: &[&str]| words.iter().any(|word| cursor.is(word));
        !(takes(&takes_tables) || takes(&takes_columns) && cursor.says(&["CASCADE"]))
    }

    /// `[IF EXISTS] [ONLY] a, b.c *`
    fn list(&mut self, cursor: &mut Cursor, deed: Taking) -> bool {
        cursor.skip(&["IF", "EXISTS"]);
        loop {
            cursor.skip(&["ONLY"]);
            let Some(name) = cursor.name() else { return false };
            if self.is_away && name.schema.is_none() {
                return false;
            }
            self.lose(&name, deed);
            if !cursor.next_item() {
                return true;
            }
        }
    }

    /// Counts only deletes without a condition: rows that a condition selects are not counted.
    fn delete(&mut self, cursor: &mut Cursor) -> bool {
        if !deletes::in_statement(&cursor.pieces) {
            return true;
        }
        if cursor.lexis.bodies == Bodies::Compound {
            while cursor.skip_any(&["LOW_PRIORITY", "QUICK", "IGNORE"]) {}
        }
        if !cursor.skip(&["FROM"]) {
            return false;
        }
        cursor.skip(&["ONLY"]);
        let Some(name) = cursor.name() else { return false };
        cursor.skip_mark(b'*');
        let is_ours = !self.is_away || name.schema.is_some();
        if is_ours && self.tables.get(&name).is_some_and(|table| table.origin.is_none()) {
            return true;
        }
        // An alias, another table or a limit may follow.
        let is_whole = cursor.piece().is_none() || cursor.is("RETURNING");
        if is_ours && is_whole {
            self.lose(&name, Taking::Empty);
        }
        is_ours && is_whole
    }

    fn create(&mut self, cursor: &mut Cursor) -> bool {
        let replaces = cursor.skip(&["OR", "REPLACE"]);
        while cursor.skip_any(&["GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED"]) {}
        if !cursor.skip(&["TABLE"]) {
            return true;
        }
        let may_be_there = cursor.skip(&["IF", "NOT", "EXISTS"]);
        let Some(name) = cursor.name() else { return true };
        if replaces {
            self.lose(&name, Taking::Drop);
        }
        let filled = cursor.says(&["SELECT"]);
        let made = Table { filled, ..Table::default() };
        if may_be_there {
            self.table(&name).filled |= filled;
        } else {
            self.tables.insert(name, made);
        }
        true
    }

    /// `INSERT INTO a SELECT ...`
    fn fill(&mut self, cursor: &mut Cursor) {
        if cursor.says(&["SELECT", "TABLE"])
            && let Some(at) = cursor.pieces.iter().position(|piece| piece.is("INTO"))
        {
            cursor.at = at + 1;
            if let Some(name) = cursor.name() {
                self.table(&name).filled = true;
            }
        }
    }

    fn alter(&mut self, cursor: &mut Cursor) -> bool {
        while cursor.skip_any(&["ONLINE", "IGNORE", "FOREIGN"]) {}
        if !cursor.skip(&["TABLE"]) {
            return true;
        }
        cursor.skip(&["IF", "EXISTS"]);
        cursor.skip(&["ONLY"]);
        let Some(mut name) = cursor.name() else { return true };
        cursor.skip_mark(b'*');
        let mut told = true;
        loop {
            told &= self.action(cursor, &mut name);
            if !cursor.next_item() {
                return told;
            }
        }
    }

    /// One of the comma-separated actions of an ALTER TABLE.
    fn action(&mut self, cursor: &mut Cursor, name: &mut Name) -> bool {
        if cursor.skip(&["DROP"]) {
            return self.drop_column(cursor, name);
        }
        if cursor.skip(&["TRUNCATE", "PARTITION"]) {
            return false;
        }
        if cursor.skip(&["ADD"]) {
            cursor.skip(&["COLUMN"]);
            cursor.skip(&["IF", "NOT", "EXISTS"]);
            if let Some(column) = cursor.column() {
                self.table(name).columns.insert(column, None);
            }
        } else if cursor.skip(&["CHANGE"]) {
            cursor.skip(&["COLUMN"]);
            cursor.skip(&["IF", "EXISTS"]);
            self.rename_column(cursor, name);
        } else if cursor.skip(&["RENAME"]) {
            self.rename(cursor, name);
        }
        true
    }

    fn drop_column(&mut self, cursor: &mut Cursor, name: &Name) -> bool {
        // What these engines drop with a word other than COLUMN; in PostgreSQL the others are names.
        let others: &[&str] = match cursor.lexis.bodies {
            Bodies::Compound => {
                &["CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "PERIOD", "SYSTEM"]
            }
            Bodies::Atomic | Bodies::Triggers => &["CONSTRAINT"],
        };
        if cursor.lexis.bodies == Bodies::Compound && cursor.is("PARTITION") {
            return false;
        }
        if others.iter().any(|word| cursor.is(word)) {
            return true;
        }
        cursor.skip(&["COLUMN"]);
        cursor.skip(&["IF", "EXISTS"]);
        let Some(column) = cursor.column() else { return false };
        if self.is_away && name.schema.is_none() {
            return false;
        }
        let table = self.table(name);
        let origin = table.columns.insert(column.clone(), None).unwrap_or(Some(column));
        if let (Some(column), Some(table)) = (origin, table.origin.clone()) {
            self.lose_column(&table, column);
        }
        true
    }

    /// `RENAME [TO] b` of the table, or of a column.
    fn rename(&mut self, cursor: &mut Cursor, name: &mut Name) {
        let is_mysql = cursor.lexis.bodies == Bodies::Compound;
        let names_table = cursor.skip_any(&["TO", "AS"]) || cursor.skip_mark(b'=');
        if names_table || (is_mysql && !["COLUMN", "INDEX", "KEY"].iter().any(|word| cursor.is(word))) {
            if let Some(after) = cursor.name() {
                let after = Name { schema: after.schema.or_else(|| name.schema.clone()), ..after };
                self.rename_table(name, &after);
                *name = after;
            }
        } else if !cursor.skip_any(&["INDEX", "KEY", "CONSTRAINT"]) {
            cursor.skip(&["COLUMN"]);
            cursor.skip(&["IF", "EXISTS"]);
            self.rename_column(cursor, name);
        }
    }

    fn rename_column(&mut self, cursor: &mut Cursor, name: &Name) {
        let Some(before) = cursor.column() else { return };
        cursor.skip(&["TO"]);
        let Some(after) = cursor.column() else { return };
        let columns = &mut self.table(name).columns;
        let origin = columns.insert(before.clone(), None).unwrap_or(Some(before));
        columns.insert(after, origin);
    }

    /// `RENAME TABLE a TO b, c TO d`
    fn rename_tables(&mut self, cursor: &mut Cursor) -> bool {
        if !cursor.skip_any(&["TABLE", "TABLES"]) {
            return true;
        }
        cursor.skip(&["IF", "EXISTS"]);
        loop {
            let Some(before) = cursor.name() else { return true };
            while !cursor.skip(&["TO"]) && cursor.piece().is_some() {
                cursor.at += 1;
            }
            let Some(after) = cursor.name() else { return true };
            self.rename_table(&before, &after);
            if !cursor.next_item() {
                return true;
            }
        }
    }

    /// A table that was filled and then takes the name of a dropped one is that table, rebuilt.
    fn rename_table(&mut self, before: &Name, after: &Name) {
        let mut table = self.table(before).clone();
        let is_lost = |loss: &StepLoss| loss.columns.is_empty() && named(loss) == *after;
        if table.filled && self.found.losses.iter().any(is_lost) {
            self.found.losses.retain(|loss| !is_lost(loss));
            table.origin = Some(after.clone());
        }
        self.tables.insert(before.clone(), Table::default());
        self.tables.insert(after.clone(), table);
    }

    fn table(&mut self, name: &Name) -> &mut Table {
        self.tables
            .entry(name.clone())
            .or_insert_with(|| Table { origin: Some(name.clone()), ..Table::default() })
    }

    fn lose(&mut self, name: &Name, deed: Taking) {
        let origin = self.table(name).origin.clone();
        if deed == Taking::Drop {
            self.tables.insert(name.clone(), Table::default());
        }
        let Some(origin) = origin else { return };
        // A table that was renamed and whose rows were copied into a new one of its name.
        if deed == Taking::Drop && origin != *name && self.tables.get(&origin).is_some_and(|new| new.filled) {
            self.table(&origin).origin = Some(origin.clone());
            return;
        }
        // Dropping the whole table includes its columns.
        self.found.losses.retain(|loss| named(loss) != origin);
        self.found.losses.push(StepLoss {
            schema: origin.schema,
            because: deed.because().to_owned(),
            statements: vec![self.at],
            ..StepLoss::of_rows(origin.table, None)
        });
    }

    fn lose_column(&mut self, table: &Name, name: String) {
        let column = LostColumn { name, rows: None };
        match self.found.losses.iter_mut().find(|loss| named(loss) == *table) {
            Some(loss) if loss.columns.is_empty() => {}
            Some(loss) => {
                loss.columns.push(column);
                loss.statements.push(self.at);
                "the columns go".clone_into(&mut loss.because);
            }
            None => self.found.losses.push(StepLoss {
                schema: table.schema.clone(),
                columns: vec![column],
                because: "the column goes".to_owned(),
                statements: vec![self.at],
                ..StepLoss::of_rows(table.table.clone(), None)
            }),
        }
    }
}

fn named(loss: &StepLoss) -> Name {
    Name { schema: loss.schema.clone(), table: loss.table.clone() }
}

#[cfg(test)]
mod tests;
