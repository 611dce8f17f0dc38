//! `User`.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use shared::ids::UserId;
use uuid::Uuid;

use super::super::model::Profile;
use super::super::service;
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{Batch, NodeKind, RequestExt as _, global_id};
use crate::platform::Platform;

/// A person, as far as the caller may see them.
#[derive(Clone)]
pub struct User(Profile);

impl From<Profile> for User {
    fn from(profile: Profile) -> Self {
        Self(profile)
    }
}

/// A person, across organizations.
#[Object]
impl User {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::User, self.0.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Visible to the person, to administrators of the organization and to the person's lead; null for others.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The address of a picture.
    async fn avatar_url(&self) -> Option<&str> {
        self.0.avatar_url.as_deref()
    }
}

/// People by id, as members of one organization.
struct UsersById;

impl Batch for UsersById {
    type Key = UserId;
    type Value = Profile;

    async fn load(
        platform: &Platform,
        scope: &OrgScope,
        ids: Vec<UserId>,
    ) -> Result<HashMap<UserId, Profile>> {
        let found = service::find_profiles(platform, scope, &ids).await?;
        Ok(found
            .into_iter()
            .map(|profile| (profile.id, profile))
            .collect())
    }
}

/// A person of the organization; none where the caller may not know of them.
///
/// # Errors
/// When the database does not answer.
pub async fn find_user(ctx: &Context<'_>, scope: &OrgScope, id: UserId) -> Result<Option<User>> {
    let found = ctx.loader::<UsersById>(scope).load(id).await?;
    Ok(found.map(User))
}
