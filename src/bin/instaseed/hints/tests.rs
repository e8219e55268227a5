//! The words of every hint, in tests/snapshots/hints.txt. A hint without a sample does not compile.

use std::fmt::Write;
use std::path::Path;

use super::words;
use instaseed::database::DotEnvProblem;
use instaseed::edition::Edition;
use instaseed::migration::{Direction, Lock, WayOut};
use instaseed::{
    Hint, check, copy, database, deployment, edition, fixture, format, load, manifest, migration, plan,
    profile, query, read, report, sink, world,
};

/// Every variant of a room's hints with a sample of it: the match holds that none is left out.
macro_rules! samples {
    ($room:ident, $hint:path, $($variant:ident $({ $($field:ident: $value:expr),* })?),+ $(,)?) => {{
        use $hint as Of;
        let complete = |hint: &Of| match hint { $(Of::$variant { .. } => stringify!($variant)),+ };
        let all = vec![$(Of::$variant $({ $($field: $value),* })?),+];
        all.into_iter().map(|hint| (complete(&hint), Hint::$room(hint))).collect::<Vec<_>>()
    }};
}

mod copies;
#[cfg(feature = "course")]
mod courses;

fn text(words: &str) -> String {
    words.to_owned()
}

fn of_databases() -> Vec<(&'static str, Hint)> {
    let all = samples!(
        Database,
        database::Hint,
        BeginWithScheme { scheme: text("oracle") },
        BuildWith { feature: "mysql" },
        AddDatabase { scheme: text("mysql") },
        EncodeUrl,
        EncodePercent,
        GiveUrl,
        AddServerScheme,
        AddServerSchemeOrRename,
        AddSlashes,
        HostOrSocket,
        KnownParameters { known: &["sslmode", "connect_timeout"] },
        GiveValue { expected: "seconds, 1 to 3600" },
        NameFile,
        MendDotEnv { problem: DotEnvProblem::NoPair },
        StartServer,
        CorrectHost,
        CorrectAddress,
        NameSocket,
        OpenSocket,
        WaitForServer,
        FreeConnections,
        ReadServerLog,
        AddPassword,
        CorrectLogin,
        RunAsAdministrator { sql: text("GRANT ALL ON d.* TO 'u'@'%';") },
        AskForRight,
        CreateDatabase,
        CreateFile,
        EnableTls,
        NameAuthority,
        UseCertifiedName,
        CertifyName,
        RenewCertificate,
        RaiseTlsVersion,
        NameRootFile,
        InstallRoots,
        EncryptPassword,
        EncryptKeyExchange,
        CorrectUrl,
        CloseClients,
        NameFileInFolder,
        ReplaceSpecialFile,
        CreateFolder,
        MoveFileAway,
        MakeWritable,
        MakeReadable,
        CloseOtherProgram,
        FreeSpace,
        NameLinkedFile,
        MendLink,
        RemoveFile,
        BePatient,
        CreateSchema,
        DropImpostor { name: text("__instaseed_facts") },
        RestoreTable { table: text("likes") },
        CreateUtf8Database,
    );
    let problems = [DotEnvProblem::Unreadable, DotEnvProblem::TooLong, DotEnvProblem::NotUtf8];
    let more = problems.map(|problem| ("MendDotEnv", Hint::Database(database::Hint::MendDotEnv { problem })));
    all.into_iter().chain(more).collect()
}

fn of_migrations() -> Vec<(&'static str, Hint)> {
    let all = samples!(
        Migration,
        migration::Hint,
        WriteUp { folder: text("mine/1_a") },
        ScaffoldFolder,
        ChooseName,
        ChangeVersion,
        WriteDown,
        RemoveDown,
        SaveAsUtf8,
        CorrectMetadata,
        RemoveDelimiter,
        RemoveTransaction { word: text("COMMIT") },
        SpareLocks { does: Lock::Tables },
        RemoveDistributed,
        InsertRows,
        WriteSql,
        SplitMigration,
        UseOrdinaryTable,
        DidYouMean { nearest: text("platform") },
        ListVersions,
        RenewVersion { version: text("20260101000000") },
        KnownEditions { known: vec![text("course"), text("platform")] },
        ChangeEdition { edition: text("platform") },
        ChangeEditionOrReset { edition: text("platform") },
        FinishOrTurn { direction: Direction::Up },
        CorrectFolder,
        RestoreOrAccept { version: text("20260101000000"), may_redo: true },
        ShowStatus { is_unchanged: true },
        NameFolder,
        RunAsOwner { table: text("__instaseed_facts"), owner: text("'u'@'%'") },
        UseOtherDatabase { table: text("likes") },
        ClearTheWay {
            ways: vec![
                WayOut::Run(text("DROP VIEW mine")),
                WayOut::MendSchema(text(
                    "create the table likes as the edition defines it (its SQL is in the folder migrations)"
                ))
            ]
        },
        WaitForLock,
        RunWithoutTransaction,
        FreeSpace,
        EndTransactions { sql: Some(text("KILL 12")), nothing_kept: true },
        ResumeFrom { number: 3 },
        RunRestByHand,
        GiveNumber { total: 4 },
        CorrectAndRepair,
        CorrectAndRun,
        DeclareLoss { table: text("likes") },
        CorrectData,
        RestoreFile { file: text("mine/1_a/up.sql") },
        Diagnose,
    );
    use migration::Hint as Of;
    let more = [
        ("SpareLocks", Of::SpareLocks { does: Lock::Server }),
        ("SpareLocks", Of::SpareLocks { does: Lock::AllLocks }),
        ("SpareLocks", Of::SpareLocks { does: Lock::Session }),
        ("FinishOrTurn", Of::FinishOrTurn { direction: Direction::Down }),
        ("RestoreOrAccept", Of::RestoreOrAccept { version: text("20260101000000"), may_redo: false }),
        ("ShowStatus", Of::ShowStatus { is_unchanged: false }),
        ("EndTransactions", Of::EndTransactions { sql: None, nothing_kept: false }),
    ];
    all.into_iter().chain(more.map(|(name, hint)| (name, Hint::Migration(hint)))).collect()
}

