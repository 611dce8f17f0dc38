//! GraphiQL's page and the schema's text.

use tests::app::TestApp;

#[tokio::test]
async fn graphiql_loads_nothing_from_other_hosts() {
    let app = TestApp::start().await;
    let response = app.http().get(app.url("/graphiql")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("script-src 'self';") && policy.contains("connect-src 'self'"),
        "{policy}"
    );
    let page = response.text().await.unwrap();
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    assert!(page.contains("/graphiql/start.js"));
    let script = app
        .http()
        .get(app.url("/graphiql/start.js"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        script.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test]
async fn the_schema_can_be_downloaded() {
    let app = TestApp::start().await;
    let response = app
        .http()
        .get(app.url("/schema.graphql"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), api::graphql::sdl());
}
