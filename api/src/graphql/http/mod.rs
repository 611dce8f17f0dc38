//! GraphQL over HTTP, as its specification says and its audit suite checks.

mod accept;
mod events;
mod parameters;

use async_graphql::parser::types::OperationType;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use accept::Media;
use parameters::Misunderstood;

use super::answer::Answer;
use super::budget;
use super::credentials::{Cookies, actor_of, organization_in};
use super::edge::Edge;
use super::request::RequestData;
use super::schema::Ask;
use super::socket::Subscriber;
use crate::access::RequestInfo;
use crate::error::{AppError, ErrorCode};
use crate::platform::rate_limit::Budget;

/// Answers `POST /graphql`.
pub(super) async fn post(State(edge): State<Edge>, request: Request) -> Response {
    answer(&edge, request, Cookies::Change).await
}

/// Answers `GET /graphql`, which only reads.
pub(super) async fn get(State(edge): State<Edge>, request: Request) -> Response {
    answer(&edge, request, Cookies::Read).await
}

async fn answer(edge: &Edge, request: Request, cookies: Cookies<'_>) -> Response {
    let (parts, body) = request.into_parts();
    let info = parts.extensions.get::<RequestInfo>().cloned();
    let reply = Reply {
        media: Media::negotiate(&parts.headers),
        info: info.unwrap_or_default(),
    };
    if reply.media.is_none() {
        let message = "this answers application/graphql-response+json, application/json and text/event-stream"
            .to_owned();
        return reply.misunderstood(Misunderstood {
            status: StatusCode::NOT_ACCEPTABLE,
            message,
        });
    }
    let ask = match parts.method {
        Method::GET => parameters::parse_query(&parts.uri),
        _ => read_post(&parts.headers, body).await,
    };
    match ask {
        Err(error) => reply.misunderstood(error),
        Ok(ask) => match execute(edge, &parts.headers, cookies, ask, &reply).await {
            Ok(response) => response,
            Err(error) => reply.refused(error),
        },
    }
}

async fn read_post(headers: &HeaderMap, body: Body) -> Result<Ask, Misunderstood> {
    parameters::check_content_type(headers)?;
    let body = parameters::read_body(headers, body).await?;
    parameters::parse_body(&body)
}

async fn execute(
    edge: &Edge,
    headers: &HeaderMap,
    cookies: Cookies<'_>,
    ask: Ask,
    reply: &Reply,
) -> Result<Response, AppError> {
    let info = reply.info.clone();
    let actor = actor_of(headers, cookies, edge, info.clone()).await?;
    edge.keys.note_use(actor.as_ref());
    let organization = organization_in(headers)?;
    let prepared = match edge.schema.prepare(ask.clone(), actor.as_ref()) {
        Ok(prepared) => prepared,
        Err(error) => {
            // Asking nonsense is not free: it was read all the same.
            let spent = edge.budgets.spend(actor.as_ref(), &info, 1).await;
            return Ok(match spent {
                Ok(budget) => edge.told(reply.of(edge.schema.refuse(error, &info)), &budget),
                Err(over) => edge.told(reply.refused(budget::refusal(&over)), &over.budget),
            });
        }
    };
    let budget = match edge
        .budgets
        .spend(actor.as_ref(), &info, prepared.points())
        .await
    {
        Ok(budget) => budget,
        Err(over) => return Ok(edge.told(reply.refused(budget::refusal(&over)), &over.budget)),
    };
    match prepared.kind {
        OperationType::Mutation if cookies == Cookies::Read => {
            let mut response = reply.misunderstood(Misunderstood {
                status: StatusCode::METHOD_NOT_ALLOWED,
                message: "mutations are sent by POST".to_owned(),
            });
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("POST"));
            return Ok(response);
        }
        OperationType::Subscription if reply.media == Some(Media::EventStream) => {
            let subscriber = Subscriber {
                actor,
                info,
                organization,
            };
            return Ok(events::stream_of(edge, subscriber, ask, prepared));
        }
        OperationType::Subscription => {
            return Ok(reply.misunderstood(Misunderstood {
                status: StatusCode::BAD_REQUEST,
                message: "subscriptions are served by the websocket at /graphql/ws, and here as text/event-stream"
                    .to_owned(),
            }));
        }
        _ => {}
    }
    let data = RequestData::new(actor, info, organization).with_budget(budget, &edge.budgets);
    let answer = edge.queries.execute(ask, prepared, data).await;
    Ok(edge.told(reply.of(answer), &budget))
}

impl Edge {
    /// An answer that tells what is left of the caller's budget.
    fn told(&self, mut response: Response, budget: &Budget) -> Response {
        self.budgets.tell(budget, response.headers_mut());
        response
    }
}

/// How this request is answered.
struct Reply {
    /// None where the client takes neither type; it is told so in JSON.
    media: Option<Media>,
    info: RequestInfo,
}

impl Reply {
    /// An answer of the schema.
    fn of(&self, answer: Answer) -> Response {
        if self.media == Some(Media::EventStream) {
            return events::stream_of_one(&answer);
        }
        let status = match &answer.refusal {
            Some(refusal) if self.media == Some(Media::GraphqlResponse) => status_of(refusal.code),
            _ => StatusCode::OK,
        };
        self.write(status, answer)
    }

    /// A refusal of who asks rather than of what is asked: the same in both types.
    fn refused(&self, error: AppError) -> Response {
        let status = status_of(error.code());
        let retry_after = error.retry_after();
        let mut response = self.write(status, self.answer_of(error));
        if let Some(after) = retry_after {
            // A part of a second is rounded up: a client that comes too early is refused again.
            let seconds = u64::try_from(after.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    /// A request that is none: the same in both types.
    fn misunderstood(&self, error: Misunderstood) -> Response {
        let refusal = AppError::refused(ErrorCode::BadUserInput, error.message);
        self.write(error.status, self.answer_of(refusal))
    }

    fn answer_of(&self, error: AppError) -> Answer {
        let mut error =
            async_graphql::Error::from(error).into_server_error(async_graphql::Pos::default());
        error.locations.clear();
        Answer::refused(vec![error], &self.info)
    }

    fn write(&self, status: StatusCode, answer: Answer) -> Response {
        // What is no stream at all is told in JSON, whatever was asked for.
        let media = self.media.filter(|media| *media != Media::EventStream);
        let media = media.unwrap_or(Media::Json);
        let headers = [
            (header::CONTENT_TYPE, media.content_type()),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "Accept"),
        ];
        (status, headers, answer.body).into_response()
    }
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadUserInput | ErrorCode::QueryTooComplex => StatusCode::BAD_REQUEST,
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::UpstreamUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
