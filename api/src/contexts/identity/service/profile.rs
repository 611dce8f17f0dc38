//! What a person says about themself, and by which accounts they sign in.

use shared::ids::SignInAccountId;
use shared::validation::sign_in;

use super::super::error::IdentityError;
use super::super::model::{Profile, SignInIdentity};
use super::super::store;
use crate::access::Actor;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::orgs::{self, DirectoryChanged};
use crate::error::Result;
use crate::platform::Platform;

/// Changes the name of the person who asks, in every organization. Boards follow at once.
///
/// # Errors
/// Where no person is signed in, or the name does not do.
pub async fn update_profile(platform: &Platform, actor: &Actor, name: &str) -> Result<Profile> {
    let (user, _) = actor.signed_in()?;
    let name = sign_in::person_name(name)?;
    let memberships = orgs::list_memberships_of(platform, user).await?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            if !store::update_name(tx, user, &name, now).await? {
                return Err(IdentityError::NoSuchUser.into());
            }
            let entry = Entry::new(Action::ProfileUpdated).on(TargetKind::User, user);
            audit::record_from(tx, actor, entry).await?;
            for membership in &memberships {
                tx.after_commit(DirectoryChanged {
                    organization_id: membership.organization_id,
                });
            }
            Ok(())
        })
        .await?;
    super::users::find_own_profile(platform, user).await
}

/// The accounts by which a person signs in, the last used first.
///
/// # Errors
/// Forbidden for keys.
pub async fn list_sign_in_accounts(
    platform: &Platform,
    actor: &Actor,
) -> Result<Vec<SignInIdentity>> {
    let (user, _) = actor.signed_in()?;
    let mut conn = platform.db.read().await?;
    Ok(store::list_sign_in_accounts(&mut conn, user).await?)
}

/// Removes an account by which the person who asks signs in. Sessions that began by it go on.
///
/// # Errors
/// Where there is no such account of theirs, or it is the last one: nobody could come back.
pub async fn unlink_sign_in_account(
    platform: &Platform,
    actor: &Actor,
    id: SignInAccountId,
) -> Result<()> {
    let (user, _) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            store::lock_user(tx, user).await?;
            let accounts = store::list_sign_in_accounts(tx, user).await?;
            if !accounts.iter().any(|account| account.id == id) {
                return Err(IdentityError::NoSuchAccount.into());
            }
            if accounts.len() == 1 {
                return Err(IdentityError::LastWayIn.into());
            }
            store::delete_sign_in_account(tx, user, id).await?;
            let entry = Entry::new(Action::SignInUnlinked).on(TargetKind::User, user);
            audit::record_from(tx, actor, entry).await
        })
        .await
}
