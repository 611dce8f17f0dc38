//! Issues.

use shared::points::PointRule;
use shared::vocabulary::EventType;

use super::super::NormalizeError;
use super::{Payload, fact_of, label, people};
use crate::contexts::activity::{Activity, Fact, Person};

/// An issue was opened, closed or changed. Closing pays the assignee, else who closed it, once an issue.
pub(super) fn normalize(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let object = payload.object;
    let id = payload.object_id()?;
    let label = label('#', object);
    let by = |verb: &str, event_type| payload.activity(event_type, format!("{verb} issue {label}"));
    let created = object.at("created_at").time();
    let updated = object.at("updated_at").time().or(created);
    let activity = match object.at("action").word() {
        Some("open") => Activity {
            occurred_at: created.or(updated),
            ..by("Opened", EventType::IssueOpened)
        },
        Some("close") => Activity {
            occurred_at: object.at("closed_at").time().or(updated),
            facts: fact_of(
                assignee(payload).or_else(|| people::person(payload.root.at("user"))),
                |earner| {
                    Fact::once(
                        PointRule::IssueClosed,
                        earner,
                        payload.fact_key("issue", &id),
                    )
                },
            ),
            ..by("Closed", EventType::IssueClosed)
        },
        other => Activity {
            occurred_at: updated,
            ..by(
                if other == Some("reopen") {
                    "Reopened"
                } else {
                    "Updated"
                },
                EventType::IssueUpdated,
            )
        },
    };
    Ok(activity)
}

/// The first assignee: as a whole where the payload shows them, else by id.
fn assignee(payload: &Payload<'_>) -> Option<Person> {
    let root = payload.root;
    let shown = root.at("assignees").items().find_map(people::person);
    let shown = shown.or_else(|| people::person(root.at("assignee")));
    shown.or_else(|| {
        let ids = payload.object.at("assignee_ids");
        let first = ids.items().find_map(super::Json::id);
        let id = first.or_else(|| payload.object.at("assignee_id").id())?;
        Some(people::by_id(payload, id))
    })
}
