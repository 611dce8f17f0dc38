//! Makes the demo's organization large enough for a board of 100 rows.

use anyhow::Result;

use crate::{postgres::Database, server::Server};

/// People that are added.
const PEOPLE: u32 = 1_000;

/// Adds people with points, each with one ledger entry that every total agrees with.
pub async fn grow(server: &Server) -> Result<u32> {
    let organization = server.sign_in("admin@demo.test").await?.organization;
    let database = Database::of(server)?;
    database.run(&format!(
        "BEGIN;
        CREATE TEMPORARY TABLE person ON COMMIT DROP AS
            SELECT gen_random_uuid() AS id, n, 50 + n * 7919 % 2000 AS points
            FROM generate_series(1, {PEOPLE}) AS n;
        CREATE TEMPORARY TABLE place ON COMMIT DROP AS
            SELECT id AS organization_id, (now() AT TIME ZONE time_zone)::date AS today
            FROM organizations WHERE id = '{organization}';
        INSERT INTO users (id, email, email_verified_at, name, created_at, updated_at)
            SELECT id, 'bench' || n || '@bench.test', now(), 'Bench Person ' || n, now(), now()
            FROM person;
        INSERT INTO memberships (id, organization_id, user_id, role, created_at, updated_at)
            SELECT gen_random_uuid(), organization_id, id, 'MEMBER', now(), now()
            FROM person, place;
        INSERT INTO team_members (organization_id, team_id, user_id, is_primary, created_at)
            SELECT organization_id, team.ids[1 + n % cardinality(team.ids)], id, true, now()
            FROM person, place, LATERAL (
                SELECT array_agg(teams.id ORDER BY name) AS ids FROM teams
                WHERE teams.organization_id = place.organization_id
            ) AS team;
        INSERT INTO points_ledger (id, organization_id, user_id, sequence, points_change,
                balance_after, reason, rule, fact, occurred_at, occurred_on, created_at)
            SELECT gen_random_uuid(), organization_id, id, 1, points,
                points, 'Benchmark', 'ADJUSTMENT', 'benchmark', now(), today, now()
            FROM person, place;
        INSERT INTO point_balances (organization_id, user_id, balance, entries)
            SELECT organization_id, id, points, 1 FROM person, place;
        INSERT INTO point_totals (organization_id, user_id, period, starts_on, points, entries)
            SELECT organization_id, id, period, date_trunc(period, today)::date, points, 1
            FROM person, place, unnest(ARRAY['DAY', 'WEEK', 'MONTH', 'QUARTER']) AS period;
        COMMIT;
        VACUUM ANALYZE users, memberships, team_members, teams, point_balances, point_totals;"
    ))?;
    let count = database.run(&format!(
        "SELECT count(*) FROM memberships WHERE organization_id = '{organization}'"
    ))?;
    Ok(count.parse()?)
}
