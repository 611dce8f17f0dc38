//! Merge requests, which are pull requests in the neutral vocabulary.

use shared::points::PointRule;
use shared::vocabulary::EventType;

use super::super::NormalizeError;
use super::{Payload, fact_of, label, people};
use crate::contexts::activity::{Activity, Fact, Person};

/// A merge request was opened, approved, merged or changed.
///
/// Opening and merging pay the author, whoever pressed the button; an approval pays who gave it, unless they approve their
/// own work.
pub(super) fn normalize(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let object = payload.object;
    let id = payload.object_id()?;
    let key = fact_key(payload, &id);
    let label = label('!', object);
    let actor = people::person(payload.root.at("user"));
    let by = |verb: &str, event_type| {
        payload.activity(event_type, format!("{verb} merge request {label}"))
    };
    let created = object.at("created_at").time();
    let updated = object.at("updated_at").time().or(created);
    let activity = match object.at("action").word() {
        Some("open") => Activity {
            occurred_at: created.or(updated),
            facts: fact_of(opener(payload, actor), |author| {
                Fact::once(PointRule::PullRequestOpened, author, key)
            }),
            ..by("Opened", EventType::PullRequestOpened)
        },
        Some("merge") => Activity {
            occurred_at: object.at("merged_at").time().or(updated),
            facts: fact_of(author(payload), |author| {
                Fact::once(PointRule::PullRequestMerged, author, key)
            }),
            ..by("Merged", EventType::PullRequestMerged)
        },
        Some("approved" | "approval") => Activity {
            occurred_at: updated,
            facts: review(actor, author(payload), key),
            ..by("Approved", EventType::ReviewApproved)
        },
        Some("close") => Activity {
            occurred_at: updated,
            ..by("Closed", EventType::PullRequestClosed)
        },
        other => Activity {
            occurred_at: updated,
            ..by(
                match other {
                    Some("reopen") => "Reopened",
                    Some("unapproved" | "unapproval") => "Took back the approval of",
                    _ => "Updated",
                },
                EventType::PullRequestUpdated,
            )
        },
    };
    Ok(activity)
}

/// What names a merge request in a fact's key; a review by comment names the same one.
pub(super) fn fact_key(payload: &Payload<'_>, id: &str) -> String {
    payload.fact_key("merge_request", id)
}

/// A review, which pays nothing where the reviewer is plainly the author.
pub(super) fn review(reviewer: Option<Person>, author: Option<Person>, key: String) -> Vec<Fact> {
    let reviewer = reviewer.filter(|reviewer| {
        !author
            .as_ref()
            .is_some_and(|author| author.is_same_as(reviewer))
    });
    fact_of(reviewer, |reviewer| {
        Fact::daily(PointRule::CodeReview, reviewer, key).not_by(author)
    })
}

fn author(payload: &Payload<'_>) -> Option<Person> {
    let id = payload.object.at("author_id").id()?;
    Some(people::by_id(payload, id))
}

/// GitLab makes the one who opens a merge request its author, and of that one it shows more than the id.
fn opener(payload: &Payload<'_>, actor: Option<Person>) -> Option<Person> {
    actor.or_else(|| author(payload))
}
