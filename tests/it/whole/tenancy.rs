//! The walk: every field that takes an id is asked with every id of another tenant, and answers as if there were no such thing.

use std::collections::HashMap;

use api::graphql::global_id::{self, NodeKind};
use serde_json::{Value, json};
use shared::ids::SessionId;
use tests::org::{Org, Person};
use tests::{TestApp, gitlab};
use uuid::Uuid;

const INTROSPECTION: &str = "{ __schema { types {
    kind name
    fields { name args { name type { ...T } } type { ...T } }
    inputFields { name type { ...T } }
    enumValues { name }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// How deep answers are looked into.
const DEPTH: usize = 2;

#[tokio::test]
async fn no_field_tells_another_tenants_rows_from_nothing() {
    let app = TestApp::start().await;
    let (own, other) = (app.org().await, app.org().await);
    let foreign = ids_of(&app, &other).await;
    let schema = Schema::read(&own.admin).await;
    let mut asked = 0;

    for question in schema.questions() {
        for (kind, id) in &foreign {
            let nothing = global_id::encode(
                *kind,
                Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001),
            );
            for person in [&own.admin, &own.member] {
                let there = question.ask(person, id).await;
                let nowhere = question.ask(person, nothing.as_str()).await;
                assert_eq!(
                    there.replace(id.as_str(), "ID"),
                    nowhere.replace(nothing.as_str(), "ID"),
                    "{} tells a foreign {kind:?} from none",
                    question.name
                );
                for secret in [&other.slug, &other.admin.email, &other.member.email] {
                    assert!(
                        !there.contains(secret.as_str()),
                        "{}: {there}",
                        question.name
                    );
                }
                asked += 1;
            }
        }
    }

    assert!(
        asked >= 200,
        "only {asked} questions: the walk has lost its way"
    );
}

#[tokio::test]
async fn another_tenants_slug_and_id_are_as_good_as_none() {
    let app = TestApp::start().await;
    let (own, other) = (app.org().await, app.org().await);
    let by_slug = "query($slug: String!) { organization(slug: $slug) { name } }";
    let ask = async |slug: &str| {
        own.admin
            .graphql(by_slug, json!({ "slug": slug }))
            .await
            .body
    };

    assert_eq!(
        without_path(ask(&other.slug).await),
        without_path(ask("nowhere").await)
    );

    let mut stranger = own.admin.clone();
    stranger.organization_id = other.id;
    let there = stranger
        .graphql("{ organization { name } }", json!({}))
        .await
        .body;
    stranger.organization_id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).into();
    let nowhere = stranger
        .graphql("{ organization { name } }", json!({}))
        .await
        .body;
    assert_eq!(without_path(there), without_path(nowhere));
}

/// One thing of each kind that the other tenant has.
async fn ids_of(app: &TestApp, org: &Org) -> Vec<(NodeKind, String)> {
    let source = org.source().await;
    source
        .accept(&gitlab::push(&org.member.gitlab(), 1, app.now()))
        .await;
    app.run_jobs().await;
    let client = app.database().client().await;
    let mut ids: Vec<(NodeKind, Uuid)> = vec![
        (NodeKind::Organization, org.id.into()),
        (NodeKind::User, org.member.id.into()),
        (NodeKind::Team, org.team("alpha").into()),
        (NodeKind::WebhookSource, source.id.into()),
    ];
    furnish(org).await;
    for (kind, table) in [
        (NodeKind::Department, "departments"),
        (NodeKind::Invitation, "invitations"),
        (NodeKind::Mail, "mails"),
        (NodeKind::Absence, "absences"),
        (NodeKind::Membership, "memberships"),
        (NodeKind::PointsEntry, "points_ledger"),
        (NodeKind::Event, "events"),
    ] {
        let query = format!("SELECT id FROM {table} WHERE organization_id = $1 LIMIT 1");
        let row = client
            .query_one(&query, &[&Uuid::from(org.id)])
            .await
            .unwrap();
        ids.push((kind, row.get(0)));
    }
    let row = client
        .query_one(
            "SELECT id FROM sessions WHERE user_id = $1 LIMIT 1",
            &[&Uuid::from(org.member.id)],
        )
        .await
        .unwrap();
    ids.push((NodeKind::Session, SessionId(row.get(0)).into()));
    ids.into_iter()
        .map(|(kind, id)| (kind, global_id::encode(kind, id).to_string()))
        .collect()
}

