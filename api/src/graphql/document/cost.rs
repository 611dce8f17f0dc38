//! What an operation costs of a budget, told before anything is executed.
//!
//! The size of the answer at its largest: a field counts once for every row of the pages around it. A point pays for
//! [`FIELDS_A_POINT`] of them, so small requests cost one point.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Positioned, Value, Variables};

/// Fields that one point pays for.
const FIELDS_A_POINT: u64 = 250;
/// Rows of a page where a request does not say how many it wants.
const PAGE: u64 = 20;

/// Points that an operation costs with these variables; at least one.
pub(super) fn points(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> u32 {
    let walk = Walk {
        document,
        variables,
    };
    let fields = walk.fields(&operation.selection_set.node, false);
    u32::try_from(1 + fields / FIELDS_A_POINT).unwrap_or(u32::MAX)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
}

impl Walk<'_> {
    /// Fields of an answer, at the most; `is_paged` where the field above says how many rows there are. Documents are bounded
    /// with their fragments written out, so the walk is as well.
    fn fields(&self, set: &SelectionSet, is_paged: bool) -> u64 {
        let of_one = |selection: &Positioned<Selection>| match &selection.node {
            Selection::Field(field) => self.field(&field.node, is_paged),
            Selection::InlineFragment(fragment) => {
                self.fields(&fragment.node.selection_set.node, is_paged)
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = self.document.fragments.get(name);
                fragment.map_or(0, |fragment| {
                    self.fields(&fragment.node.selection_set.node, is_paged)
                })
            }
        };
        set.items
            .iter()
            .fold(0, |sum: u64, one| sum.saturating_add(of_one(one)))
    }

    fn field(&self, field: &Field, is_paged: bool) -> u64 {
        let set = &field.selection_set.node;
        let asked = ["first", "last"]
            .iter()
            .find_map(|name| self.number(field, name));
        let rows = match asked {
            Some(rows) => rows,
            None if has_rows(set) && !is_paged => PAGE,
            None => 1,
        };
        let below = self.fields(set, asked.is_some());
        below.saturating_mul(rows).saturating_add(1)
    }

    /// The number that an argument of a field is, be it written out or a variable.
    fn number(&self, field: &Field, name: &str) -> Option<u64> {
        let argument = field.get_argument(name)?.node.clone();
        let value = argument.into_const_with(|name| self.variables.get(&name).cloned().ok_or(()));
        match value {
            Ok(Value::Number(number)) => number.as_u64(),
            _ => None,
        }
    }
}

/// Whether a selection is one of a connection.
fn has_rows(set: &SelectionSet) -> bool {
    set.items.iter().any(|selection| {
        matches!(&selection.node, Selection::Field(field)
            if matches!(field.node.name.node.as_str(), "nodes" | "edges"))
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn cost(text: &str, variables: serde_json::Value) -> u32 {
        let document = parse_query(text).unwrap();
        let operation = document.operations.iter().next().unwrap().1;
        points(&document, &operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn a_small_request_costs_one_point() {
        assert_eq!(cost("{ viewer { user { name } } }", json!({})), 1);
        assert_eq!(
            cost("{ a { b(first: 10) { nodes { c d e } } } }", json!({})),
            1
        );
    }

    #[test]
    fn pages_within_pages_multiply() {
        let text =
            "query ($n: Int) { a { b(first: $n) { nodes { c(first: 10) { nodes { d } } } } } }";
        assert_eq!(cost(text, json!({ "n": 1 })), 1);
        assert_eq!(cost(text, json!({ "n": 100 })), 1 + 2202 / 250);
    }

    #[test]
    fn a_page_of_no_said_size_counts_as_a_page() {
        let fields = "a ".repeat(30);
        assert_eq!(
            cost(&format!("{{ x {{ nodes {{ {fields} }} }} }}"), json!({})),
            1 + 621 / 250
        );
    }

    #[test]
    fn rows_are_counted_once_where_the_field_above_names_them() {
        let text = "{ board(first: 100) { entries { nodes { a b c } } } }";
        assert_eq!(cost(text, json!({})), 1 + 501 / 250);
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        let text = "{ a(first: 100) { nodes { ...f ... on T { d } } } } fragment f on T { b c e f g h i j k l }";
        assert_eq!(cost(text, json!({})), 1 + 1201 / 250);
    }

    #[test]
    fn absurd_numbers_cost_everything_and_overflow_nothing() {
        let text = "{ a(first: 9999999999999) { b(first: 9999999999999) { c(first: 9999999999999) { d } } } }";
        assert_eq!(cost(text, json!({})), u32::MAX);
    }
}
