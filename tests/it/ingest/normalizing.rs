//! Samples of our own in the neutral vocabulary: what each is known as, what it says, and what it proves.

use std::path::{Path, PathBuf};

use api::contexts::activity::Activity;
use api::contexts::ingest::{NormalizeError, Normalized, ReceivedEvent, normalize};
use serde_json::{Value, json};
use shared::ids::EventId;
use shared::points::PointRule;
use shared::vocabulary::Provider;

use super::ground::noon;

/// Who earns in the samples: by username, else by id.
type Proof = (PointRule, &'static str, u32);

/// Sample, kind, title, and what it proves.
const SAMPLES: &[(&str, &str, &str, Option<Proof>)] = &[
    (
        "push",
        "PUSH",
        "Pushed 2 commits to main",
        Some((PointRule::Push, "ada", 2)),
    ),
    (
        "push.truncated",
        "PUSH",
        "Pushed 57 commits to main",
        Some((PointRule::Push, "ada", 57)),
    ),
    (
        "push.branch_created",
        "PUSH",
        "Created branch topic/warm-cache",
        None,
    ),
    (
        "push.branch_deleted",
        "PUSH",
        "Deleted branch topic/warm-cache",
        None,
    ),
    ("tag_push", "TAG_PUSH", "Pushed tag v1.4.0", None),
    (
        "merge_request.open",
        "PULL_REQUEST_OPENED",
        "Opened merge request !93: Keep the cache warm",
        Some((PointRule::PullRequestOpened, "ada", 1)),
    ),
    (
        "merge_request.merge",
        "PULL_REQUEST_MERGED",
        "Merged merge request !93: Keep the cache warm",
        Some((PointRule::PullRequestMerged, "21", 1)),
    ),
    (
        "merge_request.approved",
        "REVIEW_APPROVED",
        "Approved merge request !93: Keep the cache warm",
        Some((PointRule::CodeReview, "bob", 1)),
    ),
    (
        "merge_request.approval_by_author",
        "REVIEW_APPROVED",
        "Approved merge request !93: Keep the cache warm",
        None,
    ),
    (
        "merge_request.unapproved",
        "PULL_REQUEST_UPDATED",
        "Took back the approval of merge request !93: Keep the cache warm",
        None,
    ),
    (
        "merge_request.close",
        "PULL_REQUEST_CLOSED",
        "Closed merge request !93: Keep the cache warm",
        None,
    ),
    (
        "merge_request.update",
        "PULL_REQUEST_UPDATED",
        "Updated merge request !93: Keep the cache warm",
        None,
    ),
    (
        "note.merge_request",
        "REVIEW_COMMENTED",
        "Commented on merge request !93: Keep the cache warm",
        Some((PointRule::CodeReview, "bob", 1)),
    ),
    (
        "note.merge_request.by_author",
        "REVIEW_COMMENTED",
        "Commented on merge request !93: Keep the cache warm",
        None,
    ),
    (
        "note.merge_request.system",
        "REVIEW_COMMENTED",
        "Commented on merge request !93: Keep the cache warm",
        None,
    ),
    (
        "note.issue",
        "COMMENTED",
        "Commented on issue #12: The report loses a row",
        None,
    ),
    ("note.commit", "COMMENTED", "Commented on a commit", None),
    (
        "issue.open",
        "ISSUE_OPENED",
        "Opened issue #12: The report loses a row",
        None,
    ),
    (
        "issue.close",
        "ISSUE_CLOSED",
        "Closed issue #12: The report loses a row",
        Some((PointRule::IssueClosed, "ada", 1)),
    ),
    (
        "issue.close.unassigned",
        "ISSUE_CLOSED",
        "Closed issue #12: The report loses a row",
        Some((PointRule::IssueClosed, "bob", 1)),
    ),
    (
        "issue.reopen",
        "ISSUE_UPDATED",
        "Reopened issue #12: The report loses a row",
        None,
    ),
    (
        "pipeline.success",
        "PIPELINE_SUCCEEDED",
        "Pipeline #8080 succeeded on main",
        Some((PointRule::PipelineSucceeded, "ada", 1)),
    ),
    (
        "pipeline.failed",
        "PIPELINE_FAILED",
        "Pipeline #8080 failed on main",
        Some((PointRule::PipelineFailed, "ada", 1)),
    ),
    (
        "pipeline.running",
        "PIPELINE_UPDATED",
        "Pipeline #8080 is running on main",
        None,
    ),
    (
        "pipeline.success.by_bot",
        "PIPELINE_SUCCEEDED",
        "Pipeline #8080 succeeded on main",
        Some((PointRule::PipelineSucceeded, "project_15_bot_3f2a", 1)),
    ),
    ("job", "build", "build", None),
    ("deployment", "deployment", "deployment", None),
    ("release", "release", "release", None),
    ("wiki_page", "wiki_page", "wiki_page", None),
];

/// Samples that are kept and of no interest.
const IGNORED: [&str; 5] = [
    "note.merge_request.system",
    "job",
    "deployment",
    "release",
    "wiki_page",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gitlab")
}

fn sample(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn read(payload: &Value) -> Result<Normalized, NormalizeError> {
    normalize(&event(payload.to_string().into_bytes()))
}

fn event(payload: Vec<u8>) -> ReceivedEvent {
    ReceivedEvent {
        id: EventId(uuid::Uuid::nil()),
        provider: Provider::Gitlab,
        provider_event: None,
        instance: None,
        payload,
        received_at: noon(),
    }
}

fn activity(payload: &Value) -> Activity {
    read(payload).unwrap().activity
}

#[test]
fn every_sample_reads_as_the_table_says() {
    for (name, kind, title, proof) in SAMPLES {
        let normalized = read(&sample(name)).unwrap();
        let activity = normalized.activity;
        assert_eq!(normalized.instance, "gitlab.example.com", "{name}");
        assert_eq!(activity.kind.as_str(), *kind, "{name}");
        assert_eq!(activity.title, *title, "{name}");
        let proofs: Vec<_> = activity
            .facts
            .iter()
            .map(|fact| {
                let earner = &fact.earner;
                let name = earner.username.clone().or(earner.external_id.clone());
                (fact.rule, name.unwrap(), fact.units)
            })
            .collect();
        let expected: Vec<_> = proof
            .iter()
            .map(|(rule, who, units)| (*rule, (*who).to_owned(), *units))
            .collect();
        assert_eq!(proofs, expected, "{name}");
        let is_ignored = activity.ignored_because.is_some();
        assert_eq!(is_ignored, IGNORED.contains(name), "{name}");
        assert_eq!(
            activity.repository_name.as_deref(),
            Some("acme/engine"),
            "{name}"
        );
    }
}

#[test]
fn the_table_knows_every_sample() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut known: Vec<String> = SAMPLES
        .iter()
        .map(|(name, ..)| format!("{name}.json"))
        .collect();
    known.sort();
    assert_eq!(files, known);
}

#[test]
fn a_group_hook_and_a_project_hook_tell_of_the_same_fact() {
    let by_project = activity(&sample("push"));
    let mut by_group = sample("push");
    by_group["project"]["web_url"] = json!("https://GITLAB.example.com:443/acme/engine");
    assert_eq!(by_project.facts, activity(&by_group).facts);
}

#[test]
fn a_comment_and_an_approval_on_one_day_are_one_review() {
    let day = noon().date_naive();
    let key = |name: &str| activity(&sample(name)).facts[0].key_on(day);
    assert_eq!(key("note.merge_request"), key("merge_request.approved"));
}

#[test]
fn a_push_counts_when_it_is_received_and_everything_else_by_gitlab_s_time() {
    let time = |name: &str| {
        let occurred_at = activity(&sample(name)).occurred_at;
        occurred_at.map(|at| at.format("%d %H:%M").to_string())
    };
    assert_eq!(time("push"), None);
    assert_eq!(time("merge_request.open").as_deref(), Some("02 08:15"));
    assert_eq!(time("merge_request.merge").as_deref(), Some("02 10:30"));
    assert_eq!(time("note.merge_request").as_deref(), Some("02 11:05"));
    assert_eq!(time("issue.close").as_deref(), Some("02 12:00"));
    assert_eq!(time("pipeline.success").as_deref(), Some("02 10:34"));
}

#[test]
fn bots_are_known_as_bots() {
    assert!(
        activity(&sample("pipeline.success.by_bot")).facts[0]
            .earner
            .is_bot
    );
    assert!(!activity(&sample("pipeline.success")).facts[0].earner.is_bot);
}

#[test]
fn a_known_kind_that_lacks_what_it_needs_says_so() {
    let mut push = sample("push");
    push["after"] = json!(null);
    assert_eq!(read(&push).unwrap_err(), NormalizeError::Missing("after"));
    let mut issue = sample("issue.close");
    issue["object_attributes"]["id"] = json!({});
    assert_eq!(
        read(&issue).unwrap_err(),
        NormalizeError::Missing("object_attributes.id")
    );
}

#[test]
fn a_link_that_is_no_page_is_left_out() {
    let mut issue = sample("issue.close");
    issue["object_attributes"]["url"] = json!("javascript:alert(1)");
    assert_eq!(activity(&issue).url, None);
}
