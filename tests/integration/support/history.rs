//! The migrations as files, run without our runner the way the `diesel` CLI runs them (one batch a file, in a
//! transaction where `metadata.toml` says so), and the rows of a database in a form that can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use instaseed::database::{Db, Engine};

/// One migration of one engine.
#[derive(Clone)]
pub struct Step {
    pub version: String,
    pub folder: PathBuf,
}

/// The rows of each table, each cell as the engine prints it, sorted.
pub type Rows = BTreeMap<String, Vec<Vec<Option<String>>>>;

/// Our migrations for an engine, oldest first.
pub fn history(engine: Engine) -> Vec<Step> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine.name());
    let mut steps: Vec<Step> = fs::read_dir(&folder)
        .expect("the engine has a folder of migrations")
        .map(|entry| entry.expect("the folder can be read").path())
        .map(|folder| {
            let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
            let version = name.split('_').next().expect("the name begins with the version").replace('-', "");
            Step { version, folder }
        })
        .collect();
    steps.sort_by(|a, b| a.version.cmp(&b.version));
    steps
}

/// The version of a named edition.
pub fn edition(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/editions.toml");
    let editions: BTreeMap<String, String> =
        toml::from_str(&fs::read_to_string(path).expect("editions.toml is there"))
            .expect("editions.toml is TOML");
    editions[name].clone()
}

impl Step {
    pub fn up(&self, db: &mut Db) {
        self.run(db, "up.sql");
    }

    pub fn down(&self, db: &mut Db) {
        self.run(db, "down.sql");
    }

    pub fn metadata(&self) -> toml::Table {
        let text = fs::read_to_string(self.folder.join("metadata.toml")).expect("metadata.toml is there");
        text.parse().expect("metadata.toml is TOML")
    }

    fn run(&self, db: &mut Db, file: &str) {
        let sql = fs::read_to_string(self.folder.join(file)).expect("the script is there");
        let whole = self.metadata()["run_in_transaction"].as_bool().expect("run_in_transaction is stated");
        let sql = if whole { format!("BEGIN;\n{sql}\nCOMMIT;") } else { sql };
        db.batch(&sql).unwrap_or_else(|error| panic!("{}/{file}: {error}", self.folder.display()));
    }
}

/// Runs all steps up to and with a version.
pub fn up_to(db: &mut Db, version: &str) {
    for step in history(db.engine()).iter().filter(|step| step.version.as_str() <= version) {
        step.up(db);
    }
}

/// Every row of every table, its cells in the order of the columns' names: what is altered in place has another
/// order of columns on PostgreSQL.
pub fn rows(db: &mut Db) -> Rows {
    let catalogue = db.catalogue().expect("the catalogue can be read");
    let tables = catalogue.tables.iter().map(|(name, table)| {
        let mut columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        columns.sort_unstable();
        (name.clone(), select(db, &columns, &format!("FROM {name}")))
    });
    tables.collect()
}

/// What a query gives, as sorted texts; at most eight columns.
pub fn select(db: &mut Db, columns: &[&str], rest: &str) -> Vec<Vec<Option<String>>> {
    let mut rows = select_in_order(db, columns, rest);
    rows.sort();
    rows
}

/// The same in the order of the query.
pub fn select_in_order(db: &mut Db, columns: &[&str], rest: &str) -> Vec<Vec<Option<String>>> {
    let kind = if db.engine() == Engine::Mysql { "CHAR" } else { "TEXT" };
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let cells = names.iter().enumerate().map(|(at, name)| match columns.get(at) {
        Some(column) => format!("CAST({column} AS {kind}) AS {name}"),
        None => format!("CAST(NULL AS {kind}) AS {name}"),
    });
    let sql = format!("SELECT {} {rest}", cells.collect::<Vec<_>>().join(", "));
    let query = diesel::sql_query(&sql);
    let loaded: QueryResult<Vec<Eight>> = match db {
        Db::Sqlite(c) => query.load(c),
        Db::Mysql(c) => query.load(c),
        Db::Postgres(c) => query.load(c),
    };
    let loaded = loaded.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let cells = |row: Eight| {
        let mut cells = vec![row.a, row.b, row.c, row.d, row.e, row.f, row.g, row.h];
        cells.truncate(columns.len());
        cells
    };
    loaded.into_iter().map(cells).collect()
}

/// The one value of a query.
pub fn one(db: &mut Db, column: &str, rest: &str) -> Option<String> {
    let rows = select(db, &[column], rest);
    assert_eq!(rows.len(), 1, "{column} {rest}");
    rows[0][0].clone()
}

#[derive(QueryableByName)]
struct Eight {
    #[diesel(sql_type = Nullable<Text>)]
    a: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    b: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    c: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    e: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    f: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    g: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    h: Option<String>,
}
