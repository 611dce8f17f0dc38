//! `Department`.

use async_graphql::{Context, ID, Object};
use shared::ids::DepartmentId;
use uuid::Uuid;

use super::super::model;
use super::batches::DepartmentsById;
use crate::access::OrgScope;
use crate::error::Result;
use crate::graphql::{NodeKind, RequestExt as _, global_id};

/// A department of an organization.
pub struct Department(model::Department);

impl Department {
    /// A department as the holder of a standing sees it: everyone in the organization sees all of it.
    pub fn new(_scope: OrgScope, department: model::Department) -> Self {
        Self(department)
    }
}

/// A department of an organization: teams and people are grouped by it on boards.
#[Object]
impl Department {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode(NodeKind::Department, self.0.id)
    }

    /// The plain id, for use outside this API.
    async fn database_id(&self) -> Uuid {
        self.0.id.into()
    }

    /// Its name, unique within the organization.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// A department by id; none where it is not in the organization.
///
/// # Errors
/// When the database does not answer.
pub async fn find_department(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: DepartmentId,
) -> Result<Option<Department>> {
    let found = ctx.loader::<DepartmentsById>(scope).load(id).await?;
    Ok(found.map(|department| Department::new(scope.clone(), department)))
}
