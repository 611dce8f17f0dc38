//! Sources, events, dead letters and the live feed as the API's users see them.

use serde_json::{Value, json};
use tests::app::TestApp;
use tests::gitlab::{self, Account};
use tests::org::{Org, Person};

const CREATE: &str = "mutation($name: String!, $provider: Provider = GITLAB, $token: String) {
    createWebhookSource(input: { provider: $provider, name: $name, signingToken: $token }) {
        webhookSource { id databaseId name url isEnabled hasSigningToken } secret } }";
const EVENTS: &str = "query($first: Int, $after: String, $user: ID, $type: String, $source: ID) {
    organization { events(first: $first, after: $after, userId: $user, type: $type, sourceId: $source) {
        nodes { id type title status actorName pointsAwarded user { id } source { name } }
        pageInfo { hasNextPage endCursor } totalCount } } }";
const DEAD: &str =
    "{ organization { deadLetters { nodes { id status attempts reason title } totalCount } } }";
const REPLAY: &str = "mutation($ids: [ID!]!) { replayEvents(input: { ids: $ids }) { events { id status attempts } } }";
const ACTIVITY: &str =
    "subscription($team: ID) { activity(teamId: $team) { title user { id } pointsAwarded } }";

/// Events of the member and of the lead, and one of a stranger.
async fn three_events(app: &TestApp, org: &Org) {
    let source = org.source().await;
    for account in [
        org.member.gitlab(),
        org.lead.gitlab(),
        Account::new("stranger@example.com"),
    ] {
        source.accept(&gitlab::push(&account, 2, app.now())).await;
        app.run_jobs().await;
    }
}

async fn titles_seen_by(person: &Person) -> usize {
    let answer = person.graphql(EVENTS, json!({})).await;
    answer.list("/organization/events/nodes").len()
}

#[tokio::test]
async fn a_source_is_made_used_changed_and_deleted() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let made = org
        .admin
        .graphql(CREATE, json!({ "name": "Our GitLab" }))
        .await;
    let source = made.at("/createWebhookSource/webhookSource");
    let url = source["url"].as_str().unwrap();
    assert!(url.ends_with(&format!(
        "/webhooks/gitlab/{}",
        source["databaseId"].as_str().unwrap()
    )));
    let secret = made.text("/createWebhookSource/secret").to_owned();
    let deliver = async |secret: &str| {
        let delivery = gitlab::push(&org.member.gitlab(), 1, app.now());
        let request = app.http().post(url).header("x-gitlab-token", secret);
        let request = request
            .header("x-gitlab-event", delivery.event)
            .json(&delivery.body);
        let status = request.send().await.unwrap().status().as_u16();
        app.run_jobs().await;
        status
    };
    assert_eq!(deliver(&secret).await, 202);

    let id = json!({ "id": source["id"] });
    let rotate = "mutation($id: ID!) { rotateWebhookSecret(input: { id: $id }) { secret webhookSource { id } } }";
    let rotated = org.admin.graphql(rotate, id.clone()).await;
    assert_eq!(deliver(&secret).await, 401);
    assert_eq!(
        deliver(rotated.text("/rotateWebhookSecret/secret")).await,
        202
    );

    let update = "mutation($id: ID!) { updateWebhookSource(input: { id: $id, name: \"Renamed\", isEnabled: false }) { webhookSource { name isEnabled } } }";
    let updated = org.admin.graphql(update, id.clone()).await;
    assert_eq!(
        updated.text("/updateWebhookSource/webhookSource/name"),
        "Renamed"
    );
    assert_eq!(
        deliver(rotated.text("/rotateWebhookSecret/secret")).await,
        404
    );

    let node = "query($id: ID!) { node(id: $id) { ... on WebhookSource { name firstEventAt lastDeliveryAt events { totalCount } } } }";
    let found = org.admin.graphql(node, id.clone()).await;
    assert_eq!(found.number("/node/events/totalCount"), 2);
    assert!(found.at("/node/lastDeliveryAt").is_string());

    let delete =
        "mutation($id: ID!) { deleteWebhookSource(input: { id: $id }) { webhookSource { id } } }";
    org.admin.graphql(delete, id.clone()).await.data();
    let list = "{ organization { webhookSources { id } } }";
    assert!(
        org.admin
            .graphql(list, json!({}))
            .await
            .list("/organization/webhookSources")
            .is_empty()
    );
    assert!(org.admin.graphql(node, id).await.at("/node").is_null());
}

