//! Which columns of an example matter: showing all of them would hide the few that the answer is about.

use super::shape::Shape;
use instaseed::grade::Table;
use std::collections::BTreeSet;

/// The names of the columns that are shown.
#[derive(Clone, Debug)]
pub struct Lens(BTreeSet<String>);

impl Lens {
    /// Shows keys, and the columns that these texts name: the learner's query, the model and the task.
    pub fn new(shapes: &[Shape], texts: &[&str]) -> Lens {
        let columns = || shapes.iter().flat_map(|shape| &shape.columns);
        let known: BTreeSet<String> = columns().map(|column| column.name.to_lowercase()).collect();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let words = texts.iter().flat_map(|text| text.split(move |c| !is_part(c))).map(str::to_lowercase);
        let keys = columns().filter(|column| column.is_key || column.references.is_some());
        let keys = keys.map(|column| column.name.to_lowercase());
        // What is no column of a table was made by the query, and is shown.
        Lens(known.difference(&words.chain(keys).collect()).cloned().collect())
    }

    /// The table with the columns that matter, or with all columns if none would be left.
    pub fn look(&self, table: &Table) -> Table {
        let hidden = |name: &String| self.0.contains(&name.to_lowercase());
        let kept: Vec<usize> = (0..table.columns.len()).filter(|at| !hidden(&table.columns[*at])).collect();
        if kept.is_empty() {
            return table.clone();
        }
        let pick = |row: &Vec<_>| kept.iter().filter_map(|at| row.get(*at).cloned()).collect();
        Table {
            name: table.name.clone(),
            columns: kept.iter().map(|at| table.columns[*at].clone()).collect(),
            rows: table.rows.iter().map(pick).collect(),
            count: table.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lens;
    use crate::serve::view::{Column, Shape};
    use instaseed::grade::Table;
    use instaseed::sandbox::Cell::Integer;

    #[test]
    fn columns_that_nobody_names_are_hidden() {
        let column = |name: &str, is_key| Column { name: name.to_owned(), is_key, ..Column::default() };
        let columns = vec![column("id", true), column("image_url", false), column("created_at", false)];
        let shapes = [Shape { name: "photos".to_owned(), columns, ..Shape::default() }];
        let names = ["id", "Image_URL", "created_at", "made_by_query"].map(str::to_owned).to_vec();
        let table = Table {
            columns: names,
            rows: vec![vec![1, 2, 3, 4].into_iter().map(Integer).collect()],
            count: 9,
            ..Table::default()
        };
        let seen = Lens::new(&shapes, &["SELECT p.CREATED_AT"]).look(&table);
        assert_eq!(seen.columns, ["id", "created_at", "made_by_query"]);
        assert_eq!((seen.rows, seen.count), (vec![vec![Integer(1), Integer(3), Integer(4)]], 9));
        let only =
            Table { columns: vec!["image_url".to_owned()], rows: vec![vec![Integer(2)]], ..Table::default() };
        assert_eq!(Lens::new(&shapes, &[]).look(&only), only);
    }
}
