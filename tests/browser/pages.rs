//! Every page, on both widths and in both themes: no error in the console, nothing that keeps people out, nothing cut off.

use serde_json::json;
use tests::TestApp;

use crate::driver::Browser;
use crate::{DESK, PHONE};

/// Pages of an administrator, and words that are there when the page is.
const PAGES: &[(&str, &str)] = &[
    ("/tidewater", "points"),
    ("/tidewater/leaderboard", "Maya Torres"),
    ("/tidewater/points", "points"),
    ("/tidewater/members", "Amira Haddad"),
    ("/tidewater/members?tab=invitations", "partner.example"),
    ("/tidewater/members?tab=mail", "Join Tidewater"),
    ("/tidewater/teams", "Beacon"),
    ("/tidewater/identities", "Jo Whitfield"),
    ("/tidewater/absences", "Vacation"),
    ("/tidewater/admin/sources", "Receiving"),
    (
        "/tidewater/account/profile",
        "Accounts that you sign in with",
    ),
    ("/tidewater/account/sessions", "This session"),
    ("/tidewater/settings", "Labour Day"),
    ("/tidewater/instance", "Lantern Press"),
    ("/tidewater/account/data", "Your way in"),
    ("/tidewater/keys", "Wallboard in the hall"),
    ("/tidewater/admin/audit", "Member added"),
];

/// Violations that matter, each with the elements it is about.
const AUDIT: &str = r#"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then((found) => done(found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" ")}`)));
"#;

#[tokio::test]
async fn pages_are_accessible_on_every_width_and_in_every_theme() {
    let app = TestApp::builder()
        .with("DEMO", "true")
        .with("DEMO_TRAFFIC", "false")
        .with("DEMO_HISTORY_DAYS", "9")
        .with_web()
        .with_workers()
        .start()
        .await;

    let mut problems = Vec::new();
    for (width, height) in [PHONE, DESK] {
        let browser = Browser::open(&app.url(""), width, height).await;
        browser.goto("/").await;
        browser.sees("Amira Haddad").await;
        check(&browser, "sign-in", &mut problems).await;
        browser.press("Amira Haddad").await;
        browser.is_live().await;
        for theme in ["light", "dark"] {
            browser
                .run(
                    "localStorage.setItem('theme', arguments[0])",
                    json!([theme]),
                )
                .await;
            for (path, words) in PAGES {
                browser.goto(path).await;
                browser.sees(words).await;
                check(&browser, &format!("{path} {theme} {width}"), &mut problems).await;
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

async fn check(browser: &Browser, page: &str, problems: &mut Vec<String>) {
    // Skeletons and moving things are no state to judge.
    browser
        .holds(
            "the page is at rest",
            "return !document.querySelector('.bone') && document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)",
            json!([]),
        )
        .await;
    browser.run(axe(), json!([])).await;
    let violations = browser.run_async(AUDIT, json!([])).await;
    for violation in violations.as_array().unwrap() {
        problems.push(format!("{page}: {}", violation.as_str().unwrap()));
    }
    let overflow = browser
        .run(
            "return Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)",
            json!([]),
        )
        .await;
    if overflow != json!(0) {
        problems.push(format!("{page}: wider than the window by {overflow}"));
    }
    for message in browser.console().await {
        // Before somebody is signed in there is no session to refresh, which the console reports as a failed request.
        if !(page == "sign-in" && message.contains("/auth/refresh")) {
            problems.push(format!("{page}: {message}"));
        }
    }
}

/// The source of axe-core.
fn axe() -> &'static str {
    static SOURCE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = std::env::var_os("AXE_JS")
            .expect("AXE_JS names axe-core's file; `cargo xtask test` brings it");
        std::fs::read_to_string(path).unwrap()
    })
}
