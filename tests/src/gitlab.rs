//! Deliveries as GitLab sends them, with everything the documentation shows that the server could look at.
//!
//! Each function makes a new happening: other ids, another commit. [`Delivery::with`] changes what a test is about.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// The installation that deliveries come from where a test does not say otherwise.
pub const INSTANCE: &str = "https://gitlab.example.com";

/// A person's account on GitLab.
#[derive(Clone, Debug)]
pub struct Account {
    /// Numeric id on the installation.
    pub id: u64,
    /// Login name.
    pub username: String,
    /// Name as people read it.
    pub name: String,
    /// Address; GitLab shows it or the text `[REDACTED]`.
    pub email: String,
}

impl Account {
    /// An account nobody has seen, named after its address.
    pub fn new(email: &str) -> Self {
        let username = email.split('@').next().unwrap_or(email).to_owned();
        Self {
            id: 1_000 + next(),
            name: username.clone(),
            username,
            email: email.to_owned(),
        }
    }

    fn user(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "avatar_url": format!("{INSTANCE}/uploads/{}.png", self.id),
            "email": self.email,
        })
    }
}

/// What GitLab posts: the event's name, the body, and the ids of event and delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// `X-Gitlab-Event`.
    pub event: &'static str,
    /// `X-Gitlab-Event-UUID` and `Idempotency-Key`.
    pub key: String,
    /// The body.
    pub body: Value,
}

impl Delivery {
    fn new(event: &'static str, body: Value) -> Self {
        Self {
            event,
            key: format!("delivery-{}", next()),
            body,
        }
    }

    /// The same with another value at a JSON pointer.
    #[track_caller]
    pub fn with(mut self, pointer: &str, value: impl Into<Value>) -> Self {
        *self
            .body
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer}")) = value.into();
        self
    }

    /// The same happening in a delivery of its own, as when a project hook and a group hook both send it.
    #[must_use]
    pub fn sent_again_as_another(mut self) -> Self {
        self.key = format!("delivery-{}", next());
        self
    }
}

/// Commits pushed to a branch.
pub fn push(by: &Account, commits: usize, at: DateTime<Utc>) -> Delivery {
    let shas: Vec<String> = (0..commits).map(|_| sha()).collect();
    let after = shas.last().cloned().unwrap_or_else(sha);
    let list: Vec<Value> = shas
        .iter()
        .map(|id| {
            json!({
                "id": id,
                "message": "Keep the cache warm\n",
                "title": "Keep the cache warm",
                "timestamp": rfc3339(at),
                "url": format!("{INSTANCE}/acme/engine/-/commit/{id}"),
                "author": { "name": by.name, "email": by.email },
                "added": [], "modified": ["src/cache.rs"], "removed": [],
            })
        })
        .collect();
    Delivery::new(
        "Push Hook",
        json!({
            "object_kind": "push",
            "event_name": "push",
            "before": sha(),
            "after": after,
            "checkout_sha": after,
            "ref": "refs/heads/main",
            "ref_protected": true,
            "user_id": by.id,
            "user_name": by.name,
            "user_username": by.username,
            "user_email": by.email,
            "user_avatar": null,
            "project_id": 15,
            "project": project(),
            "commits": list.iter().take(20).collect::<Vec<_>>(),
            "total_commits_count": commits,
            "repository": repository(),
        }),
    )
}

/// A merge request and what was done with it: `open`, `merge`, `approved`, `update`, …
pub fn merge_request(action: &str, author: &Account, by: &Account, at: DateTime<Utc>) -> Delivery {
    let id = next();
    let state = match action {
        "merge" => "merged",
        "close" => "closed",
        _ => "opened",
    };
    Delivery::new(
        "Merge Request Hook",
        json!({
            "object_kind": "merge_request",
            "event_type": "merge_request",
            "user": by.user(),
            "project": project(),
            "repository": repository(),
            "object_attributes": merge_request_attributes(id, author, state, action, at),
            "labels": [],
            "changes": {},
            "assignees": [],
            "reviewers": [],
        }),
    )
}

/// A comment on a merge request of `author`.
pub fn merge_request_comment(author: &Account, by: &Account, at: DateTime<Utc>) -> Delivery {
    let id = next();
    let merge_request_id = next();
    Delivery::new(
        "Note Hook",
        json!({
            "object_kind": "note",
            "event_type": "note",
            "user": by.user(),
            "project_id": 15,
            "project": project(),
            "repository": repository(),
            "object_attributes": {
                "id": id,
                "note": "Nice. One question about the lock.",
                "noteable_type": "MergeRequest",
                "author_id": by.id,
                "created_at": gitlab_time(at),
                "updated_at": gitlab_time(at),
                "project_id": 15,
                "noteable_id": merge_request_id,
                "system": false,
                "action": "create",
                "url": format!("{INSTANCE}/acme/engine/-/merge_requests/{merge_request_id}#note_{id}"),
            },
            "merge_request": merge_request_attributes(merge_request_id, author, "opened", "", at),
        }),
    )
}

