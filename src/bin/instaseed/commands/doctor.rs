//! `instaseed doctor`: what it sees of a database and its server, and what to do about what is wrong.

use crate::args::{SourceArgs, TargetArgs};
use crate::cut_off::cut_off;
use crate::failure::{Answer, Failure};
use crate::hints;
use crate::observers::MigrationProgress;
use crate::output::{Output, Style, escape_line, size, thousands};
use instaseed::database::{DatabaseError, Db, Origin, ServerInfo, Target};
use instaseed::load::{self, Counted, LoadError};
use instaseed::migration::{self, MigrationError, MigrationState, Runner, Status};
use instaseed::profile::Profile;
use serde::Serialize;
use std::time::Duration;

/// Diagnose the database and its server, and suggest fixes
///
/// Reports the server and its version, the edition, pending migrations, the rights of the account, the time zone and
/// the free disk space. Exits with 1 if something is wrong; each such line says what to do.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed doctor
  instaseed doctor --database-url postgres://me@db.example.com/instagram
  instaseed doctor --json    attach this to a bug report: it has no password")]
pub struct Args {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    value: String,
    verdict: Verdict,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Fine,
    /// It works, but something would work better.
    Remark,
    Wrong,
}

/// Free space below which a database soon stops.
const LITTLE_SPACE: u64 = 100 << 20;
/// How long it waits for another run that has the file: who has it is an answer, too.
const PATIENCE: Duration = Duration::from_secs(1);
/// Smaller packets make loading slow, and a long statement fail.
const SMALL_PACKET: u64 = 4 << 20;

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let (target, origin) = args.target.target_and_origin()?;
    let mut db = match Db::connect(&target) {
        Err(error) if error.is_missing() => {
            return Ok(missing(&target, &origin, out));
        }
        db => db?,
    };
    db.answer_soon();
    if let Err(error) = migration::wait_until_readable(&mut db, PATIENCE, &mut ()) {
        return match error {
            error @ MigrationError::Locked { .. } => Ok(locked(&target, &origin, &error, out)),
            error => Err(error.into()),
        };
    }
    let facts = db.facts(&target)?;
    let (source, unreadable) = args.source.readable_source(target.engine())?;
    let mut watcher = MigrationProgress::new(out);
    let status = Runner::new(&mut db, &source, args.source.options()).observed_by(&mut watcher).status()?;
    let mut lines = vec![place(&target, &origin), product(&facts)];
    lines.extend(schema(&status, unreadable.is_some()));
    lines.extend(
        unreadable.map(|error| wrong("own migrations", error.to_string(), hints::of_migration(&error))),
    );
    if migration::is_protected(&mut db)? {
        lines.push(fine("protected", "yes: commands that delete data refuse to run"));
    }
    lines.extend(data(&mut db, &status)?);
    if !target.is_local() && facts.cipher.is_none() {
        lines.push(remark(
            "encryption",
            "none: others on the network can read passwords and rows",
            "add ?sslmode=require to the URL, or sslmode=verify-full with sslrootcert=FILE",
        ));
    }
    lines.extend(server(&facts));
    Ok(report(&target, lines, out))
}

/// Prints what was seen.
fn report(target: &Target, mut lines: Vec<Line>, out: &Output) -> Answer {
    for advice in lines.iter_mut().filter_map(|line| line.advice.as_mut()) {
        *advice = out.advice(advice);
    }
    let ok = lines.iter().all(|line| line.verdict != Verdict::Wrong);
    for line in &lines {
        show(line, out);
    }
    out.answer(&serde_json::json!({ "ok": ok, "target": target.to_string(), "facts": lines }));
    if ok { Answer::Done } else { Answer::No }
}

/// A database that is not there: where it was looked for, and what would make it.
fn missing(target: &Target, origin: &Origin, out: &Output) -> Answer {
    const ADVICE: &str = "create it, with the course's tables and 1,000 users, with `instaseed setup`";
    let mut lines = vec![place(target, origin)];
    match target.path() {
        Some(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            lines.push(wrong("file", format!("{} does not exist", path.display()), ADVICE));
        }
        None => {
            lines.push(fine("server", "it accepts the login"));
            lines.push(wrong("database", format!("the server has no {}", target.database()), ADVICE));
        }
    }
    report(target, lines, out)
}

