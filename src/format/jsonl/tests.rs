//! What is written as JSON Lines, to the byte, and what is read from it.

use super::*;
use crate::edition::Edition;
use crate::format::FileFormat;

fn tags() -> &'static Table {
    Edition::Course.table("tags").unwrap()
}

/// A row of `tags` with this name.
fn line(name: &str) -> String {
    let mut jsonl = Jsonl::default();
    jsonl.begin(tags(), Buffer::default());
    jsonl.integer(7);
    jsonl.text(name);
    jsonl.time(Time(1_709_208_000));
    jsonl.end_row();
    String::from_utf8(jsonl.finish().as_slice().to_vec()).unwrap()
}

#[test]
fn a_row_is_an_object_in_the_order_of_the_columns() {
    assert_eq!(line("love"), "{\"id\":7,\"tag_name\":\"love\",\"created_at\":\"2024-02-29T12:00:00Z\"}\n");
}

#[test]
fn numbers_and_null_are_no_texts() {
    for value in [0, -1, 10, i64::MIN, i64::MAX] {
        let mut jsonl = Jsonl::default();
        jsonl.begin(tags(), Buffer::default());
        jsonl.integer(value);
        jsonl.null();
        jsonl.end_row();
        assert_eq!(jsonl.finish().as_slice(), format!("{{\"id\":{value},\"tag_name\":null}}\n").as_bytes());
    }
}

#[test]
fn every_text_comes_back() {
    let control: String = (0..0x30).map(|byte| char::from(byte as u8)).collect();
    for name in
        ["", "plain", "say \"hi\"", "back\\slash", "two\nlines\r\t", "żółw 🐢 \u{7f}\u{2028}", &control]
    {
        let read = read(&line(name)).unwrap();
        assert_eq!(read, [format!("[Integer(7), Text({name:?}), Time(Time(1709208000))]")]);
        let parsed: serde_json::Value = serde_json::from_str(&line(name)).unwrap();
        assert_eq!(parsed["tag_name"], name);
    }
}

#[test]
fn a_buffer_is_used_again() {
    let (mut jsonl, mut spare) = (Jsonl::default(), Buffer::default());
    for round in 0..2 {
        jsonl.begin(tags(), spare);
        for i in 0..50_000 {
            jsonl.integer(i);
            jsonl.end_row();
        }
        spare = jsonl.finish();
        let text = std::str::from_utf8(spare.as_slice()).unwrap();
        assert_eq!(text.lines().count(), 50_000, "round {round}");
        assert!(text.starts_with("{\"id\":0}\n") && text.ends_with("{\"id\":49999}\n"));
    }
}

fn read(content: &str) -> Result<Vec<String>, FormatError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let mut rows = Vec::new();
    <Jsonl as FileFormat>::read::<FormatError>(file.path(), tags(), &mut |cells| {
        rows.push(format!("{cells:?}"));
        Ok(())
    })?;
    Ok(rows)
}

#[test]
fn files_of_other_programs_are_read() {
    let content = "\n{\"created_at\": \"2024-02-29 12:00:00\", \"tag_name\": null, \"\\u0069d\": 1}\r\n\n\
                   {\"id\":2,\"tag_name\":\"\\u00e9\",\"created_at\":\"2024-02-29\"}";
    assert_eq!(
        read(content).unwrap(),
        ["[Integer(1), Null, Time(Time(1709208000))]", "[Integer(2), Text(\"é\"), Time(Time(1709164800))]"]
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let good = line("love");
    for (line, said) in [
        ("{\"id\":1,\"tag_name\":\"a\"", "line 2: EOF while parsing an object at character 22"),
        ("[1]", "line 2: invalid type: sequence, expected an object"),
        ("{\"id\":1,\"tag_name\":\"a\"}", "line 2: created_at is missing"),
        ("{\"id\":1,\"name\":\"a\"}", "line 2: no column is called \"name\""),
        ("{\"id\":1,\"id\":1}", "line 2: \"id\" is there twice"),
        (
            "{\"id\":1.5,\"tag_name\":\"a\",\"created_at\":null}",
            "line 2: id is not a valid whole number: \"1.5\"",
        ),
        (
            "{\"id\":18446744073709551615,\"tag_name\":\"a\",\"created_at\":null}",
            "id is not a valid whole number",
        ),
        ("{\"id\":1,\"tag_name\":7,\"created_at\":null}", "line 2: tag_name is not a valid text: \"7\""),
        ("{\"id\":1,\"tag_name\":\"a\",\"created_at\":\"soon\"}", "created_at is not a valid time"),
        (
            "{\"id\":1,\"tag_name\":{},\"created_at\":null}",
            "line 2: invalid type: map, expected a text, a number",
        ),
        ("{\"id\":1} x", "line 2: trailing characters at character 10"),
    ] {
        let message = read(&format!("{good}{line}\n")).unwrap_err().to_string();
        assert!(message.contains(said), "{message}");
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"{\"id\":1,\"tag_name\":\"\xff\"}\n").unwrap();
    let error = <Jsonl as FileFormat>::read::<FormatError>(file.path(), tags(), &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().ends_with("line 1: not UTF-8 text"), "{error}");
}
