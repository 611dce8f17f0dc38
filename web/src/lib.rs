//! The browser client of DevMetrics: a Leptos app that is rendered in the browser.
//!
//! `features → state, api, ui, format → shared`. A feature never imports a feature. Size decides
//! many things here: the first load stays below 300 KB compressed, so answers are read by code
//! that the build script generates, and views are boxed early.

pub mod api;
pub mod app;
pub mod features;
pub mod format;
pub mod routes;
pub mod state;
pub mod time;
pub mod ui;

/// Shows the app in place of the page's first paint.
pub fn start() {
    leptos::mount::mount_to_body(app::app);
    if let Some(paint) = leptos::prelude::document().get_element_by_id("boot") {
        paint.remove();
    }
}
