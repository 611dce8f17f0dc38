//! SQL of memberships, as far as permissions need it.

use chrono_tz::Tz;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Citext, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, TeamId, UserId};
use shared::role::{PlanType, Role};
use shared::vocabulary::LeaderboardVisibility;
use uuid::Uuid;

use super::{Tenant, WhichOrganization};
use crate::schema::organizations;

pub(super) struct StandingRow {
    pub(super) tenant: Tenant,
    pub(super) role: Role,
    pub(super) primary_team: Option<TeamId>,
    pub(super) led_teams: Vec<TeamId>,
    pub(super) led_people: Vec<UserId>,
}

impl StandingRow {
    /// The standing of a key that belongs to the organization itself: everything, as far as its scopes reach.
    pub(super) fn service_account(tenant: Tenant) -> Self {
        Self {
            tenant,
            role: Role::Admin,
            primary_team: None,
            led_teams: Vec::new(),
            led_people: Vec::new(),
        }
    }
}

#[derive(Queryable)]
struct RawStanding {
    organization_id: OrganizationId,
    slug: String,
    time_zone: String,
    leaderboard_visibility: LeaderboardVisibility,
    plan: PlanType,
    role: Role,
    primary_team: Option<TeamId>,
    led_teams: Vec<TeamId>,
    led_people: Vec<UserId>,
}

/// One statement whichever way the organization is named: a request's first question, asked by every request.
pub(super) async fn find_standing(
    conn: &mut AsyncPgConnection,
    user: UserId,
    which: &WhichOrganization,
) -> QueryResult<Option<StandingRow>> {
    let (id, slug) = match which {
        WhichOrganization::Id(id) => (Some(*id), None),
        WhichOrganization::Slug(slug) => (None, Some(slug.clone())),
        WhichOrganization::Default => (None, None),
    };
    let row = FindStanding { user, id, slug }
        .get_result::<RawStanding>(conn)
        .await
        .optional()?;
    Ok(row.map(|row| StandingRow {
        tenant: tenant(
            row.organization_id,
            row.slug,
            &row.time_zone,
            (row.leaderboard_visibility, row.plan),
        ),
        role: row.role,
        primary_team: row.primary_team,
        led_teams: row.led_teams,
        led_people: row.led_people,
    }))
}

/// A fixed text whose plan is kept: planning it takes longer than running it.
#[derive(QueryId)]
struct FindStanding {
    user: UserId,
    id: Option<OrganizationId>,
    slug: Option<String>,
}

impl Query for FindStanding {
    type SqlType = (
        SqlUuid,
        Text,
        Text,
        Text,
        Text,
        Text,
        Nullable<SqlUuid>,
        Array<SqlUuid>,
        Array<SqlUuid>,
    );
}

impl QueryFragment<Pg> for FindStanding {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT o.id, o.slug::text, o.time_zone, o.leaderboard_visibility, o.plan_type, m.role, \
                    (SELECT tm.team_id FROM team_members tm \
                     WHERE tm.organization_id = o.id AND tm.user_id = m.user_id AND tm.is_primary), \
                    ARRAY(SELECT t.id FROM teams t WHERE t.organization_id = o.id AND t.lead_id = m.user_id), \
                    ARRAY(SELECT DISTINCT tm.user_id FROM teams t JOIN team_members tm ON tm.team_id = t.id \
                          WHERE t.organization_id = o.id AND t.lead_id = m.user_id AND tm.user_id <> m.user_id) \
             FROM memberships m JOIN organizations o ON o.id = m.organization_id \
             WHERE m.status = 'ACTIVE' AND o.deleted_at IS NULL AND m.user_id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.user)?;
        out.push_sql(" AND COALESCE(o.id = ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.id)?;
        out.push_sql(", true) AND COALESCE(o.slug = ");
        out.push_bind_param::<Nullable<Citext>, _>(&self.slug)?;
        out.push_sql(", true) ORDER BY m.is_default DESC, m.created_at, m.id LIMIT 1");
        Ok(())
    }
}

pub(super) async fn find_tenant(
    conn: &mut AsyncPgConnection,
    id: OrganizationId,
) -> QueryResult<Option<Tenant>> {
    let row = organizations::table
        .filter(
            organizations::id
                .eq(Uuid::from(id))
                .and(organizations::deleted_at.is_null()),
        )
        .select((
            organizations::slug,
            organizations::time_zone,
            organizations::leaderboard_visibility,
            organizations::plan_type,
        ))
        .first::<(String, String, LeaderboardVisibility, PlanType)>(conn)
        .await
        .optional()?;
    Ok(row.map(|(slug, time_zone, visibility, plan)| {
        tenant(id, slug, &time_zone, (visibility, plan))
    }))
}

fn tenant(
    id: OrganizationId,
    slug: String,
    time_zone: &str,
    (leaderboard_visibility, plan): (LeaderboardVisibility, PlanType),
) -> Tenant {
    // Zones are validated when they are set; one that a newer table of zones has dropped reads as UTC rather than failing.
    let time_zone = time_zone.parse().unwrap_or(Tz::UTC);
    Tenant {
        id,
        slug,
        time_zone,
        leaderboard_visibility,
        plan,
    }
}
