//! People.

use shared::ids::UserId;
use shared::permission::{Permission, Relation};
use shared::validation::sign_in;

use super::super::error::IdentityError;
use super::super::model::{NewUser, Profile, User};
use super::super::store;
use crate::access::OrgScope;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Creates a person.
///
/// # Errors
/// Where the address or the name does not do, or the address is somebody's.
pub async fn create_user(tx: &mut Transaction, new: NewUser) -> Result<User> {
    create_users(tx, vec![new])
        .await?
        .pop()
        .ok_or_else(|| anyhow::anyhow!("a person was not there after the insert").into())
}

/// A person, within the caller's transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user(tx: &mut Transaction, user: UserId) -> Result<Option<User>> {
    Ok(store::find_user(tx, user).await?)
}

/// Whether a person runs the instance.
///
/// # Errors
/// When the database does not answer.
pub async fn is_operator(platform: &Platform, user: UserId) -> Result<bool> {
    let mut conn = platform.db.read().await?;
    Ok(store::find_user(&mut conn, user)
        .await?
        .is_some_and(|user| user.is_operator))
}

/// Creates many people in one statement, in their order.
///
/// # Errors
/// Where an address or a name does not do, or an address is somebody's.
pub async fn create_users(tx: &mut Transaction, new: Vec<NewUser>) -> Result<Vec<User>> {
    let now = tx.now();
    let mut rows = Vec::with_capacity(new.len());
    for user in new {
        let (email, name) = validated(&user)?;
        rows.push(store::NewUserRow {
            id: tx.new_id().into(),
            email,
            email_verified_at: user.is_email_verified.then_some(now),
            name,
            avatar_url: user.avatar_url,
            created_at: now,
            updated_at: now,
        });
    }
    let users = store::insert_users(tx, &rows).await?;
    if users.len() < rows.len() {
        return Err(IdentityError::EmailTaken.into());
    }
    Ok(users)
}

fn validated(user: &NewUser) -> Result<(String, String)> {
    match (
        sign_in::email(&user.email),
        sign_in::person_name(&user.name),
    ) {
        (Ok(email), Ok(name)) => Ok((email, name)),
        (email, name) => Err(AppError::Invalid(
            [email.err(), name.err()].into_iter().flatten().collect(),
        )),
    }
}

/// The person of an address.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user_by_email(tx: &mut Transaction, email: &str) -> Result<Option<User>> {
    Ok(store::find_user_by_email(tx, email).await?)
}

/// Notes that a person has proven their address.
///
/// # Errors
/// When the database does not answer.
pub async fn verify_email(tx: &mut Transaction, user: UserId) -> Result<()> {
    let now = tx.now();
    Ok(store::update_email_verified(tx, user, now).await?)
}

/// Lets a person run the instance.
///
/// # Errors
/// When the database does not answer.
pub async fn make_operator(tx: &mut Transaction, user: UserId) -> Result<()> {
    let now = tx.now();
    Ok(store::update_operator(tx, user, now).await?)
}

/// A person as they see themselves.
///
/// # Errors
/// When the person is gone.
pub async fn find_own_profile(platform: &Platform, user: UserId) -> Result<Profile> {
    let mut conn = platform.db.read().await?;
    store::find_own_profile(&mut conn, user)
        .await?
        .ok_or_else(|| IdentityError::NoSuchUser.into())
}

/// These people, in one statement, as far as the actor may know of them: themselves, and members for those who may see who
/// the members are. An address is there only for whoever may read it.
///
/// # Errors
/// When the database does not answer.
pub async fn find_profiles(
    platform: &Platform,
    scope: &OrgScope,
    users: &[UserId],
) -> Result<Vec<Profile>> {
    let visible: Vec<UserId> = users
        .iter()
        .copied()
        .filter(|user| {
            scope.relation_to(*user) == Relation::Own
                || scope.allows_for(Permission::ViewMembers, *user)
        })
        .collect();
    let mut conn = platform.db.read().await?;
    let mut profiles = store::list_profiles(&mut conn, scope, &visible).await?;
    for profile in &mut profiles {
        if !scope.allows_for(Permission::ViewEmailAddress, profile.id) {
            profile.email = None;
        }
    }
    Ok(profiles)
}
