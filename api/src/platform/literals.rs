//! Replacing words in stored texts and bodies, whatever their format.

/// Words shorter than this are left alone: they are in every text.
const SHORTEST: usize = 2;

/// Words and what stands in their place.
#[derive(Clone, Debug, Default)]
pub struct Literals {
    /// Lower-case bytes and their replacement, the longest first, so that an address goes before the name in it.
    words: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Literals {
    /// Words with their replacements, in every spelling that JSON and addresses have for them.
    pub fn new<'w>(pairs: impl IntoIterator<Item = (&'w str, &'w str)>) -> Self {
        let mut words = Vec::new();
        for (word, replacement) in pairs {
            let word = word.trim();
            if word.len() < SHORTEST {
                continue;
            }
            for spelling in spellings(word) {
                let spelling = spelling.to_ascii_lowercase().into_bytes();
                if !words.iter().any(|(known, _)| *known == spelling) {
                    words.push((spelling, replacement.as_bytes().to_vec()));
                }
            }
        }
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Self { words }
    }

    /// The bytes with every word replaced; nothing where none is in them.
    pub fn replace_bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let lower = bytes.to_ascii_lowercase();
        let mut replaced = Vec::new();
        let (mut at, mut kept) = (0, 0);
        while at < lower.len() {
            let found = self
                .words
                .iter()
                .find(|(word, _)| is_word_at(&lower, at, word));
            match found {
                Some((word, replacement)) => {
                    replaced.extend_from_slice(&bytes[kept..at]);
                    replaced.extend_from_slice(replacement);
                    at += word.len();
                    kept = at;
                }
                None => at += 1,
            }
        }
        if kept == 0 {
            return None;
        }
        replaced.extend_from_slice(&bytes[kept..]);
        Some(replaced)
    }

    /// The text with every word replaced; nothing where none is in it.
    pub fn replace_text(&self, text: &str) -> Option<String> {
        let replaced = self.replace_bytes(text.as_bytes())?;
        // Whole words went and whole words came.
        Some(String::from_utf8_lossy(&replaced).into_owned())
    }
}

/// Whether a word begins here and ends as one: `al` is not in `value`.
fn is_word_at(lower: &[u8], at: usize, word: &[u8]) -> bool {
    let is_inner = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    lower[at..].starts_with(word)
        && !(at > 0 && is_inner(lower.get(at - 1)) && is_inner(word.first()))
        && !(is_inner(lower.get(at + word.len())) && is_inner(word.last()))
}

fn spellings(word: &str) -> Vec<String> {
    let escaped: String = word
        .chars()
        .flat_map(|letter| {
            if letter.is_ascii() {
                vec![letter.to_string()]
            } else {
                let mut units = [0; 2];
                letter
                    .encode_utf16(&mut units)
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}"))
                    .collect()
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            _ => encoded.push_str(&format!("%{byte:02x}")),
        }
    }
    vec![
        word.to_owned(),
        escaped,
        encoded.replace("%20", "+"),
        encoded,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals() -> Literals {
        Literals::new([
            ("João Ada", "erased"),
            ("ada@example.com", "gone@erased.invalid"),
            ("ada", "erased"),
        ])
    }

    #[test]
    fn words_go_in_every_spelling_and_nothing_else_does() {
        let text = "Ada merged; ADA@example.com, jo\u{e3}o ada, Jo\\u00e3o Ada, ada%40example.com, \
                    /ada/x, canada, ada_lovelace adas";
        assert_eq!(
            literals().replace_text(text).unwrap(),
            "erased merged; gone@erased.invalid, erased, erased, gone@erased.invalid, \
             /erased/x, canada, erased_lovelace adas"
        );
    }

    #[test]
    fn a_text_without_the_words_is_left_alone() {
        assert_eq!(literals().replace_text("nothing of theirs"), None);
    }

    #[test]
    fn a_word_that_is_in_every_text_is_left_alone() {
        assert_eq!(Literals::new([("a", "x")]).replace_text("a b a"), None);
    }
}
