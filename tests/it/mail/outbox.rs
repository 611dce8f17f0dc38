//! The outbox, where no mail server is set.

use serde_json::json;
use tests::TestApp;
use tests::org::Person;

const OUTBOX: &str = "{ organization { sendsMail outbox { totalCount nodes {
  kind recipient subject text html status attempts
} } } }";

async fn invite(person: &Person, email: &str) {
    let query = "mutation ($email: String!) {
      inviteMember(input: { people: [{ email: $email }] }) { invitedCount }
    }";
    let answer = person.graphql(query, json!({ "email": email })).await;
    assert_eq!(answer.number("/inviteMember/invitedCount"), 1);
}

#[tokio::test]
async fn without_a_mail_server_administrators_read_what_would_have_been_sent() {
    let app = TestApp::start().await;
    let org = app.org().await;
    invite(&org.admin, "new@elsewhere.test").await;

    app.server().mailer.deliver_due().await.unwrap();
    let answer = org.admin.graphql(OUTBOX, json!({})).await;

    assert_eq!(answer.at("/organization/sendsMail"), false);
    let mail = answer.at("/organization/outbox/nodes/0");
    assert_eq!(mail["recipient"], "new@elsewhere.test");
    assert_eq!(
        (&mail["kind"], &mail["status"]),
        (&json!("INVITATION"), &json!("PENDING"))
    );
    let text = mail["text"].as_str().unwrap();
    assert!(
        text.contains("/invite?token=") && text.contains("admin invites you"),
        "{text}"
    );
    assert!(
        mail["html"]
            .as_str()
            .unwrap()
            .contains("Accept the invitation")
    );
}

#[tokio::test]
async fn the_outbox_is_for_administrators_and_shows_no_other_organization() {
    let app = TestApp::start().await;
    let (org, other) = (app.org().await, app.org().await);
    invite(&org.admin, "new@elsewhere.test").await;

    for person in [&org.lead, &org.member, &org.viewer] {
        assert_eq!(
            person.graphql(OUTBOX, json!({})).await.error_code(),
            "FORBIDDEN"
        );
    }
    let elsewhere = other.admin.graphql(OUTBOX, json!({})).await;
    assert_eq!(elsewhere.number("/organization/outbox/totalCount"), 0);
}

#[tokio::test]
async fn what_the_database_keeps_of_a_mail_opens_no_invitation() {
    let app = TestApp::start().await;
    let org = app.org().await;
    invite(&org.admin, "new@elsewhere.test").await;
    let answer = org.admin.graphql(OUTBOX, json!({})).await;
    let text = answer.text("/organization/outbox/nodes/0/text");
    let token = text.split("token=").nth(1).unwrap().lines().next().unwrap();

    let client = app.database().client().await;
    let row = client
        .query_one(
            "SELECT (SELECT string_agg(row_to_json(m)::text, '') FROM mails m) ||
                    (SELECT string_agg(row_to_json(i)::text, '') FROM invitations i)",
            &[],
        )
        .await
        .unwrap();

    let kept: String = row.get(0);
    assert!(
        !kept.contains(token) && !kept.contains(&hex(token)),
        "{kept}"
    );
    assert!(kept.contains("new@elsewhere.test"));
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn mails_are_kept_for_thirty_days() {
    let app = TestApp::start().await;
    let org = app.org().await;
    invite(&org.admin, "new@elsewhere.test").await;
    app.clock().advance(chrono::TimeDelta::days(29));
    app.server().mailer.deliver_due().await.unwrap();
    let client = app.database().client().await;
    let kept = client
        .query_one("SELECT count(*) FROM mails", &[])
        .await
        .unwrap();
    assert_eq!(kept.get::<_, i64>(0), 1);

    app.clock().advance(chrono::TimeDelta::days(2));
    app.server().mailer.deliver_due().await.unwrap();
    let kept = client
        .query_one("SELECT count(*) FROM mails", &[])
        .await
        .unwrap();
    assert_eq!(kept.get::<_, i64>(0), 0);
}
