//! The keys of docs/json.md, and the paths of values in an object that they describe.

use std::collections::BTreeSet;

use serde_json::Value;

/// Whether a key describes a path: `NAME` is any name.
pub fn matches(key: &str, path: &str) -> bool {
    let (keys, paths): (Vec<&str>, Vec<&str>) = (key.split('.').collect(), path.split('.').collect());
    keys.len() == paths.len() && keys.iter().zip(&paths).all(|(key, part)| key == part || *key == "NAME")
}

/// Whether a path lies below a key.
pub fn begins_as(key: &str, path: &str) -> bool {
    let count = key.split('.').count();
    let begin: Vec<&str> = path.split('.').take(count).collect();
    path.split('.').count() > count && matches(key, &begin.join("."))
}

/// The paths of an object's values: `steps[].version`, `rows.users`; those of empty lists end with `[]`.
pub fn paths(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Value::Object(map) = value {
        for (key, value) in map.iter().filter(|(key, _)| *key != "ok") {
            collect(key, value, &mut found);
        }
    }
    found
}

fn collect(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| collect(&format!("{path}.{key}"), value, found));
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            list.iter().for_each(|value| collect(&format!("{path}[]"), value, found));
        }
        Value::Array(_) => drop(found.insert(format!("{path}[]"))),
        _ => drop(found.insert(path.to_owned())),
    }
}
