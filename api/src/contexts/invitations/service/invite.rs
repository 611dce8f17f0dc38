//! Inviting people, one or many.

use std::collections::{HashMap, HashSet};

use shared::ids::{InvitationId, TeamId};
use shared::people::InviteOutcome;
use shared::permission::Permission;
use shared::role::MembershipStatus;
use shared::validation::invitation::{CheckedInvitee, Invitee, PEOPLE_MAX};

use super::super::model::{GOOD_FOR, Invitation, Invited};
use super::super::post::{Invitations, Token};
use super::super::store::{self, NewInvitationRow};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::{mail, orgs};
use crate::error::{AppError, Result};
use crate::platform::db::Transaction;

/// Invites people. Good lines are invited whatever is wrong with others; each line is answered, in the order of lines.
///
/// # Errors
/// Where the actor may not, or there are no lines or too many.
pub async fn invite(
    invitations: &Invitations,
    scope: &OrgScope,
    people: &[Invitee],
) -> Result<Vec<Invited>> {
    scope.require(Permission::ManageMembers)?;
    if people.is_empty() {
        return Err(AppError::invalid("people", "must name somebody"));
    }
    if people.len() > PEOPLE_MAX {
        let message = format!("are at most {PEOPLE_MAX} at once");
        return Err(AppError::invalid("people", message));
    }
    let (checked, mut answers) = sorted_out(people);
    let platform = &invitations.platform;
    let invited = platform
        .db
        .transaction(async |tx| invite_within(tx, invitations, scope, checked).await)
        .await?;
    answers.extend(invited);
    answers.sort_by_key(|answer| answer.line);
    Ok(answers)
}

/// The lines that can be invited, and the answers to those that cannot.
fn sorted_out(people: &[Invitee]) -> (Vec<CheckedInvitee>, Vec<Invited>) {
    let (mut checked, mut refused) = (Vec::new(), Vec::new());
    let mut lines: HashMap<String, usize> = HashMap::new();
    for person in people {
        match person.check() {
            Err(error) => refused.push(answer_to(
                person.line,
                &person.email,
                (error.field, error.message),
            )),
            Ok(one) => match lines.get(&one.email) {
                Some(line) => refused.push(answer_to(
                    one.line,
                    &one.email,
                    ("email", format!("stands in line {line} already")),
                )),
                None => {
                    lines.insert(one.email.clone(), one.line);
                    checked.push(one);
                }
            },
        }
    }
    (checked, refused)
}

