//! People, teams and departments out of the boards' directory, as the types that the whole API shows them by.

use async_graphql::Context;
use shared::ids::UserId;
use shared::permission::Permission;

use super::super::Boards;
use super::super::Person;
use crate::access::OrgScope;
use crate::contexts::identity::Profile;
use crate::contexts::identity::graphql::User;
use crate::contexts::orgs;
use crate::contexts::orgs::graphql::{Department, Team};
use crate::error::Result;

/// A person as the actor may see them.
pub(super) fn user(scope: &OrgScope, person: &Person) -> User {
    let may_see_email = scope.allows_for(Permission::ViewEmailAddress, person.user_id);
    User::from(Profile {
        id: person.user_id,
        name: person.name.as_ref().to_owned(),
        email: may_see_email.then(|| person.email.as_ref().to_owned()),
        avatar_url: person.avatar_url.as_deref().map(str::to_owned),
    })
}

/// A team.
pub(super) fn team(scope: &OrgScope, team: &orgs::Team) -> Team {
    Team::new(scope.clone(), team.clone())
}

/// A department.
pub(super) fn department(scope: &OrgScope, department: &orgs::Department) -> Department {
    Department::new(scope.clone(), department.clone())
}

/// A person of the organization: without a statement where they are an active member.
pub(super) async fn find_user(
    ctx: &Context<'_>,
    scope: &OrgScope,
    id: UserId,
) -> Result<Option<User>> {
    let boards = ctx.data_unchecked::<Boards>();
    let directory = boards.directory(scope).await?;
    match directory.people.get(&id) {
        Some(person) => Ok(Some(user(scope, person))),
        None => crate::contexts::identity::graphql::find_user(ctx, scope, id).await,
    }
}
