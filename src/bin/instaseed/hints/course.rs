//! Words for hints about courses and their exercises.

use instaseed::{course, exercise};

pub fn words(hint: &course::Hint) -> String {
    use course::Hint;
    let text = match hint {
        Hint::MakeCourse => {
            "go to the folder of your course, name it with --course DIR, or make one with `instaseed course init DIR`"
        }
        Hint::NameNewFolder => "name a folder that is empty or does not exist",
        Hint::NameOtherFolder => {
            "name another folder, or start a round with other data in this one: `instaseed course replay --seed N`"
        }
        Hint::NameEmptyDatabase => "name a database that is empty or does not exist, or omit --database-url",
        Hint::CorrectLine { file, line } => {
            return format!("correct line {line} of {}, or remove it: the rest is valid", file.display());
        }
        Hint::RestoreState => {
            "restore the file from version control or a backup, or create a new course with `instaseed course init DIR` and copy your answers into it"
        }
        Hint::CorrectCatalogue { file } => {
            return format!(
                "write the folder of the exercises into the line `catalogue` of {}",
                file.display()
            );
        }
        Hint::UseLaterVersion => "use that version of instaseed",
        Hint::ChooseWritableFolder => "use a folder that you may write to",
        Hint::FreeSpace => "free some space on the disk, then run this again",
        Hint::ResetExercise { id } => {
            return format!("create the file again with `instaseed course reset {id}`");
        }
        Hint::SaveAsUtf8 => "save the file as UTF-8 in your editor",
        Hint::CheckFile => "check the name: this is probably not the file that you mean",
        Hint::TakeHintOrConsent { id } => {
            return format!(
                "take a hint with `instaseed course hint {id}`, or see the solution now with `instaseed course solution {id} --yes`"
            );
        }
        Hint::ListExercises => "see the exercises for your engine with `instaseed course list`",
    };
    text.to_owned()
}

pub fn exercise(hint: &exercise::Hint) -> String {
    use exercise::Hint;
    match hint {
        Hint::UseKnownName { nearest: Some(nearest), .. } => {
            format!("did you mean {nearest}? See all with `instaseed course list`")
        }
        Hint::UseKnownName { nearest: None, count } => {
            format!("use a number from 1 to {count}, or a name from `instaseed course list`")
        }
        Hint::ReadFormat => {
            "correct the file; seeds/exercises/README.md of instaseed describes the format".to_owned()
        }
        Hint::ChooseOtherId => "choose another id, or remove what is there".to_owned(),
        Hint::ChooseWritable => "name a folder that you may write to".to_owned(),
        Hint::NameFolder => "name the folder that contains index.toml".to_owned(),
    }
}