fn answer_to(line: usize, email: &str, (field, message): (&'static str, String)) -> Invited {
    Invited {
        line,
        email: email.to_owned(),
        outcome: InviteOutcome::Refused,
        field: Some(field),
        message: Some(message),
        invitation: None,
    }
}

async fn invite_within(
    tx: &mut Transaction,
    invitations: &Invitations,
    scope: &OrgScope,
    people: Vec<CheckedInvitee>,
) -> Result<Vec<Invited>> {
    let emails: Vec<String> = people.iter().map(|one| one.email.clone()).collect();
    let members: HashMap<String, MembershipStatus> =
        store::list_members_of_addresses(tx, scope, &emails)
            .await?
            .into_iter()
            .collect();
    let teams: HashMap<String, TeamId> = if people.iter().any(|one| one.team.is_some()) {
        let teams = orgs::list_teams_within(tx, scope).await?.into_iter();
        teams
            .map(|team| (team.name.to_lowercase(), team.id))
            .collect()
    } else {
        HashMap::new()
    };

    let (mut answers, mut due) = (Vec::new(), Vec::new());
    for person in people {
        if let Some(status) = members.get(&person.email) {
            answers.push(Invited {
                line: person.line,
                email: person.email,
                outcome: InviteOutcome::AlreadyMember,
                field: None,
                message: (*status != MembershipStatus::Active)
                    .then(|| "is a member whose access is suspended".to_owned()),
                invitation: None,
            });
            continue;
        }
        let team_id = match &person.team {
            None => None,
            Some(name) => match teams.get(&name.to_lowercase()) {
                Some(id) => Some(*id),
                None => {
                    let why = (
                        "team",
                        format!("there is no team called \u{201c}{name}\u{201d}"),
                    );
                    answers.push(answer_to(person.line, &person.email, why));
                    continue;
                }
            },
        };
        due.push((person, team_id));
    }
    let mut due = keep_those_with_room(tx, scope, due, &mut answers).await?;
    // Always in the same order: two who invite the same people at once queue instead of waiting for each other.
    due.sort_by(|(left, _), (right, _)| left.email.cmp(&right.email));
    answers.extend(insert(tx, invitations, scope, due).await?);
    Ok(answers)
}

/// As many as the plan has room for, in the order of lines; whoever has an invitation already takes no further seat. The
/// others are answered.
async fn keep_those_with_room(
    tx: &mut Transaction,
    scope: &OrgScope,
    due: Vec<(CheckedInvitee, Option<TeamId>)>,
    answers: &mut Vec<Invited>,
) -> Result<Vec<(CheckedInvitee, Option<TeamId>)>> {
    let Some((free, refusal)) = orgs::free_seats(tx, scope).await? else {
        return Ok(due);
    };
    let now = tx.now();
    let taken = store::list_pending_addresses(tx, scope, now).await?;
    let taken: HashSet<String> = taken.iter().map(|email| email.to_lowercase()).collect();
    let mut left = free - i64::try_from(taken.len()).unwrap_or(i64::MAX);
    let mut kept = Vec::with_capacity(due.len());
    for (person, team) in due {
        if taken.contains(&person.email) {
            kept.push((person, team));
        } else if left > 0 {
            left -= 1;
            kept.push((person, team));
        } else {
            answers.push(answer_to(
                person.line,
                &person.email,
                ("email", refusal.clone()),
            ));
        }
    }
    Ok(kept)
}

async fn insert(
    tx: &mut Transaction,
    invitations: &Invitations,
    scope: &OrgScope,
    due: Vec<(CheckedInvitee, Option<TeamId>)>,
) -> Result<Vec<Invited>> {
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let mut tokens: HashMap<String, Token> = HashMap::new();
    let mut rows = Vec::with_capacity(due.len());
    for (person, team_id) in &due {
        let id = InvitationId(tx.new_id());
        let token = invitations.token(id)?;
        rows.push(NewInvitationRow {
            id,
            organization_id: scope.organization_id(),
            email: person.email.clone(),
            role: person.role,
            name: person.name.clone(),
            employee_id: person.employee_id.clone(),
            team_id: *team_id,
            invited_by: scope.user_id(),
            token_hash: token.hash.to_vec(),
            token_sealed: token.sealed.clone(),
            expires_at: now + GOOD_FOR,
            created_at: now,
            updated_at: now,
        });
        tokens.insert(person.email.clone(), token);
    }
    let emails: Vec<String> = due.iter().map(|(one, _)| one.email.clone()).collect();
    // One whose time is over makes room: it is settled, and a new one takes its place.
    store::revoke_expired(tx, scope, &emails, now).await?;
    let fresh = store::insert(tx, &rows).await?;
    announce(tx, invitations, scope, &fresh, &tokens).await?;

    let fresh: HashMap<String, Invitation> = by_email(fresh);
    let known = store::list_pending_by_email(tx, scope, &emails).await?;
    let known = by_email(known);
    Ok(due
        .into_iter()
        .map(|(person, _)| {
            let is_new = fresh.contains_key(&person.email);
            Invited {
                line: person.line,
                invitation: known.get(&person.email).cloned(),
                outcome: if is_new {
                    InviteOutcome::Invited
                } else {
                    InviteOutcome::AlreadyInvited
                },
                email: person.email,
                field: None,
                message: None,
            }
        })
        .collect())
}

fn by_email(invitations: Vec<Invitation>) -> HashMap<String, Invitation> {
    invitations
        .into_iter()
        .map(|one| (one.email.to_lowercase(), one))
        .collect()
}

/// Mails and audit entries of new invitations.
async fn announce(
    tx: &mut Transaction,
    invitations: &Invitations,
    scope: &OrgScope,
    fresh: &[Invitation],
    tokens: &HashMap<String, Token>,
) -> Result<()> {
    let (organization, inviter) = store::find_names(tx, scope, scope.user_id()).await?;
    let mails = fresh.iter().filter_map(|invitation| {
        let token = tokens.get(&invitation.email.to_lowercase())?;
        Some(invitations.mail(invitation, &token.text, &organization, inviter.as_deref()))
    });
    mail::queue(tx, &invitations.platform.crypto, mails.collect()).await?;
    let entries = fresh.iter().map(|invitation| {
        Entry::new(Action::MemberInvited)
            .on(TargetKind::Invitation, invitation.id)
            .with(serde_json::json!({ "role": invitation.role.as_str() }))
    });
    audit::record_all(tx, scope, entries.collect()).await
}
