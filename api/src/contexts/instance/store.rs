//! SQL of the instance.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Citext, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{JoinRuleId, OrganizationId, UserId};
use shared::people::JoinRuleKind;
use shared::role::PlanType;

use super::model::{InstanceOrganization, JoinRule, NewJoinRule, Operator, OrganizationSlice};
use crate::schema::{join_rules, memberships, organizations};

#[derive(QueryableByName)]
struct OrganizationRow {
    #[diesel(sql_type = SqlUuid)]
    id: OrganizationId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Citext)]
    slug: String,
    #[diesel(sql_type = Text)]
    plan_type: PlanType,
    #[diesel(sql_type = BigInt)]
    member_count: i64,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    deleted_at: Option<DateTime<Utc>>,
}

impl From<OrganizationRow> for InstanceOrganization {
    fn from(row: OrganizationRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            slug: row.slug,
            plan_type: row.plan_type,
            member_count: row.member_count,
            created_at: row.created_at,
            deleted_at: row.deleted_at,
        }
    }
}

/// An organization from outside; its active members are counted for those alone that are shown.
const ORGANIZATION: &str = "SELECT o.id, o.name, o.slug, o.plan_type, o.created_at, o.deleted_at,
       (SELECT count(*) FROM memberships m WHERE m.organization_id = o.id AND m.status = 'ACTIVE') AS member_count
     FROM organizations o";
/// What a search lets through.
const MATCHING: &str = "($1::text IS NULL OR strpos(lower(o.name), lower($1)) > 0 OR strpos(o.slug::text, lower($1)) > 0)";

/// By name, backwards where the slice says so.
pub(super) async fn list_organizations(
    conn: &mut AsyncPgConnection,
    _: &Operator,
    slice: &OrganizationSlice,
) -> QueryResult<Vec<InstanceOrganization>> {
    let direction = if slice.is_backward { "DESC" } else { "ASC" };
    let (after_name, after_id) = slice.after.clone().unzip();
    let (before_name, before_id) = slice.before.clone().unzip();
    let rows: Vec<OrganizationRow> = diesel::sql_query(format!(
        "{ORGANIZATION} WHERE {MATCHING}
           AND ($2::text IS NULL OR (lower(o.name), o.id) > ($2, $3))
           AND ($4::text IS NULL OR (lower(o.name), o.id) < ($4, $5))
         ORDER BY lower(o.name) {direction}, o.id {direction} LIMIT $6"
    ))
    .bind::<Nullable<Text>, _>(slice.search.clone())
    .bind::<Nullable<Text>, _>(after_name)
    .bind::<Nullable<SqlUuid>, _>(after_id)
    .bind::<Nullable<Text>, _>(before_name)
    .bind::<Nullable<SqlUuid>, _>(before_id)
    .bind::<BigInt, _>(slice.limit)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(super) async fn count_organizations(
    conn: &mut AsyncPgConnection,
    _: &Operator,
    search: Option<&str>,
) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let row: Count = diesel::sql_query(format!(
        "SELECT count(*) AS count FROM organizations o WHERE {MATCHING}"
    ))
    .bind::<Nullable<Text>, _>(search)
    .get_result(conn)
    .await?;
    Ok(row.count)
}

pub(super) async fn find_organization(
    conn: &mut AsyncPgConnection,
    _: &Operator,
    id: OrganizationId,
) -> QueryResult<Option<InstanceOrganization>> {
    diesel::sql_query(format!("{ORGANIZATION} WHERE o.id = $1"))
        .bind::<SqlUuid, _>(id)
        .get_result::<OrganizationRow>(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

type RuleRow = (
    JoinRuleId,
    OrganizationId,
    JoinRuleKind,
    String,
    DateTime<Utc>,
);

fn rule((id, organization_id, kind, value, created_at): RuleRow) -> JoinRule {
    JoinRule {
        id,
        organization_id,
        kind,
        value,
        created_at,
    }
}

type RuleColumns = (
    join_rules::id,
    join_rules::organization_id,
    join_rules::kind,
    join_rules::value,
    join_rules::created_at,
);

const RULE: RuleColumns = (
    join_rules::id,
    join_rules::organization_id,
    join_rules::kind,
    join_rules::value,
    join_rules::created_at,
);

/// Nothing where the organization has it already.
pub(super) async fn insert_rule(
    conn: &mut AsyncPgConnection,
    by: &Operator,
    id: JoinRuleId,
    new: &NewJoinRule,
    now: DateTime<Utc>,
) -> QueryResult<Option<JoinRule>> {
    diesel::insert_into(join_rules::table)
        .values((
            join_rules::id.eq(id),
            join_rules::organization_id.eq(new.organization_id),
            join_rules::kind.eq(new.kind),
            join_rules::value.eq(&new.value),
            join_rules::created_by.eq(by.user_id),
            join_rules::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(RULE)
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(rule))
}

pub(super) async fn delete_rule(
    conn: &mut AsyncPgConnection,
    _: &Operator,
    id: JoinRuleId,
) -> QueryResult<Option<JoinRule>> {
    diesel::delete(join_rules::table.filter(join_rules::id.eq(id)))
        .returning(RULE)
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(rule))
}

/// The rules of these organizations, by kind and value.
pub(super) async fn list_rules(
    conn: &mut AsyncPgConnection,
    organizations: &[OrganizationId],
) -> QueryResult<Vec<JoinRule>> {
    let rows: Vec<RuleRow> = join_rules::table
        .filter(join_rules::organization_id.eq_any(organizations))
        .order((join_rules::kind, join_rules::value))
        .select(RULE)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(rule).collect())
}

/// The organizations that let in whoever has one of these, and that the person was never a member of.
pub(super) async fn list_organizations_to_join(
    conn: &mut AsyncPgConnection,
    user: Option<UserId>,
    signs: &[(JoinRuleKind, &str)],
) -> QueryResult<Vec<OrganizationId>> {
    let mut found = Vec::new();
    for (kind, value) in signs {
        let known = memberships::table
            .filter(memberships::user_id.nullable().eq(user))
            .select(memberships::organization_id);
        let some: Vec<OrganizationId> = join_rules::table
            .inner_join(organizations::table.on(organizations::id.eq(join_rules::organization_id)))
            .filter(organizations::deleted_at.is_null())
            .filter(join_rules::kind.eq(kind))
            .filter(join_rules::value.eq(value))
            .filter(join_rules::organization_id.ne_all(known))
            .order(join_rules::organization_id)
            .select(join_rules::organization_id)
            .load(conn)
            .await?;
        found.extend(some);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
