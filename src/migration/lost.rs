//! What a session forgets when a run is interrupted, and whether the rest of a script can do without it.
//!
//! Settings whose value is in the script are run again. A variable that was read from rows, a
//! prepared statement built from it, or the last generated id is lost. A script that still needs
//! one of these is not resumed, because it would write NULL or 0 and report success.

use std::collections::BTreeSet;

use super::dialect::{Dialect, RunMode};
use super::lexer::Kind;
use super::statement::{Part, SHOWN};
use super::{MigrationError, Script, Statement};

/// Functions that return the same result in a new session.
const STEADY: [&str; 14] = [
    "CONCAT",
    "CONCAT_WS",
    "REPLACE",
    "IF",
    "IFNULL",
    "COALESCE",
    "NULLIF",
    "LOWER",
    "UPPER",
    "CAST",
    "CONVERT",
    "TRIM",
    "VALUES",
    "SET_CONFIG",
];

/// Words without parentheses whose value differs each time.
const UNSTEADY: [&str; 8] = [
    "SELECT",
    "NOW",
    "CURRENT_TIMESTAMP",
    "CURRENT_TIME",
    "CURRENT_DATE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "TIMESTAMP",
];

/// What is known about the session at a point of a script.
#[derive(Default)]
struct Memory {
    /// Statements that restore settings.
    repeat: Vec<usize>,
    /// Variables (`@NAME`) and prepared statements (`NAME`) that nothing restores.
    lost: BTreeSet<String>,
    /// A setting that nothing restores.
    setting: Option<String>,
    /// Variables that the script has set itself.
    set: BTreeSet<String>,
    /// A routine has run: it may have set any other variable.
    called: bool,
}

/// The settings among the first `done` statements, in their order.
pub(crate) fn settings_to_repeat(dialect: &Dialect, script: &Script, done: usize) -> Vec<usize> {
    Memory::of(dialect, &script.statements[..done]).repeat
}

/// Refuses to continue after the first `done` statements if the rest needs what is lost.
pub(crate) fn refuse_what_needs_the_session(
    dialect: &Dialect,
    script: &Script,
    done: usize,
) -> Result<(), MigrationError> {
    let mut memory = Memory::of(dialect, &script.statements[..done]);
    let mut may_ask_the_session = done == 0;
    for (at, statement) in script.statements.iter().enumerate().skip(done) {
        let lost = match (&memory.setting, asked(dialect, statement)) {
            (Some(setting), _) => Some(setting.clone()),
            (None, Some(asked)) if !may_ask_the_session => Some(asked),
            _ => memory.missing(statement),
        };
        if let Some(lost) = lost {
            return Err(MigrationError::SessionLost {
                file: script.file.clone(),
                line: statement.line,
                statement: statement.shortened(SHOWN),
                number: at + 1,
                lost,
            });
        }
        may_ask_the_session |= matches!(statement.word(0), "INSERT" | "REPLACE");
    }
    Ok(())
}

/// What a statement needs from the session that is lost with it.
fn asked(dialect: &Dialect, statement: &Statement) -> Option<String> {
    let called = dialect.of_session.iter().find(|name| statement.calls(name));
    let said = || dialect.of_session_words.iter().find(|words| mentions(statement, words));
    called.map(|name| format!("{name}()")).or_else(|| said().map(|words| (*words).to_owned()))
}

/// Searches the whole text, strings included; `words` must be in lower case.
fn mentions(statement: &Statement, words: &str) -> bool {
    statement.sql.to_ascii_lowercase().contains(words)
}

impl Memory {
    fn of(dialect: &Dialect, statements: &[Statement]) -> Self {
        let mut memory = Self::default();
        for (at, statement) in statements.iter().enumerate() {
            memory.pass(at, statement, dialect.manner_alone(statement));
        }
        memory
    }

