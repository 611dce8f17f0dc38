//! The schema itself: committed as it is, described throughout, named by the contract's conventions.

use serde_json::{Value, json};
use tests::app::TestApp;

const QUERY: &str = "{
    __schema { types {
        kind name description
        fields(includeDeprecated: true) { name description args { name description } }
        inputFields { name description }
        enumValues(includeDeprecated: true) { name description }
    } }
}";

#[test]
fn the_committed_schema_is_the_exported_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == api::graphql::sdl(),
        "schema.graphql differs from the code; write it anew: cargo run -q -p api -- schema > schema.graphql"
    );
}

async fn types() -> Vec<Value> {
    let app = TestApp::start().await;
    let answer = app.graphql(QUERY, json!({})).await;
    // The specification's own types are described there.
    let built_in = ["Boolean", "Float", "ID", "Int", "String"];
    let is_own = |ty: &&Value| {
        let name = ty["name"].as_str().unwrap();
        !name.starts_with("__") && !built_in.contains(&name)
    };
    answer
        .list("/__schema/types")
        .iter()
        .filter(is_own)
        .cloned()
        .collect()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

#[tokio::test]
async fn everything_in_the_schema_is_described() {
    let mut bare = Vec::new();
    let mut check = |path: String, item: &Value| {
        if item["description"]
            .as_str()
            .is_none_or(|text| text.trim().is_empty())
        {
            bare.push(path);
        }
    };
    for ty in types().await {
        let name = ty["name"].as_str().unwrap();
        check(name.to_owned(), &ty);
        for key in ["fields", "inputFields", "enumValues"] {
            for item in items(&ty, key) {
                let path = format!("{name}.{}", item["name"].as_str().unwrap());
                for argument in items(item, "args") {
                    check(
                        format!("{path}({})", argument["name"].as_str().unwrap()),
                        argument,
                    );
                }
                check(path, item);
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[tokio::test]
async fn names_follow_the_conventions() {
    let is_camel = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let is_screaming = |name: &str| {
        name.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    for ty in types().await {
        let type_name = ty["name"].as_str().unwrap();
        assert!(
            type_name.starts_with(|first: char| first.is_ascii_uppercase()),
            "{type_name}"
        );
        for key in ["fields", "inputFields"] {
            for field in items(&ty, key) {
                let name = field["name"].as_str().unwrap();
                assert!(is_camel(name), "{type_name}.{name}");
            }
        }
        for value in items(&ty, "enumValues") {
            let name = value["name"].as_str().unwrap();
            assert!(is_screaming(name), "{type_name}.{name}");
        }
    }
}

#[tokio::test]
async fn a_mutation_takes_one_input_and_returns_a_payload() {
    let app = TestApp::start().await;
    let query = "{ __schema { mutationType { fields {
        name args { name type { kind ofType { name } } } type { kind ofType { name } }
    } } } }";
    let answer = app.graphql(query, json!({})).await;
    let mutations = answer.list("/__schema/mutationType/fields");
    assert!(mutations.len() >= 9, "{mutations:#?}");
    for mutation in mutations {
        let name = mutation["name"].as_str().unwrap();
        let pascal = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let required = |name: String| json!({ "kind": "NON_NULL", "ofType": { "name": name } });
        assert_eq!(
            mutation["args"],
            json!([{ "name": "input", "type": required(format!("{pascal}Input")) }])
        );
        assert_eq!(mutation["type"], required(format!("{pascal}Payload")));
    }
}

#[test]
fn connections_have_the_relay_form() {
    let sdl = api::graphql::sdl();
    for name in ["Membership", "Event", "PointsEntry", "LeaderboardEntry"] {
        let connection = block(&sdl, &format!("type {name}Connection {{"));
        for field in [
            format!("edges: [{name}Edge!]!"),
            format!("nodes: [{name}!]!"),
            "pageInfo: PageInfo!".to_owned(),
            "totalCount: Int!".to_owned(),
        ] {
            assert!(
                connection.contains(&field),
                "{name}Connection lacks {field}: {connection}"
            );
        }
        let edge = block(&sdl, &format!("type {name}Edge {{"));
        assert!(
            edge.contains("cursor: String!") && edge.contains(&format!("node: {name}!")),
            "{edge}"
        );
    }
}

fn block<'a>(sdl: &'a str, head: &str) -> &'a str {
    let body = sdl
        .split(head)
        .nth(1)
        .unwrap_or_else(|| panic!("no {head}"));
    body.split("\n}").next().unwrap()
}
