//! Words for hints about copies.

use super::RUN_AGAIN;
use crate::output::quoted;
use instaseed::copy::Hint;

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::GiveSameSource { of } => {
            return format!("give {of} as the source to continue, or name another database as the target");
        }
        Hint::NameNewest { newest } => {
            let newest = quoted(&newest.to_string_lossy());
            return format!("restore the newest with `instaseed restore {newest}`, or name another of them");
        }
        Hint::MoveFiles { folder } => {
            let folder = quoted(&folder.to_string_lossy());
            return format!("move them out of {folder}, or name another folder");
        }
        Hint::MendReferences { table } => {
            return format!(
                "list these rows in SQLite with `PRAGMA foreign_key_check({table})`; delete them, or add the rows that they reference, then run the same command again"
            );
        }
        Hint::NameFolder => "name a new folder, as in --out monday",
        Hint::ChooseOtherTarget => "name another database with --to",
        Hint::FinishSource => {
            "resume it with `instaseed seed --resume`, or undo it with `instaseed seed --discard`, before copying"
        }
        Hint::FinishCopy => "finish that copy first, or copy its source instead",
        Hint::UseEmptyTarget => "name a new or empty database",
        Hint::LeaveBehind => "leave these out with --yes",
        Hint::ChangeTable => "change that table or its rows in the source, then run the same command again",
        Hint::ChangeValue => {
            "change it in the source: a key must fit an INT, a time must be whole seconds from 1970 to 2106 and written YYYY-MM-DD HH:MM:SS, a text must be UTF-8"
        }
        Hint::RestoreSchema => {
            "add it to the source again; `instaseed migrate status` says at which edition it is"
        }
        Hint::ChangeValues => "change them in the source, or use a target of the same engine as the source",
        Hint::NameBackup => "name the folder that contains the manifest.json of a backup",
        Hint::UseOtherBackup => {
            "use another backup, or fetch this one again: its files have changed since they were written"
        }
        Hint::Upgrade => "read it with the version of instaseed that wrote it, or with a later one",
        Hint::ReplaceOrRename { is_backup: true } => {
            "name another folder, or replace that backup with --force"
        }
        Hint::ReplaceOrRename { is_backup: false } => "name another folder: only a backup can be replaced",
        Hint::WaitForOther => "wait for it, or name another folder",
        Hint::WaitForCopy => {
            "wait until it has ended, or allow more time with --lock-timeout; or name another database as the target"
        }
        Hint::RenameTable => "rename that table, or remove it, then run the same command again: it continues",
        Hint::FreeSpace => "free some space, then run the same command again; this run left no files",
        Hint::RunAgain => RUN_AGAIN,
        Hint::KeepOthersOut => {
            "if something else writes to this table of the target, stop it and run the same command again; if nothing does, a trigger, a rule or the type of a column there changes its rows: copy into another database, and compare the two tables"
        }
    };
    text.to_owned()
}