fn of_loads() -> Vec<(&'static str, Hint)> {
    let all = samples!(
        Load,
        load::Hint,
        AppendOrReplace,
        EmptyOrAppend { table: text("stories") },
        WaitForLock,
        FinishUndo,
        ResumeOrUndo,
        MoveRowsOfOthers { may_resume: true },
        ResumeAsBegun,
        Begin,
        UndoAndBegin,
        Reset,
        RunAsOwnerOrDrop { owner: text("'u'@'%'"), tables: &["__instaseed_load"] },
        InspectRecords {
            table: "__instaseed_load_parked",
            tables: &["__instaseed_load", "__instaseed_load_portions", "__instaseed_load_parked"]
        },
        CreateTables,
        ConvertCharacterSet { table: "users" },
        UseOrdinaryTable { table: "users" },
        Undo,
    );
    let more = ("MoveRowsOfOthers", Hint::Load(load::Hint::MoveRowsOfOthers { may_resume: false }));
    all.into_iter().chain([more]).collect()
}

fn of_deployments() -> Vec<(&'static str, Hint)> {
    samples!(
        Deployment,
        deployment::Hint,
        Unprotect,
        CreateTables,
        Repair,
        MoveTo { edition: text("platform") },
        MoveToEdition,
        InspectSchema,
        BeginAgain,
        InspectThenResumeOrUndo,
        ResumeOrUndo,
        FinishCopy,
        UseItsVersion,
        LeaveOutIdOffset,
        ReplaceOrAppend,
    )
}

fn of_fixtures() -> Vec<(&'static str, Hint)> {
    samples!(
        Fixture,
        fixture::Hint,
        NameFolder,
        ChooseWritableFolder,
        FreeSpace,
        Build,
        ListFixtures,
        NameAsProfile { profile: text("tiny") },
        BuildAgain,
        UseLaterVersion,
        WaitLonger,
        ChooseOtherName,
        CloseConnections,
        UsePlainName,
        InspectDatabase,
        CorrectStep,
        RunAgain,
        NameClone,
        UseSameEngine,
        OmitPath,
        OmitPool,
    )
}

fn of_sinks() -> Vec<(&'static str, Hint)> {
    let all = samples!(
        Sink,
        sink::Hint,
        FreeSpaceForFiles,
        ChooseWritableFolder,
        ChooseOtherOrReplace,
        ChooseOtherOrRemove,
        FreeSpaceForDatabase,
        WaitForServer,
        WaitForSession,
        UseOwner,
        UndoAndReport,
        DropAndRecreate,
        CloseOtherProgram,
        EndTransactions { is_known: true, sql: Some(text("KILL 12")), may_resume: false },
        GrantLockTables { sql: text("GRANT LOCK TABLES ON `d`.* TO 'u'@'%'") },
    );
    let more = [(true, true), (false, false)].map(|(is_known, may_resume)| {
        ("EndTransactions", Hint::Sink(sink::Hint::EndTransactions { is_known, sql: None, may_resume }))
    });
    all.into_iter().chain(more).collect()
}

