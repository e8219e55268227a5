//! Samples of the hints about courses and their exercises.

use super::text;
use instaseed::{Hint, classroom, course, exercise};

pub fn all() -> Vec<(&'static str, Hint)> {
    let mut all = samples!(
        Course,
        course::Hint,
        MakeCourse,
        NameNewFolder,
        NameOtherFolder,
        NameEmptyDatabase,
        CorrectLine { file: "instaseed-course.toml".into(), line: 7 },
        RestoreState,
        CorrectCatalogue { file: "instaseed-course.toml".into() },
        UseLaterVersion,
        ChooseWritableFolder,
        FreeSpace,
        ResetExercise { id: text("ghosts") },
        SaveAsUtf8,
        CheckFile,
        TakeHintOrConsent { id: text("ghosts") },
        ListExercises,
    );
    all.extend(samples!(
        Exercise,
        exercise::Hint,
        UseKnownName { nearest: Some(text("ghosts")), count: 58 },
        ReadFormat,
        NameFolder,
        ChooseOtherId,
        ChooseWritable,
    ));
    all.extend(samples!(
        Classroom,
        classroom::Hint,
        NameSubmissions,
        MoveFileOrNameStudent,
        SetAnswerAside,
        NameFile,
        RenameFolder,
        LongerSecret,
        CorrectWeights { nearest: Some(text("ghosts")) },
        NameFolder,
        ChooseOtherFolder,
        ChooseWritable,
        RunInTheRunner,
    ));
    all.push(("CorrectWeights", Hint::Classroom(classroom::Hint::CorrectWeights { nearest: None })));
    let nearest = None;
    all.push(("UseKnownName", Hint::Exercise(exercise::Hint::UseKnownName { nearest, count: 58 })));
    all
}
