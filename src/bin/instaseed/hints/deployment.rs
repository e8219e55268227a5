//! Words for hints about a database as a whole: setting it up, filling it, creating it again.

use super::RESUME_OR_UNDO;
use instaseed::deployment::Hint;

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::MoveTo { edition } => {
            return format!("bring it to edition {edition} with `instaseed migrate to {edition}`");
        }
        Hint::Unprotect => "if you are sure, remove the protection first with `instaseed migrate unprotect`",
        Hint::CreateTables => {
            "create the tables with `instaseed setup`, or see where the schema is with `instaseed migrate status`"
        }
        Hint::Repair => "finish the half-applied migration with `instaseed migrate repair`",
        Hint::MoveToEdition => {
            "bring it to an edition with `instaseed migrate to course` or `instaseed migrate to platform`, or see where it is with `instaseed migrate status`"
        }
        Hint::InspectSchema => "see which with `instaseed migrate status`; nothing was changed",
        Hint::BeginAgain => {
            "run the same command again; if it reports an interrupted load, undo that load with `instaseed seed --discard`"
        }
        Hint::InspectThenResumeOrUndo => {
            return format!("{RESUME_OR_UNDO}; `instaseed migrate status` shows how far it is");
        }
        Hint::ResumeOrUndo => RESUME_OR_UNDO,
        Hint::FinishCopy => {
            "run the copy or the restore that began it again, or rebuild the database with `instaseed reset` (asks first)"
        }
        Hint::UseItsVersion => {
            "resume it with the version of instaseed that began it, or undo it with `instaseed seed --discard`"
        }
        Hint::LeaveOutIdOffset => "leave out --id-offset",
        Hint::ReplaceOrAppend => {
            "replace the rows with `instaseed seed --replace` (asks first), or keep them and add a second world with `instaseed seed --append`"
        }
    };
    text.to_owned()
}
