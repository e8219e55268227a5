//! Words for hints about loads.

use super::{RESUME_OR_UNDO, RUN_AGAIN};
use instaseed::load::Hint;

/// The words for the load of a copy or a restore: `seed` can neither resume nor undo it.
pub fn of_copy(hint: &Hint) -> String {
    let first = match hint {
        Hint::Undo => {
            "correct these rows if they are the same in the source; if not, keep triggers and other sessions from changing the target"
        }
        Hint::ResumeOrUndo | Hint::FinishUndo | Hint::UndoAndBegin | Hint::Begin => {
            return format!("{RUN_AGAIN}; or name another database as the target");
        }
        Hint::ResumeAsBegun => {
            return "run the copy or the restore that began it again, or name another database as the target"
                .to_owned();
        }
        Hint::AppendOrReplace | Hint::EmptyOrAppend { .. } => {
            return "name a new or empty database".to_owned();
        }
        Hint::MoveRowsOfOthers { .. } => "delete these rows, which instaseed did not copy",
        other => return words(other),
    };
    format!("{first}; then {RUN_AGAIN}")
}

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::EmptyOrAppend { table } => {
            return format!(
                "empty the table {table} first, or keep all rows and add a second world with --append"
            );
        }
        Hint::RunAsOwnerOrDrop { owner, tables } => {
            return format!(
                "run this as the account that began the load, if that is {owner}; if no load was begun here, drop its record and run this again: DROP TABLE {}",
                tables.join(", ")
            );
        }
        Hint::InspectRecords { table, tables } => {
            let others: Vec<_> = tables.iter().copied().filter(|other| other != table).collect();
            return format!(
                "find out who has written into {table}; if there was no load, drop it together with {}",
                others.join(" and ")
            );
        }
        Hint::ConvertCharacterSet { table } => {
            return format!(
                "convert it: ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            );
        }
        Hint::UseOrdinaryTable { table } => {
            return format!(
                "rename or detach the table {table}, or use another database: a load fills only ordinary tables"
            );
        }
        Hint::AppendOrReplace => "add a second world with --append, or delete the rows first with --replace",
        Hint::WaitForLock => {
            "wait for it, then run this again; `instaseed migrate status` shows who has the lock"
        }
        Hint::FinishUndo => "finish undoing it with `instaseed seed --discard`",
        Hint::ResumeOrUndo => RESUME_OR_UNDO,
        Hint::MoveRowsOfOthers { may_resume: true } => {
            "delete these rows, which instaseed did not load, or point them at other rows; or keep the load and finish it with `instaseed seed --resume`"
        }
        Hint::MoveRowsOfOthers { may_resume: false } => {
            "delete these rows, which instaseed did not load, or point them at other rows"
        }
        Hint::ResumeAsBegun => {
            "resume it as it was begun: a copy with `instaseed copy`, a backup with `instaseed restore`, a generated world with `instaseed seed --resume`"
        }
        Hint::Begin => "begin a load with `instaseed seed`",
        Hint::UndoAndBegin => {
            "undo it with `instaseed seed --discard`, then begin again: rows of two generator versions cannot be mixed"
        }
        Hint::Reset => "create the tables again, whatever is recorded, with `instaseed reset` (asks first)",
        Hint::CreateTables => {
            "see where the schema is with `instaseed migrate status`, or create it again with `instaseed reset` (asks first)"
        }
        Hint::Undo => {
            "undo the load with `instaseed seed --discard`, then load again with no trigger or other session changing the rows"
        }
    };
    text.to_owned()
}
