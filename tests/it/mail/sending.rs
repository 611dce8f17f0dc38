//! Sending, where a mail server is set.

use chrono::TimeDelta;
use serde_json::json;
use tests::TestApp;
use tests::answer::Answer;
use tests::org::Org;
use tests::smtp::MailServer;

const OUTBOX: &str =
    "{ organization { sendsMail outbox { nodes { status text attempts lastError } } } }";

async fn server_with(mail: &MailServer) -> TestApp {
    TestApp::builder()
        .with("SMTP_RELAY", "127.0.0.1")
        .with("SMTP_PORT", &mail.port.to_string())
        .with("SMTP_TLS", "none")
        .with("SMTP_FROM", "DevMetrics <devmetrics@example.test>")
        .start()
        .await
}

async fn invite(org: &Org, email: &str) -> Answer {
    let query = "mutation ($email: String!) {
      inviteMember(input: { people: [{ email: $email }] }) { results { outcome } }
    }";
    org.admin.graphql(query, json!({ "email": email })).await
}

async fn deliver(app: &TestApp) -> usize {
    app.server().mailer.deliver_due().await.unwrap()
}

#[tokio::test]
async fn an_invitation_is_mailed_once_as_text_and_html() {
    let mail = MailServer::start().await;
    let app = server_with(&mail).await;
    let org = app.org().await;
    invite(&org, "new@elsewhere.test").await.data();

    assert_eq!(deliver(&app).await, 1);
    assert_eq!(deliver(&app).await, 0);

    let taken = mail.taken();
    assert_eq!(taken.len(), 1);
    for part in [
        "To: new@elsewhere.test",
        "From: DevMetrics <devmetrics@example.test>",
        "Content-Type: text/plain",
        "Content-Type: text/html",
    ] {
        assert!(taken[0].contains(part), "{part} is not in {}", taken[0]);
    }
    let answer = org.admin.graphql(OUTBOX, json!({})).await;
    assert_eq!(answer.at("/organization/sendsMail"), true);
    let sent = answer.at("/organization/outbox/nodes/0");
    assert_eq!(sent["status"], "SENT");
    assert!(
        sent["text"].is_null(),
        "a mail that was sent is its recipient's alone"
    );
}

#[tokio::test]
async fn a_mail_server_that_is_busy_is_asked_again_later() {
    let mail = MailServer::start().await;
    let app = server_with(&mail).await;
    let org = app.org().await;
    invite(&org, "new@elsewhere.test").await.data();

    mail.refuse(Some("450 busy"));
    assert_eq!(deliver(&app).await, 1);
    assert_eq!(deliver(&app).await, 0, "not before the pause is over");
    mail.refuse(None);
    app.clock().advance(TimeDelta::seconds(30));
    assert_eq!(deliver(&app).await, 1);

    assert_eq!(mail.taken().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_never_taken_is_given_up() {
    let mail = MailServer::start().await;
    let app = server_with(&mail).await;
    let mut org = app.org().await;
    invite(&org, "new@elsewhere.test").await.data();
    mail.refuse(Some("450 busy"));

    let mut tried = 0;
    for _ in 0..12 {
        tried += deliver(&app).await;
        app.clock().advance(TimeDelta::hours(3));
    }

    assert_eq!(tried, 6);
    org.admin.sign_in_again().await;
    let answer = org.admin.graphql(OUTBOX, json!({})).await;
    let dead = answer.at("/organization/outbox/nodes/0");
    assert_eq!(dead["status"], "DEAD");
    assert!(dead["lastError"].as_str().unwrap().contains("busy"));
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_not_tried_again() {
    let mail = MailServer::start().await;
    let app = server_with(&mail).await;
    let org = app.org().await;
    invite(&org, "nobody@elsewhere.test").await.data();
    mail.refuse(Some("550 no such person"));

    assert_eq!(deliver(&app).await, 1);
    app.clock().advance(TimeDelta::days(1));

    assert_eq!(deliver(&app).await, 0);
}

#[tokio::test]
async fn two_senders_at_once_send_a_mail_once() {
    let mail = MailServer::start().await;
    let app = server_with(&mail).await;
    let org = app.org().await;
    for number in 0..4 {
        invite(&org, &format!("new{number}@elsewhere.test"))
            .await
            .data();
    }

    let (one, other) = tokio::join!(deliver(&app), deliver(&app));

    assert_eq!(one + other, 4);
    assert_eq!(mail.taken().len(), 4);
}
