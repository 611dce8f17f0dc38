//! Every question of the schema that takes an id: found in the schema itself, so that a new field is asked too.

use std::collections::HashMap;

use serde_json::{Value, json};
use tests::org::{Org, Person};

const INTROSPECTION: &str = "{ __schema { types {
    kind name
    fields { name args { name type { ...T } } type { ...T } }
    inputFields { name type { ...T } }
    enumValues { name }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// How deep answers are looked into.
const DEPTH: usize = 2;

/// Ids that the asker may well name, for the other places of an input.
#[derive(Default)]
pub(super) struct OwnIds {
    by_argument: HashMap<&'static str, String>,
}

impl OwnIds {
    pub(super) fn of(org: &Org) -> Self {
        Self {
            by_argument: HashMap::from([
                ("userId", org.member.gid()),
                ("leadId", org.lead.gid()),
                ("teamId", org.team_gid("beta")),
                ("organizationId", org.gid()),
            ]),
        }
    }

    fn literal(&self, argument: &str) -> String {
        self.by_argument
            .get(argument)
            .map_or_else(|| "$id".to_owned(), |id| format!("\"{id}\""))
    }
}

/// A request that asks about one id.
pub(super) struct Question {
    pub(super) name: String,
    is_subscription: bool,
    document: String,
}

impl Question {
    /// The whole answer as text, without what tells one request from another; the first one of a subscription.
    pub(super) async fn ask(&self, person: &Person, id: &str) -> String {
        let variables = json!({ "id": id });
        if self.is_subscription {
            let mut socket = person.socket().await;
            let asked = socket.subscribe(&self.document, variables).await;
            // What has no first message of its own is silent for both: whatever is asked next is answered.
            let after = socket.subscribe("{ __typename }", json!({})).await;
            let mut message = socket.next().await;
            if message["id"] == json!(after) {
                return "silence".to_owned();
            }
            assert_eq!(message["id"], json!(asked));
            message["id"] = Value::Null;
            return without_request_id(message).to_string();
        }
        let answer = person.graphql(&self.document, variables).await;
        let codes = answer.error_codes();
        for code in ["INTERNAL", "QUERY_TOO_COMPLEX", "RATE_LIMITED"] {
            assert!(!codes.contains(&code), "{}: {:#}", self.name, answer.body);
        }
        without_request_id(answer.body).to_string()
    }
}

/// Request ids differ from one request to the next.
pub(super) fn without_request_id(mut body: Value) -> Value {
    let errors = if body["payload"].is_array() {
        &mut body["payload"]
    } else {
        &mut body["errors"]
    };
    for error in errors.as_array_mut().into_iter().flatten() {
        if let Some(extensions) = error["extensions"].as_object_mut() {
            extensions.remove("requestId");
        }
    }
    body
}

/// The schema as introspection tells it, by type.
pub(super) struct Schema {
    types: HashMap<String, Value>,
}

