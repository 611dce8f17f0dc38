//! Somebody comes back from an identity provider: a person, an organization of theirs, and a session, all or nothing.

use chrono_tz::Tz;
use shared::audit::AuditOutcome;
use shared::role::Role;
use shared::validation::sign_in;

use super::join_member;
use super::personal_organization::{self, name_of};
use crate::access::{RequestInfo, system_scope};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::identity::{
    self, Attempt, ExternalPerson, IdentityProvider, IssuedSession, NewUser, OpenSession,
    Providers, SessionMethod, Sessions, SignInRefusal, User,
};
use crate::contexts::orgs::{self, NewMember};
use crate::contexts::{instance, invitations};
use crate::error::Result;
use crate::platform::db::Transaction;

/// Signs in whom a provider has proven. Who is new becomes a person, where they may, with an organization of their own; who
/// is known by the address that the provider has proven gets the account linked. Invitations of the address then wait for
/// the person.
///
/// # Errors
/// When the database does not answer. The inner error: the person may not come in.
pub async fn provider_sign_in(
    sessions: &Sessions,
    providers: &Providers,
    (attempt, person): (Attempt, ExternalPerson),
    request: RequestInfo,
) -> Result<Result<IssuedSession, SignInRefusal>> {
    let zone = attempt.time_zone.as_deref().map(str::parse::<Tz>);
    let zone = zone.and_then(std::result::Result::ok).unwrap_or(Tz::UTC);
    sessions
        .platform()
        .db
        .transaction(async |tx| {
            identity::lock_sign_in(tx, &person).await?;
            let user = match identity::find_sign_in_user(tx, &person).await? {
                Some(user) => user,
                None => match newcomer(tx, providers, &person, &request).await? {
                    Ok(user) => user,
                    Err(refusal) => return Ok(Err(refusal)),
                },
            };
            if providers.is_operator(&user.email) {
                identity::make_operator(tx, user.id).await?;
            }
            let has_none = orgs::default_organization(tx, user.id).await?.is_none();
            // First: who joins somewhere starts there, and not in the organization of their own.
            join_by_rules(tx, providers, &user, &person).await?;
            if has_none {
                let plan = sessions.settings().default_plan;
                personal_organization::found(tx, &user, None, zone, (plan, &request)).await?;
            }
            identity::note_provider_sign_in(sessions.platform(), tx, &person).await?;
            let open = OpenSession {
                user_id: user.id,
                method: SessionMethod::Provider(person.provider),
                is_remembered: attempt.is_remembered,
                request,
            };
            identity::open_session(tx, sessions, open).await.map(Ok)
        })
        .await
}

/// The person of an account that was never seen: known by the proven address, or new.
///
/// An address that the provider has not proven says nothing: whoever wrote it there could otherwise take over the person
/// who has it, or wait under it for them.
async fn newcomer(
    tx: &mut Transaction,
    providers: &Providers,
    person: &ExternalPerson,
    request: &RequestInfo,
) -> Result<Result<User, SignInRefusal>> {
    let proven = person.email.as_deref().filter(|_| person.is_email_verified);
    let Some(email) = proven.and_then(|email| sign_in::email(email).ok()) else {
        return Ok(Err(SignInRefusal::Address));
    };
    let user = match identity::find_user_by_email(tx, &email).await? {
        Some(user) => {
            identity::verify_email(tx, user.id).await?;
            user
        }
        None if may_sign_up(tx, providers, &email, tenant_of(providers, person)).await? => {
            sign_up(tx, email, person, request).await?
        }
        None => return Ok(Err(SignInRefusal::NotInvited)),
    };
    let origin = Origin::person(user.id, request.clone());
    identity::link_sign_in_account(tx, user.id, person, origin).await?;
    Ok(Ok(user))
}

async fn may_sign_up(
    tx: &mut Transaction,
    providers: &Providers,
    email: &str,
    tenant: Option<&str>,
) -> Result<bool> {
    if providers.is_open() || providers.is_operator(email) {
        return Ok(true);
    }
    let now = tx.now();
    if invitations::has_pending(tx, email, now).await? {
        return Ok(true);
    }
    let waiting = instance::organizations_to_join(tx, None, email, tenant).await?;
    Ok(!waiting.is_empty())
}

/// The directory that a person belongs to; the server trusts one.
fn tenant_of<'a>(providers: &'a Providers, person: &ExternalPerson) -> Option<&'a str> {
    let is_of_directory = person.provider == IdentityProvider::Microsoft;
    providers.tenant().filter(|_| is_of_directory)
}

/// Makes a person a member wherever a rule says so. Where the plan has no room, they stay outside, and the log of that
/// organization tells.
async fn join_by_rules(
    tx: &mut Transaction,
    providers: &Providers,
    user: &User,
    person: &ExternalPerson,
) -> Result<()> {
    let tenant = tenant_of(providers, person);
    // The person's own address is proven: an unproven one makes nobody.
    for id in instance::organizations_to_join(tx, Some(user.id), &user.email, tenant).await? {
        let Some(scope) = system_scope(tx, id).await? else {
            continue;
        };
        let is_full = match orgs::free_seats(tx, &scope).await? {
            Some((free, _)) => free == 0,
            None => false,
        };
        if is_full {
            let entry = Entry::new(Action::MemberAdded)
                .on(TargetKind::User, user.id)
                .with(serde_json::json!({ "reason": "the plan has no room" }))
                .ended(AuditOutcome::Failed);
            audit::record(tx, &scope, entry).await?;
            continue;
        }
        join_member(tx, &scope, NewMember::active(user.id, Role::Member)).await?;
    }
    Ok(())
}

async fn sign_up(
    tx: &mut Transaction,
    email: String,
    person: &ExternalPerson,
    request: &RequestInfo,
) -> Result<User> {
    let name = person.name.as_deref();
    let name = name.and_then(|name| sign_in::person_name(name).ok());
    let new = NewUser {
        name: name.unwrap_or_else(|| name_of(&email)),
        email,
        is_email_verified: true,
        avatar_url: person.avatar_url.clone(),
    };
    let user = identity::create_user(tx, new).await?;
    let entry = Entry::new(Action::SignedUp).on(TargetKind::User, user.id);
    audit::record_from(tx, Origin::person(user.id, request.clone()), entry).await?;
    Ok(user)
}
