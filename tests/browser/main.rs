//! Flows in a real browser, on a phone's and on a desk's width.

#![expect(
    clippy::unwrap_used,
    reason = "a flow's helpers fail the test as the flow itself does"
)]

mod account;
mod demo;
mod driver;
mod gitlab;
mod keyboard;
mod keys;
mod live;
mod members;
mod organizations;
mod pages;
mod provider;
mod sessions;
mod setup;

/// Width and height of a phone.
const PHONE: (u32, u32) = (390, 844);
/// Width and height of a desk.
const DESK: (u32, u32) = (1440, 900);
