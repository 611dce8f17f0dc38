//! What is not a member's work: bots, people from outside, and a script that posts nonsense.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::account::Account;
use super::cast::Company;
use super::gitlab::MergeRequest;
use super::plan::{Happening, Script};
use super::rhythm::{at_minute, number_of};
use super::style::Style;
use super::words::{branch_of, comment, title};
use super::work::{act, pipeline};

/// Actors that are no members have numbers above theirs.
const UPDATER: u64 = 80;
const SCHEDULER: u64 = 81;
const MIRROR: u64 = 82;
const FIRST_STRANGER: u64 = 90;
/// Days between two runs of the script that posts nonsense.
const MIRROR_EVERY: u64 = 19;

/// Writes down what happens on a day without any member.
pub(super) fn day_of(
    seed: u64,
    company: &'static Company,
    day: NaiveDate,
    all: &mut Vec<Happening>,
) {
    let projects: Vec<_> = company.projects.iter().collect();
    let script = |actor| Script::new(seed, company, actor, day, Style::Steady, &projects);
    let mut take = |mut script: Script| all.append(&mut script.happenings);
    if company.has_bots {
        if day.weekday() == Weekday::Mon {
            take(updates(script(UPDATER)));
        }
        take(nightly(script(SCHEDULER)));
        take(mirror(script(MIRROR)));
    }
    for number in 0..company.strangers.len() {
        let actor = FIRST_STRANGER + u64::try_from(number).unwrap_or_default();
        take(visit(script(actor), number));
    }
}

/// Merge requests of the machine that keeps dependencies fresh.
fn updates(mut script: Script) -> Script {
    script.at = at_minute(script.company, script.day, 5 * 60 + 30);
    let updater = Account::of_updater();
    for library in ["tokio", "serde", "the build image"] {
        if !script.chance.happens(0.6) {
            continue;
        }
        let subject = format!("Update {library}");
        let branch = format!("renovate/{}", branch_of(library));
        let sha = script.push(&updater, &branch, &subject);
        let merge_request = MergeRequest {
            id: script.next_id(),
            iid: script.next_iid(),
            title: subject,
            branch: branch.clone(),
            author: updater.clone(),
            opened_at: script.at,
        };
        act(&mut script, &merge_request, "open", &updater);
        pipeline(&mut script, &branch, &sha, "success", &updater);
    }
    script
}

/// The scheduled pipeline of a night.
fn nightly(mut script: Script) -> Script {
    let project_id = script.place.project.id;
    script.at = at_minute(script.company, script.day, 3 * 60 + 12);
    let sha = script.chance.sha();
    let is_good = script.chance.happens(0.85);
    let status = if is_good { "success" } else { "failed" };
    let scheduler = Account::of_scheduler(project_id);
    pipeline(&mut script, "main", &sha, status, &scheduler);
    script
}

/// Every few weeks somebody's script posts what no GitLab would: it ends as a dead letter.
fn mirror(mut script: Script) -> Script {
    if number_of(script.day).is_multiple_of(MIRROR_EVERY) {
        let post = script.place.broken_push();
        script.tell(post);
    }
    script
}

/// Somebody from outside contributes.
fn visit(mut script: Script, number: usize) -> Script {
    if !script.chance.happens(0.12) {
        return script;
    }
    let stranger = Account::of_stranger(script.company, number);
    script.wait(60, 400);
    let subject = title(&mut script.chance);
    let branch = branch_of(&subject);
    script.push(&stranger, &branch, &subject);
    let merge_request = MergeRequest {
        id: script.next_id(),
        iid: script.next_iid(),
        title: subject,
        branch,
        author: stranger.clone(),
        opened_at: script.at,
    };
    act(&mut script, &merge_request, "open", &stranger);
    // Nobody's number: a reviewer is anybody.
    script.wait(30, 300);
    if let Some(reviewer) = script.reviewer(usize::MAX) {
        let reviewer = Account::of_member(script.company, reviewer);
        let text = comment(&mut script.chance);
        let id = script.next_id();
        let post = script
            .place
            .comment(&merge_request, text, id, &reviewer, script.at);
        script.tell(post);
        script.wait(10, 200);
        act(&mut script, &merge_request, "merge", &reviewer);
    }
    script
}
