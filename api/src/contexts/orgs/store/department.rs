//! Departments.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{DepartmentId, OrganizationId};

use super::super::model::Department;
use crate::access::OrgScope;
use crate::schema::departments;

#[derive(Queryable, Selectable)]
#[diesel(table_name = departments)]
pub(super) struct DepartmentRow {
    id: DepartmentId,
    organization_id: OrganizationId,
    name: String,
}

impl From<DepartmentRow> for Department {
    fn from(row: DepartmentRow) -> Self {
        let DepartmentRow {
            id,
            organization_id,
            name,
        } = row;
        Self {
            id,
            organization_id,
            name,
        }
    }
}

/// Nothing where the name is taken.
pub(in super::super) async fn insert_department(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: DepartmentId,
    name: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Department>> {
    diesel::insert_into(departments::table)
        .values((
            departments::id.eq(id),
            departments::organization_id.eq(scope.organization_id()),
            departments::name.eq(name),
            departments::created_at.eq(now),
            departments::updated_at.eq(now),
        ))
        .on_conflict((departments::organization_id, departments::name))
        .do_nothing()
        .returning(DepartmentRow::as_returning())
        .get_result(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

pub(in super::super) async fn list_departments(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
) -> QueryResult<Vec<Department>> {
    let rows: Vec<DepartmentRow> = departments::table
        .filter(departments::organization_id.eq(scope.organization_id()))
        .order((departments::name, departments::id))
        .select(DepartmentRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those of these departments that are in the organization.
pub(in super::super) async fn list_departments_by_id(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[DepartmentId],
) -> QueryResult<Vec<Department>> {
    let rows: Vec<DepartmentRow> = departments::table
        .filter(departments::organization_id.eq(scope.organization_id()))
        .filter(departments::id.eq_any(ids))
        .select(DepartmentRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
