//! Words for hints about migrations: their files, their runs, and what is in their way.

use instaseed::database::escape_line;
use instaseed::migration::{Direction, Hint, Lock, WayOut};

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::WriteUp { folder } => return format!("write {folder}/up.sql, or remove the folder"),
        Hint::RemoveTransaction { word } => {
            return format!("remove `{word}`: instaseed controls transactions");
        }
        Hint::SpareLocks { does } => spare(*does),
        Hint::DidYouMean { nearest } => return format!("did you mean {nearest}?"),
        Hint::RenewVersion { version } => {
            return format!(
                "give {version} a newer version, or apply it anyway with `instaseed migrate up --allow-out-of-order`"
            );
        }
        Hint::KnownEditions { known } => {
            return format!(
                "use one of these editions: {}; without the key the migration fits every edition",
                known.join(", ")
            );
        }
        Hint::ChangeEdition { edition } => {
            return format!("change the edition first: `instaseed migrate to {edition}`");
        }
        Hint::ChangeEditionOrReset { edition } => {
            return format!(
                "change the edition and keep the rows with `instaseed migrate to {edition}`, or create everything again with `instaseed reset --edition {edition}` (asks first)"
            );
        }
        Hint::RestoreOrAccept { version, may_redo } => return restore_or_accept(version, *may_redo),
        Hint::RunAsOwner { table, owner } => {
            return format!(
                "run this as the account that set the database up, if that is {owner}; if nobody else uses instaseed here, drop the table {table} and run this again"
            );
        }
        Hint::UseOtherDatabase { table } => {
            return format!(
                "use another database, or remove {} if nobody needs it; to keep the course's tables as another tool made them, see \"Adopting a course database\" in migrations/README.md",
                escape_line(table)
            );
        }
        Hint::ClearTheWay { ways } => return clear(ways),
        Hint::EndTransactions { sql, nothing_kept } => return end(sql.as_deref(), *nothing_kept),
        Hint::ResumeFrom { number } => {
            return format!(
                "look in the database: if the statement took effect, run `instaseed migrate repair --from {}`; if not, run `instaseed migrate repair --from {number}`",
                number + 1
            );
        }
        Hint::GiveNumber { total } => {
            return format!(
                "give --from a number from 1 to {total}, or {} if all {total} have run",
                total + 1
            );
        }
        Hint::DeclareLoss { table } => {
            return format!(
                "if the loss is intended, declare it in metadata.toml for {} with rows = \"...\"; nothing was kept",
                escape_line(table)
            );
        }
        Hint::RestoreFile { file } => {
            return format!(
                "restore in {file} the statements that have run, then run `instaseed migrate repair`"
            );
        }
        Hint::ScaffoldFolder => {
            "create the folder with `instaseed migrate new NAME`, which names it correctly"
        }
        Hint::ChooseName => "use a name such as add_ideas",
        Hint::ChangeVersion => "give one of the two folders another version",
        Hint::WriteDown => {
            "write down.sql, or give the reason why there is none in metadata.toml: irreversible = \"...\""
        }
        Hint::RemoveDown => "remove down.sql, or the key `irreversible` in metadata.toml",
        Hint::SaveAsUtf8 => "save the file as UTF-8",
        Hint::CorrectMetadata => {
            "use the key `run_in_transaction`, and if needed `irreversible`, `editions`, [[up.loses]] and [[down.loses]]"
        }
        Hint::RemoveDelimiter => "remove DELIMITER: instaseed finds the end of a body (BEGIN ... END) itself",
        Hint::RemoveDistributed => {
            "remove the XA statements: instaseed already commits each statement together with its record"
        }
        Hint::InsertRows => "use INSERT, or COPY from a file that the server can read",
        Hint::WriteSql => "write its SQL, or `SELECT 1;` if there is nothing to do",
        Hint::SplitMigration => {
            "move the statement into a separate migration, with its own run_in_transaction in metadata.toml"
        }
        Hint::UseOrdinaryTable => "use an ordinary table and drop it at the end",
        Hint::ListVersions => "list the versions with `instaseed migrate status`",
        Hint::FinishOrTurn { direction: Direction::Up } => {
            "finish it with `instaseed migrate repair`, or undo it with `instaseed migrate repair --undo`"
        }
        Hint::FinishOrTurn { direction: Direction::Down } => {
            "finish undoing it with `instaseed migrate repair`, or apply it again with `instaseed migrate repair --undo`"
        }
        Hint::CorrectFolder => {
            "correct the folder of your own migrations (--migrations or INSTASEED_MIGRATIONS), or create it with `instaseed migrate new NAME`"
        }
        Hint::ShowStatus { is_unchanged: true } => {
            "see where the database is now with `instaseed migrate status`; nothing was changed"
        }
        Hint::ShowStatus { is_unchanged: false } => {
            "see where the database is with `instaseed migrate status`"
        }
        Hint::NameFolder => {
            "name the folder that has its files with --migrations DIR; if the files are lost, create everything again with `instaseed reset --drop` (asks first)"
        }
        Hint::WaitForLock => "wait for the other run, or wait longer with --lock-timeout",
        Hint::RunWithoutTransaction => {
            "move the statement into a separate migration, with run_in_transaction = false in its metadata.toml"
        }
        Hint::FreeSpace => "free some space for the database, then run this again",
        Hint::RunRestByHand => {
            "run the rest of the migration by hand, then record it with `instaseed migrate repair --done`; or run it again from an earlier statement with `instaseed migrate repair --from N`"
        }
        Hint::CorrectAndRepair => {
            "correct the cause, then continue at this statement with `instaseed migrate repair`; the statements before it are recorded"
        }
        Hint::CorrectAndRun => "correct the cause, then run this again; nothing of this migration was kept",
        Hint::CorrectData => "correct the data or the migration, then run this again; nothing was kept",
        Hint::Diagnose => "see what this account and this server allow with `instaseed doctor`",
    };
    text.to_owned()
}

