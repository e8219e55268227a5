//! How fast a fixture is cloned, next to the barest way of each engine, in turn, as medians of one run:
//!
//!     cargo bench --bench fixture [-- PROFILE [RUNS]]     (app, 15 runs)
//!
//! The servers are private ones, with durable settings, on this machine. Dropping the clones is not measured.

#[path = "../tests/integration"]
mod integration {
    pub mod support;
}

use std::sync::atomic::Ordering;
use std::time::Instant;

use instaseed::database::{Db, Target};
use instaseed::fixture::{Building, Cloning, Fixture, Place};
use integration::support::{self, Kind, Server, instaseed};

/// A way to clone; it gets the number of the run.
type Way<'a> = (&'static str, Box<dyn FnMut(usize) + 'a>);

/// The medians in milliseconds of several ways, each tried in turn.
fn medians(runs: usize, ways: &mut [Way<'_>]) {
    let mut took: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    // The first round fills caches, and does not count.
    for run in 0..=runs {
        for (at, (_, way)) in ways.iter_mut().enumerate() {
            let start = Instant::now();
            way(run);
            if run > 0 {
                took[at].push(start.elapsed().as_secs_f64() * 1000.0);
            }
        }
    }
    for ((name, _), mut took) in ways.iter().zip(took) {
        took.sort_by(f64::total_cmp);
        println!("  {name:<44} {:8.2} ms  (least {:.2})", took[took.len() / 2], took[0]);
    }
}

fn main() {
    support::DURABLE.store(true, Ordering::Relaxed);
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let profile = args.first().map_or("app", String::as_str);
    let runs: usize = args.get(1).map_or(15, |runs| runs.parse().expect("a number of runs"));
    files(profile, runs);
    for kind in [Kind::Postgres, Kind::Mysql] {
        if let Some(server) = Server::own(kind) {
            on_server(&server, profile, runs);
        }
    }
}

fn files(profile: &str, runs: usize) {
    let folder = support::scratch();
    let fixture = || Fixture::profile(profile).folder(&folder);
    let place = Place::Folder(folder.clone());
    let built = fixture().build(&place, &mut ()).expect("built");
    let file = folder.join(format!("{}.db", built.seal.name));
    println!("sqlite, {profile}: {} bytes", built.seal.bytes.unwrap_or_default());
    let bare = support::scratch();
    let words = ["fixture", "clone", "--profile", profile, "--dir", folder.to_str().expect("UTF-8")];
    medians(
        runs,
        &mut [
            ("copy of the file", Box::new(|run| drop(std::fs::copy(&file, bare.join(run.to_string()))))),
            ("sqlite()", Box::new(|_| std::mem::forget(fixture().sqlite().expect("a clone")))),
            ("memory()", Box::new(|_| std::mem::forget(fixture().memory().expect("a clone")))),
            ("memory() and its removal", Box::new(|_| drop(fixture().memory().expect("a clone")))),
            ("sqlite() and its removal", Box::new(|_| drop(fixture().sqlite().expect("a clone")))),
            ("the process `fixture clone`", Box::new(|_| drop(instaseed(&words).run().expect(0)))),
        ],
    );
}

fn on_server(server: &Server, profile: &str, runs: usize) {
    let url = server.url(server.maintenance());
    let target = Target::parse(&url).expect("a URL");
    let place = Place::Server(target.clone());
    let fixture = Fixture::profile(profile).building(Building::default());
    let seal = fixture.build(&place, &mut ()).expect("built").seal;
    let database = format!("instaseed_{}", seal.name.replace('-', "_"));
    println!("{}, {profile}: cloned by {}", seal.engine, seal.way.as_deref().unwrap_or("the only way"));
    let clone = || drop(place.clone_of(&seal, &Cloning::default()).expect("a clone"));
    let mut db = Db::connect(&target).expect("open");
    match server.kind {
        Kind::Postgres => {
            let mut bare = |name: String, way: &str| {
                db.batch(&format!("CREATE DATABASE {name} TEMPLATE {database}{way}")).expect("cloned");
            };
            let bare = std::cell::RefCell::new(&mut bare);
            medians(
                runs,
                &mut [
                    (
                        "CREATE DATABASE .. TEMPLATE",
                        Box::new(|run| bare.borrow_mut()(format!("bare_{run}"), "")),
                    ),
                    (
                        "the same, STRATEGY file_copy",
                        Box::new(|run| bare.borrow_mut()(format!("files_{run}"), " STRATEGY file_copy")),
                    ),
                    ("a clone without a pool", Box::new(|_| clone())),
                ],
            );
        }
        Kind::Mysql => {
            let tables: Vec<String> = Db::connect(&Target::parse(&server.url(&database)).expect("a URL"))
                .and_then(|mut db| db.tables())
                .expect("listed");
            let sqls = std::cell::RefCell::new(|sqls: &[String]| {
                sqls.iter().for_each(|sql| db.batch(sql).expect(sql));
            });
            let sql = |text: String| sqls.borrow_mut()(&[text]);
            sql("SET foreign_key_checks = 0, unique_checks = 0".to_owned());
            let create = |to: &str| {
                sql(format!("CREATE DATABASE {to}"));
                for table in &tables {
                    sql(format!("CREATE TABLE {to}.{table} LIKE {database}.{table}"));
                }
            };
            let bare = |run: usize| {
                let to = format!("bare_{run}");
                create(&to);
                for table in &tables {
                    sql(format!("INSERT INTO {to}.{table} SELECT * FROM {database}.{table}"));
                }
            };
            // What only a program on the server's machine can do, with the rights of the server's user.
            let data = server.socket.parent().expect("in the server's folder").join("data");
            let folder = |name: &str| data.join(name);
            let import = |run: usize| {
                let to = format!("import_{run}");
                create(&to);
                let list: Vec<String> = tables.iter().map(|table| format!("{database}.{table}")).collect();
                for table in &tables {
                    sql(format!("ALTER TABLE {to}.{table} DISCARD TABLESPACE"));
                }
                sql(format!("FLUSH TABLES {} FOR EXPORT", list.join(", ")));
                for table in &tables {
                    for end in ["ibd", "cfg"] {
                        let file = format!("{table}.{end}");
                        let from = folder(&database).join(&file);
                        std::fs::copy(from, folder(&to).join(&file)).expect("copied");
                    }
                }
                sql("UNLOCK TABLES".to_owned());
                for table in &tables {
                    sql(format!("ALTER TABLE {to}.{table} IMPORT TABLESPACE"));
                }
            };
            medians(
                runs,
                &mut [
                    ("CREATE TABLE LIKE, INSERT .. SELECT", Box::new(bare)),
                    ("CREATE TABLE LIKE, IMPORT TABLESPACE", Box::new(import)),
                    ("a clone without a pool", Box::new(|_| clone())),
                ],
            );
        }
    }
    place.fill_pool(&seal, runs + 1).expect("filled");
    medians(runs, &mut [("a clone from the pool", Box::new(|_| clone()))]);
}
