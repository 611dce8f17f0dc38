//! The proof that somebody may look into an organization.

use std::collections::HashSet;
use std::sync::Arc;

use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use shared::ids::{ApiKeyId, OrganizationId, TeamId, UserId};
use shared::permission::{Permission, Relation};
use shared::role::{PlanType, Role};
use shared::vocabulary::LeaderboardVisibility;

use super::{Actor, Guard, KeyHolder, Principal, RequestInfo, store};
use crate::error::{AppError, Result};

/// The organization itself: what every use case within it needs.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The organization.
    pub id: OrganizationId,
    /// Its part of the client's paths.
    pub slug: String,
    /// Days, weeks, months and quarters are cut in this zone.
    pub time_zone: Tz,
    /// Who sees whom on boards of individuals.
    pub leaderboard_visibility: LeaderboardVisibility,
    /// What it has booked.
    pub plan: PlanType,
}

/// Which organization a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichOrganization {
    /// By id, as the header names it.
    Id(OrganizationId),
    /// By slug, as an argument names it.
    Slug(String),
    /// The one that the person has chosen to start in, else the one joined first.
    Default,
}

/// Somebody's standing within one organization. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OrgScope {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    tenant: Tenant,
    standing: Standing,
}

#[derive(Debug)]
enum Standing {
    /// The server itself: workers, jobs, commands.
    System,
    Member {
        // Boxed: the server's own standing has none.
        actor: Box<Actor>,
        role: Role,
        primary_team: Option<TeamId>,
        led_teams: HashSet<TeamId>,
        led_people: HashSet<UserId>,
    },
}

/// Reads a person's standing in an organization.
///
/// # Errors
/// Not found where there is no such organization or the person is no active member: both read the same.
pub async fn org_scope(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    which: &WhichOrganization,
) -> Result<OrgScope> {
    let row = match &actor.principal {
        Principal::Person { user_id, .. } => store::find_standing(conn, *user_id, which).await?,
        Principal::ApiKey(key) => key_standing(conn, key, which).await?,
    };
    let row = row.ok_or_else(|| AppError::not_found("organization"))?;
    let standing = Standing::Member {
        actor: Box::new(actor.clone()),
        role: row.role,
        primary_team: row.primary_team,
        led_teams: row.led_teams.into_iter().collect(),
        led_people: row.led_people.into_iter().collect(),
    };
    Ok(OrgScope {
        inner: Arc::new(Inner {
            tenant: row.tenant,
            standing,
        }),
    })
}

/// A key works in one organization: with its owner's rights, or as the organization's own service account.
async fn key_standing(
    conn: &mut AsyncPgConnection,
    key: &KeyHolder,
    which: &WhichOrganization,
) -> Result<Option<store::StandingRow>> {
    let id = key.organization_id;
    if matches!(which, WhichOrganization::Id(other) if *other != id) {
        return Ok(None);
    }
    let row = match key.owner {
        Some(owner) => store::find_standing(conn, owner, &WhichOrganization::Id(id)).await?,
        None => (store::find_tenant(conn, id).await?).map(store::StandingRow::service_account),
    };
    let is_meant = |row: &store::StandingRow| match which {
        WhichOrganization::Slug(slug) => row.tenant.slug.eq_ignore_ascii_case(slug),
        WhichOrganization::Id(_) | WhichOrganization::Default => true,
    };
    Ok(row.filter(is_meant))
}

/// The server's own standing in an organization; none where it does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn system_scope(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
) -> Result<Option<OrgScope>> {
    let tenant = store::find_tenant(conn, id).await?;
    Ok(tenant.map(|tenant| OrgScope {
        inner: Arc::new(Inner {
            tenant,
            standing: Standing::System,
        }),
    }))
}

impl OrgScope {
    /// The organization.
    pub fn organization_id(&self) -> OrganizationId {
        self.inner.tenant.id
    }

