//! The answer key: each model solution, with the rows that it returns on the data that is used for grading.

use serde::Serialize;

use super::details::shown;
use super::error::Result;
use super::seeds::Seeds;
use super::weights::Weights;
use crate::database::Engine;
use crate::exercise::Catalogue;
use crate::grade::{Grader, Settings, Table};

/// An exercise and its solution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Solved {
    pub number: usize,
    pub id: String,
    pub title: String,
    pub chapter: String,
    pub solution: String,
    pub profile: String,
    pub edition: &'static str,
    pub seed: u64,
    /// What the model returns, if the answer is a query.
    pub expected: Option<Table>,
}

/// What an answer key is made from.
#[derive(Debug, Clone)]
pub struct Key<'a> {
    pub catalogue: &'a Catalogue,
    pub weights: Weights,
    pub seeds: Seeds,
    /// Whose data the models run on. The name does not matter if everybody has the same data.
    pub student: &'a str,
    pub engine: Engine,
    /// Where the models run; the seed in it is not used.
    pub settings: Settings,
}

impl Key<'_> {
    /// All exercises that are graded, in order.
    pub fn solve(&self) -> Result<Vec<Solved>> {
        let graded = self.weights.of(self.catalogue, self.engine);
        let mut wanted: Vec<(u64, usize)> = Vec::new();
        for (at, (exercise, _)) in graded.iter().enumerate() {
            wanted.push((self.seeds.of(self.student, &exercise.id), at));
        }
        // One data set after another.
        wanted.sort_unstable();
        let mut open: Option<(u64, Grader)> = None;
        let mut solved = Vec::with_capacity(wanted.len());
        for (seed, at) in wanted {
            let exercise = graded[at].0;
            let expected = match exercise.is_query() {
                false => None,
                true => {
                    let grader = match &mut open {
                        Some((there, grader)) if *there == seed => grader,
                        _ => {
                            let settings = Settings { seed, ..self.settings.clone() };
                            &mut open.insert((seed, Grader::new(settings)?)).1
                        }
                    };
                    let answer = grader.expected(exercise)?;
                    let count = answer.rows.len();
                    Some(Table { name: String::new(), columns: answer.columns, rows: answer.rows, count })
                }
            };
            solved.push(Solved {
                number: exercise.number,
                id: exercise.id.clone(),
                title: exercise.title.clone(),
                chapter: exercise.chapter.clone(),
                solution: exercise.solution(self.engine).trim().to_owned(),
                profile: exercise.profile.clone(),
                edition: exercise.edition.name(),
                seed,
                expected,
            });
        }
        solved.sort_by_key(|one| one.number);
        Ok(solved)
    }
}

/// The key as a page of Markdown.
pub fn markdown(title: &str, key: &[Solved]) -> String {
    let mut text = format!("# {title}\n");
    for one in key {
        text += &format!("\n## {}. {}\n\n", one.number, one.title);
        text +=
            &format!("`{}`, profile {}, edition {}, seed {}\n\n", one.id, one.profile, one.edition, one.seed);
        text += &format!("```sql\n{}\n```\n", one.solution);
        if let Some(expected) = &one.expected {
            let rows = if expected.count == 1 { "row" } else { "rows" };
            text += &format!("\n```text\n{}\n```\n", shown(&format!("{} {rows}", expected.count), expected));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Solved, markdown};
    use crate::grade::Table;
    use crate::sandbox::Cell;

    #[test]
    fn a_key_is_a_page_of_markdown() {
        let expected = Table {
            name: String::new(),
            columns: vec!["n".to_owned()],
            rows: vec![vec![Cell::Integer(3)]],
            count: 1,
        };
        let solved = Solved {
            number: 6,
            id: "ghosts".to_owned(),
            title: "Ghosts".to_owned(),
            chapter: "beginner".to_owned(),
            solution: "SELECT 3 AS n;".to_owned(),
            profile: "course".to_owned(),
            edition: "course",
            seed: 7,
            expected: Some(expected),
        };
        assert_eq!(
            markdown("Answer key", &[solved]),
            "# Answer key\n\n## 6. Ghosts\n\n`ghosts`, profile course, edition course, seed 7\n\n\
             ```sql\nSELECT 3 AS n;\n```\n\n```text\n1 row:\n  n\n  3\n```\n"
        );
    }
}
