//! Pictures and words for kinds of events.

use super::icon::Icon;

/// The picture of a kind of event.
pub fn event_icon(kind: &str) -> Icon {
    const PICTURES: &[(&str, Icon)] = &[
        ("PUSH", Icon::Push),
        ("COMMIT", Icon::Push),
        ("MERGE_REQUEST", Icon::Merge),
        ("PULL_REQUEST", Icon::Merge),
        ("REVIEW", Icon::Review),
        ("COMMENT", Icon::Review),
        ("ISSUE", Icon::Issue),
        ("PIPELINE", Icon::Pipeline),
    ];
    PICTURES
        .iter()
        .find(|(part, _)| kind.contains(part))
        .map_or(Icon::Dot, |(_, picture)| *picture)
}

/// `MERGE_REQUEST_MERGED` becomes `Merge request merged`; a provider's own name stays.
pub fn event_words(kind: &str) -> String {
    let mut words = kind.replace('_', " ").to_lowercase();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_in_plain_words() {
        assert_eq!(event_words("MERGE_REQUEST_MERGED"), "Merge request merged");
        assert_eq!(event_words(""), "");
        assert_eq!(event_words("é_X"), "é x");
    }

    #[test]
    fn reviews_of_code_have_their_own_picture() {
        assert_eq!(event_icon("CODE_REVIEW"), Icon::Review);
        assert_eq!(event_icon("MERGE_REQUEST_OPENED"), Icon::Merge);
        assert_eq!(event_icon("wiki_page"), Icon::Dot);
    }
}
