//! GitLab's payloads.
//!
//! GitLab sends what it calls merge requests; here they are pull requests. Facts are named by GitLab's own ids, which are
//! unique on an installation, so that a group hook and a project hook name the same fact.

mod issue;
mod merge_request;
mod note;
mod people;
mod pipeline;
mod push;

use serde_json::Value;
use shared::vocabulary::EventType;

use super::json::Json;
use super::{NormalizeError, Normalized, UNKNOWN_INSTANCE};
use crate::contexts::activity::{Activity, ActivityKind, Fact, Person};
use crate::contexts::ingest::delivery::host_of;

/// A payload with what every kind of event needs of it.
struct Payload<'a> {
    root: Json<'a>,
    /// `object_attributes`: the merge request, issue, note or pipeline itself.
    object: Json<'a>,
    /// Host of the installation.
    instance: String,
}

/// Reads a payload; the kind is what its body says, else its header.
pub(super) fn normalize(
    event_header: Option<&str>,
    instance_header: Option<&str>,
    payload: &Value,
) -> Result<Normalized, NormalizeError> {
    let payload = Payload::new(payload, instance_header);
    let activity = match payload.kind(event_header) {
        Some("push") => push::branch(&payload)?,
        Some("tag_push") => push::tag(&payload)?,
        Some("merge_request") => merge_request::normalize(&payload)?,
        Some("note") => note::normalize(&payload)?,
        Some("issue" | "work_item") => issue::normalize(&payload)?,
        Some("pipeline") => pipeline::normalize(&payload)?,
        other => {
            let name = event_header.or(other).unwrap_or("unnamed event");
            payload.unknown(name)
        }
    };
    Ok(Normalized {
        instance: payload.instance,
        activity,
    })
}

impl<'a> Payload<'a> {
    fn new(payload: &'a Value, instance_header: Option<&str>) -> Self {
        let root = Json::root(payload);
        let places = [
            root.at("project").at("web_url"),
            root.at("project").at("homepage"),
            root.at("repository").at("homepage"),
            root.at("object_attributes").at("url"),
        ];
        let instance = instance_header.map(str::to_owned).or_else(|| {
            let mut hosts = places
                .into_iter()
                .filter_map(|place| host_of(place.word()?));
            hosts.next()
        });
        Self {
            root,
            object: root.at("object_attributes"),
            instance: instance.unwrap_or_else(|| UNKNOWN_INSTANCE.to_owned()),
        }
    }

    /// What the body says it is, else what the header says.
    fn kind(&self, event_header: Option<&'a str>) -> Option<&'a str> {
        let by_body = self.root.at("object_kind").word();
        by_body.or_else(|| match event_header? {
            "Push Hook" => Some("push"),
            "Tag Push Hook" => Some("tag_push"),
            "Merge Request Hook" => Some("merge_request"),
            "Note Hook" | "Confidential Note Hook" => Some("note"),
            "Issue Hook" | "Confidential Issue Hook" => Some("issue"),
            "Pipeline Hook" => Some("pipeline"),
            _ => None,
        })
    }

    /// An activity of a known kind, to which each file adds what it knows.
    fn activity(&self, event_type: EventType, title: String) -> Activity {
        Activity {
            kind: ActivityKind::Known(event_type),
            title,
            url: self.object.at("url").web_url(),
            repository_name: self.repository_name(),
            actor: people::person(self.root.at("user")),
            occurred_at: None,
            facts: Vec::new(),
            ignored_because: None,
        }
    }

    /// An event that is kept as it is: 2xx to GitLab, which disables hooks that refuse.
    fn unknown(&self, name: &str) -> Activity {
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        Activity {
            kind: ActivityKind::Other(name.clone()),
            ignored_because: Some(format!("no rule is about GitLab's {name}").into()),
            ..self.activity(EventType::Test, name)
        }
    }

    fn repository_name(&self) -> Option<String> {
        let project = self.root.at("project");
        project
            .at("path_with_namespace")
            .text()
            .or_else(|| project.at("name").text())
            .or_else(|| self.root.at("repository").at("name").text())
    }

    /// The key of a fact about one of the installation's objects.
    fn fact_key(&self, object: &str, id: &str) -> String {
        format!("gitlab:{}:{object}/{id}", self.instance)
    }

    /// The object's own id on the installation.
    fn object_id(&self) -> Result<String, NormalizeError> {
        let id = self.object.at("id").id();
        id.ok_or(NormalizeError::Missing("object_attributes.id"))
    }
}

/// `!7: Keep the cache warm`, as GitLab's people write it; what is missing is left out.
fn label(sign: char, object: Json<'_>) -> String {
    let number = object.at("iid").id().map(|iid| format!("{sign}{iid}"));
    match (number, object.at("title").text()) {
        (Some(number), Some(title)) => format!("{number}: {title}"),
        (Some(text), None) | (None, Some(text)) => text,
        (None, None) => "without a title".to_owned(),
    }
}

/// A fact, unless nobody can earn it.
fn fact_of(earner: Option<Person>, make: impl FnOnce(Person) -> Fact) -> Vec<Fact> {
    earner.map(make).into_iter().collect()
}
