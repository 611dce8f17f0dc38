//! GraphQL over HTTP, with CSRF header, organization and one refresh of an expired session.

use std::pin::Pin;

use gloo_net::http::{Request, Response};
use leptos::prelude::*;
use shared::codes::ErrorCode;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{
    decode::{Operation, Read, request_body},
    errors::ApiError,
    json::Json,
};

/// How the renewal of a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// There is a fresh session.
    Renewed,
    /// The session is over for good.
    Refused,
    /// The server could not say: it is worth asking later.
    Unreachable,
}

impl Renewal {
    fn of(status: Option<u16>) -> Self {
        match status {
            Some(..300) => Self::Renewed,
            Some(400..=403) => Self::Refused,
            _ => Self::Unreachable,
        }
    }
}

/// The way to the server; one for the page.
#[derive(Clone, Copy)]
pub struct Api {
    /// The `databaseId` of the organization that requests are about. No signal: who asks again
    /// when it changes is decided by the path, not by this.
    organization: StoredValue<Option<String>>,
    /// Counts the times that the session turned out to be over for good.
    pub expired: RwSignal<u32>,
    /// The refresh under way: whoever needs one waits for the same.
    refreshing: StoredValue<Option<js_sys::Promise>, LocalStorage>,
}

/// Puts the client into the context.
pub fn provide_api() -> Api {
    let api = Api {
        organization: StoredValue::new(None),
        expired: RwSignal::new(0),
        refreshing: StoredValue::new_local(None),
    };
    provide_context(api);
    api
}

/// The client of this page.
pub fn use_api() -> Api {
    use_context().expect("the app provides its client before anything is shown")
}

impl Api {
    /// Runs a query or a mutation.
    pub async fn execute<O: Operation>(self, operation: O) -> Result<O::Data, ApiError> {
        read_data::<O>(self.send(body_of(&operation)).await)
    }

    /// Sends a request and answers its data. Boxed, so that callers share one copy of what
    /// happens on the way.
    pub fn send(self, body: String) -> Pin<Box<dyn Future<Output = Result<Json, ApiError>>>> {
        Box::pin(self.send_or_renew(body))
    }

    async fn send_or_renew(self, body: String) -> Result<Json, ApiError> {
        let outcome = self.post_graphql(&body).await;
        match &outcome {
            Err(error) if error.is_unauthenticated() => {}
            _ => return outcome,
        }
        match self.refresh().await {
            Renewal::Renewed => self.post_graphql(&body).await,
            Renewal::Refused => {
                self.expire();
                outcome
            }
            Renewal::Unreachable => Err(ApiError::network()),
        }
    }

    async fn post_graphql(self, body: &str) -> Result<Json, ApiError> {
        let organization = self.organization.get_value();
        let (_, answer) = post("/graphql", body, organization.as_deref()).await?;
        match answer {
            Json::Object(members) => {
                let mut data = Json::Null;
                for (name, value) in members {
                    match name.as_str() {
                        "errors" if !value.items().is_empty() => {
                            return Err(ApiError::from_errors(&value));
                        }
                        "data" => data = value,
                        _ => {}
                    }
                }
                Ok(data)
            }
            _ => Err(ApiError::malformed("")),
        }
    }

    /// Renews the session by its refresh cookie; however many ask, the server is asked once.
    pub async fn refresh(self) -> Renewal {
        let running = self.refreshing.get_value();
        let promise = running.unwrap_or_else(|| {
            let promise = future_to_promise(async move {
                let status = post("/auth/refresh", "{}", None)
                    .await
                    .ok()
                    .map(|(status, _)| status);
                self.refreshing.set_value(None);
                Ok(status.map_or(JsValue::NULL, JsValue::from))
            });
            self.refreshing.set_value(Some(promise.clone()));
            promise
        });
        let status = JsFuture::from(promise)
            .await
            .ok()
            .and_then(|status| status.as_f64());
        Renewal::of(status.map(|status| status as u16))
    }

    /// Sets the `databaseId` of the organization that requests are about.
    pub fn set_organization(self, organization: Option<String>) {
        self.organization.set_value(organization);
    }

    /// Says that the session is over and could not be renewed.
    pub fn expire(self) {
        self.expired.update(|count| *count += 1);
    }
}

/// The body that asks for an operation.
pub fn body_of<O: Operation>(operation: &O) -> String {
    request_body(O::NAME, O::DOCUMENT, operation)
}

/// Reads the data of an operation's answer.
pub fn read_data<O: Operation>(answer: Result<Json, ApiError>) -> Result<O::Data, ApiError> {
    O::Data::read(&answer?).map_err(|error| ApiError::malformed(error.0))
}

/// Posts JSON and reads JSON; any status with a readable body is an answer.
pub(super) async fn post(
    path: &str,
    body: &str,
    organization: Option<&str>,
) -> Result<(u16, Json), ApiError> {
    let mut request = Request::post(path)
        .header("Content-Type", "application/json")
        .header(
            "Accept",
            "application/graphql-response+json, application/json;q=0.9",
        );
    if let Some(token) = csrf_token() {
        request = request.header("X-CSRF-Token", &token);
    }
    if let Some(organization) = organization {
        request = request.header("X-Organization-Id", organization);
    }
    let request = request.body(body).map_err(|_| ApiError::network())?;
    let response: Response = request.send().await.map_err(|_| ApiError::network())?;
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiError::network())?;
    if text.is_empty() && status < 300 {
        return Ok((status, Json::Null));
    }
    Json::parse(&text)
        .map(|json| (status, json))
        .ok_or_else(|| {
            let mut error = match status {
                502..=504 => ApiError::network(),
                401 => ApiError::refused(ErrorCode::Unauthenticated, "Please sign in."),
                429 => ApiError::refused(
                    ErrorCode::RateLimited,
                    "Too many requests. Wait a moment, then try again.",
                ),
                _ => ApiError::malformed(""),
            };
            error.request_id = response.headers().get("x-request-id");
            error
        })
}

/// Whether the browser holds a session: its CSRF cookie is readable, the session itself is not.
pub fn has_session_cookie() -> bool {
    csrf_token().is_some()
}

fn csrf_token() -> Option<String> {
    let cookies = document()
        .dyn_into::<web_sys::HtmlDocument>()
        .ok()?
        .cookie()
        .ok()?;
    find_cookie(&cookies, "dm_csrf").map(str::to_owned)
}

fn find_cookie<'a>(cookies: &'a str, name: &str) -> Option<&'a str> {
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_ends_a_session() {
        assert_eq!(Renewal::of(Some(200)), Renewal::Renewed);
        assert_eq!(
            [401, 403].map(|status| Renewal::of(Some(status))),
            [Renewal::Refused; 2]
        );
        assert_eq!(
            [Some(503), Some(429), None].map(Renewal::of),
            [Renewal::Unreachable; 3]
        );
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        assert_eq!(find_cookie("a=1; dm_csrf=t0k; b=2", "dm_csrf"), Some("t0k"));
        assert_eq!(find_cookie("xdm_csrf=no", "dm_csrf"), None);
        assert_eq!(find_cookie("dm_csrf=", "dm_csrf"), None);
        assert_eq!(find_cookie("", "dm_csrf"), None);
    }
}