/// A file that another run has locked: nothing in it can be read before that run ends.
fn locked(target: &Target, origin: &Origin, error: &MigrationError, out: &Output) -> Answer {
    const ADVICE: &str = "wait for that run, then run this again: nothing in the file can be read meanwhile";
    report(target, vec![place(target, origin), wrong("lock", error.to_string(), ADVICE)], out)
}

fn show(line: &Line, out: &Output) {
    let (mark, style) = match line.verdict {
        Verdict::Fine => ("ok  ", Style::Good),
        Verdict::Remark => ("note", Style::Warning),
        Verdict::Wrong => ("BAD ", Style::Bad),
    };
    out.print(format_args!("{}  {:<14} {}", out.style(style, mark), line.name, escape_line(&line.value)));
    if let Some(advice) = &line.advice {
        out.print(format_args!("      {:<14} {advice}", ""));
    }
}

fn fine(name: &'static str, value: impl Into<String>) -> Line {
    Line { name, value: value.into(), verdict: Verdict::Fine, advice: None }
}

fn remark(name: &'static str, value: impl Into<String>, advice: &'static str) -> Line {
    Line { name, value: value.into(), verdict: Verdict::Remark, advice: Some(advice.to_owned()) }
}

fn wrong(name: &'static str, value: impl Into<String>, advice: impl Into<String>) -> Line {
    Line { name, value: value.into(), verdict: Verdict::Wrong, advice: Some(advice.into()) }
}

fn place(target: &Target, origin: &Origin) -> Line {
    let origin = match origin {
        Origin::Flag => "--database-url".to_owned(),
        Origin::Environment => "the environment's DATABASE_URL".to_owned(),
        Origin::DotEnv(path) => format!("DATABASE_URL in {}", path.display()),
        Origin::Default => "the default".to_owned(),
    };
    fine("database", format!("{target} (from {origin})"))
}

fn product(facts: &ServerInfo) -> Line {
    fine("server", format!("{} {}", facts.product, facts.version))
}

/// What was loaded into it, and whether a load was cut off.
fn data(db: &mut Db, status: &Status) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for set in load::recorded(db)? {
        let rows: u64 = set.tables.values().map(|table| table.rows).sum();
        let world = Profile::from_record(&set.data.profile)
            .map_or_else(String::new, |profile| format!("profile {}, seed {}, ", profile.name, profile.seed));
        let version = set.data.generator_version;
        let value = format!(
            "{world}{} rows of edition {}, generator version {version}",
            thousands(rows),
            set.data.edition
        );
        lines.push(fine("data set", value));
    }
    let loaded = !lines.is_empty();
    match status.edition.parse() {
        Ok(edition) if loaded => match load::recounted(db, edition) {
            Err(LoadError::Database(error @ DatabaseError::ViewInPlace { .. })) => {
                lines.push(wrong("rows", error.to_string(), hints::of(&error.into()).unwrap_or_default()));
            }
            counted => lines.extend(changed(&counted?)),
        },
        Err(_) if loaded => lines.push(remark(
            "rows",
            "some of the tables that they were loaded into are missing",
            "see where the schema is with `instaseed migrate status`",
        )),
        _ => {}
    }
    let (interrupted, unreadable) = cut_off(db)?;
    if let Some(error) = unreadable {
        lines.push(wrong("load", error.to_string(), hints::of_load(&error)));
    }
    if let Some(found) = interrupted {
        let value = format!(
            "interrupted while {} ({} of {} portions loaded)",
            found.phase, found.done, found.portions
        );
        lines.push(wrong("load", value, hints::of_interrupted(&found)));
    }
    Ok(lines)
}

/// What has become of the rows that were loaded.
fn changed(tables: &[Counted]) -> Option<Line> {
    let told = |counted: &Counted| {
        let Counted { table, rows_loaded, rows_found } = counted;
        format!("{table} {} then, {} now", thousands(*rows_loaded), thousands(*rows_found))
    };
    let list: Vec<_> = tables.iter().map(told).collect();
    let advice = match tables.iter().all(|table| table.rows_found == 0) {
        true => "fill the empty tables with `instaseed seed`",
        false => {
            "check the rows with `instaseed check`, or load them again with `instaseed seed --replace` (asks first)"
        }
    };
    (!list.is_empty()).then(|| remark("rows", list.join("; "), advice))
}

