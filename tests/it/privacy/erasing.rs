//! `deleteMyAccount`: who may, and what is left of them.

use std::collections::BTreeSet;

use api::contexts::identity::setup_link;
use api::contexts::points::verify_ledger;
use chrono::TimeDelta;
use serde_json::json;
use shared::role::Role;
use tests::TestApp;
use tests::answer::Answer;
use tests::gitlab::{Account, merge_request, push};
use tests::identity_provider::{CLIENT_ID, CLIENT_SECRET, IdentityProvider, query_of};
use tests::org::{Org, Person};

use super::traces::{aggregates, empty_tables_of_people, tables_with};
use crate::keys::arrange::Key;

const DELETE: &str =
    "mutation ($email: String!) { deleteMyAccount(input: { confirmation: $email }) { isDeleted } }";

async fn delete(person: &Person) -> Answer {
    person
        .graphql(DELETE, json!({ "email": person.email }))
        .await
}

/// A person who left a trace wherever one can be left.
struct Zelda {
    app: TestApp,
    person: Person,
    account: Account,
    _provider: IdentityProvider,
}

impl Zelda {
    async fn everywhere() -> Self {
        let clock = api::platform::clock::Clock::fixed_at(tests::app::default_time());
        let provider = IdentityProvider::start(&clock).await;
        let app = TestApp::builder()
            .with("OIDC_ISSUER_URL", &provider.url)
            .with("OIDC_CLIENT_ID", CLIENT_ID)
            .with("OIDC_CLIENT_SECRET", CLIENT_SECRET)
            .start()
            .await;
        let org = app.org().await;
        let person = org.person_named("zelda.quill", Role::Member).await;
        let account = Account {
            id: 77,
            username: "zquill".to_owned(),
            name: "Zelda Quillfeather".to_owned(),
            email: person.email.clone(),
        };
        let zelda = Self {
            app,
            person,
            account,
            _provider: provider,
        };
        zelda.works(&org).await;
        zelda.is_known(&org).await;
        zelda
    }

    /// Events of hers and events that mention her, paid, refused and of a stranger.
    async fn works(&self, org: &Org) {
        let (app, now) = (&self.app, self.app.now());
        let source = org.source().await;
        let other = org.member.gitlab();
        source.accept(&push(&other, 1, now)).await;
        app.run_jobs().await;
        source.accept(&push(&self.account, 2, now)).await;
        source
            .accept(&merge_request("merge", &other, &self.account, now).with(
                "/object_attributes/title",
                "Thanks to Zelda Quillfeather (@zquill)",
            ))
            .await;
        let stranger = Account::new("nobody@elsewhere.test");
        source
            .accept(
                &merge_request("merge", &stranger, &stranger, now)
                    .with("/object_attributes/title", "For zquill"),
            )
            .await;
        app.run_jobs().await;
        let waiting = push(&self.account, 1, now);
        source.accept(&waiting).await;
    }

    /// Everything that is no event.
    async fn is_known(&self, org: &Org) {
        let (app, person) = (&self.app, &self.person);
        setup_link::create(app.platform(), &person.email)
            .await
            .unwrap();
        Key::of_person(app, person, &["READ_TEAM"]).await;
        let found = "mutation { createOrganization(input: { name: \"Zelda Quillfeather's lab\" }) { organization { id } } }";
        person.graphql(found, json!({})).await.data();
        let gone = "mutation { createOrganization(input: { name: \"Zelda Quillfeather's old lab\" }) { organization { id slug } } }";
        let gone = person.graphql(gone, json!({})).await;
        let end = "mutation ($id: ID!, $slug: String!) { deleteOrganization(input: { organizationId: $id, confirmation: $slug }) { deletedOrganization { id } } }";
        let which = gone.at("/createOrganization/organization");
        let which = json!({ "id": which["id"], "slug": which["slug"] });
        person.graphql(end, which).await.data();
        let away = "mutation { setAbsence(input: { startsOn: \"2026-04-01\", endsOn: \"2026-04-02\" }) { absence { id } } }";
        person.graphql(away, json!({})).await.data();
        let known = "mutation { requestDataExport(input: {}) { dataExports { id } } }";
        person.graphql(known, json!({})).await.data();
        let all = "mutation ($id: ID!) { requestDataExport(input: { organizationId: $id }) { dataExports { id } } }";
        org.admin
            .graphql(all, json!({ "id": org.gid() }))
            .await
            .data();
        org.assign(person, "beta").await;
        let elsewhere = app.org().await;
        let invite = "mutation ($email: String!) { inviteMember(input: { people: [{ email: $email, name: \"Zelda Quillfeather\" }] }) { invitedCount } }";
        for admin in [&org.admin, &elsewhere.admin] {
            let email = match admin.id == org.admin.id {
                true => "someone@elsewhere.test",
                false => &person.email,
            };
            admin.graphql(invite, json!({ "email": email })).await;
        }
        self.signs_in_at_a_provider().await;
        app.server().exporter.export_due().await.unwrap();
    }

