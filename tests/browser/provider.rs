//! Signing in at a real OpenID provider, and coming back to wrong answers.

use std::process::{Child, Command, Stdio};

use serde_json::json;
use tests::eventually;
use tests::process::{ServerProcess, free_port};

use crate::DESK;
use crate::driver::Browser;

/// The provider, which runs as long as this is held: it ends when its standard input closes.
struct Provider {
    url: String,
    child: Child,
}

impl Provider {
    async fn start(redirect: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/npm/identity-provider.mjs");
        let port = free_port();
        let child = Command::new("node")
            .args([script, &port.to_string(), redirect])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed; `cargo xtask test` brings it");
        let url = format!("http://127.0.0.1:{port}");
        let discovery = format!("{url}/.well-known/openid-configuration");
        eventually("the provider answers", || async {
            let answer = reqwest::get(&discovery).await;
            answer.ok().filter(|answer| answer.status().is_success())
        })
        .await;
        Self { url, child }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_person_signs_in_at_a_provider() {
    let mut server = ServerProcess::prepare(&[]);
    let provider = Provider::start(&server.url("/auth/oidc/callback")).await;
    for (name, value) in [
        ("OIDC_ISSUER_URL", &*provider.url),
        ("OIDC_CLIENT_ID", "devmetrics"),
        ("OIDC_CLIENT_SECRET", "the secret of the client"),
        ("OIDC_NAME", "Harbour ID"),
        ("SIGN_UP", "open"),
    ] {
        server.set(name, value);
    }
    server.start().await;
    let browser = Browser::open(&server.url(""), DESK.0, DESK.1).await;

    browser.goto(&server.url("/sign-in")).await;
    browser.press("Continue with Harbour ID").await;
    browser.sees("Sign-in").await;
    browser.type_into("[name=login]", "ada").await;
    browser.type_into("[name=password]", "anything").await;
    browser.press("Sign-in").await;
    browser.press("Continue").await;

    browser.sees("ada's organization").await;
    let address = browser.run("return location.href", json!([])).await;
    let address = address.as_str().unwrap();
    assert!(
        !address.contains("code=") && !address.contains("state="),
        "no code stays in the address: {address}"
    );
    let stored = browser
        .run(
            "return JSON.stringify([{...localStorage}, {...sessionStorage}])",
            json!([]),
        )
        .await;
    assert!(
        !stored.as_str().unwrap().contains("eyJ"),
        "no token lies in the storage of the page: {stored}"
    );

    // Once more on purpose: the provider knows the person still, and leads straight back.
    browser.press("Your account").await;
    browser.press("Profile").await;
    browser.press("Link a single sign-on account").await;
    browser.sees("The account is linked").await;
    browser.sees("This is the only one").await;

    // A stale tab, or somebody else's link.
    let forged = server.url("/auth/oidc/callback?code=forged&state=forged");
    let stranger = Browser::open(&server.url(""), DESK.0, DESK.1).await;
    stranger.goto(&forged).await;
    stranger.sees("began in another browser").await;
    stranger.sees("Continue with Harbour ID").await;
    assert_eq!(stranger.path().await, "/sign-in?refused=state");
    // The other browser has seen pages of the provider, which complain of things of their own.
    assert_eq!(stranger.console().await, Vec::<String>::new());
    server.stop();
}
