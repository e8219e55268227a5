//! What a plan does to the names of a database: what is lost, what is renamed, what collides.
//!
//! The steps are simulated on the existing tables and columns, own ones included, without running
//! anything. Each name keeps its origin, so that going down and up again is recognised.

use std::collections::BTreeMap;

use diesel::QueryResult;

use super::model::{self, Change};
use super::words::identifiers;
use super::{Direction, Migration, Obstacle, Origin, WayOut};

/// What a database contains: tables with their columns, and the views, which share the namespace.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    pub(crate) tables: BTreeMap<String, Vec<String>>,
    pub(crate) views: Vec<String>,
}

impl Surroundings {
    /// Built from lines of `table` and `column`, and the names of views.
    pub(crate) fn from_lines(columns: &[String], views: Vec<String>) -> QueryResult<Self> {
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in columns {
            let [table, column] = super::cells(line)?;
            tables.entry(table).or_default().push(column);
        }
        Ok(Self { tables, views })
    }
}

/// The effect of a run on names; all names are those at its start.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    pub(crate) steps: Vec<(&'a Migration, Direction)>,
    /// The tables that exist at the start.
    there: Vec<String>,
    pub(crate) lost_tables: Vec<String>,
    /// (table, column)
    pub(crate) lost_columns: Vec<(String, String)>,
    /// (before, after)
    pub(crate) renamed_tables: Vec<(String, String)>,
    /// (table, column before, column after)
    pub(crate) renamed_columns: Vec<(String, String, String)>,
    pub(crate) collisions: Vec<Obstacle>,
    dropped_by_own_steps: Vec<String>,
    /// How the engine quotes a name.
    quote: fn(&str) -> String,
}

struct Column {
    origin: Option<String>,
    name: String,
}

struct Table {
    origin: Option<String>,
    name: String,
    columns: Vec<Column>,
}

/// Tables that our steps create temporarily.
const SCRATCH: [&str; 4] =
    ["__instaseed_new_", "__instaseed_username_", "__instaseed_urls", "__instaseed_carried_"];

