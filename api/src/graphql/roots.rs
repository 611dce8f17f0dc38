//! The roots and `Organization`: merged from one part per context, each listed here.
//!
//! A context declares its part beside its resolvers, such as `points::graphql::OrganizationPoints`; this file only lists.

use async_graphql::{Context, ID, MergedObject, MergedSubscription, Object};
use uuid::Uuid;

use super::budget::RateLimit;
use super::global_id::{self, NodeKind};
use super::node::{self, Node};
use super::request::{RequestData, RequestExt as _};
use crate::access::{OrgScope, WhichOrganization};
use crate::contexts::absences::graphql::{AbsenceMutation, OrganizationAbsences};
use crate::contexts::audit::graphql::OrganizationAudit;
use crate::contexts::identity::graphql::{
    IdentityMatchMutation, IdentityMutation, IdentityQuery, OrganizationIdentities,
    PreferencesMutation, ProfileMutation,
};
use crate::contexts::ingest::graphql::{IngestMutation, IngestSubscription, OrganizationEvents};
use crate::contexts::instance::graphql::{InstanceMutation, InstanceQuery, OrganizationJoinRules};
use crate::contexts::invitations::graphql::{
    InvitationMutation, InvitationQuery, OrganizationInvitations,
};
use crate::contexts::keys::graphql::{KeysMutation, KeysQuery, OrganizationKeys};
use crate::contexts::mail::graphql::OrganizationOutbox;
use crate::contexts::orgs::graphql::{
    MemberMutation, OrganizationDirectory, OrganizationLifeMutation, OrganizationMutation,
    TeamMutation,
};
use crate::contexts::points::graphql::{OrganizationPoints, PointsMutation, PointsSubscription};
use crate::contexts::privacy::graphql::PrivacyMutation;
use crate::error::{AppError, ErrorCode, Result};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    BaseQuery,
    IdentityQuery,
    KeysQuery,
    InvitationQuery,
    InstanceQuery,
);

/// What can be changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    IdentityMutation,
    PreferencesMutation,
    ProfileMutation,
    IdentityMatchMutation,
    KeysMutation,
    InvitationMutation,
    OrganizationMutation,
    OrganizationLifeMutation,
    InstanceMutation,
    MemberMutation,
    TeamMutation,
    AbsenceMutation,
    PointsMutation,
    IngestMutation,
    PrivacyMutation,
);

/// What can be watched.
#[derive(MergedSubscription, Default)]
pub struct Subscription(PointsSubscription, IngestSubscription);

/// A tenant: people, teams, events and points belong to one, and only its members see them.
#[derive(MergedObject)]
pub struct Organization(
    OrganizationIdentity,
    OrganizationDirectory,
    OrganizationPoints,
    OrganizationEvents,
    OrganizationKeys,
    OrganizationInvitations,
    OrganizationOutbox,
    OrganizationAbsences,
    OrganizationAudit,
    OrganizationJoinRules,
    OrganizationIdentities,
);

impl Organization {
    /// The organization as the holder of this standing sees it.
    pub fn new(scope: OrgScope) -> Self {
        Self(
            OrganizationIdentity(scope.clone()),
            OrganizationDirectory(scope.clone()),
            OrganizationPoints(scope.clone()),
            OrganizationEvents(scope.clone()),
            OrganizationKeys(scope.clone()),
            OrganizationInvitations(scope.clone()),
            OrganizationOutbox(scope.clone()),
            OrganizationAbsences(scope.clone()),
            OrganizationAudit(scope.clone()),
            OrganizationJoinRules(scope.clone()),
            OrganizationIdentities(scope),
        )
    }

    /// The field `id`, as the interface `Node` asks for it.
    ///
    /// # Errors
    /// Never; the signature is the interface's.
    pub async fn id(&self, _ctx: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(self.0.global_id())
    }
}

/// The part of `Organization` that identifies it.
pub struct OrganizationIdentity(OrgScope);

impl OrganizationIdentity {
    fn global_id(&self) -> ID {
        global_id::encode(NodeKind::Organization, self.0.organization_id())
    }
}

/// What identifies an organization.
#[Object]
impl OrganizationIdentity {
    /// The global id.
    async fn id(&self) -> ID {
        self.global_id()
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.0.organization_id().into()
    }
}

/// The part of `Query` that belongs to no context.
#[derive(Default)]
pub struct BaseQuery;

