//! One-time links for the first administrator.

use api::contexts::identity::setup_link;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;

use super::arrange::Browser;

const ME: &str =
    "{ viewer { user { name email } memberships { role organization { name slug timeZone } } } }";

async fn link(app: &TestApp) -> String {
    setup_link::create(app.platform(), "ada.lovelace@example.com")
        .await
        .unwrap()
}

fn form(token: &str) -> Value {
    json!({
        "token": token,
        "name": "Ada Lovelace",
        "organizationName": "Analytical Engines",
        "timeZone": "Europe/London",
    })
}

#[tokio::test]
async fn a_link_leads_to_an_organization_of_one_s_own() {
    let app = TestApp::start().await;
    let token = link(&app).await;
    let mut browser = Browser::new(&app);

    let (status, answer) = browser.post("/auth/link", &form(&token)).await;

    assert_eq!(status, 200, "{answer:#}");
    let me = browser.graphql(ME).await;
    assert_eq!(
        me.at("/viewer"),
        &json!({
            "user": { "name": "Ada Lovelace", "email": "ada.lovelace@example.com" },
            "memberships": [{
                "role": "ADMIN",
                "organization": { "name": "Analytical Engines", "slug": "analytical-engines", "timeZone": "Europe/London" },
            }],
        })
    );
    let row = app.database().client().await;
    let row = row
        .query_one(
            "SELECT is_operator, email_verified_at IS NOT NULL FROM users",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(1)), (true, true));
}

#[tokio::test]
async fn a_link_is_good_once() {
    let app = TestApp::start().await;
    let token = link(&app).await;
    Browser::new(&app).post("/auth/link", &form(&token)).await;

    let (status, answer) = Browser::new(&app).post("/auth/link", &form(&token)).await;

    assert_eq!(
        (status, &answer["error"]["code"]),
        (401, &json!("UNAUTHENTICATED"))
    );
}

#[tokio::test]
async fn of_two_who_open_a_link_at_once_one_gets_in() {
    let app = TestApp::start().await;
    let form = form(&link(&app).await);
    let (mut one, mut other) = (Browser::new(&app), Browser::new(&app));

    let (first, second) = tokio::join!(
        one.post("/auth/link", &form),
        other.post("/auth/link", &form)
    );

    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_link_runs_out_after_a_day() {
    let app = TestApp::start().await;
    let token = link(&app).await;
    app.clock().advance(TimeDelta::hours(24));

    assert_eq!(
        Browser::new(&app).post("/auth/link", &form(&token)).await.0,
        401
    );
}

#[tokio::test]
async fn a_wrong_field_leaves_the_link_as_it_was() {
    let app = TestApp::start().await;
    let token = link(&app).await;
    let mut wrong = form(&token);
    wrong["organizationName"] = " ".into();

    let (status, answer) = Browser::new(&app).post("/auth/link", &wrong).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (400, &json!("organizationName"))
    );

    assert_eq!(
        Browser::new(&app).post("/auth/link", &form(&token)).await.0,
        200
    );
}

#[tokio::test]
async fn a_second_link_only_signs_in() {
    let app = TestApp::start().await;
    let first = link(&app).await;
    Browser::new(&app).post("/auth/link", &form(&first)).await;
    let second = link(&app).await;
    let mut browser = Browser::new(&app);

    let (status, _) = browser
        .post("/auth/link", &json!({ "token": second }))
        .await;

    assert_eq!(status, 200);
    let me = browser.graphql(ME).await;
    assert_eq!(me.text("/viewer/user/name"), "Ada Lovelace");
    assert_eq!(me.list("/viewer/memberships").len(), 1);
}
