//! Who reads whose address.

use serde_json::json;
use tests::TestApp;
use tests::org::Person;

async fn address_seen(by: &Person, of: &Person) -> Option<String> {
    let query = "query ($id: ID!) { node(id: $id) { ... on User { email } } }";
    let answer = by.graphql(query, json!({ "id": of.gid() })).await;
    answer.at("/node")["email"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn an_address_is_read_by_oneself_administrators_and_the_lead() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let of = &org.member;

    for by in [&org.member, &org.admin, &org.lead] {
        assert_eq!(
            address_seen(by, of).await.as_deref(),
            Some(of.email.as_str()),
            "by {}",
            by.name
        );
    }
    assert_eq!(address_seen(&org.viewer, of).await, None);
    assert_eq!(
        address_seen(of, &org.lead).await,
        None,
        "leading goes one way"
    );
    assert_eq!(
        address_seen(&org.lead, &org.admin).await,
        None,
        "the lead leads one team"
    );
}
