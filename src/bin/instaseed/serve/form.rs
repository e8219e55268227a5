//! The fields of a form, or of the query of a URL.

use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Fields by name; if a name occurs twice, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`. Returns `None` if a field is not UTF-8, because replacing bytes would save a
    /// text that nobody typed.
    pub fn parse(text: &str) -> Option<Form> {
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().ok().map(Cow::into_owned)
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(name, value)| Some((decoded(name)?, decoded(value)?))).collect::<Option<_>>().map(Form)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A text of several lines, without the carriage returns that forms add.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|text| text.replace("\r\n", "\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn fields_are_decoded() {
        let form = Form::parse("a=1+2%2B3&text=x%0D%0Ay%C3%A9&empty&a=last").expect("it is UTF-8");
        assert_eq!(form.get("a"), Some("last"));
        assert_eq!(form.text("text").as_deref(), Some("x\nyé"));
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("none"), None);
        let one = Form::parse("a=1+2%2B3").expect("it is UTF-8");
        assert_eq!(one.get("a"), Some("1 2+3"));
        assert!(Form::parse("a=1&text=%FF").is_none(), "it is no UTF-8");
    }
}
