//! Which media type a client wants.

use axum::http::{HeaderMap, header};

/// How an answer is written, and which statuses it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status says what became of the request.
    GraphqlResponse,
    /// `application/json`, for older clients: an answer in GraphQL's form is 200, errors and all.
    Json,
    /// `text/event-stream`: results as they come.
    EventStream,
}

impl Media {
    /// The value of `Content-Type`.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
        }
    }

    /// The type that a client prefers; none where it takes neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut wanted: Option<(u16, Self)> = None;
        let mut names_any = false;
        let ranges = headers.get_all(header::ACCEPT).iter();
        let ranges = ranges.filter_map(|value| value.to_str().ok());
        for range in ranges.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            if name.is_empty() {
                continue;
            }
            names_any = true;
            let mut quality = 1000;
            let mut takes_utf8 = true;
            for (key, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
                match key.trim().to_ascii_lowercase().as_str() {
                    "q" => quality = per_mille(value.trim()),
                    "charset" => takes_utf8 = is_utf8(value),
                    _ => {}
                }
            }
            let media = match name.to_ascii_lowercase().as_str() {
                "application/graphql-response+json" => Self::GraphqlResponse,
                "application/json" | "application/*" | "*/*" => Self::Json,
                "text/event-stream" => Self::EventStream,
                _ => continue,
            };
            if quality > 0 && takes_utf8 && wanted.is_none_or(|(best, _)| quality > best) {
                wanted = Some((quality, media));
            }
        }
        match wanted {
            Some((_, media)) => Some(media),
            None if names_any => None,
            // Before there was the newer type, nobody had to say.
            None => Some(Self::Json),
        }
    }
}

/// Whether a `charset` parameter names UTF-8.
pub(super) fn is_utf8(value: &str) -> bool {
    let name = value.trim().trim_matches('"');
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

fn per_mille(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let thousandths = format!("{fraction:0<3}");
    match (
        whole,
        thousandths.get(..3).and_then(|text| text.parse().ok()),
    ) {
        ("0", Some(thousandths)) => thousandths,
        ("1", _) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        Media::negotiate(&headers)
    }

    #[test]
    fn the_type_of_the_highest_quality_wins_and_the_first_of_equals() {
        for (accept, expected) in [
            (
                "application/graphql-response+json, application/json;q=0.9",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/json;q=0.5, application/graphql-response+json;q=0.75",
                Some(Media::GraphqlResponse),
            ),
            (
                "application/json, application/graphql-response+json",
                Some(Media::Json),
            ),
            (
                "APPLICATION/GraphQL-Response+JSON; charset=utf-8",
                Some(Media::GraphqlResponse),
            ),
            ("*/*", Some(Media::Json)),
            ("text/html, */*;q=0.1", Some(Media::Json)),
            ("application/json;q=0", None),
            ("application/json; charset=iso-8859-1", None),
            ("text/event-stream", Some(Media::EventStream)),
            ("text/html", None),
            ("", Some(Media::Json)),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept}");
        }
        assert_eq!(Media::negotiate(&HeaderMap::new()), Some(Media::Json));
    }
}