impl Schema {
    pub(super) async fn read(person: &Person) -> Self {
        let answer = person.graphql(INTROSPECTION, json!({})).await;
        let types = answer
            .list("/__schema/types")
            .iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one.clone()))
            .collect();
        Self { types }
    }

    /// Every field of the roots and of the organization that takes an id, once for each way of giving one.
    pub(super) fn questions(&self, own: &OwnIds) -> Vec<Question> {
        let mut questions = Vec::new();
        for (kind, parent, before, after) in [
            ("query", "Query", "", ""),
            ("query", "Organization", "organization { ", " }"),
            ("mutation", "Mutation", "", ""),
            ("subscription", "Subscription", "", ""),
        ] {
            for field in self.types[parent]["fields"].as_array().unwrap() {
                let name = field["name"].as_str().unwrap();
                for arguments in self.arguments_with_id(&field["args"], own) {
                    let selection = self.selection(&field["type"], DEPTH);
                    questions.push(Question {
                        name: format!("{parent}.{name}({arguments})"),
                        is_subscription: kind == "subscription",
                        document: format!(
                            "{kind}($id: ID!) {{ {before}{name}({arguments}) {selection}{after} }}"
                        ),
                    });
                }
            }
        }
        questions
    }

    /// Fields that take an id on types which the walk does not go to.
    pub(super) fn out_of_the_way(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, one) in &self.types {
            if ["Query", "Organization", "Mutation", "Subscription"].contains(&&**name) {
                continue;
            }
            for field in one["fields"].as_array().into_iter().flatten() {
                if !self
                    .arguments_with_id(&field["args"], &OwnIds::default())
                    .is_empty()
                {
                    found.push(format!("{name}.{}", field["name"].as_str().unwrap()));
                }
            }
        }
        found
    }

    /// The ways to fill arguments so that one of them is `$id`.
    fn arguments_with_id(&self, arguments: &Value, own: &OwnIds) -> Vec<String> {
        let all = arguments.as_array().unwrap();
        let mut ways = Vec::new();
        for (number, argument) in all.iter().enumerate() {
            for value in self.values_with_id(&argument["type"], own) {
                let filled: Vec<String> = all
                    .iter()
                    .enumerate()
                    .filter_map(|(other, argument)| {
                        let name = argument["name"].as_str().unwrap();
                        let value = if other == number {
                            Some(value.clone())
                        } else {
                            self.required_value(name, &argument["type"], own)
                        };
                        value.map(|value| format!("{name}: {value}"))
                    })
                    .collect();
                ways.push(filled.join(", "));
            }
        }
        ways
    }

    /// The ways to write a value of a type that hold `$id` once.
    fn values_with_id(&self, of: &Value, own: &OwnIds) -> Vec<String> {
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.values_with_id(&of["ofType"], own),
            "LIST" => self
                .values_with_id(&of["ofType"], own)
                .iter()
                .map(|value| format!("[{value}]"))
                .collect(),
            "SCALAR" if of["name"] == "ID" => vec!["$id".to_owned()],
            "INPUT_OBJECT" => {
                let fields = &self.types[of["name"].as_str().unwrap()]["inputFields"];
                self.arguments_with_id(fields, own)
                    .iter()
                    .map(|fields| format!("{{ {fields} }}"))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Some value of a type that must be given; none where it may be left out.
    fn required_value(&self, argument: &str, of: &Value, own: &OwnIds) -> Option<String> {
        (of["kind"] == "NON_NULL").then(|| self.some_value(argument, &of["ofType"], own))
    }

    fn some_value(&self, argument: &str, of: &Value, own: &OwnIds) -> String {
        let name = of["name"].as_str().unwrap_or_default();
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.some_value(argument, &of["ofType"], own),
            "LIST" => format!("[{}]", self.some_value(argument, &of["ofType"], own)),
            "ENUM" => self.types[name]["enumValues"][0]["name"]
                .as_str()
                .unwrap()
                .to_owned(),
            "SCALAR" => match name {
                "Int" => "1".to_owned(),
                "Float" => "1.0".to_owned(),
                "Boolean" => "true".to_owned(),
                // The asker's own, so that nothing but the id that is asked about is in the way.
                "ID" => own.literal(argument),
                "Date" => "\"2026-03-11\"".to_owned(),
                "DateTime" => "\"2026-03-11T10:00:00Z\"".to_owned(),
                _ => "\"walk\"".to_owned(),
            },
            other => panic!("no value of the kind {other} is known: {of}"),
        }
    }

    /// Everything of a type that can be asked without arguments.
    fn selection(&self, of: &Value, depth: usize) -> String {
        let mut named = of;
        while named["name"].is_null() {
            named = &named["ofType"];
        }
        let found = &self.types[named["name"].as_str().unwrap()];
        match found["kind"].as_str().unwrap() {
            "INTERFACE" | "UNION" => "{ __typename }".to_owned(),
            "OBJECT" => {
                let mut parts = vec!["__typename".to_owned()];
                for field in found["fields"].as_array().unwrap() {
                    let needs_argument = field["args"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .any(|argument| argument["type"]["kind"] == "NON_NULL");
                    if needs_argument {
                        continue;
                    }
                    let name = field["name"].as_str().unwrap();
                    let below = self.is_leaf(&field["type"]);
                    if below {
                        parts.push(name.to_owned());
                    } else if depth > 1 {
                        let selection = self.selection(&field["type"], depth - 1);
                        parts.push(format!("{name} {selection}"));
                    }
                }
                format!("{{ {} }}", parts.join(" "))
            }
            _ => String::new(),
        }
    }

    fn is_leaf(&self, of: &Value) -> bool {
        let mut named = of;
        while named["name"].is_null() {
            named = &named["ofType"];
        }
        let kind = &self.types[named["name"].as_str().unwrap()]["kind"];
        kind == "SCALAR" || kind == "ENUM"
    }
}
