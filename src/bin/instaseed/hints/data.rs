//! Words for hints about tables, editions and the checks of them.

use crate::hints::known_names;
use crate::output::quoted;
use instaseed::{check, edition, format, read, report};

pub fn edition(hint: &edition::Hint) -> String {
    match hint {
        edition::Hint::UseKnownName { nearest, known } => known_names(*nearest, known),
        edition::Hint::RaiseIdOffset { least } => format!("use --id-offset {least}"),
        edition::Hint::ChangePassword => "use a shorter password with --password".to_owned(),
    }
}

pub fn format(hint: &format::Hint) -> String {
    match hint {
        format::Hint::WriteFiles => "check files exactly as `instaseed generate` wrote them".to_owned(),
    }
}

pub fn read(hint: &read::Hint) -> String {
    match hint {
        read::Hint::CheckAsDatabase { path } => format!(
            "name a folder; if this file is a database, run `instaseed check --database-url {}`",
            quoted(&path.to_string_lossy())
        ),
        read::Hint::CorrectPath => {
            "correct the path of the folder; `instaseed check` without a folder checks the database".to_owned()
        }
        read::Hint::CreateData => {
            "create tables in an empty database with `instaseed setup`, or files with `instaseed generate --out data`; for the course's tables from another program, see \"Adopting a course database\" in migrations/README.md"
                .to_owned()
        }
    }
}

pub fn check(hint: &check::Hint) -> String {
    match hint {
        check::Hint::RenameColumns { statements } => {
            format!("rename the columns that have other names: {};", statements.join("; "))
        }
        check::Hint::AddMissing { edition } => {
            format!("add what is missing; the statements of edition {edition} are in the folder migrations")
        }
    }
}

pub fn report(hint: &report::Hint) -> String {
    match hint {
        report::Hint::CreateTables => {
            "create tables and rows with `instaseed setup`, or look at a seed alone with `instaseed report --users 10000`"
                .to_owned()
        }
        report::Hint::WriteFilesAgain { dir } => format!(
            "write the files again with `instaseed generate --out {} --force`; nothing was read",
            quoted(&dir.to_string_lossy())
        ),
        report::Hint::CheckFiles { dir } => {
            let dir = quoted(&dir.to_string_lossy());
            format!(
                "see what is wrong with `instaseed check {dir}`, or write the files again with `instaseed generate --out {dir} --force`"
            )
        }
        report::Hint::UseWhole => {
            "report on the whole data set from its seed: `instaseed report --users N --seed N`".to_owned()
        }
        report::Hint::ChooseOtherOrReplace => "use another file with --out, or replace it with --force".to_owned(),
        report::Hint::ChooseOther => "use another file with --out, in a folder that you may write to".to_owned(),
    }
}
