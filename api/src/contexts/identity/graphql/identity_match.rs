//! Accounts at providers in the API: whose they are, whose they may be, and how that is said.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use shared::ids::{ProviderAccountId, UserId};
use shared::people::{MatchReason, MatchStatus};
use shared::vocabulary::Provider;
use uuid::Uuid;

use super::super::model::{self, MatchFilter, MatchSlice};
use super::super::service;
use super::user::{User, find_user};
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{
    Connection, NodeKind, Page, RequestExt as _, Total, cost, global_id, search_argument,
};
use crate::workflows;

/// An account at a provider, and whose it is or may be.
pub struct IdentityMatch {
    scope: OrgScope,
    found: model::IdentityMatch,
}

/// Who is likely to be meant by an account, and why.
#[derive(SimpleObject)]
struct IdentitySuggestion {
    /// The member.
    user: User,
    /// Why.
    reason: MatchReason,
}

/// An account at a provider, and whose it is or may be.
#[Object]
impl IdentityMatch {
    /// The account's id, for `mergeIdentities` and `unmergeIdentities`.
    async fn id(&self) -> ID {
        global_id::encode(NodeKind::ProviderAccount, self.found.account.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.found.account.id.into()
    }

    /// The provider.
    async fn provider(&self) -> Provider {
        self.found.account.provider
    }

    /// Host of the provider's installation.
    async fn instance(&self) -> &str {
        &self.found.account.instance
    }

    /// The login name, as far as it was told.
    async fn username(&self) -> Option<&str> {
        self.found.account.username.as_deref()
    }

    /// The address, as far as it was told.
    async fn email(&self) -> Option<&str> {
        self.found.account.email.as_deref()
    }

    /// The name as people read it, as far as it was told.
    async fn display_name(&self) -> Option<&str> {
        self.found.account.display_name.as_deref()
    }

    /// How it stands to the members.
    async fn status(&self) -> MatchStatus {
        self.found.status()
    }

    /// Whose it is; null where it is nobody's.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        match self.found.account.user_id {
            Some(id) => find_user(ctx, &self.scope, id).await,
            None => Ok(None),
        }
    }

    /// Who is likely to be meant; null where it is somebody's, or nothing tells.
    async fn suggestion(&self, ctx: &Context<'_>) -> Result<Option<IdentitySuggestion>> {
        let Some((id, reason)) = self.found.suggestion else {
            return Ok(None);
        };
        let user = find_user(ctx, &self.scope, id).await?;
        Ok(user.map(|user| IdentitySuggestion { user, reason }))
    }

    /// How many credits wait for whoever it is.
    async fn waiting_credits(&self) -> i64 {
        self.found.waiting_credits
    }

    /// When it was first met.
    async fn first_seen_at(&self) -> DateTime<Utc> {
        self.found.first_seen_at
    }

    /// When it was last met, to the hour.
    async fn last_seen_at(&self) -> DateTime<Utc> {
        self.found.account.last_seen_at
    }
}

/// The part of `Organization` about accounts at providers.
pub struct OrganizationIdentities(pub OrgScope);

/// Accounts at providers.
#[Object]
impl OrganizationIdentities {
    /// The accounts of people that events have named, the last met first; bots are not among them. For administrators.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(
        clippy::too_many_arguments,
        reason = "arguments of a field are the contract's, one each"
    )]
    async fn identity_matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that stand so to the members.")] status: Option<MatchStatus>,
        #[graphql(desc = "Part of a name or address.")] search: Option<String>,
        #[graphql(
            desc = "At most so many from the beginning; up to 100, 25 where nothing is said."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor.")] after: Option<String>,
        #[graphql(desc = "At most so many from the end; up to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<IdentityMatch>> {
        let page =
            Page::<(DateTime<Utc>, Uuid)>::new(first, after.as_deref(), last, before.as_deref())?;
        let search = search_argument(search)?;
        let filter = MatchFilter { status, search };
        let cursor =
            |key: Option<(DateTime<Utc>, Uuid)>| key.map(|(at, id)| (at, ProviderAccountId(id)));
        let slice = MatchSlice {
            after: cursor(page.after),
            before: cursor(page.before),
            limit: page.limit_plus_one(),
            is_backward: page.is_backward,
        };
        let platform = ctx.platform();
        let rows = service::list_matches(platform, &self.0, &filter, &slice).await?;
        let (platform, scope) = (platform.clone(), self.0.clone());
        let total = Total::counted(move || {
            let (platform, scope, filter) = (platform.clone(), scope.clone(), filter.clone());
            async move { service::count_matches(&platform, &scope, &filter).await }
        });
        let key = |one: &model::IdentityMatch| (one.account.last_seen_at, one.account.id.into());
        Ok(Connection::new(&page, rows, total, key, |found| {
            IdentityMatch {
                scope: self.0.clone(),
                found,
            }
        }))
    }
}

/// Whose an account is.
#[derive(InputObject)]
struct MergeIdentitiesInput {
    /// The account.
    account_id: ID,
    /// The global id of the member.
    user_id: ID,
}

/// The account with its member.
#[derive(SimpleObject)]
struct MergeIdentitiesPayload {
    /// The account as it is now.
    identity_match: IdentityMatch,
}

/// Which account to part from its member.
#[derive(InputObject)]
struct UnmergeIdentitiesInput {
    /// The account.
    account_id: ID,
}

/// The account without its member.
#[derive(SimpleObject)]
struct UnmergeIdentitiesPayload {
    /// The account as it is now.
    identity_match: IdentityMatch,
}

/// Changes of whose accounts are.
#[derive(Default)]
pub struct IdentityMatchMutation;

/// Changes of whose accounts are, in the request's current organization.
#[Object]
impl IdentityMatchMutation {
    /// Says that an account, and those of the same name there, are a member's: what they earned before is credited to the
    /// member, for the days on which it was earned. For administrators.
    async fn merge_identities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account and the member.")] input: MergeIdentitiesInput,
    ) -> Result<MergeIdentitiesPayload> {
        let scope = ctx.scope().await?;
        let account = account_of(&input.account_id)?;
        let user = global_id::decode_argument("userId", &input.user_id, NodeKind::User)?;
        let platform = ctx.platform();
        workflows::link_identity(platform, &scope, account, UserId(user)).await?;
        Ok(MergeIdentitiesPayload {
            identity_match: match_of(ctx, scope, account).await?,
        })
    }

    /// Undoes it: what the account earned the member is taken back, for the days on which it was earned, and waits for
    /// whoever it is. The account is never matched to this member by itself again. For administrators.
    async fn unmerge_identities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] input: UnmergeIdentitiesInput,
    ) -> Result<UnmergeIdentitiesPayload> {
        let scope = ctx.scope().await?;
        let account = account_of(&input.account_id)?;
        workflows::part_identity(ctx.platform(), &scope, account).await?;
        Ok(UnmergeIdentitiesPayload {
            identity_match: match_of(ctx, scope, account).await?,
        })
    }
}

fn account_of(id: &ID) -> Result<ProviderAccountId> {
    global_id::decode_argument("accountId", id, NodeKind::ProviderAccount).map(Into::into)
}

async fn match_of(
    ctx: &Context<'_>,
    scope: OrgScope,
    id: ProviderAccountId,
) -> Result<IdentityMatch> {
    let found = service::get_match(ctx.platform(), &scope, id).await?;
    Ok(IdentityMatch { scope, found })
}
