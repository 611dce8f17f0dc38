//! What a person prefers.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use shared::ids::UserId;

use super::super::service;
use crate::access::WhichOrganization;
use crate::contexts::orgs;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// What a person prefers, in every organization.
#[derive(SimpleObject)]
pub(super) struct Preferences {
    /// Whether others see the person on boards without their name. They see themselves, and keep their rank.
    privacy_mode: bool,
    /// The global id of the organization that the person has chosen to start in; null where that is the one joined first.
    default_organization_id: Option<ID>,
}

impl Preferences {
    pub(super) async fn of(ctx: &Context<'_>, user: UserId) -> Result<Self> {
        Ok(Self {
            privacy_mode: service::is_private(ctx.platform(), user).await?,
            default_organization_id: orgs::chosen_default_organization(ctx.platform(), user)
                .await?
                .map(|id| global_id::encode(NodeKind::Organization, id)),
        })
    }
}

/// What changes of the caller's preferences; what is left out stays.
#[derive(InputObject)]
struct UpdatePreferencesInput {
    /// Whether others see the caller on boards without their name.
    privacy_mode: Option<bool>,
    /// The global id of the organization that the caller starts in from now on.
    default_organization_id: Option<ID>,
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
        let chosen = match &input.default_organization_id {
            Some(id) => {
                let name = "defaultOrganizationId";
                let id = global_id::decode_argument(name, id, NodeKind::Organization)?;
                Some(ctx.scope_of(&WhichOrganization::Id(id.into())).await?)
            }
            None => None,
        };
        if let Some(is_private) = input.privacy_mode {
            service::set_privacy_mode(ctx.platform(), actor, is_private).await?;
        }
        if let Some(scope) = &chosen {
            ctx.platform()
                .db
                .transaction(async |tx| orgs::choose_default_organization(tx, actor, scope).await)
                .await?;
        }
        Ok(UpdatePreferencesPayload {
            preferences: Preferences::of(ctx, user).await?,
        })
    }
}
