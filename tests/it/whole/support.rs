//! The support code itself, where a mistake would make other tests pass for nothing.

use tests::TestApp;

#[tokio::test]
async fn two_servers_share_nothing() {
    let (one, other) = tokio::join!(TestApp::start(), TestApp::start());
    let org = one.org().await;

    let elsewhere = other.database().client().await;
    let row = elsewhere
        .query_one("SELECT count(*) FROM organizations", &[])
        .await
        .unwrap();

    assert_eq!(row.get::<_, i64>(0), 0, "{} is seen elsewhere", org.slug);
}

#[tokio::test]
async fn a_server_answers_on_its_own_port() {
    let app = TestApp::start().await;

    let response = app.http().get(app.url("/healthz")).send().await.unwrap();

    assert!(response.status().is_success());
}
