//! `ServerInfo`: what the server says about itself before anybody signs in.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::super::model::{self, DEMO_ACCOUNTS, SignInMethod};
use super::super::providers::Providers;
use super::super::service::Sessions;
use crate::graphql::RequestExt as _;

/// What the server says about itself.
pub(super) struct ServerInfo;

/// An account of the demo that anybody may sign in as.
#[derive(SimpleObject)]
struct DemoAccount {
    /// The address to sign in by.
    email: &'static str,
    /// The person's name.
    name: &'static str,
    /// What the account is there to show.
    description: &'static str,
}

impl From<&model::DemoAccount> for DemoAccount {
    fn from(account: &model::DemoAccount) -> Self {
        Self {
            email: account.email,
            name: account.name,
            description: account.description,
        }
    }
}

fn is_demo(ctx: &Context<'_>) -> bool {
    ctx.data_unchecked::<Sessions>().settings().is_demo
}

/// What the server says about itself, to everyone.
#[Object]
impl ServerInfo {
    /// The version of the server.
    async fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    /// Whether it runs with demo data.
    async fn is_demo(&self, ctx: &Context<'_>) -> bool {
        is_demo(ctx)
    }

    /// The ways in that it offers.
    async fn sign_in_methods(&self, ctx: &Context<'_>) -> Vec<SignInMethod> {
        let mut methods = ctx.data_unchecked::<Providers>().methods();
        if is_demo(ctx) {
            methods.push(SignInMethod::Demo);
        }
        methods.push(SignInMethod::Link);
        methods
    }

    /// What people call the OpenID Connect provider; null where there is none.
    async fn single_sign_on_name<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        ctx.data_unchecked::<Providers>().oidc_name()
    }

    /// The accounts of the demo; none without one.
    async fn demo_accounts(&self, ctx: &Context<'_>) -> Vec<DemoAccount> {
        let accounts = if is_demo(ctx) { DEMO_ACCOUNTS } else { &[] };
        accounts.iter().map(Into::into).collect()
    }

    /// The server's time.
    async fn now(&self, ctx: &Context<'_>) -> DateTime<Utc> {
        ctx.platform().clock.now()
    }
}
