//! Asked in, come in, given another role: with two browsers, as two people do it.

use serde_json::json;
use tests::TestApp;

use crate::driver::Browser;
use crate::{DESK, demo};

const PRESS_IN_ROW: &str = r#"
const row = [...document.querySelectorAll("tr")].find((row) => row.innerText.includes(arguments[0]));
const control = row && [...row.querySelectorAll("button")].find((one) => one.innerText.includes(arguments[1]));
control?.click();
return !!control;
"#;

const CHOOSE: &str = r#"
const list = document.querySelector(arguments[0]);
list.value = arguments[1];
list.dispatchEvent(new Event("change", { bubbles: true }));
"#;

async fn sign_in(browser: &Browser, name: &str) {
    browser.goto("/").await;
    browser.press(name).await;
    browser.is_live().await;
}

#[tokio::test]
async fn somebody_is_invited_accepts_and_gets_another_role() {
    let app = TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .with_workers()
        .start()
        .await;
    // The viewer leaves the big organization first, so that there is somebody to invite.
    let client = app.database().client().await;
    client
        .execute(
            "UPDATE memberships SET status = 'INACTIVE', removed_at = now()
             WHERE user_id = (SELECT id FROM users WHERE email = 'viewer@demo.test')",
            &[],
        )
        .await
        .unwrap();
    let row = client
        .query_one(
            "SELECT name FROM users WHERE email = 'viewer@demo.test'",
            &[],
        )
        .await
        .unwrap();
    let name: String = row.get(0);

    let admin = Browser::open(&app.url(""), DESK.0, DESK.1).await;
    sign_in(&admin, "Amira Haddad").await;
    admin.goto("/tidewater/members").await;
    admin.press("Invite people").await;
    admin
        .type_into("#invite-people", "viewer@demo.test, viewer\nnobody")
        .await;
    admin.sees("Line 2: email must be an email address").await;
    admin.press("Send invitations").await;
    admin.sees("1 invitation sent").await;
    admin.press("Done").await;
    admin.press("Invitations").await;
    admin.sees("viewer@demo.test").await;
    admin.press("Mail").await;
    admin.sees("Join Tidewater").await;
    let row = client
        .query_one(
            "SELECT count(*) FROM mails WHERE recipient = 'viewer@demo.test'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);

    // The mail is what leads the person in: its link is read as they would read it.
    let link = admin
        .run(
            r#"const text = [...document.querySelectorAll(".mails pre")].map((one) => one.textContent)
                .find((text) => text.includes("/invite?token=")); return text.match(/http\S+/)[0];"#,
            json!([]),
        )
        .await;
    let link = link.as_str().unwrap().to_owned();
    let invited = Browser::open(&app.url(""), DESK.0, DESK.1).await;
    invited.goto(&link).await;
    invited.sees("Join Tidewater").await;
    invited.press("Sign in to accept").await;
    invited.press(&name).await;
    invited.sees("You are signed in as viewer@demo.test").await;
    invited.press("Accept and join").await;
    invited.is_live().await;
    assert!(!invited.path().await.contains("token"), "the token is gone");

    admin.press("Members").await;
    admin.sees("Amira Haddad").await;
    admin.type_into("input[type=search]", &name).await;
    admin
        .holds(
            "the new member is found",
            PRESS_IN_ROW,
            json!([name, "Manage"]),
        )
        .await;
    admin.sees("Employee number").await;
    admin.run(CHOOSE, json!(["#member-role", "MEMBER"])).await;
    admin.press("Save").await;
    admin.sees("has a new role").await;

    invited.goto("/tidewater/points").await;
    invited.sees("Your balance is").await;
    assert_eq!(admin.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_account_is_matched_by_one_press_and_parted_again() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Amira Haddad", DESK).await;
    browser.goto("/tidewater/identities").await;
    browser.sees("Perhaps Priya Raman").await;

    browser.press("That is right").await;
    browser.sees("what it earned is credited").await;
    browser
        .holds(
            "nobody is suggested any more",
            "return !document.body.textContent.includes('Perhaps Priya Raman')",
            serde_json::json!([]),
        )
        .await;
    browser.goto("/tidewater/identities").await;
    browser.type_into("input[type=search]", "praman-old").await;
    browser.sees("1 account").await;
    browser.press("Undo").await;
    browser.press("Part them").await;

    browser.sees("Nobody yet").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_lead_enters_when_somebody_of_the_team_is_away() {
    const CHOOSE: &str = r#"
const list = document.getElementById('absence-person');
const option = list && [...list.options].find((one) => one.textContent === "Maya Torres");
if (!option) return false;
list.value = option.value;
list.dispatchEvent(new Event("change", { bubbles: true }));
for (const [id, day] of [["absence-first", "2031-05-05"], ["absence-last", "2031-05-07"]]) {
  const field = document.getElementById(id);
  field.value = day;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
return true;
"#;
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Lars Lindqvist", DESK).await;
    browser.goto("/tidewater/absences").await;

    browser.press("Enter days").await;
    browser
        .holds("the team's people are offered", CHOOSE, json!([]))
        .await;
    browser
        .run(
            "document.querySelector('dialog[open] form').requestSubmit()",
            json!([]),
        )
        .await;

    browser.sees("entered by Lars Lindqvist").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}
