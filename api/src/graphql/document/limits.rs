//! What a document may not exceed, checked before anything walks it that could be made to walk for ever.

use std::collections::HashMap;

use async_graphql::ServerError;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};

use super::{error_of, refused};
use crate::error::ErrorCode;

/// Words, numbers, strings and punctuation.
pub(super) const MAX_TOKENS: usize = 4_000;
/// Braces and brackets within each other: the parser walks them by recursion.
pub(super) const MAX_NESTING: usize = 48;
/// Fields within each other.
pub(super) const MAX_DEPTH: usize = 15;
/// Fields within each other below `__schema` and `__type`: tools ask deep for wrapped types.
pub(super) const MAX_INTROSPECTION_DEPTH: usize = 20;
/// Fields, with every fragment written out.
pub(super) const MAX_FIELDS: usize = 2_000;
/// Fields of the root: each starts work of its own.
pub(super) const MAX_ROOT_FIELDS: usize = 20;
/// Fields under another name than their own.
pub(super) const MAX_ALIASES: usize = 100;

fn too_complex(message: String) -> ServerError {
    error_of(ErrorCode::QueryTooComplex, message)
}

/// Checks what can be seen without parsing.
pub(super) fn check_text(text: &str) -> Result<(), ServerError> {
    let mut tokens = 0usize;
    let mut nesting = 0usize;
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match byte {
            b'#' => rest = &tail[tail.iter().position(|b| *b == b'\n').unwrap_or(tail.len())..],
            b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
            b'"' => {
                rest = after_string(tail);
                tokens += 1;
            }
            b'{' | b'[' | b'(' => {
                nesting += 1;
                tokens += 1;
            }
            b'}' | b']' | b')' => {
                nesting = nesting.saturating_sub(1);
                tokens += 1;
            }
            byte if is_word(*byte) => {
                let length = tail.iter().position(|b| !is_word(*b));
                rest = &tail[length.unwrap_or(tail.len())..];
                tokens += 1;
            }
            _ => tokens += 1,
        }
        if tokens > MAX_TOKENS {
            return Err(too_complex(format!(
                "the document has more than {MAX_TOKENS} tokens"
            )));
        }
        if nesting > MAX_NESTING {
            return Err(too_complex(format!(
                "the document nests deeper than {MAX_NESTING} brackets"
            )));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What follows a string whose opening quote was read.
fn after_string(rest: &[u8]) -> &[u8] {
    if let [b'"', b'"', block @ ..] = rest {
        let end = block.windows(3).position(|w| w == b"\"\"\"");
        return &block[end.map_or(block.len(), |end| end + 3)..];
    }
    let mut escaped = false;
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' | b'\n' => return &rest[index + 1..],
            _ => {}
        }
    }
    &[]
}

/// Checks what a document asks for, with its fragments written out.
pub(super) fn check_document(document: &ExecutableDocument) -> Result<(), ServerError> {
    let mut walk = Walk {
        document,
        fragments: HashMap::new(),
    };
    let mut fields = 0usize;
    for (_, operation) in document.operations.iter() {
        let size = walk.measure(&operation.node.selection_set.node)?;
        if operation.node.ty == OperationType::Subscription && size.top > 1 {
            return Err(refused("a subscription selects one field"));
        }
        fields = fields.saturating_add(size.fields);
        exceeds("asks for more than", fields, MAX_FIELDS, "fields")?;
        exceeds("has more than", size.aliases, MAX_ALIASES, "aliases")?;
        exceeds("has more than", size.top, MAX_ROOT_FIELDS, "root fields")?;
        exceeds("nests deeper than", size.depth, MAX_DEPTH, "fields")?;
        exceeds(
            "nests deeper than",
            size.introspection_depth,
            MAX_INTROSPECTION_DEPTH,
            "fields",
        )?;
    }
    Ok(())
}

