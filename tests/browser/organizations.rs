//! A person of two organizations goes from one to the other.

use serde_json::json;

use crate::{DESK, PHONE, demo};

#[tokio::test]
async fn a_person_switches_between_organizations() {
    let app = demo::start().await;
    let authorization = format!("Bearer {}", app.token_of("admin@demo.test").await);
    let found = "mutation { createOrganization(input: { name: \"Second Harbour\" }) { organization { slug } } }";
    app.graphql_with(found, json!({}), &[("authorization", &authorization)])
        .await
        .data();

    for size in [DESK, PHONE] {
        let browser = demo::signed_in(&app, "Amira Haddad", size).await;
        assert_eq!(browser.path().await, "/tidewater");

        browser.press("Tidewater").await;
        browser.press("Second Harbour").await;
        browser.is_live().await;
        browser
            .holds(
                "the other organization is shown",
                "return location.pathname === '/second-harbour'",
                json!([]),
            )
            .await;
        browser.goto("/second-harbour/members").await;
        browser.sees("1 member").await;
        assert!(!browser.text().await.contains("Maya Torres"));
        assert_eq!(browser.console().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_organization_is_deleted_and_comes_back() {
    let app = demo::start().await;
    let authorization = format!("Bearer {}", app.token_of("admin@demo.test").await);
    let found = "mutation { createOrganization(input: { name: \"Second Harbour\" }) { organization { slug } } }";
    app.graphql_with(found, json!({}), &[("authorization", &authorization)])
        .await
        .data();
    let browser = demo::signed_in(&app, "Amira Haddad", DESK).await;
    browser.goto("/second-harbour/settings").await;

    browser.press("Delete this organization").await;
    browser.type_into("#end-confirmation", "harbour").await;
    browser.press("Delete for everybody").await;
    browser.sees("must be the organization's address").await;
    browser.run("const box = document.querySelector('#end-confirmation'); box.value = ''; box.dispatchEvent(new Event('input', { bubbles: true }))", json!([])).await;
    browser
        .type_into("#end-confirmation", "second-harbour")
        .await;
    browser.press("Delete for everybody").await;
    browser.sees("It can be restored for 30 days.").await;
    browser.is_live().await;
    assert_eq!(browser.path().await, "/tidewater");

    browser.goto("/tidewater/settings").await;
    browser.sees("Deleted organizations").await;
    browser.press("Restore").await;
    browser.sees("The organization is back.").await;
    browser
        .holds(
            "the organization is shown again",
            "return location.pathname === '/second-harbour'",
            json!([]),
        )
        .await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_administrator_chooses_the_days_of_work() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Amira Haddad", DESK).await;
    browser.goto("/tidewater/settings").await;
    browser.sees("Labour Day").await;

    browser
        .run("document.querySelector('#day-SATURDAY').click()", json!([]))
        .await;
    browser.sees("The working days are saved.").await;
    browser.press("Add holiday").await;
    browser.sees("Choose a day.").await;
    browser.run("const box = document.querySelector('#holiday-day'); box.value = '2026-12-08'; box.dispatchEvent(new Event('input', { bubbles: true }))", json!([])).await;
    browser
        .type_into("#holiday-name", "Immaculate Conception")
        .await;
    browser.press("Add holiday").await;
    browser
        .holds(
            "the new holiday is listed",
            "return [...document.querySelectorAll('.line-title')].some((one) => one.textContent === 'Immaculate Conception')",
            json!([]),
        )
        .await;

    browser.goto("/tidewater/settings").await;
    browser.sees("Immaculate Conception").await;
    let saturday = "return document.querySelector('#day-SATURDAY').checked";
    assert_eq!(browser.run(saturday, json!([])).await, true);
}

#[tokio::test]
async fn an_operator_changes_a_plan_and_lets_a_domain_join() {
    let app = demo::start().await;
    let browser = demo::signed_in(&app, "Amira Haddad", PHONE).await;
    browser.press("Your account").await;
    browser.press("Instance").await;
    browser.sees("Lantern Press").await;

    browser.press("Manage").await;
    browser.run("const list = document.querySelector('#instance-plan'); list.value = 'PRO'; list.dispatchEvent(new Event('change', { bubbles: true }))", json!([])).await;
    browser.press("Change plan").await;
    browser.sees("The plan is changed.").await;
    browser.type_into("#rule-value", "com").await;
    browser.press("Add rule").await;
    browser.sees("It must be a domain").await;
    browser.type_into("#rule-value", "pany.example").await;
    browser.press("Add rule").await;
    browser.sees("joins as a member").await;

    browser.goto("/tidewater/instance").await;
    browser.sees("1 rule to join").await;
    browser.sees("Pro").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
}
