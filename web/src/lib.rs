//! The browser client of DevMetrics: a Leptos app that is rendered in the browser.
//!
//! `features → state, api, ui, format → shared`. A feature never imports a feature; `parts` lists
//! them, and the shell shows them. Size decides
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

use leptos::{mount::mount_to_body, prelude::*};

/// Shows the app in place of the page's first paint.
pub fn start() {
    std::panic::set_hook(Box::new(|info| say_broken(info.location())));
    mount_to_body(app::app);
    if let Some(paint) = document().get_element_by_id("boot") {
        paint.remove();
    }
}

/// After a panic nothing on the page answers any more: that must not look like a page that works.
fn say_broken(place: Option<&std::panic::Location<'_>>) {
    if let Some(place) = place {
        let words = [
            "The client broke at ",
            place.file(),
            ":",
            &place.line().to_string(),
        ]
        .concat();
        web_sys::console::error_1(&words.into());
    }
    if let (Some(body), Ok(bar)) = (document().body(), document().create_element("p")) {
        bar.set_class_name("broken");
        bar.set_text_content(Some(
            "This page stopped working. Reload it to go on; nothing that was saved is lost.",
        ));
        // Nothing is left to tell when even this fails.
        let _ = bar.set_attribute("role", "alert");
        let _ = body.append_child(&bar);
    }
}
