//! Everything that can be fetched again by its global id.

use async_graphql::{Context, ID, Interface};
use shared::ids::OrganizationId;
use uuid::Uuid;

use super::global_id::{self, NodeKind};
use super::request::RequestExt as _;
use super::roots::Organization;
use crate::access::WhichOrganization;
use crate::contexts::identity::graphql::{User, find_user};
use crate::contexts::ingest::graphql::{EventNode, SourceNode, find_event, find_source};
use crate::contexts::keys::graphql::{ApiKeyNode, find_key};
use crate::contexts::orgs::graphql::{
    Department, Membership, Team, find_department, find_membership, find_team,
};
use crate::contexts::points::graphql::{PointsEntry, find_entry};
use crate::error::{AppError, ErrorCode, Result};

/// An object with a global id, which `node(id:)` fetches again.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The global id: opaque, and the same for ever."
))]
pub enum Node {
    /// An organization.
    Organization(Organization),
    /// A person.
    User(User),
    /// A person in an organization.
    Membership(Membership),
    /// A team.
    Team(Team),
    /// A department.
    Department(Department),
    /// An entry of the points ledger.
    PointsEntry(PointsEntry),
    /// A received event.
    Event(EventNode),
    /// Where events come from.
    WebhookSource(SourceNode),
    /// A key by which a program acts.
    ApiKey(ApiKeyNode),
}

/// The object that a global id names; none where there is none for the caller.
///
/// Organizations are found wherever the caller is a member, everything else in the request's current organization.
///
/// # Errors
/// `BAD_USER_INPUT` where it is no id of this API.
pub(super) async fn find_node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let (kind, uuid) = global_id::decode_any(id)?;
    match find(ctx, kind, uuid).await {
        Err(AppError::Refused {
            code: ErrorCode::NotFound,
            ..
        }) => Ok(None),
        found => found,
    }
}

async fn find(ctx: &Context<'_>, kind: NodeKind, id: Uuid) -> Result<Option<Node>> {
    if kind == NodeKind::Organization {
        let which = WhichOrganization::Id(OrganizationId(id));
        let scope = ctx.scope_of(&which).await?;
        return Ok(Some(Organization::new(scope).into()));
    }
    let scope = &ctx.scope().await?;
    Ok(match kind {
        NodeKind::User => find_user(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::Membership => find_membership(ctx, scope, id.into())
            .await?
            .map(Node::from),
        NodeKind::Team => find_team(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::Department => find_department(ctx, scope, id.into())
            .await?
            .map(Node::from),
        NodeKind::Event => find_event(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::WebhookSource => find_source(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::PointsEntry => find_entry(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::ApiKey => find_key(ctx, scope, id.into()).await?.map(Node::from),
        NodeKind::Organization
        | NodeKind::Session
        | NodeKind::Mail
        | NodeKind::Invitation
        | NodeKind::Absence
        | NodeKind::DataExport
        | NodeKind::SignInAccount
        | NodeKind::ProviderAccount
        | NodeKind::JoinRule
        | NodeKind::AuditEntry => None,
    })
}
