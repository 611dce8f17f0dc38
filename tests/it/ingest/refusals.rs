//! What is refused: with the right answer, and without a trace.

use api::contexts::ingest::{self, SourceChanges};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use reqwest::RequestBuilder;
use sha2::Sha256;
use tests::gitlab::{self, Account, Delivery};

use super::ground::{Ground, Source, body, noon};

/// More than any provider sends.
const OVER_THE_LIMIT: usize = (25 << 20) + 1;

fn push() -> Delivery {
    gitlab::push(&Account::new("ada@example.com"), 3, noon())
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn each_fault_has_its_answer_and_nothing_is_stored() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let delivery = push();
    let own_path = Ground::path_of(&source);
    let post = |path: &str, token: &str, content_type: &str, body: &'static [u8]| {
        ground
            .request_to(path)
            .header("x-gitlab-token", token)
            .header("content-type", content_type)
            .body(body)
    };
    let with_body = |body| post(&own_path, &source.secret, "application/json", body);
    let to = |path: &str| post(path, &source.secret, "application/json", b"{}");
    let without_token = ground
        .request_to(&own_path)
        .header("content-type", "application/json");
    let without_type = ground
        .request_to(&own_path)
        .header("x-gitlab-token", &source.secret);
    let form = "application/x-www-form-urlencoded";
    let id = source.source.id;
    let cases = [
        (
            401,
            "a wrong token",
            post(&own_path, "wrong", "application/json", b"{}"),
        ),
        (
            401,
            "an empty token",
            post(&own_path, "", "application/json", b"{}"),
        ),
        (401, "no token", without_token.body("{}")),
        (
            422,
            "truncated JSON",
            with_body(br#"{"object_kind": "push", "#),
        ),
        (422, "no object", with_body(b"[1]")),
        (422, "no JSON", with_body(b"hello")),
        (422, "nothing", with_body(b"")),
        (422, "invalid UTF-8", with_body(b"{\"a\":\"\xff\"}")),
        (415, "a form", post(&own_path, &source.secret, form, b"a=b")),
        (415, "no content type", without_type.body("{}")),
        (
            404,
            "an unknown source",
            to("/webhooks/gitlab/018f0000-0000-7000-8000-000000000000"),
        ),
        (404, "no id", to("/webhooks/gitlab/nonsense")),
        (
            404,
            "another provider's path",
            to(&format!("/webhooks/github/{id}")),
        ),
        (404, "no provider", to(&format!("/webhooks/nobody/{id}"))),
    ];
    for (expected, what, request) in cases {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), expected, "{what}");
        assert!(body(response).await["error"]["code"].is_string(), "{what}");
    }
    assert_eq!(ground.number("SELECT count(*) FROM events").await, 0);
    assert_eq!(status(ground.delivery(&source, &delivery)).await, 202);
}

#[tokio::test]
async fn another_method_is_told_the_right_one() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let url = ground
        .request_to(&Ground::path_of(&source))
        .build()
        .unwrap()
        .url()
        .clone();
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let request = ground.http.request(method.parse().unwrap(), url.clone());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "POST");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_gets_an_answer_and_not_a_cut_connection() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let announced = ground
        .delivery(&source, &push())
        .body(vec![b' '; OVER_THE_LIMIT]);
    assert_eq!(status(announced).await, 413);

    let pieces = (0..26).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1 << 20]));
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    assert_eq!(
        status(ground.delivery(&source, &push()).body(stream)).await,
        413
    );

    let to_nobody = ground
        .request_to("/webhooks/gitlab/nobody")
        .header("content-type", "application/json")
        .body(vec![b' '; OVER_THE_LIMIT]);
    assert_eq!(status(to_nobody).await, 404);
}

#[tokio::test]
async fn a_source_over_its_rate_is_told_when_to_come_again() {
    let ground = Ground::with_rate(5).await;
    let source = ground.source("GitLab").await;
    let stranger = Source {
        source: source.source.clone(),
        secret: "guess".to_owned(),
    };
    for _ in 0..20 {
        assert_eq!(status(ground.delivery(&stranger, &push())).await, 401);
    }
    for _ in 0..5 {
        assert_eq!(status(ground.delivery(&source, &push())).await, 202);
    }
    let response = ground.delivery(&source, &push()).send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=12).contains(&wait), "{wait}");

    let other = ground.source("Another").await;
    assert_eq!(status(ground.delivery(&other, &push())).await, 202);
}

#[tokio::test]
async fn where_both_schemes_are_set_both_must_be_right() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let key = [9; 32];
    let changes = SourceChanges {
        signing_token: Some(Some(format!("whsec_{}", STANDARD.encode(key)))),
        ..SourceChanges::default()
    };
    let id = source.source.id;
    ingest::update_source(&ground.platform, &ground.scope, id, &changes)
        .await
        .unwrap();
    let delivery = push();
    let timestamp = noon().timestamp();
    let signed = |key: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(format!("{}.{timestamp}.{}", delivery.key, delivery.body).as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        move |request: RequestBuilder, key: &str| {
            request
                .header("webhook-id", key)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", format!("v1,{signature}"))
        }
    };
    let wrong_token = Source {
        source: source.source.clone(),
        secret: "wrong".to_owned(),
    };

    let unsigned = ground.delivery(&source, &delivery);
    assert_eq!(status(unsigned).await, 401);
    let badly = signed(&[8; 32])(ground.delivery(&source, &delivery), &delivery.key);
    assert_eq!(status(badly).await, 401);
    let token_wrong = signed(&key)(ground.delivery(&wrong_token, &delivery), &delivery.key);
    assert_eq!(status(token_wrong).await, 401);
    let right = signed(&key)(ground.delivery(&source, &delivery), &delivery.key);
    assert_eq!(status(right).await, 202);
}

#[tokio::test]
async fn without_a_database_a_delivery_is_refused_and_taken_later() {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    assert_eq!(status(ground.delivery(&source, &push())).await, 202);
    let name = ground.text("SELECT current_database()::text").await;
    let admin = ground.database.administrator().await;
    let connections =
        |allowed: bool| format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}");
    let others = format!(
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = '{name}'"
    );
    admin.batch_execute(&connections(false)).await.unwrap();
    admin.batch_execute(&others).await.unwrap();

    let delivery = push();
    let response = ground.delivery(&source, &delivery).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));

    admin.batch_execute(&connections(true)).await.unwrap();
    assert_eq!(status(ground.delivery(&source, &delivery)).await, 202);
}
