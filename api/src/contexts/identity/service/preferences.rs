//! What a person prefers, in every organization.

use shared::ids::UserId;

use super::super::error::IdentityError;
use super::super::store;
use crate::access::Actor;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::orgs::{self, DirectoryChanged};
use crate::error::Result;
use crate::platform::Platform;

/// Whether others see the person on boards without their name.
///
/// # Errors
/// When the person is gone.
pub async fn is_private(platform: &Platform, user: UserId) -> Result<bool> {
    let mut conn = platform.db.read().await?;
    store::find_privacy_mode(&mut conn, user)
        .await?
        .ok_or_else(|| IdentityError::NoSuchUser.into())
}

/// Shows the person who asks to others without their name on boards, or with it. Boards follow at once.
///
/// # Errors
/// Where no person is signed in.
pub async fn set_privacy_mode(platform: &Platform, actor: &Actor, is_private: bool) -> Result<()> {
    let (user, _) = actor.signed_in()?;
    let memberships = orgs::list_memberships_of(platform, user).await?;
    platform
        .db
        .transaction(async |tx| {
            let now = tx.now();
            if !store::update_privacy_mode(tx, user, is_private, now).await? {
                return Err(IdentityError::NoSuchUser.into());
            }
            let entry = Entry::new(Action::PreferencesUpdated)
                .on(TargetKind::User, user)
                .with(serde_json::json!({ "privacyMode": is_private }));
            audit::record_from(tx, actor, entry).await?;
            for membership in &memberships {
                tx.after_commit(DirectoryChanged {
                    organization_id: membership.organization_id,
                });
            }
            Ok(())
        })
        .await
}