    /// What every use case needs to know of the organization.
    pub fn tenant(&self) -> &Tenant {
        &self.inner.tenant
    }

    /// Who acts; none where it is the server itself.
    pub fn actor(&self) -> Option<&Actor> {
        match &self.inner.standing {
            Standing::System => None,
            Standing::Member { actor, .. } => Some(actor),
        }
    }

    /// The person who acts, or whose key acts; none for the server itself and for keys of the organization.
    pub fn user_id(&self) -> Option<UserId> {
        self.actor().and_then(Actor::user_id)
    }

    /// The key that acts; none where it is a person or the server itself.
    pub fn api_key_id(&self) -> Option<ApiKeyId> {
        self.actor().and_then(Actor::api_key).map(|key| key.id)
    }

    /// The request that is served, for the audit log.
    pub fn request(&self) -> RequestInfo {
        self.actor()
            .map(|actor| actor.request.clone())
            .unwrap_or_default()
    }

    /// The actor's role; none where it is the server itself.
    pub fn role(&self) -> Option<Role> {
        match &self.inner.standing {
            Standing::System => None,
            Standing::Member { role, .. } => Some(*role),
        }
    }

    /// The actor's own primary team.
    pub fn primary_team(&self) -> Option<TeamId> {
        match &self.inner.standing {
            Standing::System => None,
            Standing::Member { primary_team, .. } => *primary_team,
        }
    }

    /// Whether the actor leads this team.
    pub fn leads_team(&self, team: TeamId) -> bool {
        matches!(&self.inner.standing, Standing::Member { led_teams, .. } if led_teams.contains(&team))
    }

    /// The people of the teams that the actor leads.
    pub fn led_people(&self) -> impl Iterator<Item = UserId> + '_ {
        match &self.inner.standing {
            Standing::System => None,
            Standing::Member { led_people, .. } => Some(led_people.iter().copied()),
        }
        .into_iter()
        .flatten()
    }

    /// How a person relates to the actor.
    pub fn relation_to(&self, user: UserId) -> Relation {
        match &self.inner.standing {
            Standing::Member { actor, .. } if actor.user_id() == Some(user) => Relation::Own,
            Standing::Member { led_people, .. } if led_people.contains(&user) => {
                Relation::LedByActor
            }
            _ => Relation::Other,
        }
    }

    /// Whether the actor may do this about the organization as a whole.
    pub fn allows(&self, permission: Permission) -> bool {
        self.allows_about(permission, Relation::Other)
    }

    /// Whether the actor may do this about a person.
    pub fn allows_for(&self, permission: Permission, user: UserId) -> bool {
        self.allows_about(permission, self.relation_to(user))
    }

    /// Refuses what the actor may not do about the organization as a whole.
    ///
    /// # Errors
    /// Forbidden.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.allows(permission) {
            Ok(())
        } else {
            Err(self.forbidden())
        }
    }

    /// Refuses what the actor may not do about a person.
    ///
    /// # Errors
    /// Forbidden.
    pub fn require_for(&self, permission: Permission, user: UserId) -> Result<()> {
        if self.allows_for(permission, user) {
            Ok(())
        } else {
            Err(self.forbidden())
        }
    }

    fn allows_about(&self, permission: Permission, relation: Relation) -> bool {
        match &self.inner.standing {
            Standing::System => true,
            Standing::Member { actor, role, .. } => {
                let request = &actor.request;
                let is_granted = permission.is_granted_to(*role, relation)
                    || request.leaves_out(Guard::Permission(permission));
                let is_covered = actor.api_key().is_none_or(|key| key.covers(permission))
                    || request.leaves_out(Guard::KeyScopes);
                is_granted && is_covered
            }
        }
    }

    fn forbidden(&self) -> AppError {
        AppError::forbidden(if self.api_key_id().is_some() {
            "the scopes of this API key, or its owner's role, do not allow this"
        } else {
            "your role in this organization does not allow this"
        })
    }
}