    async fn signs_in_at_a_provider(&self) {
        let provider = &self._provider;
        provider.claim("email", json!(self.person.email));
        provider.claim("preferred_username", json!("zquill"));
        let http = self.app.http();
        let begun = http
            .get(self.app.url("/auth/oidc/login"))
            .send()
            .await
            .unwrap();
        let there = begun.headers()["location"].to_str().unwrap().to_owned();
        let cookie = begun.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let code = provider.give_code(&there);
        let state = &query_of(&there)["state"];
        let back = format!("/auth/oidc/callback?state={state}&code={code}");
        let arrived = http
            .get(self.app.url(&back))
            .header("cookie", cookie)
            .header("user-agent", "zquill's browser")
            .send()
            .await
            .unwrap();
        assert_eq!(arrived.headers()["location"], "/");
        // Another one is begun and never finished.
        http.get(self.app.url("/auth/oidc/login"))
            .send()
            .await
            .unwrap();
    }

    fn words(&self) -> [&str; 4] {
        [
            &self.person.email,
            &self.person.name,
            &self.account.name,
            &self.account.username,
        ]
    }
}

fn set(tables: &[&str]) -> BTreeSet<String> {
    tables.iter().map(|&table| table.to_owned()).collect()
}

#[tokio::test]
async fn nothing_tells_who_was_erased_and_no_sum_changes() {
    let zelda = Zelda::everywhere().await;
    let app = &zelda.app;
    assert_eq!(
        empty_tables_of_people(app).await,
        set(&["erasures"]),
        "tables that know people and hold nobody here"
    );
    assert_eq!(
        tables_with(app, &zelda.words()).await,
        set(&[
            "audit_entries",
            "data_export_parts",
            "events",
            "invitations",
            "mails",
            "organizations",
            "points_ledger",
            "provider_accounts",
            "sessions",
            "sign_in_accounts",
            "sign_in_links",
            "unclaimed_credits",
            "users",
        ]),
        "where she is known"
    );
    let before = aggregates(app).await;

    delete(&zelda.person).await.data();
    app.server().eraser.erase_due().await.unwrap();

    assert_eq!(tables_with(app, &zelda.words()).await, set(&[]));
    assert_eq!(aggregates(app).await, before);
    let verified = verify_ledger(app.platform()).await.unwrap();
    assert!(verified.discrepancies.is_empty(), "{verified:?}");
    // What still waited is worked on without her.
    app.run_jobs().await;
    assert_eq!(tables_with(app, &zelda.words()).await, set(&[]));
}

#[tokio::test]
async fn who_is_erased_is_out_at_once_and_may_come_anew() {
    let app = TestApp::start().await;
    let org = app.org().await;
    let key = Key::of_person(&app, &org.member, &["READ_TEAM"]).await;
    let mut socket = org.member.socket().await;

    delete(&org.member).await.data();

    let refused = org
        .member
        .graphql("{ viewer { user { id } } }", json!({}))
        .await;
    assert_eq!(refused.error_code(), "UNAUTHENTICATED");
    assert!(!key.works().await);
    assert_eq!(socket.close_code().await, 4403);
    let members = "{ organization { members(search: \"member\") { nodes { user { name } } } } }";
    let answer = org.admin.graphql(members, json!({})).await;
    assert_eq!(answer.at("/organization/members/nodes"), &json!([]));
    let again = org.person_named("member", Role::Member).await;
    assert_ne!(again.id, org.member.id);
}

#[tokio::test]
async fn it_takes_the_own_address_and_a_session_that_has_just_begun() {
    let app = TestApp::start().await;
    let mut org = app.org().await;
    let wrong = json!({ "email": org.admin.email });
    let refused = org.member.graphql(DELETE, wrong).await;
    assert_eq!(refused.error_code(), "BAD_USER_INPUT");
    assert_eq!(refused.errors()[0]["extensions"]["field"], "confirmation");

    app.clock().advance(TimeDelta::minutes(11));
    assert_eq!(delete(&org.member).await.error_code(), "FORBIDDEN");
    org.member.sign_in_again().await;
    delete(&org.member).await.data();
}

#[tokio::test]
async fn the_only_administrator_hands_over_first() {
    let app = TestApp::start().await;
    let org = app.org().await;

    let refused = delete(&org.admin).await;

    assert_eq!(refused.error_code(), "CONFLICT");
    let message = refused.errors()[0]["message"].as_str().unwrap();
    assert!(message.contains("Org "), "{message}");
    let promote = "mutation ($user: ID!) { changeMemberRole(input: { userId: $user, role: ADMIN }) { membership { role } } }";
    org.admin
        .graphql(promote, json!({ "user": org.lead.gid() }))
        .await
        .data();
    delete(&org.admin).await.data();
}
