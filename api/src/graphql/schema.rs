//! The schema: built once, executed by every edge through one door.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Data, Request, Response, SDLExportOptions, Schema, SchemaBuilder, ServerError, Variables,
};
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};

use super::answer::Answer;
use super::document::{Document, Documents, Operation};
use super::request::RequestData;
use super::roots::{Mutation, Query, Subscription};
use super::socket::is_snapshot;
use crate::access::{Actor, Guard, RequestInfo};
use crate::error::AppError;
use crate::platform::Platform;

/// How costly a query may be, in fields of rows.
pub const MAX_COMPLEXITY: usize = 10_000;

/// The schema with everything that its resolvers need. Cheap to clone.
#[derive(Clone)]
pub struct ApiSchema {
    inner: Schema<Query, Mutation, Subscription>,
    documents: Arc<Documents>,
}

/// Collects what resolvers need.
pub struct Builder {
    inner: SchemaBuilder<Query, Mutation, Subscription>,
}

/// What is asked, whichever way it came.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Values of its variables.
    pub variables: Variables,
}

/// A checked request, ready to be executed.
pub struct Prepared {
    document: Arc<Document>,
    operation_name: Option<String>,
    variables: Variables,
    /// Whether it is a query, a mutation or a subscription.
    pub kind: OperationType,
}

/// Starts building the schema; contexts' states are added by [`Builder::data`].
pub fn build(platform: Platform) -> Builder {
    Builder {
        inner: roots().data(platform),
    }
}

/// The schema in its own language, in an order that changes of the code do not disturb.
pub fn sdl() -> String {
    export(&roots().finish())
}

fn export(schema: &Schema<Query, Mutation, Subscription>) -> String {
    schema.sdl_with_options(
        SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items(),
    )
}

fn roots() -> SchemaBuilder<Query, Mutation, Subscription> {
    // No extension of async-graphql is used: one alone would make every field of every row pay for being looked at.
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .limit_complexity(MAX_COMPLEXITY)
    // Names of fields are public; searching what is meant by a misspelt one costs time for nothing.
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
        let inner = self.inner.finish();
        let documents = Arc::new(Documents::new(&export(&inner)));
        ApiSchema { inner, documents }
    }
}

impl ApiSchema {
    /// Parses a request and checks it against the limits that need no execution, and against the scopes of a key that asks.
    ///
    /// # Errors
    /// What a client is told of it, in the form of [`Answer::refused`].
    pub fn prepare(&self, ask: Ask, actor: Option<&Actor>) -> Result<Prepared, ServerError> {
        let document = self.documents.get(&ask.query)?;
        let operation = document.operation(ask.operation_name.as_deref())?;
        if let Some(actor) = actor
            && let Some(key) = actor.api_key()
            && !actor.request.leaves_out(Guard::KeyDoors)
        {
            operation.check_key(key)?;
        }
        let kind = operation.kind;
        Ok(Prepared {
            document,
            operation_name: ask.operation_name,
            variables: ask.variables,
            kind,
        })
    }

    /// Executes a query or a mutation; its errors have the form that clients see.
    pub async fn execute(&self, prepared: Prepared, data: RequestData) -> Answer {
        let info = data.info().clone();
        let (document, operation_name, request) = prepared.into_request(data);
        let executing = AssertUnwindSafe(self.inner.execute(request)).catch_unwind();
        let response = executing.await.unwrap_or_else(|_| panicked());
        answer(response, &document, operation_name.as_deref(), &info)
    }

    /// Executes any operation as a stream: one answer for a query or mutation, many for a subscription.
    pub fn execute_stream(
        &self,
        prepared: Prepared,
        data: RequestData,
    ) -> BoxStream<'static, Answer> {
        let info = data.info().clone();
        let (document, operation_name, request) = prepared.into_request(data);
        let responses = self
            .inner
            .execute_stream_with_session_data(request, Data::default().into());
        let responses = AssertUnwindSafe(responses).catch_unwind();
        let ended = responses.scan(false, |has_panicked, response| {
            let response = match response {
                _ if *has_panicked => None,
                Ok(response) => Some(response),
                Err(_) => {
                    *has_panicked = true;
                    Some(panicked())
                }
            };
            std::future::ready(response)
        });
        ended
            .map(move |response| answer(response, &document, operation_name.as_deref(), &info))
            .boxed()
    }

    /// An answer of a request that could not be prepared.
    pub fn refuse(&self, error: ServerError, info: &RequestInfo) -> Answer {
        Answer::refused(vec![error], info)
    }
}

impl Prepared {
    /// Points that it costs of a budget.
    pub(super) fn points(&self) -> u32 {
        let name = self.operation_name.as_deref();
        self.document.points(name, &self.variables)
    }

    fn operation(&self) -> Option<&Operation> {
        self.document.operation(self.operation_name.as_deref()).ok()
    }

    /// Whether every message of this subscription is a whole state.
    pub(super) fn is_snapshot(&self) -> bool {
        self.kind == OperationType::Subscription
            && self.operation().is_some_and(|operation| {
                let fields = &operation.root_fields;
                !fields.is_empty() && fields.iter().all(|field| is_snapshot(field))
            })
    }

    /// Whether this query shows nothing but boards of the current organization.
    pub(super) fn is_about_boards(&self) -> bool {
        self.kind == OperationType::Query
            && self
                .operation()
                .is_some_and(|operation| operation.is_about_boards)
    }

    /// Whether the result reads the same for everyone of the same role who may see it at all.
    pub(super) fn is_viewer_independent(&self) -> bool {
        self.operation()
            .is_some_and(|operation| operation.is_viewer_independent)
    }

    fn into_request(self, data: RequestData) -> (Arc<Document>, Option<String>, Request) {
        let mut request = Request::new(String::new())
            .variables(self.variables)
            .data(data);
        if let Some(name) = &self.operation_name {
            request = request.operation_name(name.clone());
        }
        request.set_parsed_query(self.document.executable.clone());
        (self.document, self.operation_name, request)
    }
}

fn answer(
    response: Response,
    document: &Document,
    operation_name: Option<&str>,
    info: &RequestInfo,
) -> Answer {
    match document.operation(operation_name) {
        Ok(operation) => Answer::of(response, operation, info),
        Err(error) => Answer::refused(vec![error], info),
    }
}

/// The panic itself was reported where it happened.
fn panicked() -> Response {
    let error =
        async_graphql::Error::from(AppError::Internal(anyhow::anyhow!("a resolver panicked")));
    Response::from_errors(vec![error.into_server_error(async_graphql::Pos::default())])
}
