//! SQL of memberships, as far as permissions need it.

use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, Citext, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, TeamId, UserId};
use shared::role::Role;
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

#[derive(QueryableByName)]
struct RawStanding {
    #[diesel(sql_type = SqlUuid)]
    organization_id: OrganizationId,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    time_zone: String,
    #[diesel(sql_type = Text)]
    leaderboard_visibility: LeaderboardVisibility,
    #[diesel(sql_type = Text)]
    role: Role,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    primary_team: Option<TeamId>,
    #[diesel(sql_type = Array<SqlUuid>)]
    led_teams: Vec<TeamId>,
    #[diesel(sql_type = Array<SqlUuid>)]
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
    let row = diesel::sql_query(
        "SELECT o.id AS organization_id, o.slug::text AS slug, o.time_zone, o.leaderboard_visibility, m.role,
                (SELECT tm.team_id FROM team_members tm
                 WHERE tm.organization_id = o.id AND tm.user_id = m.user_id AND tm.is_primary) AS primary_team,
                ARRAY(SELECT t.id FROM teams t WHERE t.organization_id = o.id AND t.lead_id = m.user_id) AS led_teams,
                ARRAY(SELECT DISTINCT tm.user_id FROM teams t JOIN team_members tm ON tm.team_id = t.id
                      WHERE t.organization_id = o.id AND t.lead_id = m.user_id AND tm.user_id <> m.user_id) AS led_people
         FROM memberships m JOIN organizations o ON o.id = m.organization_id
         WHERE m.user_id = $1 AND m.status = 'ACTIVE' AND o.deleted_at IS NULL
           AND ($2::uuid IS NULL OR o.id = $2) AND ($3::citext IS NULL OR o.slug = $3)
         ORDER BY m.created_at, m.id LIMIT 1",
    )
    .bind::<SqlUuid, _>(user)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<Nullable<Citext>, _>(slug)
    .get_result::<RawStanding>(conn)
    .await
    .optional()?;
    Ok(row.map(|row| StandingRow {
        tenant: tenant(
            row.organization_id,
            row.slug,
            &row.time_zone,
            row.leaderboard_visibility,
        ),
        role: row.role,
        primary_team: row.primary_team,
        led_teams: row.led_teams,
        led_people: row.led_people,
    }))
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
        ))
        .first::<(String, String, LeaderboardVisibility)>(conn)
        .await
        .optional()?;
    Ok(row.map(|(slug, time_zone, visibility)| tenant(id, slug, &time_zone, visibility)))
}

fn tenant(
    id: OrganizationId,
    slug: String,
    time_zone: &str,
    leaderboard_visibility: LeaderboardVisibility,
) -> Tenant {
    // Zones are validated when they are set; one that a newer table of zones has dropped reads as UTC rather than failing.
    let time_zone = time_zone.parse().unwrap_or(Tz::UTC);
    Tenant {
        id,
        slug,
        time_zone,
        leaderboard_visibility,
    }
}
