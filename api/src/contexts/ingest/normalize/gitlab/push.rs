//! Pushes to branches and of tags.

use shared::points::PointRule;
use shared::vocabulary::EventType;

use super::super::NormalizeError;
use super::{Payload, fact_of, people};
use crate::contexts::activity::{Activity, Fact};

/// How much of a commit's id people read.
const SHORT_SHA: usize = 8;

/// A push to a branch: pays who pushed, once for each commit that the branch has reached.
///
/// It counts on its reception: GitLab sends no time of the push, and commits may be years old. A branch that was deleted, or
/// made or moved without a new commit, brought nothing and pays nothing.
pub(super) fn branch(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let root = payload.root;
    let reference = root
        .at("ref")
        .word()
        .ok_or(NormalizeError::Missing("ref"))?;
    let before = root.at("before").word().unwrap_or_default();
    let after = root
        .at("after")
        .word()
        .ok_or(NormalizeError::Missing("after"))?;
    let name = shown(reference, "refs/heads/");
    // At most 20 commits are listed; the true number stands beside them.
    let listed = root.at("commits").length();
    let commits = root.at("total_commits_count").count().or(listed);
    let commits = commits.unwrap_or(0);
    let title = match commits {
        _ if is_nothing(after) => format!("Deleted branch {name}"),
        0 if is_nothing(before) => format!("Created branch {name}"),
        0 => format!("Moved branch {name} to {}", short(after)),
        1 => format!("Pushed 1 commit to {name}"),
        _ => format!("Pushed {commits} commits to {name}"),
    };
    let pusher = people::pusher(root);
    let project = project_key(payload);
    let pays = commits > 0 && !is_nothing(after);
    let key = payload.fact_key(&project, &format!("{reference}@{after}"));
    let facts = fact_of(pusher.clone().filter(|_| pays), |earner| {
        Fact::once(PointRule::Push, earner, key).with_units(commits)
    });
    Ok(Activity {
        url: page(payload, before, after),
        actor: pusher,
        facts,
        ..payload.activity(EventType::Push, title)
    })
}

/// A tag that was made, moved or deleted. No rule is about tags.
pub(super) fn tag(payload: &Payload<'_>) -> Result<Activity, NormalizeError> {
    let root = payload.root;
    let reference = root
        .at("ref")
        .word()
        .ok_or(NormalizeError::Missing("ref"))?;
    let name = shown(reference, "refs/tags/");
    let is_deleted = root.at("after").word().is_some_and(is_nothing);
    let verb = if is_deleted { "Deleted" } else { "Pushed" };
    Ok(Activity {
        url: root.at("project").at("web_url").web_url(),
        actor: people::pusher(root),
        ..payload.activity(EventType::TagPush, format!("{verb} tag {name}"))
    })
}

/// The one commit, else the comparison of before and after.
fn page(payload: &Payload<'_>, before: &str, after: &str) -> Option<String> {
    let mut commits = payload.root.at("commits").items();
    if let (Some(only), None) = (commits.next(), commits.next()) {
        return only.at("url").web_url();
    }
    let project = payload.root.at("project").at("web_url").web_url()?;
    if is_sha(before) && is_sha(after) && !is_nothing(before) && !is_nothing(after) {
        Some(format!("{project}/-/compare/{before}...{after}"))
    } else {
        Some(project)
    }
}

/// What names the project in a fact's key: ids are unique on an installation, paths nearly so.
fn project_key(payload: &Payload<'_>) -> String {
    let root = payload.root;
    let id = root.at("project_id").id();
    let id = id.or_else(|| root.at("project").at("id").id());
    let id = id.or_else(|| payload.repository_name());
    format!("project/{}", id.as_deref().unwrap_or("unknown"))
}

/// A branch's or tag's name as people read it.
fn shown(reference: &str, prefix: &str) -> String {
    let name = reference.strip_prefix(prefix).unwrap_or(reference);
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn short(sha: &str) -> String {
    sha.chars()
        .filter(|c| !c.is_control())
        .take(SHORT_SHA)
        .collect()
}

fn is_sha(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Git's way to say that there was, or is, nothing: a commit id of zeros only.
fn is_nothing(sha: &str) -> bool {
    !sha.is_empty() && sha.bytes().all(|byte| byte == b'0')
}