impl<'a> Way<'a> {
    pub(crate) fn new(
        steps: Vec<(&'a Migration, Direction)>,
        surroundings: &Surroundings,
        quote: fn(&str) -> String,
    ) -> Self {
        let mut way = Self {
            steps,
            there: surroundings.tables.keys().cloned().collect(),
            lost_tables: Vec::new(),
            lost_columns: Vec::new(),
            renamed_tables: Vec::new(),
            renamed_columns: Vec::new(),
            collisions: Vec::new(),
            dropped_by_own_steps: Vec::new(),
            quote,
        };
        for name in surroundings.tables.keys().filter(|name| SCRATCH.iter().any(|s| name.starts_with(s))) {
            way.collisions.push(Obstacle {
                kind: "table".to_owned(),
                name: name.clone(),
                because: "an earlier run that was interrupted has left it".to_owned(),
                way_out: format!("DROP TABLE {}", super::named(name, quote)).into(),
            });
        }
        way
    }

    /// Applies the steps to the existing tables and columns.
    pub(crate) fn walk(&mut self, surroundings: &Surroundings) {
        let mut tables: Vec<Table> = surroundings
            .tables
            .iter()
            .map(|(name, columns)| Table {
                origin: Some(name.clone()),
                name: name.clone(),
                columns: columns
                    .iter()
                    .map(|name| Column { origin: Some(name.clone()), name: name.clone() })
                    .collect(),
            })
            .collect();
        for (migration, direction) in self.steps.clone() {
            if migration.origin != Origin::Embedded {
                self.own_step(migration, direction, &mut tables);
                continue;
            }
            for change in model::changes(&migration.version, direction) {
                self.take(change, &mut tables, &surroundings.views);
            }
        }
        for table in &tables {
            let Some(origin) = &table.origin else { continue };
            if *origin != table.name {
                self.renamed_tables.push((origin.clone(), table.name.clone()));
            }
            for column in &table.columns {
                if let Some(before) = column.origin.as_ref().filter(|before| **before != column.name) {
                    self.renamed_columns.push((origin.clone(), before.clone(), column.name.clone()));
                }
            }
        }
    }

    /// A name for a statement that the user is advised to run.
    pub(crate) fn named(&self, name: &str) -> String {
        super::named(name, self.quote)
    }

    /// Whether an own step drops this: then it does not block later steps.
    pub(crate) fn is_dropped_by_own_step(&self, name: &str) -> bool {
        self.dropped_by_own_steps.iter().any(|dropped| dropped.eq_ignore_ascii_case(name))
    }

    /// Whether the run contains an embedded step.
    pub(crate) fn has(&self, version: &str, direction: Direction) -> bool {
        self.steps.iter().any(|(migration, way)| {
            migration.origin == Origin::Embedded && migration.version == version && *way == direction
        })
    }

    /// The direction in which an embedded step first runs.
    pub(crate) fn first(&self, version: &str) -> Option<Direction> {
        let is_it = |(migration, _): &&(&Migration, Direction)| {
            migration.origin == Origin::Embedded && migration.version == version
        };
        self.steps.iter().find(is_it).map(|(_, direction)| *direction)
    }

    /// Whether the run changes the edition.
    pub(crate) fn crosses(&self) -> bool {
        [Direction::Up, Direction::Down].into_iter().any(|direction| self.has(model::NAMES, direction))
    }

    /// Whether a table exists at the start and is not dropped.
    pub(crate) fn keeps(&self, table: &str) -> bool {
        let same = |name: &String| name.eq_ignore_ascii_case(table);
        self.there.iter().any(same) && !self.lost_tables.iter().any(same)
    }

    pub(crate) fn loses(&self, table: &str, column: &str) -> bool {
        let same = |(lost, name): &(String, String)| {
            lost.eq_ignore_ascii_case(table) && name.eq_ignore_ascii_case(column)
        };
        self.lost_columns.iter().any(same)
    }

    /// Columns that stay but change their type, under each name that they may have at the start.
    pub(crate) fn retyped_columns(&self) -> Vec<(String, String)> {
        let columns = [
            (model::USERS, "users", "username"),
            (model::COMMENTS, "comments", "comment_text"),
            (model::COMMENTS, "comments", "content"),
        ];
        let on_the_way =
            |version: &str| self.has(version, Direction::Up) || self.has(version, Direction::Down);
        let goes = |table: &str| self.lost_tables.iter().any(|lost| lost == table);
        columns
            .iter()
            .filter(|(version, table, _)| on_the_way(version) && !goes(table))
            .map(|(_, table, column)| ((*table).to_owned(), (*column).to_owned()))
            .collect()
    }

    pub(crate) fn retypes(&self, table: &str, column: &str) -> bool {
        self.retyped_columns().iter().any(|(known, name)| known == table && name == column)
    }

    /// Why a text that mentions these words would stop working. Columns of `table` count even if
    /// the text does not mention the table.
    pub(crate) fn mentioned(&self, words: &[String], table: Option<&str>) -> Option<String> {
        let has = |name: &str| words.iter().any(|word| word.eq_ignore_ascii_case(name));
        let meant = |name: &str| has(name) || table.is_some_and(|table| table.eq_ignore_ascii_case(name));
        if let Some(lost) = self.lost_tables.iter().find(|lost| has(lost)) {
            return Some(format!("it mentions {lost}, which goes"));
        }
        if let Some((before, after)) = self.renamed_tables.iter().find(|(before, _)| has(before)) {
            return Some(format!("it mentions {before}, which becomes {after}"));
        }
        if let Some((table, column)) =
            self.lost_columns.iter().find(|(table, column)| meant(table) && has(column))
        {
            return Some(format!("it mentions {table}.{column}, which goes"));
        }
        let renamed = self.renamed_columns.iter().find(|(table, before, _)| meant(table) && has(before));
        renamed.map(|(table, before, after)| format!("it mentions {table}.{before}, which becomes {after}"))
    }

    fn own_step(&mut self, migration: &Migration, direction: Direction, tables: &mut Vec<Table>) {
        let statements = migration.script(direction).map_or(&[][..], |script| &script.statements);
        for statement in statements {
            let names = identifiers(&statement.sql, statement.lexis);
            if names.iter().any(|name| name == "drop" || name == "rename") {
                tables.retain(|table| {
                    model::is_our_table(&table.name) || !names.contains(&table.name.to_lowercase())
                });
                self.dropped_by_own_steps.extend(names);
            }
        }
    }

    fn collides(&mut self, kind: &str, name: &str, because: String, way_out: impl Into<WayOut>) {
        let way_out = way_out.into();
        self.collisions.push(Obstacle { kind: kind.to_owned(), name: name.to_owned(), because, way_out });
    }

    /// Reports objects that a step changes but that do not exist: the step would fail, on MySQL half-way.
    fn expect(&mut self, change: Change, tables: &mut Vec<Table>, views: &[String]) {
        let (name, columns) = match change {
            Change::Rename(table, _) | Change::Add(table, _) => (table, &[][..]),
            Change::RenameColumn(table, ref column, _) => (table, std::slice::from_ref(column)),
            Change::Remove(table, columns) => (table, columns),
            Change::Drop(table) => (table, &[][..]),
            Change::Make(..) => return,
        };
        let again = |verb: &str, kind: &str, name: &str| {
            WayOut::MendSchema(format!(
                "{verb} the {kind} {name} as the edition defines it (its SQL is in the folder migrations)"
            ))
        };
        let Some(table) = find(tables, name) else {
            if views.iter().any(|view| view.eq_ignore_ascii_case(name)) {
                let verb = format!("DROP VIEW {}; create", self.named(name));
                let way_out = again(&verb, "table", name);
                self.collides("view", name, "a step changes the table of this name".to_owned(), way_out);
            } else {
                self.collides(
                    "table",
                    name,
                    "it is missing, and a step changes it".to_owned(),
                    again("create", "table", name),
                );
            }
            // Reported once: later steps assume that it exists.
            tables.push(Table { origin: None, name: name.to_owned(), columns: Vec::new() });
            return;
        };
        if table.origin.is_none() {
            return;
        }
        let has = |name: &str| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        if let Some(column) = columns.iter().find(|column| !has(column)) {
            let because = "it is missing, and a step changes it".to_owned();
            let column = format!("{name}.{column}");
            self.collides("column", &column, because, again("create", "column", &column));
        }
    }

    fn take(&mut self, change: Change, tables: &mut Vec<Table>, views: &[String]) {
        self.expect(change, tables, views);
        match change {
            Change::Make(name, columns) => {
                self.claim(name, tables, views);
                let columns =
                    columns.iter().map(|name| Column { origin: None, name: (*name).to_owned() }).collect();
                tables.push(Table { origin: None, name: name.to_owned(), columns });
            }
            Change::Drop(name) => {
                if let Some(at) = tables.iter().position(|table| table.name.eq_ignore_ascii_case(name)) {
                    self.lost_tables.extend(tables.remove(at).origin);
                }
            }
            Change::Rename(before, after) => {
                self.claim(after, tables, views);
                if let Some(table) = find(tables, before) {
                    after.clone_into(&mut table.name);
                }
            }
            Change::RenameColumn(table, before, after) => {
                self.claim_column(table, after, tables);
                let columns = find(tables, table).map(|table| &mut table.columns);
                let column = columns.and_then(|columns| {
                    columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(before))
                });
                if let Some(column) = column {
                    after.clone_into(&mut column.name);
                }
            }
            Change::Add(table, names) => {
                for name in names {
                    self.claim_column(table, name, tables);
                    if let Some(table) = find(tables, table) {
                        table.columns.push(Column { origin: None, name: (*name).to_owned() });
                    }
                }
            }
            Change::Remove(table, names) => {
                let Some(table) = find(tables, table) else { return };
                let origin = table.origin.clone();
                let goes = |column: &Column| names.iter().any(|name| name.eq_ignore_ascii_case(&column.name));
                let lost = table.columns.iter().filter(|column| goes(column));
                let lost = lost.filter_map(|column| Some((origin.clone()?, column.origin.clone()?)));
                self.lost_columns.extend(lost);
                table.columns.retain(|column| !goes(column));
            }
        }
    }

