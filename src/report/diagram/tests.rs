//! The layout keeps what it promises, for our schema and for hostile ones.

use super::*;
use crate::edition::Edition;
use crate::report::entity::{EntityColumn, of_edition};

fn entity(name: &str, references: &[&str]) -> Entity {
    let id =
        EntityColumn { name: "id".to_owned(), kind: "int".to_owned(), key: true, ..EntityColumn::default() };
    let others = references.iter().map(|table| EntityColumn {
        name: format!("{table}_id"),
        kind: "int".to_owned(),
        references: Some(((*table).to_owned(), "id".to_owned())),
        ..EntityColumn::default()
    });
    Entity { name: name.to_owned(), columns: [id].into_iter().chain(others).collect(), ..Entity::default() }
}

#[test]
fn a_table_is_right_of_what_it_refers_to_and_no_box_is_on_another() {
    for edition in Edition::ALL {
        let entities = of_edition(edition);
        let layout = Layout::new(&entities);
        for line in &layout.lines {
            let (child, parent) = (&layout.boxes[line.from], &layout.boxes[line.to]);
            assert!(
                child.x > parent.x + parent.width,
                "{} {}",
                entities[line.from].name,
                entities[line.to].name
            );
        }
        for (a, one) in layout.boxes.iter().enumerate() {
            for other in &layout.boxes[a + 1..] {
                let apart = one.x + one.width <= other.x || other.x + other.width <= one.x;
                let above = one.y + one.height <= other.y || other.y + other.height <= one.y;
                assert!(apart || above, "{one:?} {other:?}");
            }
        }
    }
}

#[test]
fn no_line_goes_through_a_box() {
    for edition in Edition::ALL {
        let entities = of_edition(edition);
        let layout = Layout::new(&entities);
        for line in &layout.lines {
            for pair in line.corners.windows(2) {
                let (left, right) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
                let (top, bottom) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
                assert!(left == right || top == bottom, "{edition}: a line is straight: {:?}", line.corners);
                for (at, place) in layout.boxes.iter().enumerate() {
                    let inside = right > place.x
                        && left < place.x + place.width
                        && bottom > place.y
                        && top < place.y + place.height;
                    let name = &entities[at].name;
                    assert!(!inside, "{edition}: through {name}: {:?}", line.corners);
                }
            }
        }
    }
}

#[test]
fn circles_strangers_and_nothing_are_drawn() {
    let entities = [entity("a", &["b", "a"]), entity("b", &["a", "gone"]), entity("alone", &[])];
    let layout = Layout::new(&entities);
    assert_eq!(layout.lines.len(), 3);
    assert!(layout.boxes.iter().all(|place| place.x < layout.width && place.y < layout.height));
    assert_eq!(Layout::new(&[]).lines, []);
    let many: Vec<Entity> = (0..40).map(|at| entity(&format!("t{at}"), &[])).collect();
    assert!(Layout::new(&many).height < 1000.0);
}

#[test]
fn other_programs_read_every_table_and_every_key() {
    let entities = of_edition(Edition::Course);
    let text = mermaid(&entities);
    assert!(text.starts_with("erDiagram\n"));
    assert_eq!(text.matches("||--o{").count(), 9, "{text}");
    assert!(text.contains("    users ||--o{ photos : user_id\n"), "{text}");
    let text = dbml(&entities);
    assert_eq!((text.matches("Table ").count(), text.matches("Ref: ").count()), (7, 9), "{text}");
    let odd = Entity { name: "two words".to_owned(), ..entity("x", &["users"]) };
    let odd = [odd];
    assert!(mermaid(&odd).contains("\"two words\" {"));
    assert!(dbml(&odd).contains("Table \"two words\" {"));
}

#[test]
fn names_from_outside_stay_text() {
    let mut bad = entity("<script>alert(1)</script>", &["users"]);
    bad.columns[0].kind = "enum('a','\"b')".to_owned();
    let bad = [bad];
    for svg in [drawing(&bad), alone(&bad)] {
        assert!(!svg.contains("<script>"), "{svg}");
    }
    assert!(!mermaid(&bad).contains("enum('"));
}
