//! From a one-time link to an organization that receives webhooks, without the demo.

use api::platform::clock::Clock;
use serde_json::json;
use tests::gitlab::{Account, push};
use tests::process::ServerProcess;

use crate::DESK;
use crate::driver::Browser;
use crate::gitlab::GitLab;

#[tokio::test]
async fn a_link_leads_to_an_organization_with_a_webhook_source() {
    let mut server = ServerProcess::prepare(&[]);
    server.start().await;
    let printed = server
        .command(&["setup-link", "--email", "ada@example.test"])
        .unwrap();
    let link = printed
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap_or_else(|| panic!("no link in {printed}"))
        .to_owned();
    let browser = Browser::open(&server.url(""), DESK.0, DESK.1).await;

    browser.goto(&link).await;
    browser.type_into("#setup-name", "Ada Park").await;
    browser.type_into("#setup-organization", "Park Works").await;
    browser.press("Create my organization").await;
    browser.sees("Park Works").await;
    assert!(!browser.path().await.contains("token"), "the token is gone");

    browser.press("Sources").await;
    browser.press("Add source").await;
    browser.type_into("#source-name", "GitLab").await;
    browser.keys(&["\u{E007}"]).await;
    browser.sees("Copy the secret now").await;
    let shown = browser
        .run(
            "return [...document.querySelectorAll('dialog[open] .copied code')].map((code) => code.innerText)",
            json!([]),
        )
        .await;
    let gitlab = GitLab::new(shown[0].as_str().unwrap(), shown[1].as_str().unwrap());
    browser.press("I have copied it").await;
    browser.sees("Waiting for the first delivery").await;

    let ada = Account::new("ada@example.test");
    gitlab.deliver(&push(&ada, 2, Clock::system().now())).await;
    browser.press("Dashboard").await;
    browser.sees("Pushed 2 commits to main").await;
    browser.press("Sources").await;
    browser.sees("Receiving").await;
    assert_eq!(browser.console().await, Vec::<String>::new());
    server.stop();
}
