//! Everything can be reached and used with the keyboard alone, and it is visible where one is.

use serde_json::{Value, json};
use tests::TestApp;

use crate::driver::Browser;
use crate::{DESK, PHONE};

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

/// How many controls a person can see and should reach.
const CONTROLS: &str = r#"
return [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled
        && element.tabIndex >= 0 && !element.closest("[aria-hidden=true]"))
    .map((element, number) => { element.dataset.number = number; return number; }).length;
"#;

/// Which control has the focus, and whether that can be seen.
const FOCUS: &str = r#"
const element = document.activeElement;
const style = getComputedStyle(element);
const isSeen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
    || (element.closest("label") && getComputedStyle(element.closest("label")).outlineStyle !== "none")
    || (element.closest("label") && getComputedStyle(element.closest("label")).boxShadow !== "none");
return [element.dataset.number ?? null, !!isSeen, element.outerHTML.slice(0, 160)];
"#;

#[tokio::test]
async fn every_control_is_reached_and_shows_the_focus() {
    let app = demo().await;
    for (width, height) in [PHONE, DESK] {
        let browser = Browser::open(&app.url(""), width, height).await;
        browser.goto("/").await;
        tab_to(&browser, "Amira Haddad").await;
        browser.keys(&[ENTER]).await;
        browser.is_live().await;
        for path in [
            "/tidewater",
            "/tidewater/leaderboard",
            "/tidewater/points",
            "/tidewater/admin/sources",
        ] {
            browser.goto(path).await;
            browser.is_live().await;
            reach_everything(&browser, &format!("{path} at {width}")).await;
        }
    }
}

#[tokio::test]
async fn menus_and_dialogs_open_close_and_give_the_focus_back() {
    let app = demo().await;
    let browser = Browser::open(&app.url(""), DESK.0, DESK.1).await;
    browser.goto("/").await;
    tab_to(&browser, "Amira Haddad").await;
    browser.keys(&[ENTER]).await;
    browser.is_live().await;

    tab_to(&browser, "Switch organization").await;
    browser.keys(&[ENTER]).await;
    browser.sees("Lantern Press").await;
    browser.keys(&[ESCAPE]).await;
    assert!(focused(&browser).await.starts_with("Switch organization"));

    browser.goto("/tidewater/admin/sources").await;
    tab_to(&browser, "Add source").await;
    browser.keys(&[ENTER]).await;
    browser.sees("Add a webhook source").await;
    browser.keys(&[ESCAPE]).await;
    browser
        .holds(
            "the dialog is closed",
            "return !document.querySelector('dialog[open]')",
            json!([]),
        )
        .await;
    assert_eq!(focused(&browser).await, "Add source");
}

async fn demo() -> TestApp {
    TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "2")
        .with_web()
        .with_workers()
        .start()
        .await
}

async fn reach_everything(browser: &Browser, page: &str) {
    browser
        .holds(
            "the page is at rest",
            "return !document.querySelector('.bone')",
            json!([]),
        )
        .await;
    let count = browser.run(CONTROLS, json!([])).await.as_u64().unwrap();
    browser
        .run("document.activeElement.blur()", json!([]))
        .await;
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..count + 3 {
        browser.keys(&[TAB]).await;
        let focus = browser.run(FOCUS, json!([])).await;
        let Some(number) = focus[0].as_str() else {
            continue; // the browser's own controls come after the page's last
        };
        assert_eq!(focus[1], Value::Bool(true), "{page}: {}", focus[2]);
        reached.insert(number.to_owned());
    }
    assert_eq!(reached.len() as u64, count, "{page}: reached {reached:?}");
}

/// Presses Tab until the focus is on the control that is called so.
async fn tab_to(browser: &Browser, name: &str) {
    browser.control(name).await;
    for _ in 0..80 {
        browser.keys(&[TAB]).await;
        if focused(browser).await.contains(name) {
            return;
        }
    }
    panic!("the Tab key does not reach “{name}”");
}

/// What the control with the focus is called.
async fn focused(browser: &Browser) -> String {
    browser
        .run(
            "const it = document.activeElement; return (it.getAttribute('aria-label') ?? it.innerText).trim()",
            json!([]),
        )
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
