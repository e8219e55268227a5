//! Words for hints about writing rows into files and databases, and about manifests.

use super::RUN_AGAIN;
use instaseed::manifest;
use instaseed::sink::Hint;

pub fn manifest(hint: manifest::Hint) -> String {
    let text = match hint {
        manifest::Hint::UseNewerVersion => {
            "use the version of instaseed that wrote these files, or a newer one"
        }
        manifest::Hint::NameFolders => {
            "name folders that `instaseed generate` completed: it writes manifest.json as the last file"
        }
        manifest::Hint::ChooseOtherOrReplace => "use another file with --out, or replace it with --force",
        manifest::Hint::ChooseOther => "use another file with --out",
        manifest::Hint::WriteAgain => "write the files again with `instaseed generate --force`",
    };
    text.to_owned()
}

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::EndTransactions { is_known, sql, may_resume } => {
            return end_transactions(*is_known, sql.as_deref(), *may_resume);
        }
        Hint::GrantLockTables { sql } => {
            return format!(
                "ask an administrator to run this (a load into tables with rows locks them): {sql}"
            );
        }
        Hint::FreeSpaceForFiles => {
            "free some space, or use another folder with --out; no file was left under its final name"
        }
        Hint::ChooseWritableFolder => "use a folder that you may write to with --out",
        Hint::ChooseOtherOrReplace => "use another folder with --out, or replace the files with --force",
        Hint::ChooseOtherOrRemove => "remove it, or use another folder with --out",
        Hint::FreeSpaceForDatabase => {
            "free some space on the disk of the database, then resume with `instaseed seed --resume`, or undo the load with `instaseed seed --discard`"
        }
        Hint::WaitForServer => {
            "wait for the server, then resume with `instaseed seed --resume`, or undo the load with `instaseed seed --discard`"
        }
        Hint::WaitForSession => {
            "wait for the other session; then, if a load was running, resume it with `instaseed seed --resume`"
        }
        Hint::UseOwner => "use an account that owns the tables: a load changes them",
        Hint::UndoAndReport => {
            "undo the load with `instaseed seed --discard`, and report this; nothing of this portion was kept"
        }
        Hint::DropAndRecreate => {
            "drop it before the load and create it again afterwards; nothing was changed"
        }
        Hint::CloseOtherProgram => "close the other program (or end its transaction), then run this again",
    };
    text.to_owned()
}

/// The words for a copy or a restore that was interrupted: `seed` can neither resume nor undo it, but the same command
/// continues it.
pub fn of_copy(hint: &Hint) -> String {
    let first = match hint {
        Hint::FreeSpaceForDatabase => "free some space on the disk of the target".to_owned(),
        Hint::WaitForServer => "wait for the server".to_owned(),
        Hint::WaitForSession => "wait for the other session".to_owned(),
        Hint::EndTransactions { is_known, sql, .. } => end_those(*is_known, sql.as_deref()),
        Hint::UndoAndReport => "report this".to_owned(),
        Hint::DropAndRecreate => {
            return "drop it before the copy and create it again afterwards; nothing was changed".to_owned();
        }
        other => return words(other),
    };
    format!("{first}, then {RUN_AGAIN}")
}

fn end_those(is_known: bool, sql: Option<&str>) -> String {
    match (is_known, sql) {
        (true, Some(sql)) => format!("end the transactions of these connections (`{sql}`)"),
        (true, None) => "end the open transactions of the connections listed above".to_owned(),
        (false, _) => "wait for the other session".to_owned(),
    }
}

fn end_transactions(is_known: bool, sql: Option<&str>, may_resume: bool) -> String {
    let end = end_those(is_known, sql);
    let (again, rest) = match may_resume {
        true => ("resume with `instaseed seed --resume`", ""),
        false => ("run this again", "; nothing was changed"),
    };
    format!("{end}, then {again}; or wait longer with --lock-timeout{rest}")
}
