//! Bodies as GitLab posts them.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::account::Account;
use super::cast::{Company, Project};

/// What GitLab posts: the name of the event, and the body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Post {
    /// `X-Gitlab-Event`.
    pub(super) event: &'static str,
    pub(super) body: Value,
}

/// Where something happens.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) company: &'static Company,
    pub(super) project: &'static Project,
}

/// A commit that is pushed.
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) title: String,
}

/// A merge request.
#[derive(Clone, Debug)]
pub(super) struct MergeRequest {
    pub(super) id: u64,
    pub(super) iid: u64,
    pub(super) title: String,
    pub(super) branch: String,
    pub(super) author: Account,
    pub(super) opened_at: DateTime<Utc>,
}

/// An issue.
pub(super) struct Issue {
    pub(super) id: u64,
    pub(super) iid: u64,
    pub(super) title: String,
    pub(super) opened_at: DateTime<Utc>,
}

/// A pipeline.
pub(super) struct Pipeline {
    pub(super) id: u64,
    pub(super) branch: String,
    pub(super) sha: String,
    /// `success`, `failed`, `running`, …
    pub(super) status: &'static str,
    pub(super) seconds: i64,
}

impl Place {
    /// Commits pushed to a branch.
    pub(super) fn push(
        &self,
        by: &Account,
        branch: &str,
        before: &str,
        commits: &[Commit],
        at: DateTime<Utc>,
    ) -> Post {
        let after = commits.last().map_or(before, |commit| commit.sha.as_str());
        let list: Vec<Value> = commits
            .iter()
            .map(|commit| self.commit(commit, by, at))
            .collect();
        Post {
            event: "Push Hook",
            body: json!({
                "object_kind": "push",
                "event_name": "push",
                "before": before,
                "after": after,
                "checkout_sha": after,
                "ref": format!("refs/heads/{branch}"),
                "ref_protected": branch == "main",
                "user_id": by.id,
                "user_name": by.name,
                "user_username": by.username,
                "user_email": by.email,
                "user_avatar": null,
                "project_id": self.project.id,
                "project": self.project(),
                "commits": list,
                "total_commits_count": commits.len(),
                "repository": self.repository(),
            }),
        }
    }

    /// Something done with a merge request: `open`, `update`, `approved`, `merge`, `close`.
    pub(super) fn merge_request(
        &self,
        merge_request: &MergeRequest,
        action: &str,
        by: &Account,
        at: DateTime<Utc>,
    ) -> Post {
        let state = match action {
            "merge" => "merged",
            "close" => "closed",
            _ => "opened",
        };
        let mut attributes = self.merge_request_attributes(merge_request, state, at);
        attributes["action"] = json!(action);
        Post {
            event: "Merge Request Hook",
            body: json!({
                "object_kind": "merge_request",
                "event_type": "merge_request",
                "user": user(by),
                "project": self.project(),
                "repository": self.repository(),
                "object_attributes": attributes,
                "labels": [],
                "changes": {},
                // Whoever is assigned is shown whole, as GitLab does: the author's own account.
                "assignees": [user(&merge_request.author)],
            }),
        }
    }

    /// A comment on a merge request.
    pub(super) fn comment(
        &self,
        merge_request: &MergeRequest,
        note: &str,
        id: u64,
        by: &Account,
        at: DateTime<Utc>,
    ) -> Post {
        let page = self.page("merge_requests", merge_request.iid);
        Post {
            event: "Note Hook",
            body: json!({
                "object_kind": "note",
                "event_type": "note",
                "user": user(by),
                "project_id": self.project.id,
                "project": self.project(),
                "repository": self.repository(),
                "object_attributes": {
                    "id": id,
                    "note": note,
                    "noteable_type": "MergeRequest",
                    "noteable_id": merge_request.id,
                    "author_id": by.id,
                    "project_id": self.project.id,
                    "created_at": time(at),
                    "updated_at": time(at),
                    "system": false,
                    "action": "create",
                    "url": format!("{page}#note_{id}"),
                },
                "merge_request": self.merge_request_attributes(merge_request, "opened", at),
            }),
        }
    }

    /// Something done with an issue: `open`, `close`.
    pub(super) fn issue(
        &self,
        issue: &Issue,
        action: &str,
        by: &Account,
        assignee: &Account,
        at: DateTime<Utc>,
    ) -> Post {
        let is_closed = action == "close";
        Post {
            event: "Issue Hook",
            body: json!({
                "object_kind": "issue",
                "event_type": "issue",
                "user": user(by),
                "project": self.project(),
                "repository": self.repository(),
                "object_attributes": {
                    "id": issue.id,
                    "iid": issue.iid,
                    "title": issue.title,
                    "author_id": by.id,
                    "assignee_ids": [assignee.id],
                    "project_id": self.project.id,
                    "created_at": time(issue.opened_at),
                    "updated_at": time(at),
                    "closed_at": is_closed.then(|| time(at)),
                    "state": if is_closed { "closed" } else { "opened" },
                    "confidential": false,
                    "url": self.page("issues", issue.iid),
                    "action": action,
                },
                "assignees": [user(assignee)],
                "labels": [],
                "changes": {},
            }),
        }
    }

