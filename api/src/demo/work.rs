//! A day's work of a member: a change from its first commit to its merge, and small things beside it.

use super::account::Account;
use super::gitlab::{Issue, MergeRequest, Pipeline};
use super::plan::Script;
use super::words::{branch_of, comment, complaint, title, wiki_page};

/// Writes down what a member does on a day.
pub(super) fn day_of(script: &mut Script, member: usize) {
    let morning = script.at;
    let account = Account::of_member(script.company, member);
    if script.chance.happens(script.habits.starts_work) {
        change(script, member, &account);
    }
    // Small things go on beside the change, on the day itself.
    script.at = morning;
    let mut likely = script.habits.small_pushes;
    while script.chance.happens(likely) {
        script.wait(30, 260);
        let subject = title(&mut script.chance);
        script.push(&account, "main", &subject);
        likely *= 0.4;
    }
    if script.chance.happens(0.012) {
        let page = wiki_page(&mut script.chance);
        let post = script.place.wiki_page(page, &account);
        script.tell(post);
    }
}

/// A change: commits, a merge request, its pipelines and reviews, and its end.
fn change(script: &mut Script, member: usize, author: &Account) {
    let subject = title(&mut script.chance);
    let branch = branch_of(&subject);
    let issue = script
        .chance
        .happens(0.45)
        .then(|| open_issue(script, author));
    script.wait(20, 150);
    let mut sha = script.push(author, &branch, &subject);
    if script.chance.happens(0.5) {
        script.wait(40, 240);
        sha = script.push(author, &branch, &subject);
    }
    script.wait(3, 25);
    let merge_request = MergeRequest {
        id: script.next_id(),
        iid: script.next_iid(),
        title: subject.clone(),
        branch: branch.clone(),
        author: author.clone(),
        opened_at: script.at,
    };
    act(script, &merge_request, "open", author);
    script.wait(4, 12);
    if script.chance.happens(script.habits.fails) {
        pipeline(script, &branch, &sha, "failed", author);
        script.wait(15, 120);
        sha = script.push(author, &branch, &subject);
        script.wait(4, 12);
    }
    pipeline(script, &branch, &sha, "success", author);
    let reviewer = review(script, &merge_request, member);
    script.wait(3, 200);
    if script.chance.happens(0.05) {
        act(script, &merge_request, "close", author);
        return;
    }
    let merger = if script.chance.happens(0.7) {
        author.clone()
    } else {
        reviewer.unwrap_or_else(|| author.clone())
    };
    act(script, &merge_request, "merge", &merger);
    if let Some(issue) = issue {
        script.wait(0, 30);
        let post = script
            .place
            .issue(&issue, "close", author, author, script.at);
        script.tell(post);
    }
    script.wait(6, 15);
    let is_good = script.chance.happens(1.0 - script.habits.fails / 3.0);
    let status = if is_good { "success" } else { "failed" };
    pipeline(script, "main", &sha, status, &merger);
}

fn open_issue(script: &mut Script, author: &Account) -> Issue {
    let issue = Issue {
        id: script.next_id(),
        iid: script.next_iid(),
        title: complaint(&mut script.chance),
        opened_at: script.at,
    };
    let post = script
        .place
        .issue(&issue, "open", author, author, script.at);
    script.tell(post);
    issue
}

/// Comments and an approval; gives who approved.
fn review(script: &mut Script, merge_request: &MergeRequest, author: usize) -> Option<Account> {
    script.wait(15, 300);
    let reviewer = Account::of_member(script.company, script.reviewer(author)?);
    let comments = script.chance.between(0, 2);
    for _ in 0..comments {
        note(script, merge_request, &reviewer);
        script.wait(4, 90);
        if script.chance.happens(0.35) {
            note(script, merge_request, &merge_request.author);
            script.wait(4, 60);
        }
    }
    if script.chance.happens(0.3) {
        let other = Account::of_member(script.company, script.reviewer(author)?);
        note(script, merge_request, &other);
        script.wait(4, 60);
    }
    act(script, merge_request, "approved", &reviewer);
    Some(reviewer)
}

fn note(script: &mut Script, merge_request: &MergeRequest, by: &Account) {
    let text = comment(&mut script.chance);
    let id = script.next_id();
    let post = script.place.comment(merge_request, text, id, by, script.at);
    script.tell(post);
}

pub(super) fn act(script: &mut Script, merge_request: &MergeRequest, action: &str, by: &Account) {
    let post = script
        .place
        .merge_request(merge_request, action, by, script.at);
    script.tell(post);
}

pub(super) fn pipeline(
    script: &mut Script,
    branch: &str,
    sha: &str,
    status: &'static str,
    by: &Account,
) {
    let pipeline = Pipeline {
        id: script.next_id(),
        branch: branch.to_owned(),
        sha: sha.to_owned(),
        status,
        seconds: script.chance.between(95, 640),
    };
    let post = script.place.pipeline(&pipeline, by, script.at);
    script.tell(post);
}
