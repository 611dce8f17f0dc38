//! Somebody opens a one-time link: a person, an organization of theirs where they have none, and a session.

use chrono_tz::Tz;
use shared::validation::sign_in;

use super::personal_organization::{self, name_of};
use crate::access::RequestInfo;
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::contexts::identity::{
    self, IssuedSession, NewUser, OpenSession, SessionMethod, Sessions, User, setup_link,
};
use crate::contexts::orgs;
use crate::error::{AppError, FieldError, Result};
use crate::platform::db::Transaction;

/// What the person who opens a link says.
#[derive(Clone, Debug, Default)]
pub struct FirstSignIn {
    /// The token of the link.
    pub token: String,
    /// The person's name; made from the address where none is given.
    pub name: Option<String>,
    /// The organization's name; made from the person's where none is given.
    pub organization_name: Option<String>,
    /// The organization's zone, as an IANA name; UTC where none is given.
    pub time_zone: Option<String>,
    /// Whether the session outlives the browser.
    pub is_remembered: bool,
}

/// The same, as far as it could be checked before the link is spent.
struct Checked {
    name: Option<String>,
    organization_name: Option<String>,
    time_zone: Tz,
}

/// Redeems a one-time link. The person becomes an operator of the instance and, where they belong to no organization yet,
/// the administrator of a new one. A second link for the same person only signs in.
///
/// # Errors
/// Where a field does not do, which leaves the link as it was; or the link is spent.
pub async fn first_sign_in(
    sessions: &Sessions,
    input: FirstSignIn,
    request: RequestInfo,
) -> Result<IssuedSession> {
    let checked = check(&input)?;
    sessions
        .platform()
        .db
        .transaction(async |tx| {
            let email = setup_link::redeem(tx, &input.token).await?;
            let user = person(tx, &email, &checked, &request).await?;
            if orgs::default_organization(tx, user.id).await?.is_none() {
                let name = checked.organization_name.clone();
                let zone = checked.time_zone;
                let plan = sessions.settings().default_plan;
                personal_organization::found(tx, &user, name, zone, (plan, &request)).await?;
            }
            let open = OpenSession {
                user_id: user.id,
                method: SessionMethod::Link,
                is_remembered: input.is_remembered,
                request,
            };
            identity::open_session(tx, sessions, open).await
        })
        .await
}

/// Every wrong field at once.
fn check(input: &FirstSignIn) -> Result<Checked> {
    let mut errors = Vec::new();
    let mut given = |text: &Option<String>, rule: fn(&str) -> Result<String, FieldError>| {
        text.as_deref()
            .and_then(|text| rule(text).map_err(|error| errors.push(error)).ok())
    };
    let name = given(&input.name, sign_in::person_name);
    let organization_name = given(&input.organization_name, sign_in::organization_name);
    let time_zone = match input.time_zone.as_deref() {
        None => Tz::UTC,
        Some(zone) => zone.parse().unwrap_or_else(|_| {
            errors.push(FieldError::new(
                "timeZone",
                "must be an IANA name such as Europe/Berlin",
            ));
            Tz::UTC
        }),
    };
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(Checked {
        name,
        organization_name,
        time_zone,
    })
}

/// The person of the address, new or known; the link has proven the address.
async fn person(
    tx: &mut Transaction,
    email: &str,
    checked: &Checked,
    request: &RequestInfo,
) -> Result<User> {
    let user = if let Some(user) = identity::find_user_by_email(tx, email).await? {
        identity::verify_email(tx, user.id).await?;
        user
    } else {
        let name = checked.name.clone().unwrap_or_else(|| name_of(email));
        let user = identity::create_user(tx, NewUser::verified(email, name)).await?;
        let entry = Entry::new(Action::SignedUp).on(TargetKind::User, user.id);
        audit::record_from(tx, Origin::person(user.id, request.clone()), entry).await?;
        user
    };
    identity::make_operator(tx, user.id).await?;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let input = FirstSignIn {
            name: Some(" ".to_owned()),
            organization_name: Some("x".repeat(101)),
            time_zone: Some("Mars/Olympus".to_owned()),
            ..FirstSignIn::default()
        };
        let Err(AppError::Invalid(errors)) = check(&input) else {
            panic!("nothing was refused")
        };
        let fields: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "organizationName", "timeZone"]);
    }
}
