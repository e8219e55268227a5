//! `instaseed sql`: a query on the database, or the engine's own shell.
//!
//! Without `--write` the engine itself refuses every change.

mod prompt;
mod results;
mod shell;

use crate::args::{self, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::guard;
use crate::interrupt::{self, Work};
use crate::output::Output;
use instaseed::database::{Db, Target};
use instaseed::migration;
use instaseed::query::{self, Access, Connection, Query};
use results::{Form, Results};
use std::io::{self, IsTerminal, Read};
use std::time::Instant;

/// Rows of a table, unless a number is given.
const MANY_ROWS: usize = 1000;

/// Run a query, or open a shell
///
/// The database is read only unless you add --write. Without a query, a terminal gets the engine's own shell (sqlite3, psql,
/// mariadb or mysql) for the same database, or a small prompt where the shell is not installed; otherwise the query is read
/// from standard input. Ctrl-C ends the query on the server, too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed sql 'SELECT count(*) FROM users'
  instaseed sql 'SELECT * FROM photos' --csv > photos.csv
  instaseed sql 'SELECT id, username FROM users' --json -n 5
  instaseed sql --csv < query.sql
  instaseed sql --write \"UPDATE users SET username = 'ada' WHERE id = 1\"
  instaseed sql --write - < script.sql
  instaseed sql                       the engine's own shell

Read only means: SQLite opens the file so, and servers run the statement in a READ ONLY transaction. What a server does \
not count as a change is not stopped, such as a file that it writes itself.

With --write, several statements are one transaction, unless they have their own. MySQL and MariaDB end it at each CREATE, \
ALTER or DROP.

In CSV, NULL is an empty field and an empty text is \"\"; bytes are hexadecimal digits after \\x.")]
pub struct Args {
    /// SQL to run; - reads it from standard input
    query: Option<String>,
    /// Allow changes, and more than one statement
    #[arg(long)]
    write: bool,
    /// Allow --write on a database that is on another machine
    #[arg(long, requires = "write")]
    allow_remote: bool,
    /// Print rows as CSV with a header line
    #[arg(long)]
    csv: bool,
    /// Print each column on its own line, without cutting values
    #[arg(long, short = 'x', conflicts_with = "csv")]
    vertical: bool,
    /// Cut nothing and leave no column out, however wide the terminal is
    #[arg(long, conflicts_with_all = ["csv", "vertical"])]
    wide: bool,
    /// Number of rows to show [default: 1000; all with --csv and --json]
    #[arg(long, short = 'n', value_name = "N", value_parser = args::whole::<usize>)]
    limit: Option<usize>,
    #[command(flatten)]
    target: TargetArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let form = args.form(out)?;
    let access = if args.write { Access::Write } else { Access::Read };
    let target = args.target.target()?;
    let text = args.text(form)?;
    if access == Access::Write {
        let protected = || Ok(migration::is_protected(&mut Db::connect(&target)?)?);
        guard::may_write(&target, args.allow_remote, protected)?;
    } else if text.is_none() {
        // Before a shell: it would say in its own way what is wrong with the database.
        drop(Db::connect(&target)?);
    }
    let asked = Asked { target: &target, access, form, limit: args.limit(form), wide: args.wide };
    match text {
        Some(text) => {
            let query = Query::parse(target.engine(), &text, access)?;
            asked.run(&mut asked.connect()?, &query, out)?;
        }
        None => {
            shell::start(query::shell(&target, access), &asked, out)?;
            prompt::run(&asked, out)?;
        }
    }
    Ok(Answer::Done)
}

impl Args {
    fn form(&self, out: &Output) -> Result<Form, Failure> {
        let other = match (self.csv, self.vertical) {
            (true, _) => Some(("--csv", Form::Csv)),
            (_, true) => Some(("--vertical", Form::Vertical)),
            _ => None,
        };
        match (out.is_json(), other) {
            (true, Some((one, _))) => Err(Failure::TwoForms { one, other: "--json" }),
            (true, None) => Ok(Form::Json),
            (false, Some((_, form))) => Ok(form),
            (false, None) => Ok(Form::Table),
        }
    }

    fn limit(&self, form: Form) -> Option<usize> {
        match form {
            Form::Table | Form::Vertical => Some(self.limit.unwrap_or(MANY_ROWS)),
            Form::Csv | Form::Json => self.limit,
        }
    }

    /// The query; none if somebody at a terminal is to type statements one after another.
    fn text(&self, form: Form) -> Result<Option<String>, Failure> {
        match self.query.as_deref() {
            Some("-") => typed().map(Some),
            Some(text) => Ok(Some(text.to_owned())),
            None if io::stdin().is_terminal() && matches!(form, Form::Table | Form::Vertical) => Ok(None),
            None => typed().map(Some),
        }
    }
}

/// All of standard input.
fn typed() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(Failure::Input)?;
    Ok(text)
}

/// What is to happen with statements.
struct Asked<'a> {
    target: &'a Target,
    access: Access,
    form: Form,
    limit: Option<usize>,
    wide: bool,
}

impl Asked<'_> {
    fn connect(&self) -> Result<Connection, Failure> {
        Ok(Connection::open(self.target, self.access, interrupt::flag())?)
    }

    /// Runs a query and prints what it returns.
    fn run(&self, connection: &mut Connection, query: &Query, out: &Output) -> Result<(), Failure> {
        let mut results = Results::new(self, query.statements(), out);
        let work = interrupt::begin(Work::Querying { writes: self.access == Access::Write });
        let begun = Instant::now();
        let done = connection.run(query, &mut results);
        let seconds = begun.elapsed().as_secs_f64();
        drop(work);
        results.end(seconds, done.is_ok());
        Ok(done?)
    }
}