fn exceeds(what: &str, size: usize, limit: usize, of: &str) -> Result<(), ServerError> {
    if size > limit {
        return Err(too_complex(format!("the document {what} {limit} {of}")));
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields on its own level.
    top: usize,
    fields: usize,
    aliases: usize,
    depth: usize,
    introspection_depth: usize,
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    /// Each fragment is measured once, however often it is spread; none while it is being measured.
    fragments: HashMap<&'a str, Option<Size>>,
}

impl<'a> Walk<'a> {
    fn measure(&mut self, set: &'a SelectionSet) -> Result<Size, ServerError> {
        let mut size = Size::default();
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let below = self.measure(&field.node.selection_set.node)?;
                    let name = field.node.name.node.as_str();
                    let is_alias = field
                        .node
                        .alias
                        .as_ref()
                        .is_some_and(|alias| alias.node.as_str() != name);
                    size.top = size.top.saturating_add(1);
                    size.fields = size.fields.saturating_add(below.fields).saturating_add(1);
                    size.aliases = size
                        .aliases
                        .saturating_add(below.aliases)
                        .saturating_add(usize::from(is_alias));
                    if matches!(name, "__schema" | "__type") {
                        size.introspection_depth = size.introspection_depth.max(1 + below.depth);
                    } else {
                        size.depth = size.depth.max(1 + below.depth);
                        size.introspection_depth =
                            size.introspection_depth.max(below.introspection_depth);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    size.add(self.measure(&fragment.node.selection_set.node)?);
                }
                Selection::FragmentSpread(spread) => {
                    size.add(self.fragment(spread.node.fragment_name.node.as_str())?);
                }
            }
        }
        Ok(size)
    }

    fn fragment(&mut self, name: &'a str) -> Result<Size, ServerError> {
        if let Some(known) = self.fragments.get(name) {
            return known.ok_or_else(|| refused("a fragment contains itself"));
        }
        // A fragment that is not there is left for the validation to name.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.fragments.insert(name, None);
        let size = self.measure(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

impl Size {
    fn add(&mut self, other: Self) {
        self.top = self.top.saturating_add(other.top);
        self.fields = self.fields.saturating_add(other.fields);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;
    use async_graphql::parser::parse_query;

    use super::*;

    fn check(text: &str) -> Result<(), String> {
        let code = |error: ServerError| match error.extensions.and_then(|e| e.get("code").cloned())
        {
            Some(Value::String(code)) => code,
            other => panic!("no code: {other:?}"),
        };
        check_text(text).map_err(code)?;
        check_document(&parse_query(text).unwrap()).map_err(code)
    }

    fn too_complex() -> Result<(), String> {
        Err("QUERY_TOO_COMPLEX".to_owned())
    }

    #[test]
    fn fragments_that_double_are_counted_without_being_written_out() {
        let mut text = "query { ...F0 }".to_owned();
        for level in 0..40 {
            text += &format!(
                " fragment F{level} on Query {{ ...F{0} ...F{0} }}",
                level + 1
            );
        }
        text += " fragment F40 on Query { a }";
        assert_eq!(check(&text), too_complex());
    }

    #[test]
    fn a_fragment_within_itself_ends() {
        let text = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }";
        assert_eq!(check(text), Err("BAD_USER_INPUT".to_owned()));
    }

    #[test]
    fn depth_counts_fields_and_leaves_room_for_introspection() {
        let nest = |name: &str, depth: usize| {
            format!(
                "{} x {}",
                format!("{{ {name} ").repeat(depth),
                "}".repeat(depth)
            )
        };
        assert_eq!(check(&nest("a", MAX_DEPTH)), Ok(()));
        assert_eq!(check(&nest("a", MAX_DEPTH + 1)), too_complex());
        let introspection = |depth| format!("{{ __schema {} }}", nest("ofType", depth));
        assert_eq!(check(&introspection(MAX_INTROSPECTION_DEPTH - 1)), Ok(()));
        assert_eq!(
            check(&introspection(MAX_INTROSPECTION_DEPTH)),
            too_complex()
        );
    }

    #[test]
    fn tokens_and_brackets_are_counted_before_parsing() {
        assert_eq!(check(&"a ".repeat(MAX_TOKENS + 1)), too_complex());
        assert_eq!(
            check(&format!("{{ a(b: {}", "[".repeat(10_000))),
            too_complex()
        );
        let long_string = format!("{{ a(b: \"{}\") }}", "[ \\\" ".repeat(MAX_TOKENS));
        assert_eq!(check(&long_string), Ok(()));
        let block = format!("{{ a(b: \"\"\"{}\"\"\") }}", "{ \" ".repeat(MAX_TOKENS));
        assert_eq!(check(&block), Ok(()));
        let comment = format!("# {}\n{{ a }}", "{ ".repeat(MAX_TOKENS));
        assert_eq!(check(&comment), Ok(()));
    }

    #[test]
    fn root_fields_and_aliases_are_limited() {
        let aliases = |count: usize| {
            (0..count)
                .map(|index| format!("a{index}: a "))
                .collect::<String>()
        };
        assert_eq!(
            check(&format!("{{ {} }}", aliases(MAX_ROOT_FIELDS))),
            Ok(())
        );
        assert_eq!(
            check(&format!("{{ {} }}", aliases(MAX_ROOT_FIELDS + 1))),
            too_complex()
        );
        assert_eq!(
            check(&format!("{{ b {{ {} }} }}", aliases(MAX_ALIASES))),
            Ok(())
        );
        assert_eq!(
            check(&format!("{{ b {{ {} }} }}", aliases(MAX_ALIASES + 1))),
            too_complex()
        );
    }
}