fn spare(lock: Lock) -> &'static str {
    match lock {
        Lock::Tables => {
            "remove it: instaseed never runs two migrations at once; before the run, stop other programs that write"
        }
        Lock::Server => {
            "remove it, and do what needs it, such as a backup, before the run; FLUSH TABLES without a lock is allowed"
        }
        Lock::AllLocks => {
            "release your own locks one by one: RELEASE_LOCK('name') on MySQL, pg_advisory_unlock(key) on PostgreSQL"
        }
        Lock::Session => {
            "remove it: each migration begins in a fresh session; to reset a part of it use RESET ALL, DISCARD TEMP, DISCARD PLANS or DISCARD SEQUENCES"
        }
    }
}

fn restore_or_accept(version: &str, may_redo: bool) -> String {
    let accept = format!("`instaseed migrate repair --accept-changed {version}`");
    match may_redo {
        true => format!(
            "undo it and apply it as it is now with `instaseed migrate redo` (asks first); or restore the file; or accept it without running it with {accept}"
        ),
        false => format!("restore the file, or accept it as it is now with {accept}"),
    }
}

fn clear(ways: &[WayOut]) -> String {
    let lines: Vec<_> = ways.iter().map(|way| escape_line(way.text())).collect();
    let differs = ways.iter().any(|way| matches!(way, WayOut::MendSchema(_)));
    let mut text = format!("run this first; nothing was changed:\n  {}", lines.join("\n  "));
    if differs {
        text.push_str(
            "\nsee what differs from the edition with `instaseed check`, or create everything again with `instaseed reset --drop` (asks first)",
        );
    }
    text
}

fn end(sql: Option<&str>, nothing_kept: bool) -> String {
    let end = match sql {
        Some(sql) => format!("end the transactions of these connections (`{sql}`)"),
        None => "end the open transactions of the connections listed above".to_owned(),
    };
    let rest = if nothing_kept { "; nothing of this migration was kept" } else { "" };
    format!("{end}, then run this again; or wait longer with --lock-timeout{rest}")
}