/// Entry points that belong to no context.
#[Object]
impl BaseQuery {
    /// What is left of the caller's budget of points a minute, after what this request costs.
    async fn rate_limit(&self, ctx: &Context<'_>) -> Result<RateLimit> {
        let budget = ctx.data_unchecked::<RequestData>().budget();
        let budget = budget.ok_or_else(|| anyhow::anyhow!("a request without a budget"))?;
        Ok(budget.into())
    }

    /// An object by its global id; null where there is none for the caller.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id that this API gave out.")] id: ID,
    ) -> Result<Option<Node>> {
        node::find_node(ctx, &id).await
    }

    /// Objects by their global ids, in the order of the ids; null where there is none for the caller. At most 100.
    #[graphql(complexity = "1 + 100 * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids that this API gave out.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > super::connection::MAX_PAGE_SIZE {
            return Err(AppError::invalid("ids", "are at most 100"));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| node::find_node(ctx, id))).await
    }

    /// An organization that the caller is a member of: the one of this slug, else the request's current one, which the
    /// header `X-Organization-Id` names, else the one joined first. Null where there is none, or nobody is signed in.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization's part of the client's addresses.")] slug: Option<
            String,
        >,
    ) -> Result<Option<Organization>> {
        let scope = match slug {
            Some(slug) => ctx.scope_of(&WhichOrganization::Slug(slug)).await,
            None => ctx.scope().await,
        };
        match scope {
            Ok(scope) => Ok(Some(Organization::new(scope))),
            Err(AppError::Refused {
                code: ErrorCode::NotFound,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::registry::{MetaType, Registry};
    use async_graphql::{OutputType, SubscriptionType};

    use super::*;

    fn fields(registry: &Registry, name: &str) -> Vec<String> {
        match registry.types.get(name) {
            Some(MetaType::Object { fields, .. }) => fields.keys().cloned().collect(),
            _ => panic!("{name} is no object"),
        }
    }

    fn of_object<T: OutputType>() -> Vec<String> {
        let mut registry = Registry::default();
        T::create_type_info(&mut registry);
        fields(&registry, &T::type_name())
    }

    fn of_subscription<T: SubscriptionType>() -> Vec<String> {
        let mut registry = Registry::default();
        T::create_type_info(&mut registry);
        fields(&registry, &T::type_name())
    }

    /// Every part is listed here, and no field is in two of them: merging would let the last one win silently.
    fn check(name: &str, mut whole: Vec<String>, parts: &[Vec<String>]) {
        let mut listed = parts.concat();
        whole.sort();
        listed.sort();
        assert_eq!(
            whole, listed,
            "{name}: a field is in two parts, or a part is not listed in this test"
        );
    }

    #[test]
    fn no_field_is_in_two_parts() {
        check(
            "Query",
            of_object::<Query>(),
            &[
                of_object::<BaseQuery>(),
                of_object::<IdentityQuery>(),
                of_object::<KeysQuery>(),
                of_object::<InvitationQuery>(),
                of_object::<InstanceQuery>(),
            ],
        );
        check(
            "Mutation",
            of_object::<Mutation>(),
            &[
                of_object::<IdentityMutation>(),
                of_object::<PreferencesMutation>(),
                of_object::<ProfileMutation>(),
                of_object::<IdentityMatchMutation>(),
                of_object::<KeysMutation>(),
                of_object::<InvitationMutation>(),
                of_object::<OrganizationMutation>(),
                of_object::<OrganizationLifeMutation>(),
                of_object::<InstanceMutation>(),
                of_object::<MemberMutation>(),
                of_object::<TeamMutation>(),
                of_object::<AbsenceMutation>(),
                of_object::<PointsMutation>(),
                of_object::<IngestMutation>(),
                of_object::<PrivacyMutation>(),
            ],
        );
        check(
            "Organization",
            of_object::<Organization>(),
            &[
                of_object::<OrganizationIdentity>(),
                of_object::<OrganizationDirectory>(),
                of_object::<OrganizationPoints>(),
                of_object::<OrganizationEvents>(),
                of_object::<OrganizationKeys>(),
                of_object::<OrganizationInvitations>(),
                of_object::<OrganizationOutbox>(),
                of_object::<OrganizationAbsences>(),
                of_object::<OrganizationAudit>(),
                of_object::<OrganizationJoinRules>(),
                of_object::<OrganizationIdentities>(),
            ],
        );
        check(
            "Subscription",
            of_subscription::<Subscription>(),
            &[
                of_subscription::<PointsSubscription>(),
                of_subscription::<IngestSubscription>(),
            ],
        );
    }
}
