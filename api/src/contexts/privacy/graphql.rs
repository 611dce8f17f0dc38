//! What people ask of what is known about them.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::error::Result;
use crate::graphql::RequestExt as _;
use crate::workflows;

/// The consent to be erased.
#[derive(InputObject)]
struct DeleteMyAccountInput {
    /// The caller's own email address, typed once more: there is no way back.
    confirmation: String,
}

/// A person who was erased.
#[derive(SimpleObject)]
struct DeleteMyAccountPayload {
    /// Always true: what could not be done is an error.
    is_deleted: bool,
}

/// What people ask of what is known about them.
#[derive(Default)]
pub struct PrivacyMutation;

/// What people ask of what is known about them.
#[Object]
impl PrivacyMutation {
    /// Erases the caller: they can no longer sign in, their name, addresses and logins are taken out of everything that is
    /// kept, and what they did stays without a name. It takes a session that began within the last 10 minutes, and somebody
    /// else who administers each organization that has other members.
    async fn delete_my_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The consent.")] input: DeleteMyAccountInput,
    ) -> Result<DeleteMyAccountPayload> {
        workflows::erase_person(ctx.platform(), ctx.actor()?, &input.confirmation).await?;
        Ok(DeleteMyAccountPayload { is_deleted: true })
    }
}
