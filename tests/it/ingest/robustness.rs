//! Whatever a payload holds, reading it neither panics nor yields what the database refuses.

use std::path::Path;

use api::contexts::ingest::{ReceivedEvent, normalize};
use proptest::prelude::*;
use serde_json::{Map, Value};
use shared::ids::EventId;
use shared::vocabulary::Provider;

use super::ground::noon;

const KINDS: [&str; 9] = [
    "push",
    "tag_push",
    "merge_request",
    "note",
    "issue",
    "work_item",
    "pipeline",
    "build",
    "",
];

/// Reads a payload and checks what may be stored of it.
fn check(provider_event: Option<String>, payload: Vec<u8>) {
    let event = ReceivedEvent {
        id: EventId(uuid::Uuid::nil()),
        provider: Provider::Gitlab,
        provider_event,
        instance: None,
        payload,
        received_at: noon(),
    };
    let Ok(normalized) = normalize(&event) else {
        return;
    };
    let activity = normalized.activity;
    let mut texts = vec![
        activity.title.clone(),
        activity.kind.as_str().to_owned(),
        normalized.instance,
    ];
    texts.extend(activity.url.clone());
    texts.extend(activity.repository_name.clone());
    for person in activity.people() {
        let words = [
            &person.external_id,
            &person.username,
            &person.email,
            &person.display_name,
            &person.avatar_url,
        ];
        texts.extend(words.into_iter().flatten().cloned());
        assert!(
            person.external_id.is_some() || person.username.is_some() || person.email.is_some()
        );
    }
    for fact in &activity.facts {
        texts.push(fact.key_on(noon().date_naive()));
    }
    for text in texts {
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(text.len() <= 2500, "{} bytes", text.len());
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "\\PC{0,3}\u{0}[a-z]{0,3}".prop_map(Value::from),
        "0{0,45}".prop_map(Value::from),
        "https?://[^ ]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,12}", inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn samples() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gitlab");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
        .collect()
}

/// Every place of a value, as pointers.
fn places(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                places(value, &format!("{here}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{here}/{index}"), all);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_object_of_any_kind_is_read(kind in 0..KINDS.len(), mut value in any_value(), header in any::<Option<String>>()) {
        if let Value::Object(fields) = &mut value {
            fields.insert("object_kind".to_owned(), KINDS[kind].into());
        }
        check(header, value.to_string().into_bytes());
    }

    #[test]
    fn a_sample_with_anything_anywhere_is_read(
        sample in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..4),
    ) {
        let samples = samples();
        let mut value = sample.get(&samples).clone();
        for (place, change) in changes {
            let mut all = Vec::new();
            places(&value, "", &mut all);
            if let Some(target) = value.pointer_mut(place.get::<String>(&all)) {
                *target = change;
            }
        }
        check(None, value.to_string().into_bytes());
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(None, bytes);
    }
}
