//! Plain Latin letters: what usernames are made of, and what hashtags must differ in.

/// The letters a-z of a Latin name, accents and special letters resolved; `None` if it holds anything else.
pub fn plain(name: &str) -> Option<String> {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'a'..='z' => plain.push(letter),
            'A'..='Z' => plain.push(letter.to_ascii_lowercase()),
            _ => plain.push_str(fold(letter)?),
        }
    }
    (!plain.is_empty()).then_some(plain)
}

/// The text without its accents: equal for two texts that a database may take for equal.
pub fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for letter in text.chars() {
        match fold(letter) {
            Some(plain) => bare.push_str(plain),
            None if is_sign(letter) => {}
            None => bare.push(kana(letter)),
        }
    }
    bare
}

/// Signs of Devanagari and of kana that collations pass over.
fn is_sign(letter: char) -> bool {
    matches!(letter, '\u{901}'..='\u{903}' | '\u{93c}' | '\u{94d}' | 'ー' | '\u{3099}' | '\u{309a}')
}

/// Kana as collations compare them: large, without the marks of voice, hiragana for katakana.
fn kana(letter: char) -> char {
    let hiragana = match letter {
        'ァ'..='ヶ' => char::from_u32(letter as u32 - 0x60).unwrap_or(letter),
        _ => letter,
    };
    const MARKED: &str = "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽぁぃぅぇぉっゃゅょゎゔ";
    const PLAIN: &str = "かきくけこさしすせそたちつてとはひふへほはひふへほあいうえおつやゆよわう";
    let mut pairs = MARKED.chars().zip(PLAIN.chars());
    pairs.find(|(marked, _)| *marked == hiragana).map_or(hiragana, |(_, plain)| plain)
}

fn fold(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' => "a",
        'ç' | 'Ç' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => "e",
        'ğ' | 'Ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'İ' => "i",
        'ñ' | 'Ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' => "o",
        'ş' | 'Ş' => "s",
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => "u",
        'ý' | 'Ý' | 'ÿ' => "y",
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{bare, plain};

    #[test]
    fn accents_are_resolved_and_other_scripts_refused() {
        assert_eq!(plain("José").as_deref(), Some("jose"));
        assert_eq!(plain("Şahin").as_deref(), Some("sahin"));
        assert_eq!(plain("Groß").as_deref(), Some("gross"));
        assert_eq!(plain("De Luca"), None);
        assert_eq!(plain("田中"), None);
        assert_eq!(plain(""), None);
    }

    #[test]
    fn bare_texts_keep_other_scripts() {
        assert_eq!(bare("fútbol"), "futbol");
        assert_eq!(bare("写真"), "写真");
        assert_eq!(bare("グルメ"), bare("くるめ"));
        assert_eq!(bare("ज़िंदगी"), bare("जिदगी"));
    }
}