fn of_data() -> Vec<(&'static str, Hint)> {
    let known = vec!["users", "photos"];
    let mut all = samples!(
        Edition,
        edition::Hint,
        UseKnownName { nearest: Some("photos"), known: known.clone() },
        ChangePassword,
        RaiseIdOffset { least: 1000 },
    );
    let nearest = None;
    all.push(("UseKnownName", Hint::Edition(edition::Hint::UseKnownName { nearest, known })));
    all.extend(samples!(
        Check,
        check::Hint,
        RenameColumns { statements: vec![text("ALTER TABLE photos RENAME COLUMN a TO b")] },
        AddMissing { edition: Edition::Course },
    ));
    all.extend(samples!(Format, format::Hint, WriteFiles));
    all.extend(samples!(
        Manifest,
        manifest::Hint,
        UseNewerVersion,
        NameFolders,
        ChooseOtherOrReplace,
        ChooseOther,
        WriteAgain
    ));
    let (name, kept) = (text("users"), query::Kept::Nothing);
    all.extend(samples!(
        Query,
        query::Hint,
        GiveStatement,
        CorrectText,
        OneAtATime,
        AllowWriting,
        WriteValue,
        UseClient,
        DidYouMean { name: name, kept: kept },
        Correct { kept: kept },
        RunAgain { kept: kept },
    ));
    all.extend(samples!(
        Read,
        read::Hint,
        CheckAsDatabase { path: "instaseed.db".into() },
        CorrectPath,
        CreateData,
    ));
    all.extend(samples!(
        Report,
        report::Hint,
        CreateTables,
        WriteFilesAgain { dir: "data".into() },
        CheckFiles { dir: "data".into() },
        UseWhole,
        ChooseOtherOrReplace,
        ChooseOther,
    ));
    all
}

fn of_worlds() -> Vec<(&'static str, Hint)> {
    let known = vec!["tiny", "classic"];
    let mut all =
        samples!(Plan, plan::Hint, WriteShard, RaiseShardCount, ChooseShard { count: 4 }, AskForLess);
    all.extend(samples!(
        Profile,
        profile::Hint,
        UseKnownProfile { nearest: Some("classic"), known: known.clone() },
        CorrectPath { known: vec!["tiny", "classic", "app", "social"] },
        ReadExample,
        CorrectOrOverride { key: "likes_per_photo" },
        MoreUsersOrFewerFollows { users: 78, max: 49.0 },
        UseScalingProfile { name: "social", key: "users", value: text("200") },
        RemoveKey { key: "users" },
        StateMeans { max: 500 },
        UseKnownLanguages { known: vec![text("en"), text("de")] },
        MoveEnd,
    ));
    let nearest = None;
    all.push(("UseKnownProfile", Hint::Profile(profile::Hint::UseKnownProfile { nearest, known })));
    all.extend(samples!(
        World,
        world::Hint,
        AskForLess { key: "likes_per_photo", max: text("12.5") },
        AskForMore { key: "exact.likes", min: text("40") },
    ));
    all.extend(samples!(
        Copy,
        copy::Hint,
        ChooseOtherTarget,
        FinishSource,
        FinishCopy,
        UseEmptyTarget,
        GiveSameSource { of: text("sqlite://a.db") },
        LeaveBehind,
        ChangeTable,
        ChangeValue,
        ChangeValues,
        RestoreSchema,
        MendReferences { table: text("comments") },
        NameBackup,
        NameNewest { newest: "backups/backup-20240501-123000".into() },
        NameFolder,
        MoveFiles { folder: "monday".into() },
        UseOtherBackup,
        Upgrade,
        ReplaceOrRename { is_backup: true },
        WaitForOther,
        WaitForCopy,
        RenameTable,
        FreeSpace,
        RunAgain,
        KeepOthersOut,
    ));
    all.extend(samples!(Words, instaseed::words::Hint, ReadFormat));
    #[cfg(feature = "course")]
    all.extend(courses::all());
    all
}

#[test]
fn every_hint_is_worded_as_written_down() {
    let rooms = [
        ("database", of_databases()),
        ("migration", of_migrations()),
        ("load", of_loads()),
        ("deployment", of_deployments()),
        ("fixture", of_fixtures()),
        ("sink", of_sinks()),
        ("edition, check, format, manifest, query, read", of_data()),
        ("plan, profile, world, words", of_worlds()),
    ];
    let mut page = String::new();
    for (room, hints) in rooms {
        let _ = writeln!(page, "# {room}\n");
        for (name, hint) in hints {
            let _ = writeln!(page, "{name}\n    {}\n", words(&hint).replace('\n', "\n    "));
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/hints.txt");
    if std::env::var_os("INSTASEED_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, &page).expect("a snapshot can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = page.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
    assert!(
        page == kept,
        "the words are others now, from {differs:?}\nIf it is meant: INSTASEED_UPDATE_SNAPSHOTS=1 cargo test --bin instaseed hints"
    );
}

#[test]
fn a_hint_is_an_instruction_without_a_full_stop() {
    let rooms = [
        of_databases(),
        of_migrations(),
        of_loads(),
        of_deployments(),
        of_fixtures(),
        of_sinks(),
        of_data(),
        of_worlds(),
    ];
    for hints in rooms {
        for (name, hint) in hints {
            let words = words(&hint);
            assert!(!words.ends_with('.') && words.starts_with(char::is_lowercase), "{name}: {words}");
            for calque in ["take back", "goes on", "go on ", "beside ", "shall ", "stands in", "behind "] {
                assert!(!words.contains(calque), "{name}: {words}");
            }
        }
    }
}