/// An issue and what was done with it: `open`, `close`, `update`, …
pub fn issue(
    action: &str,
    by: &Account,
    assignee: Option<&Account>,
    at: DateTime<Utc>,
) -> Delivery {
    let id = next();
    let is_closed = action == "close";
    Delivery::new(
        "Issue Hook",
        json!({
            "object_kind": "issue",
            "event_type": "issue",
            "user": by.user(),
            "project": project(),
            "repository": repository(),
            "object_attributes": {
                "id": id,
                "iid": id,
                "title": "The report loses a row",
                "author_id": by.id,
                "assignee_id": assignee.map(|account| account.id),
                "assignee_ids": assignee.map(|account| account.id).into_iter().collect::<Vec<_>>(),
                "project_id": 15,
                "created_at": gitlab_time(at),
                "updated_at": gitlab_time(at),
                "closed_at": is_closed.then(|| gitlab_time(at)),
                "state": if is_closed { "closed" } else { "opened" },
                "confidential": false,
                "url": format!("{INSTANCE}/acme/engine/-/issues/{id}"),
                "action": action,
            },
            "assignees": assignee.map(Account::user).into_iter().collect::<Vec<_>>(),
            "labels": [],
            "changes": {},
        }),
    )
}

/// A pipeline that ended, or is on its way: `success`, `failed`, `running`, …
pub fn pipeline(status: &str, by: &Account, at: DateTime<Utc>) -> Delivery {
    let id = next();
    let finished_at = matches!(status, "success" | "failed" | "canceled").then(|| gitlab_time(at));
    Delivery::new(
        "Pipeline Hook",
        json!({
            "object_kind": "pipeline",
            "object_attributes": {
                "id": id,
                "iid": id,
                "name": "Build and test",
                "ref": "main",
                "tag": false,
                "sha": sha(),
                "before_sha": sha(),
                "source": "push",
                "status": status,
                "detailed_status": status,
                "stages": ["build", "test"],
                "created_at": gitlab_time(at),
                "finished_at": finished_at,
                "duration": 63,
                "queued_duration": 2,
                "variables": [],
                "url": format!("{INSTANCE}/acme/engine/-/pipelines/{id}"),
            },
            "merge_request": null,
            "user": by.user(),
            "project": project(),
            "commit": {
                "id": sha(),
                "message": "Keep the cache warm\n",
                "title": "Keep the cache warm",
                "timestamp": rfc3339(at),
                "url": format!("{INSTANCE}/acme/engine/-/commit/{}", sha()),
                "author": { "name": by.name, "email": by.email },
            },
            "builds": [],
        }),
    )
}

fn merge_request_attributes(
    id: u64,
    author: &Account,
    state: &str,
    action: &str,
    at: DateTime<Utc>,
) -> Value {
    json!({
        "id": id,
        "iid": id,
        "target_branch": "main",
        "source_branch": format!("topic-{id}"),
        "source_project_id": 15,
        "target_project_id": 15,
        "author_id": author.id,
        "assignee_id": null,
        "assignee_ids": [],
        "reviewer_ids": [],
        "title": "Keep the cache warm",
        "description": "",
        "created_at": gitlab_time(at),
        "updated_at": gitlab_time(at),
        "state": state,
        "draft": false,
        "merge_status": "can_be_merged",
        "last_commit": {
            "id": sha(),
            "message": "Keep the cache warm\n",
            "title": "Keep the cache warm",
            "timestamp": rfc3339(at),
            "url": format!("{INSTANCE}/acme/engine/-/commit/{}", sha()),
            "author": { "name": author.name, "email": author.email },
        },
        "url": format!("{INSTANCE}/acme/engine/-/merge_requests/{id}"),
        "source": project(),
        "target": project(),
        "action": action,
    })
}

fn project() -> Value {
    json!({
        "id": 15,
        "name": "Engine",
        "description": "",
        "web_url": format!("{INSTANCE}/acme/engine"),
        "avatar_url": null,
        "git_ssh_url": "git@gitlab.example.com:acme/engine.git",
        "git_http_url": format!("{INSTANCE}/acme/engine.git"),
        "namespace": "Acme",
        "visibility_level": 0,
        "path_with_namespace": "acme/engine",
        "default_branch": "main",
        "homepage": format!("{INSTANCE}/acme/engine"),
        "url": "git@gitlab.example.com:acme/engine.git",
    })
}

fn repository() -> Value {
    json!({
        "name": "Engine",
        "url": "git@gitlab.example.com:acme/engine.git",
        "description": "",
        "homepage": format!("{INSTANCE}/acme/engine"),
    })
}

/// GitLab writes times in two forms; commits use this one.
fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The other form, of everything that is no commit.
fn gitlab_time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Counts up through the whole process: what it numbers never meets again.
fn next() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

fn sha() -> String {
    format!("{:040x}", next())
}
