//! The GraphQL API: roots, request data, global ids, connections, loaders, errors, limits, and the HTTP and websocket edges.
//!
//! # For the `graphql.rs` of a context
//!
//! Resolvers translate and call; they return [`crate::error::Result`], whose [`AppError`](crate::error::AppError) converts
//! into a GraphQL error by itself. What a request carries is reached through [`RequestExt`]:
//!
//! ```ignore
//! #[Object]
//! impl OrganizationPoints {
//!     /// A person's points; the caller's own where nobody is named.
//!     async fn points(&self, ctx: &Context<'_>, user_id: Option<ID>) -> Result<PointsSummary> {
//!         let user = match user_id {
//!             Some(id) => UserId(global_id::decode_argument("userId", &id, NodeKind::User)?),
//!             None => ctx.actor()?.require_user()?,
//!         };
//!         service::summary(ctx.platform(), &self.0, user).await
//!     }
//! }
//! ```
//!
//! - A list that can grow is a [`Connection`]; its arguments are checked by [`Page`]; it declares its complexity as
//!   `#[graphql(complexity = "cost(first, last, child_complexity)")]`.
//! - An edge to another object goes through a [`Batch`]: `ctx.loader::<UsersById>(&scope).load(id)`, one statement a batch.
//! - `Organization`, `Query`, `Mutation` and `Subscription` are merged from parts, listed in [`roots`]; the last part would
//!   win silently where two declare one field, so a test forbids that.
//! - A type that implements `Node` is listed in [`node`].
//! - Every type, field, argument and enum value has a doc comment: it is the API's documentation, and a test asks for it.
//! - A subscription's stream yields plain objects; loaders of a subscription batch without remembering, so each message
//!   reads the present.

mod answer;
pub mod budget;
pub mod connection;
mod credentials;
mod document;
mod edge;
pub mod error;
pub mod global_id;
mod graphiql;
mod hot;
mod http;
pub mod loader;
pub mod node;
pub mod request;
pub mod roots;
pub mod scalars;
pub mod schema;
mod socket;

pub use answer::{Answer, Refusal};
pub use budget::{BudgetSettings, Budgets, RateLimit};
pub use connection::{Connection, Page, Total, cost, search_argument};
pub use edge::{Edge, EdgeSettings, routes};
pub use global_id::NodeKind;
pub use loader::{Batch, Loader};
pub use node::Node;
pub use request::{RequestData, RequestExt};
pub use roots::Organization;
pub use scalars::Date;
pub use schema::{ApiSchema, Ask, Prepared, build, sdl};
