//! Reading a request: the body of a `POST`, the query string of a `GET`.

use async_graphql::Variables;
use axum::body::Body;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::schema::Ask;
use super::accept::is_utf8;

/// A request may be this long: documents are short, and texts in variables have their own limits.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Of a body that is too long, this much is read to the end, so that the answer is heard rather than cut off.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// Why a request was not understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misunderstood {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// What is wrong.
    pub(super) message: String,
}

impl Misunderstood {
    fn bad_request(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }
}

/// Parameters as the specification names them; others are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryString {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// Refuses bodies of other types than JSON: what a foreign page can send without asking is none of them.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Misunderstood> {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let mut charsets = parts.filter_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    if name.eq_ignore_ascii_case("application/json") && charsets.all(is_utf8) {
        return Ok(());
    }
    Err(Misunderstood {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        message: "send application/json in UTF-8".to_owned(),
    })
}

/// Reads a body up to the limit.
pub(super) async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, Misunderstood> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut stream = body.into_data_stream();
    let mut read = BytesMut::new();
    let mut length = 0usize;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Misunderstood::bad_request("the body was cut off"))?;
        length += chunk.len();
        if length <= MAX_BODY_BYTES {
            read.extend_from_slice(&chunk);
        } else if length.max(announced.unwrap_or(0)) > MAX_DRAINED_BYTES {
            break;
        }
    }
    if length > MAX_BODY_BYTES {
        return Err(Misunderstood {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            message: format!("a request has at most {MAX_BODY_BYTES} bytes"),
        });
    }
    Ok(read.freeze())
}

/// Understands the body of a `POST`.
pub(super) fn parse_body(body: &[u8]) -> Result<Ask, Misunderstood> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| Misunderstood::bad_request("the body is not JSON in UTF-8"))?;
    if value.is_array() {
        return Err(Misunderstood::bad_request(
            "batches are not supported: ask for several fields in one document",
        ));
    }
    let parameters: Parameters = serde_json::from_value(value)
        .map_err(|_| Misunderstood::bad_request("the body is not a JSON object"))?;
    understand(parameters)
}

/// Understands the query string of a `GET`.
pub(super) fn parse_query(uri: &Uri) -> Result<Ask, Misunderstood> {
    let Query(text) = Query::<QueryString>::try_from_uri(uri)
        .map_err(|_| Misunderstood::bad_request("the query string is not readable"))?;
    let object = |name: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| Misunderstood::bad_request(format!("{name} is not JSON"))),
    };
    understand(Parameters {
        query: text.query.map(Value::String),
        operation_name: text
            .operation_name
            .filter(|name| !name.is_empty())
            .map(Value::String),
        variables: object("variables", text.variables)?,
        extensions: object("extensions", text.extensions)?,
    })
}

fn understand(parameters: Parameters) -> Result<Ask, Misunderstood> {
    let query = match parameters.query {
        Some(Value::String(query)) => query,
        Some(Value::Null) | None => return Err(Misunderstood::bad_request("query is missing")),
        Some(_) => return Err(Misunderstood::bad_request("query is not a string")),
    };
    let operation_name = match parameters.operation_name {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(Misunderstood::bad_request("operationName is not a string")),
    };
    let variables = map("variables", parameters.variables)?;
    map("extensions", parameters.extensions)?;
    Ok(Ask {
        query,
        operation_name,
        variables: Variables::from_json(Value::Object(variables)),
    })
}

fn map(name: &str, value: Option<Value>) -> Result<Map<String, Value>, Misunderstood> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(map)) => Ok(map),
        Some(_) => Err(Misunderstood::bad_request(format!(
            "{name} is not an object"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(body: &str) -> Option<u16> {
        parse_body(body.as_bytes())
            .err()
            .map(|error| error.status.as_u16())
    }

    #[test]
    fn what_has_the_wrong_form_is_a_bad_request() {
        for body in [
            "",
            "{",
            "\"text\"",
            "[{\"query\": \"{ a }\"}]",
            "{}",
            r#"{"query": null}"#,
            r#"{"query": 1}"#,
            r#"{"query": "{a}", "operationName": {}}"#,
            r#"{"query": "{a}", "variables": "{}"}"#,
            r#"{"query": "{a}", "variables": [1]}"#,
            r#"{"query": "{a}", "extensions": 0}"#,
        ] {
            assert_eq!(status(body), Some(400), "{body}");
        }
        assert!(parse_body(b"{\"query\": \"\xff\"}").is_err());
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        let body =
            r#"{"query": "{a}", "operationName": null, "variables": null, "extensions": null}"#;
        assert_eq!(status(body), None);
    }

    #[test]
    fn a_query_string_carries_variables_as_json() {
        let uri = "/graphql?query=%7Ba%7D&variables=%7B%22x%22%3A1%7D&operationName=";
        let ask = parse_query(&uri.parse().unwrap()).unwrap();
        assert_eq!(ask.query, "{a}");
        assert_eq!(ask.operation_name, None);
        assert_eq!(ask.variables.len(), 1);
        let uri = "/graphql?query=%7Ba%7D&variables=x";
        assert!(parse_query(&uri.parse().unwrap()).is_err());
    }

    #[test]
    fn only_json_in_utf_8_is_read() {
        let check = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, text.parse().unwrap());
            check_content_type(&headers).is_ok()
        };
        assert!(check("application/json"));
        assert!(check("Application/JSON; charset=\"UTF-8\""));
        assert!(!check("application/json; charset=utf-16"));
        assert!(!check("text/plain"));
        assert!(!check("application/x-www-form-urlencoded"));
        assert!(check_content_type(&HeaderMap::new()).is_err());
    }
}
