//! The schema: built once, executed by every edge through one door.

use std::any::Any;

use async_graphql::{Data, Request, Response, SDLExportOptions, Schema, SchemaBuilder};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;

use super::error;
use super::request::RequestData;
use super::roots::{Mutation, Query, Subscription};
use crate::access::RequestInfo;
use crate::platform::Platform;

/// How costly a query may be, in fields of rows.
pub const MAX_COMPLEXITY: usize = 10_000;

/// The schema with everything that its resolvers need.
#[derive(Clone)]
pub struct ApiSchema {
    inner: Schema<Query, Mutation, Subscription>,
}

/// Collects what resolvers need.
pub struct Builder {
    inner: SchemaBuilder<Query, Mutation, Subscription>,
}

/// Starts building the schema; contexts' states are added by [`Builder::data`].
pub fn build(platform: Platform) -> Builder {
    Builder {
        inner: roots().data(platform),
    }
}

/// The schema in its own language, in an order that changes of the code do not disturb.
pub fn sdl() -> String {
    roots().finish().sdl_with_options(
        SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items(),
    )
}

fn roots() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .limit_complexity(MAX_COMPLEXITY)
    // Names of fields are public; what is suggested for a misspelt one costs time for nothing.
    .disable_suggestions()
}

impl Builder {
    /// Adds a state that resolvers reach by its type.
    #[must_use]
    pub fn data<T: Any + Send + Sync>(self, state: T) -> Self {
        Self {
            inner: self.inner.data(state),
        }
    }

    /// The finished schema.
    pub fn finish(self) -> ApiSchema {
        ApiSchema {
            inner: self.inner.finish(),
        }
    }
}

impl ApiSchema {
    /// Executes a query or a mutation; its errors have the form that clients see.
    pub async fn execute(&self, request: Request, data: RequestData) -> Response {
        let info = data.info().clone();
        let response = self.inner.execute(request.data(data)).await;
        finish(response, &info)
    }

    /// Executes any operation as a stream of responses: one for a query or mutation, many for a subscription.
    pub fn execute_stream(
        &self,
        request: Request,
        data: RequestData,
    ) -> BoxStream<'static, Response> {
        let info = data.info().clone();
        let stream = self
            .inner
            .execute_stream_with_session_data(request.data(data), Data::default().into());
        stream.map(move |response| finish(response, &info)).boxed()
    }
}

fn finish(mut response: Response, info: &RequestInfo) -> Response {
    if !response.errors.is_empty() {
        response.errors = error::finish(response.errors, info);
    }
    response
}