    fn pass(&mut self, at: usize, statement: &Statement, manner: RunMode) {
        let variables = variables(statement);
        if manner != RunMode::Setting {
            if statement.batch || assigns(statement) {
                self.lost.extend(variables);
            }
            self.called |= matches!(statement.word(0), "CALL" | "EXECUTE");
            // To PostgreSQL the body of a block is a string.
            let hidden = matches!(statement.word(0), "DO" | "CALL") && mentions(statement, "set_config");
            if statement.calls("SET_CONFIG") || hidden {
                self.setting = Some("what set_config() has set".to_owned());
            }
            return;
        }
        self.set.extend(assigned_anew(statement, &variables));
        let prepared = prepared(statement);
        if is_end_of_prepared(statement) {
            if prepared.is_some_and(|name| self.lost.remove(&name)) {
                return;
            }
        } else if let Some(variable) = assigned_anew(statement, &variables)
            && is_steady(statement)
        {
            self.lost.remove(&variable);
        } else if !is_steady(statement) || variables.iter().any(|name| self.lost.contains(name)) {
            if variables.is_empty() {
                self.setting = Some(format!("`{}`", statement.shortened(60)));
            }
            self.lost.extend(prepared);
            self.lost.extend(variables);
            return;
        } else if let Some(name) = prepared {
            self.lost.remove(&name);
        }
        self.repeat.push(at);
    }

    /// What a later statement needs and is lost; what it sets again is no longer lost.
    fn missing(&mut self, statement: &Statement) -> Option<String> {
        let variables = variables(statement);
        if let Some(variable) = assigned_anew(statement, &variables) {
            self.lost.remove(&variable);
            self.set.insert(variable);
        }
        if assigns(statement) {
            self.set.extend(variables.iter().cloned());
        }
        let unknown = |name: &&String| self.called && !name.starts_with("@@") && !self.set.contains(*name);
        if let Some(name) = variables.iter().find(|name| self.lost.contains(*name) || unknown(name)) {
            return Some(name.to_lowercase());
        }
        let name = prepared(statement)?;
        if statement.word(0) == "PREPARE" {
            self.lost.remove(&name);
        }
        self.lost.contains(&name).then(|| format!("the prepared statement {}", name.to_lowercase()))
    }
}

fn variables(statement: &Statement) -> Vec<String> {
    if !statement.lexis.user_variables || !statement.sql.contains('@') {
        return Vec::new();
    }
    let parts = statement.parts().into_iter().filter(|part| part.kind == Kind::Variable);
    parts.map(|part| format!("@{}", part.text)).collect()
}

/// The variable in `SET @v = ...`, if the old value of `@v` is not read.
fn assigned_anew(statement: &Statement, variables: &[String]) -> Option<String> {
    let first = variables.first().filter(|_| statement.word(0) == "SET")?;
    let begins = statement.parts().get(1).is_some_and(|part| part.kind == Kind::Variable);
    (begins && variables.len() == 1).then(|| first.clone())
}

/// Whether a statement other than SET assigns a variable.
fn assigns(statement: &Statement) -> bool {
    let parts = statement.parts();
    let into = |pair: &[Part]| pair[0].text == "INTO" && pair[1].kind == Kind::Variable;
    let colon = |pair: &[Part]| pair[0].kind == Kind::Mark(b':') && pair[1].kind == Kind::Mark(b'=');
    matches!(statement.word(0), "CALL" | "EXECUTE" | "BEGIN" | "IF" | "FETCH")
        || parts.windows(2).any(|pair| into(pair) || colon(pair))
}

/// The name in `PREPARE name`, `EXECUTE name`, `DEALLOCATE PREPARE name`.
fn prepared(statement: &Statement) -> Option<String> {
    let at = match (statement.word(0), statement.word(1)) {
        ("DEALLOCATE" | "DROP", "PREPARE") => 2,
        ("EXECUTE", "IMMEDIATE") => return None,
        ("PREPARE" | "EXECUTE" | "DEALLOCATE", _) => 1,
        _ => return None,
    };
    statement.parts().get(at).map(|part| part.text.clone())
}

