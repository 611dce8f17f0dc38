//! Calls to other hosts.

use std::time::Duration;

use anyhow::Context as _;

/// A client for addresses that the operator chose, by a setting: they are not checked against private ranges.
///
/// # Errors
/// When the TLS library does not start.
pub fn client_to_operators_choice() -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("devmetrics/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        // Between two pieces, not for the whole: archives are large and networks slow.
        .read_timeout(Duration::from_secs(30))
        .build()
        .context("build a client for outbound calls")
}

/// A client for identity providers that the operator chose: short answers, and no following of redirects, which could
/// lead a secret elsewhere.
///
/// # Errors
/// When the TLS library does not start.
pub fn client_to_providers() -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("devmetrics/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .context("build a client for identity providers")
}
