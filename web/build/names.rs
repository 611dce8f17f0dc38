//! From GraphQL's names to Rust's.

/// `hasNextPage` becomes `has_next_page`; keywords get their `r#`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(character.to_ascii_lowercase());
    }
    match out.as_str() {
        "type" | "use" | "ref" | "match" | "move" | "where" | "in" | "loop" | "box" => {
            format!("r#{out}")
        }
        _ => out,
    }
}

/// `pageInfo` becomes `PageInfo`.
pub fn pascal(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + characters.as_str()
    })
}

/// `ALL_TIME` becomes `AllTime`.
pub fn variant(value: &str) -> String {
    value
        .split('_')
        .map(|word| pascal(&word.to_ascii_lowercase()))
        .collect()
}
