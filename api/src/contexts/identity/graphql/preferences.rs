//! What a person prefers.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use shared::ids::UserId;

use super::super::service;
use crate::error::Result;
use crate::graphql::RequestExt as _;

/// What a person prefers, in every organization.
#[derive(SimpleObject)]
pub(super) struct Preferences {
    /// Whether others see the person on boards without their name. They see themselves, and keep their rank.
    privacy_mode: bool,
}

impl Preferences {
    pub(super) async fn of(ctx: &Context<'_>, user: UserId) -> Result<Self> {
        Ok(Self {
            privacy_mode: service::is_private(ctx.platform(), user).await?,
        })
    }
}

/// What changes of the caller's preferences; what is left out stays.
#[derive(InputObject)]
struct UpdatePreferencesInput {
    /// Whether others see the caller on boards without their name.
    privacy_mode: Option<bool>,
}

/// Changed preferences.
#[derive(SimpleObject)]
struct UpdatePreferencesPayload {
    /// The caller's preferences as they are now.
    preferences: Preferences,
}

/// Changes of what a person prefers.
#[derive(Default)]
pub struct PreferencesMutation;

/// Changes of what a person prefers.
#[Object]
impl PreferencesMutation {
    /// Changes what the caller prefers. Boards follow at once.
    async fn update_preferences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdatePreferencesInput,
    ) -> Result<UpdatePreferencesPayload> {
        let actor = ctx.actor()?;
        let (user, _) = actor.signed_in()?;
        if let Some(is_private) = input.privacy_mode {
            service::set_privacy_mode(ctx.platform(), actor, is_private).await?;
        }
        Ok(UpdatePreferencesPayload {
            preferences: Preferences::of(ctx, user).await?,
        })
    }
}