#[tokio::test]
async fn a_wrong_source_names_every_wrong_field() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let input = json!({ "name": "", "provider": "SONARQUBE", "token": "nonsense" });
    let mut fields = org
        .admin
        .graphql(CREATE, input)
        .await
        .error_fields()
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    fields.sort();
    assert_eq!(fields, ["name", "provider", "signingToken"]);
}

#[tokio::test]
async fn only_administrators_manage_sources_and_dead_letters() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    for person in [&org.lead, &org.member, &org.viewer] {
        let create = person.graphql(CREATE, json!({ "name": "Mine" })).await;
        assert_eq!(create.error_code(), "FORBIDDEN");
        let list = person
            .graphql("{ organization { webhookSources { id } } }", json!({}))
            .await;
        assert_eq!(list.error_code(), "FORBIDDEN");
        assert_eq!(
            person.graphql(DEAD, json!({})).await.error_code(),
            "FORBIDDEN"
        );
        let test = "mutation($id: ID!) { testWebhookSource(input: { id: $id }) { event { id } } }";
        assert_eq!(
            person
                .graphql(test, json!({ "id": source.gid() }))
                .await
                .error_code(),
            "FORBIDDEN"
        );
        let node = person
            .graphql(
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": source.gid() }),
            )
            .await;
        assert!(node.at("/node").is_null());
    }
    let other = app.org().await;
    let foreign = "mutation($id: ID!) { rotateWebhookSecret(input: { id: $id }) { secret } }";
    let answer = other
        .admin
        .graphql(foreign, json!({ "id": source.gid() }))
        .await;
    assert_eq!(answer.error_code(), "NOT_FOUND");
}

#[tokio::test]
async fn events_are_seen_by_administrators_their_lead_and_themselves() {
    let app = TestApp::start().await;
    let org = app.org().await;
    three_events(&app, &org).await;
    assert_eq!(titles_seen_by(&org.admin).await, 3);
    assert_eq!(titles_seen_by(&org.lead).await, 2);
    assert_eq!(titles_seen_by(&org.member).await, 1);
    assert_eq!(titles_seen_by(&org.viewer).await, 0);
    assert_eq!(titles_seen_by(&app.org().await.admin).await, 0);

    let own = org.member.graphql(EVENTS, json!({})).await;
    assert_eq!(
        own.text("/organization/events/nodes/0/user/id"),
        org.member.gid()
    );
    assert!(own.at("/organization/events/nodes/0/source").is_null());
    let of_admin = json!({ "user": org.member.gid(), "type": "PUSH" });
    let asked = org.admin.graphql(EVENTS, of_admin).await;
    assert_eq!(asked.number("/organization/events/totalCount"), 1);
    assert_eq!(
        asked.text("/organization/events/nodes/0/source/name"),
        "GitLab"
    );
}

