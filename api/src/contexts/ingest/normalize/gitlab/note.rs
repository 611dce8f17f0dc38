//! Comments: on a merge request they are reviews.

use shared::vocabulary::EventType;

use super::super::NormalizeError;
use super::{Payload, label, merge_request, people};
use crate::contexts::activity::{Activity, Person};

/// A comment. One on a merge request pays as a review, once a merge request and day, unless it is on one's own.
///
/// It counts when it was written: editing an old comment earns nothing anew.
pub(super) fn normalize(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let object = payload.object;
    let kind = object.at("noteable_type").word();
    let kind = kind.ok_or(NormalizeError::Missing("object_attributes.noteable_type"))?;
    let mut activity = if kind == "MergeRequest" {
        on_merge_request(payload)?
    } else {
        elsewhere(payload, kind)
    };
    activity.occurred_at = object.at("created_at").time();
    if object.at("system").flag() == Some(true) {
        activity.facts.clear();
        activity.ignored_because = Some("GitLab wrote this comment itself".into());
    }
    Ok(activity)
}

fn on_merge_request(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let merge_request = payload.root.at("merge_request");
    let id = merge_request.at("id").id();
    let id = id.or_else(|| payload.object.at("noteable_id").id());
    let id = id.ok_or(NormalizeError::Missing("merge_request.id"))?;
    let writer = people::person(payload.root.at("user"));
    let author_id = merge_request.at("author_id").id();
    // The payload's `user` may come without an id; the comment always has its writer's.
    let is_own_work = author_id.is_some() && author_id == payload.object.at("author_id").id();
    let author: Option<Person> = author_id.map(|id| people::by_id(payload, id));
    let title = format!("Commented on merge request {}", label('!', merge_request));
    Ok(Activity {
        facts: merge_request::review(
            writer.filter(|_| !is_own_work),
            author,
            merge_request::fact_key(payload, &id),
        ),
        ..payload.activity(EventType::ReviewCommented, title)
    })
}

fn elsewhere(payload: &Payload<'_>, kind: &str) -> Activity {
    let root = payload.root;
    let title = match kind {
        "Issue" | "WorkItem" => format!("Commented on issue {}", label('#', root.at("issue"))),
        "Commit" => "Commented on a commit".to_owned(),
        "Snippet" | "ProjectSnippet" => "Commented on a snippet".to_owned(),
        _ => "Commented".to_owned(),
    };
    payload.activity(EventType::Commented, title)
}