    /// A pipeline that changed its state.
    pub(super) fn pipeline(&self, pipeline: &Pipeline, by: &Account, at: DateTime<Utc>) -> Post {
        let has_ended = matches!(pipeline.status, "success" | "failed" | "canceled");
        let began = at - chrono::TimeDelta::seconds(pipeline.seconds);
        let commit = Commit {
            sha: pipeline.sha.clone(),
            title: format!("Build {}", pipeline.branch),
        };
        Post {
            event: "Pipeline Hook",
            body: json!({
                "object_kind": "pipeline",
                "object_attributes": {
                    "id": pipeline.id,
                    "iid": pipeline.id % 10_000,
                    "ref": pipeline.branch,
                    "tag": false,
                    "sha": pipeline.sha,
                    "source": "push",
                    "status": pipeline.status,
                    "detailed_status": pipeline.status,
                    "stages": ["build", "test", "deploy"],
                    "created_at": time(began),
                    "finished_at": has_ended.then(|| time(at)),
                    "duration": has_ended.then_some(pipeline.seconds),
                    "url": self.page("pipelines", pipeline.id),
                },
                "user": user(by),
                "project": self.project(),
                "commit": self.commit(&commit, by, began),
                "builds": [],
            }),
        }
    }

    /// A page of the project's wiki was changed: an event that no rule is about.
    pub(super) fn wiki_page(&self, title: &str, by: &Account) -> Post {
        let slug = title.to_lowercase().replace(' ', "-");
        Post {
            event: "Wiki Page Hook",
            body: json!({
                "object_kind": "wiki_page",
                "user": user(by),
                "project": self.project(),
                "object_attributes": {
                    "title": title,
                    "slug": slug,
                    "action": "update",
                    "url": format!("{}/-/wikis/{slug}", self.web_url()),
                },
            }),
        }
    }

    /// What a script of the organization's own posts where it means a push: GitLab would never leave out the branch.
    pub(super) fn broken_push(&self) -> Post {
        Post {
            event: "Push Hook",
            body: json!({
                "object_kind": "push",
                "sent_by": "mirror.sh",
                "project": self.project(),
                "commits": [],
            }),
        }
    }

    fn merge_request_attributes(
        &self,
        merge_request: &MergeRequest,
        state: &str,
        at: DateTime<Utc>,
    ) -> Value {
        json!({
            "id": merge_request.id,
            "iid": merge_request.iid,
            "target_branch": "main",
            "source_branch": merge_request.branch,
            "source_project_id": self.project.id,
            "target_project_id": self.project.id,
            "author_id": merge_request.author.id,
            "assignee_ids": [merge_request.author.id],
            "title": merge_request.title,
            "description": "",
            "created_at": time(merge_request.opened_at),
            "updated_at": time(at),
            "state": state,
            "draft": false,
            "merge_status": "can_be_merged",
            "url": self.page("merge_requests", merge_request.iid),
        })
    }

    fn commit(&self, commit: &Commit, by: &Account, at: DateTime<Utc>) -> Value {
        json!({
            "id": commit.sha,
            "message": format!("{}\n", commit.title),
            "title": commit.title,
            "timestamp": at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "url": format!("{}/-/commit/{}", self.web_url(), commit.sha),
            "author": { "name": by.name, "email": by.email },
            "added": [],
            "modified": ["src/lib.rs"],
            "removed": [],
        })
    }

    fn web_url(&self) -> String {
        format!("{}/{}", self.company.gitlab, self.project.path)
    }

    fn page(&self, kind: &str, number: u64) -> String {
        format!("{}/-/{kind}/{number}", self.web_url())
    }

    fn project(&self) -> Value {
        json!({
            "id": self.project.id,
            "name": self.project.name,
            "web_url": self.web_url(),
            "namespace": self.project.path.split('/').next(),
            "path_with_namespace": self.project.path,
            "default_branch": "main",
            "visibility_level": 0,
        })
    }

    fn repository(&self) -> Value {
        json!({ "name": self.project.name, "homepage": self.web_url() })
    }
}

fn user(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "username": account.username,
        "avatar_url": null,
        // The text that GitLab writes where a person does not show the address.
        "email": account.email.as_deref().unwrap_or("[REDACTED]"),
    })
}

/// GitLab's form of times, of everything that is no commit.
fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