fn is_end_of_prepared(statement: &Statement) -> bool {
    matches!(statement.word(0), "DEALLOCATE" | "DROP")
}

/// Whether a setting gets the same value when it is run again.
pub(crate) fn is_steady(statement: &Statement) -> bool {
    let parts = statement.parts();
    let calls = |pair: &[Part]| {
        pair[0].kind == Kind::Word
            && pair[1].kind == Kind::Mark(b'(')
            && !STEADY.contains(&pair[0].text.as_str())
    };
    let value = parts.iter().skip(1);
    let unsteady =
        value.filter(|part| part.kind == Kind::Word).any(|part| UNSTEADY.contains(&part.text.as_str()));
    !unsteady && !parts.windows(2).any(calls)
}

#[cfg(test)]
mod tests {
    use super::super::mysql;
    use super::*;

    /// What is missing after the first `done` statements, or the settings that are run again.
    fn after(text: &str, done: usize) -> Result<Vec<usize>, String> {
        let script = Script::parse("up.sql".into(), text, &mysql::LEXIS).expect("cuts");
        match refuse_what_needs_the_session(&mysql::DIALECT, &script, done) {
            Ok(()) => Ok(settings_to_repeat(&mysql::DIALECT, &script, done)),
            Err(MigrationError::SessionLost { lost, number, .. }) => Err(format!("{number}: {lost}")),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn settings_whose_value_stands_in_the_script_are_made_again() {
        let dump = "SET @old = @@sql_mode; SET sql_mode = CONCAT(@@sql_mode, ',ANSI'); /*!40101 SET NAMES latin1 */; USE x; \
                    CREATE TABLE a (b INT); SET sql_mode = @old; SELECT 1";
        assert_eq!(after(dump, 5), Ok(vec![0, 1, 2, 3]));
        assert_eq!(after(dump, 6), Ok(vec![0, 1, 2, 3, 5]));
    }

    #[test]
    fn a_variable_read_from_the_rows_is_lost() {
        for read in
            ["SELECT v INTO @v FROM p", "SET @v = (SELECT v FROM p)", "SELECT @v := v FROM p", "CALL p(@v)"]
        {
            let text = format!("{read}; CREATE TABLE c (v INT); INSERT INTO c VALUES (@v)");
            assert_eq!(after(&text, 1), Err("3: @v".into()), "{read}");
            assert_eq!(after(&text, 0), Ok(vec![]), "{read}");
        }
        assert_eq!(after("SET @v = 1; INSERT INTO c VALUES (@v); SELECT @v", 2), Ok(vec![0]));
        assert_eq!(after("SET @v = (SELECT 1); SELECT 1; SET @v = 2; SELECT @v", 2), Ok(vec![]));
    }

    #[test]
    fn a_prepared_statement_is_made_again_unless_its_text_is_lost() {
        assert_eq!(after("PREPARE s FROM 'SELECT 1'; EXECUTE s; DEALLOCATE PREPARE s", 1), Ok(vec![0]));
        let text = "SET @s = (SELECT 'x'); PREPARE s FROM @s; EXECUTE s; DEALLOCATE PREPARE s; SELECT 1";
        assert_eq!(after(text, 2), Err("3: the prepared statement s".into()));
        assert_eq!(after(text, 4), Ok(vec![]));
    }

    #[test]
    fn the_last_number_is_lost_until_another_is_given() {
        let text = "INSERT INTO a VALUES (); SELECT 1; INSERT INTO b VALUES (LAST_INSERT_ID())";
        assert_eq!(after(text, 1), Err("3: LAST_INSERT_ID()".into()));
        assert_eq!(
            after("INSERT INTO a VALUES (); INSERT INTO a VALUES (); SELECT LAST_INSERT_ID()", 1),
            Ok(vec![])
        );
    }
}
