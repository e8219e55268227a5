//! The fields of a form, or of the query of a URL.

use percent_encoding::percent_decode_str;

/// Fields by name; if a name occurs twice, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`. Bytes that are not UTF-8 are replaced.
    pub fn parse(text: &str) -> Form {
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8_lossy().into_owned()
        };
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Form(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
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
        let form = Form::parse("a=1+2%2B3&text=x%0D%0Ay%C3%A9&empty&a=last&bad=%FF");
        assert_eq!(form.get("a"), Some("last"));
        assert_eq!(form.text("text").as_deref(), Some("x\nyé"));
        assert_eq!(form.get("empty"), Some(""));
        assert_eq!(form.get("bad"), Some("\u{fffd}"));
        assert_eq!(form.get("none"), None);
        assert_eq!(Form::parse("a=1+2%2B3").get("a"), Some("1 2+3"));
    }
}