/// Where the schema stands. An own migration that is there and cannot be read has a line of its own, and is not called missing.
fn schema(status: &Status, unreadable: bool) -> Vec<Line> {
    let count = |state| status.migrations.iter().filter(|migration| migration.state == state).count();
    if !status.foreign_tables.is_empty() {
        return vec![wrong(
            "edition",
            format!(
                "none: tables that no migration created have our names ({})",
                status.foreign_tables.join(", ")
            ),
            "setup and migrate refuse to change them: use another database, remove the tables, or adopt them (migrations/README.md)",
        )];
    }
    let mut lines = vec![match status.edition.as_str() {
        "none" => {
            remark("edition", "none: no migration is applied", "create the tables with `instaseed setup`")
        }
        "between" => {
            wrong("edition", "between two editions", "see where it stopped with `instaseed migrate status`")
        }
        edition => fine("edition", edition),
    }];
    let others = status.migrations.iter();
    let others = others.filter(|one| !one.own && one.state == MigrationState::OtherEdition).count();
    let pending = count(MigrationState::Pending);
    let applied = count(MigrationState::Applied);
    lines.push(match (pending, others) {
        (0, 0) => fine("migrations", format!("{applied} applied, none pending")),
        (0, _) => fine("migrations", format!("{applied} applied; {others} more belong to other editions")),
        _ => remark(
            "migrations",
            format!("{applied} applied, {pending} pending"),
            "apply them with `instaseed migrate up`",
        ),
    });
    for (state, advice) in [
        (MigrationState::HalfApplied, "finish it with `instaseed migrate repair`"),
        (
            MigrationState::Changed,
            "see the files with `instaseed migrate status`; restore them, or accept them with `instaseed migrate repair --accept-changed`",
        ),
        (MigrationState::Missing, "name the folder that has their files with --migrations DIR"),
        (MigrationState::OutOfOrder, "apply them anyway with `instaseed migrate up --allow-out-of-order`"),
    ] {
        if count(state) > 0 && !(unreadable && state == MigrationState::Missing) {
            lines.push(wrong("migrations", format!("{} {}", count(state), state.as_str()), advice));
        }
    }
    if let Some(holder) = &status.under_way {
        lines.push(remark("migrations", format!("another run has the lock: {holder}"), "wait for it"));
    }
    lines
}

/// What the connection tells of the server; facts that an engine does not have are left out.
fn server(facts: &ServerInfo) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(account) = &facts.account {
        lines.push(fine("account", account));
    }
    lines.extend(facts.may_create_tables.map(|may| match may {
        true => fine("tables", "the account may create tables"),
        false => {
            wrong("tables", "the account may not create tables", "migrations need the right to create tables")
        }
    }));
    lines.extend(facts.may_create_databases.map(|may| match may {
        true => fine("databases", "the account may create databases"),
        false => fine("databases", "the account may not create databases: only this one is used"),
    }));
    lines.extend(facts.cipher.iter().map(|cipher| fine("encryption", cipher)));
    let collation = facts.collation.as_ref().map(|collation| format!(", {collation}")).unwrap_or_default();
    lines.push(fine("characters", format!("{}{collation}", facts.character_set)));
    lines.extend(
        facts.time_zone.iter().map(|zone| fine("time zone", format!("{zone} (instaseed writes UTC)"))),
    );
    lines.extend(facts.local_infile.map(|on| match on {
        true => fine("local_infile", "on: loads are fast"),
        false => remark("local_infile", "off: loads are slow", "SET GLOBAL local_infile = 1"),
    }));
    lines.extend(facts.max_allowed_packet.map(|bytes| match bytes {
        ..SMALL_PACKET => remark("packets", size(bytes), "SET GLOBAL max_allowed_packet = 16777216"),
        _ => fine("packets", size(bytes)),
    }));
    lines.extend(facts.data_bytes.map(|bytes| fine("size", size(bytes))));
    lines.extend(facts.free_bytes.map(|bytes| match bytes {
        ..LITTLE_SPACE => wrong("free space", size(bytes), "free some space on this disk"),
        _ => fine("free space", size(bytes)),
    }));
    lines
}