#[tokio::test]
async fn pages_of_events_hold_each_once_newest_first() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    for number in 0..7 {
        let push = gitlab::push(&org.member.gitlab(), number + 2, app.now());
        source.accept(&push).await;
    }
    app.run_jobs().await;
    let mut seen: Vec<String> = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = org
            .admin
            .graphql(EVENTS, json!({ "first": 3, "after": after }))
            .await;
        let nodes = page.list("/organization/events/nodes");
        seen.extend(
            nodes
                .iter()
                .map(|node| node["title"].as_str().unwrap().to_owned()),
        );
        if page.at("/organization/events/pageInfo/hasNextPage") == false {
            break;
        }
        after = page.at("/organization/events/pageInfo/endCursor").clone();
    }
    let expected: Vec<String> = (2..9)
        .rev()
        .map(|commits| format!("Pushed {commits} commits to main"))
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_dead_letter_is_inspected_and_replayed() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    let broken = gitlab::push(&org.member.gitlab(), 2, app.now()).with("/ref", 1);
    source.accept(&broken).await;
    for _ in 0..3 {
        app.run_jobs().await;
        app.clock().advance(chrono::TimeDelta::seconds(10));
    }
    let dead = org.admin.graphql(DEAD, json!({})).await;
    assert_eq!(dead.number("/organization/deadLetters/totalCount"), 1);
    assert_eq!(dead.number("/organization/deadLetters/nodes/0/attempts"), 3);
    assert_eq!(
        dead.text("/organization/deadLetters/nodes/0/reason"),
        "the payload has no `ref`"
    );
    let ids = json!({ "ids": [dead.at("/organization/deadLetters/nodes/0/id")] });
    assert_eq!(
        org.member.graphql(REPLAY, ids.clone()).await.error_code(),
        "FORBIDDEN"
    );
    let replayed = org.admin.graphql(REPLAY, ids.clone()).await;
    assert_eq!(replayed.text("/replayEvents/events/0/status"), "PENDING");
    assert_eq!(app.run_jobs().await, 1);
    let foreign = app.org().await.admin.graphql(REPLAY, ids).await;
    assert_eq!(foreign.error_code(), "NOT_FOUND");
    app.clock().advance(chrono::TimeDelta::seconds(10));
    app.run_jobs().await;
    app.clock().advance(chrono::TimeDelta::seconds(10));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_test_delivery_makes_an_event_that_earns_nothing() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    let test = "mutation($id: ID!) { testWebhookSource(input: { id: $id }) { webhookSource { id } event { id status } } }";
    let tested = org.admin.graphql(test, json!({ "id": source.gid() })).await;
    assert_eq!(tested.text("/testWebhookSource/event/status"), "PENDING");
    app.run_jobs().await;
    let node =
        "query($id: ID!) { node(id: $id) { ... on Event { type title status pointsAwarded } } }";
    let id = json!({ "id": tested.at("/testWebhookSource/event/id") });
    let event = org.admin.graphql(node, id).await;
    assert_eq!(event.text("/node/type"), "TEST");
    assert_eq!(event.text("/node/status"), "PROCESSED");
}

#[tokio::test]
async fn a_payload_is_for_administrators_and_without_secrets() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let source = org.source().await;
    source
        .accept(&gitlab::push(&org.member.gitlab(), 2, app.now()))
        .await;
    app.run_jobs().await;
    let query = "{ organization { events { nodes { payload } } } }";
    let payload = org.admin.graphql(query, json!({})).await;
    let text = payload.text("/organization/events/nodes/0/payload");
    assert!(
        text.contains("refs/heads/main") && !text.contains(&org.member.email),
        "{text}"
    );
    assert_eq!(
        org.member.graphql(query, json!({})).await.error_code(),
        "FORBIDDEN"
    );
    let rows = app.database().client().await;
    let audited = rows.query_one(
        "SELECT count(*) FROM audit_entries WHERE action = 'VIEW_PAYLOAD'",
        &[],
    );
    assert_eq!(audited.await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn the_feed_brings_one_s_own_events_and_those_of_a_led_team() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let mut own = org.member.socket().await;
    let own_id = own.subscribe(ACTIVITY, json!({})).await;
    let mut team = org.lead.socket().await;
    let team_id = team
        .subscribe(ACTIVITY, json!({ "team": org.team_gid("alpha") }))
        .await;
    let mut refused = org.member.socket().await;
    refused
        .subscribe(ACTIVITY, json!({ "team": org.team_gid("alpha") }))
        .await;
    let refusal = refused.next().await.to_string();
    assert!(refusal.contains("FORBIDDEN"), "{refusal}");

    let source = org.source().await;
    // Subscriptions begin a moment after they are asked for: events are made until one arrives.
    let mut arriving = std::pin::pin!(own.next_of(&own_id));
    let first = loop {
        for (account, commits) in [(org.lead.gitlab(), 1), (org.member.gitlab(), 2)] {
            source
                .accept(&gitlab::push(&account, commits, app.now()))
                .await;
        }
        app.run_jobs().await;
        let moment = std::time::Duration::from_millis(200);
        if let Ok(first) = tokio::time::timeout(moment, &mut arriving).await {
            break first;
        }
    };
    assert_eq!(first["activity"]["title"], "Pushed 2 commits to main");
    assert_eq!(first["activity"]["user"]["id"], org.member.gid());
    let of_team = team.next_of(&team_id).await;
    assert_eq!(of_team["activity"]["user"]["id"], org.lead.gid());
    let of_team = team.next_of(&team_id).await;
    assert_eq!(of_team["activity"]["user"]["id"], org.member.gid());
}