/// A department, an invitation with its mail, and an absence.
async fn furnish(org: &Org) {
    let mutation = "mutation {
      createDepartment(input: { name: \"Research\" }) { department { id } }
      inviteMember(input: { people: [{ email: \"new@elsewhere.test\" }] }) { invitedCount }
      setAbsence(input: { startsOn: \"2026-04-01\", endsOn: \"2026-04-02\" }) { absence { id } }
    }";
    org.admin.graphql(mutation, json!({})).await.data();
}

/// The schema as introspection tells it, by type.
struct Schema {
    types: HashMap<String, Value>,
}

/// A request that takes one id.
struct Question {
    name: String,
    document: String,
}

impl Question {
    /// The whole answer as text, without what tells one request from another.
    async fn ask(&self, person: &Person, id: &str) -> String {
        let answer = person.graphql(&self.document, json!({ "id": id })).await;
        let codes = answer.error_codes();
        for code in ["INTERNAL", "QUERY_TOO_COMPLEX", "RATE_LIMITED"] {
            assert!(!codes.contains(&code), "{}: {:#}", self.name, answer.body);
        }
        without_path(answer.body).to_string()
    }
}

/// Request ids differ from one request to the next.
fn without_path(mut body: Value) -> Value {
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        if let Some(extensions) = error["extensions"].as_object_mut() {
            extensions.remove("requestId");
        }
    }
    body
}

impl Schema {
    async fn read(person: &Person) -> Self {
        let answer = person.graphql(INTROSPECTION, json!({})).await;
        let types = answer
            .list("/__schema/types")
            .iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one.clone()))
            .collect();
        Self { types }
    }

    /// Every field of the roots and of the organization that takes an id, once for each way of giving one.
    fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for (kind, parent, before, after) in [
            ("query", "Query", "", ""),
            ("query", "Organization", "organization { ", " }"),
            ("mutation", "Mutation", "", ""),
        ] {
            for field in self.types[parent]["fields"].as_array().unwrap() {
                let name = field["name"].as_str().unwrap();
                for arguments in self.arguments_with_id(&field["args"]) {
                    let selection = self.selection(&field["type"], DEPTH);
                    questions.push(Question {
                        name: format!("{parent}.{name}({arguments})"),
                        document: format!(
                            "{kind}($id: ID!) {{ {before}{name}({arguments}) {selection}{after} }}"
                        ),
                    });
                }
            }
        }
        questions
    }

    /// The ways to fill arguments so that one of them is `$id`.
    fn arguments_with_id(&self, arguments: &Value) -> Vec<String> {
        let all = arguments.as_array().unwrap();
        let mut ways = Vec::new();
        for (number, argument) in all.iter().enumerate() {
            for value in self.values_with_id(&argument["type"]) {
                let filled: Vec<String> = all
                    .iter()
                    .enumerate()
                    .filter_map(|(other, argument)| {
                        let name = argument["name"].as_str().unwrap();
                        let value = if other == number {
                            Some(value.clone())
                        } else {
                            self.required_value(&argument["type"])
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
    fn values_with_id(&self, of: &Value) -> Vec<String> {
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.values_with_id(&of["ofType"]),
            "LIST" => self
                .values_with_id(&of["ofType"])
                .iter()
                .map(|value| format!("[{value}]"))
                .collect(),
            "SCALAR" if of["name"] == "ID" => vec!["$id".to_owned()],
            "INPUT_OBJECT" => {
                let fields = &self.types[of["name"].as_str().unwrap()]["inputFields"];
                self.arguments_with_id(fields)
                    .iter()
                    .map(|fields| format!("{{ {fields} }}"))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Some value of a type that must be given; none where it may be left out.
    fn required_value(&self, of: &Value) -> Option<String> {
        (of["kind"] == "NON_NULL").then(|| self.some_value(&of["ofType"]))
    }

    fn some_value(&self, of: &Value) -> String {
        let name = of["name"].as_str().unwrap_or_default();
        match of["kind"].as_str().unwrap() {
            "NON_NULL" => self.some_value(&of["ofType"]),
            "LIST" => format!("[{}]", self.some_value(&of["ofType"])),
            "ENUM" => self.types[name]["enumValues"][0]["name"]
                .as_str()
                .unwrap()
                .to_owned(),
            "SCALAR" => match name {
                "Int" => "1".to_owned(),
                "Float" => "1.0".to_owned(),
                "Boolean" => "true".to_owned(),
                "ID" => "$id".to_owned(),
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
