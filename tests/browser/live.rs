//! The leaderboard moves while somebody looks at it, and is right again after the server was away.

use api::platform::clock::Clock;
use serde_json::json;
use tests::gitlab::{Account, push};
use tests::process::ServerProcess;

use crate::driver::Browser;
use crate::gitlab::{GitLab, ask, sign_in};
use crate::{DESK, PHONE};

/// The points that the row of a name shows, and whether it is the first.
const ROW: &str = r#"
const rows = [...document.querySelectorAll(".board-row")];
const place = rows.findIndex((row) => row.innerText.includes(arguments[0]));
if (place < 0) return null;
const points = rows[place].querySelector(".board-points").innerText.replace(/[^0-9-]/g, "");
return [place, Number(points)];
"#;

#[tokio::test]
async fn a_row_moves_without_reload_and_is_right_again_after_a_crash() {
    let mut server = ServerProcess::prepare(&["--demo", "--no-demo-traffic"]);
    server.set("DEMO_HISTORY_DAYS", "3");
    server.start().await;
    let base = server.url("");
    let gitlab = GitLab::of_demo(&base).await;
    let maya = Account {
        id: 4711,
        username: "maya".to_owned(),
        name: "Maya Torres".to_owned(),
        email: "member@demo.test".to_owned(),
    };
    let browser = Browser::open(&base, DESK.0, DESK.1).await;

    browser.goto("/").await;
    browser.press("Lars Lindqvist").await;
    browser.press("Leaderboard").await;
    browser.press("Today").await;
    browser.sees("Maya Torres").await;
    browser.is_live().await;
    browser
        .run("window.wasNeverReloaded = true", json!([]))
        .await;
    let before = points(&base).await;

    for _ in 0..20 {
        gitlab.deliver(&push(&maya, 9, Clock::system().now())).await;
    }
    let expected = before + 200;
    shows(&browser, expected).await;
    browser
        .holds(
            "the row is the first",
            &format!("const row = (() => {{ {ROW} }}).apply(null, arguments); return row[0] === 0"),
            json!(["Maya Torres"]),
        )
        .await;

    server.kill_server();
    browser.sees("Reconnecting").await;
    server.start().await;
    browser.is_live().await;
    gitlab.deliver(&push(&maya, 1, Clock::system().now())).await;
    shows(&browser, expected + 3).await;
    assert_eq!(points(&base).await, expected + 3);
    assert_eq!(
        browser
            .run("return window.wasNeverReloaded", json!([]))
            .await,
        json!(true)
    );
    server.stop();
}

#[tokio::test]
async fn on_a_phone_points_arrive_as_a_message() {
    let mut server = ServerProcess::prepare(&["--demo", "--no-demo-traffic"]);
    server.set("DEMO_HISTORY_DAYS", "2");
    server.start().await;
    let base = server.url("");
    let gitlab = GitLab::of_demo(&base).await;
    let browser = Browser::open(&base, PHONE.0, PHONE.1).await;

    browser.goto("/").await;
    browser.press("Maya Torres").await;
    browser.is_live().await;
    let member = Account::new("member@demo.test");
    gitlab
        .deliver(&push(&member, 4, Clock::system().now()))
        .await;

    browser.sees("+6").await;
    browser.sees("Pushed 4 commits to main").await;
    server.stop();
}

async fn shows(browser: &Browser, points: i64) {
    browser
        .holds(
            &format!("the row shows {points} points"),
            &format!(
                "const row = (() => {{ {ROW} }}).apply(null, arguments); return row !== null && row[1] === arguments[1]"
            ),
            json!(["Maya Torres", points]),
        )
        .await;
}

/// What the API says.
async fn points(server: &str) -> i64 {
    let token = sign_in(server, "member@demo.test").await;
    let answer = ask(
        server,
        &token,
        "{ organization { points { today } } }",
        json!({}),
    )
    .await;
    answer["organization"]["points"]["today"].as_i64().unwrap()
}