    fn claim(&mut self, name: &str, tables: &[Table], views: &[String]) {
        let table = tables.iter().map(|table| &table.name).find(|table| table.eq_ignore_ascii_case(name));
        let view = views.iter().find(|view| view.eq_ignore_ascii_case(name));
        let because = "a step makes a table of this name".to_owned();
        if let Some(table) = table.cloned() {
            let way_out = format!(
                "ALTER TABLE {} RENAME TO {}",
                self.named(&table),
                self.named(&format!("own_{table}"))
            );
            self.collides("table", &table, because, way_out);
        } else if let Some(view) = view {
            let way_out = format!("DROP VIEW {}; make it again under another name", self.named(view));
            self.collides("view", view, because, way_out);
        }
    }

    fn claim_column(&mut self, table: &str, name: &str, tables: &mut [Table]) {
        let Some(table) = find(tables, table) else { return };
        let taken = table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        // What another step has created is ours.
        let Some(origin) = taken.and_then(|column| column.origin.clone()) else { return };
        let table = table.origin.clone().unwrap_or_else(|| table.name.clone());
        let way_out = format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            self.named(&table),
            self.named(&origin),
            self.named(&format!("own_{origin}"))
        );
        let because = format!("a step makes a column `{name}` in this table");
        self.collides("column", &format!("{table}.{origin}"), because, way_out);
    }
}

fn find<'t>(tables: &'t mut [Table], name: &str) -> Option<&'t mut Table> {
    tables.iter_mut().find(|table| table.name.eq_ignore_ascii_case(name))
}
