//! Pipelines.

use shared::points::PointRule;
use shared::vocabulary::EventType;

use super::super::NormalizeError;
use super::{Payload, fact_of, people};
use crate::contexts::activity::{Activity, Fact};

/// A pipeline ended, or went on. Its end pays, or charges, who started it, once a run.
pub(super) fn normalize(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let object = payload.object;
    let id = payload.object_id()?;
    let status = object.at("status").word();
    let status = status.ok_or(NormalizeError::Missing("object_attributes.status"))?;
    let branch = object.at("ref").text();
    let place = branch.map_or_else(String::new, |branch| format!(" on {branch}"));
    let (event_type, rule, verb) = match status {
        "success" => (
            EventType::PipelineSucceeded,
            Some(PointRule::PipelineSucceeded),
            "succeeded",
        ),
        "failed" => (
            EventType::PipelineFailed,
            Some(PointRule::PipelineFailed),
            "failed",
        ),
        "running" => (EventType::PipelineUpdated, None, "is running"),
        "canceled" => (EventType::PipelineUpdated, None, "was canceled"),
        _ => (EventType::PipelineUpdated, None, "changed its state"),
    };
    let ended = object.at("finished_at").time();
    let facts = rule.map_or_else(Vec::new, |rule| {
        fact_of(people::person(payload.root.at("user")), |earner| {
            Fact::once(rule, earner, payload.fact_key("pipeline", &id))
        })
    });
    let activity = payload.activity(event_type, format!("Pipeline #{id} {verb}{place}"));
    Ok(Activity {
        url: activity.url.or_else(|| page(payload, &id)),
        occurred_at: ended.or_else(|| object.at("created_at").time()),
        facts,
        ..activity
    })
}

/// Older installations send no address of the pipeline itself.
fn page(payload: &Payload<'_>, id: &str) -> Option<String> {
    let project = payload.root.at("project").at("web_url").web_url()?;
    Some(format!("{project}/-/pipelines/{id}"))
}
