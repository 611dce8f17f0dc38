//! Points as they arrive, on every page: a toast, and a hint for whoever shows points.

use leptos::prelude::*;

use super::toasts::use_toasts;
use crate::{
    api::{graphql::PointsCredited, live::use_live},
    format,
};

/// Counts the credits since the page was opened; who shows points reads them again when it moves.
#[derive(Clone, Copy)]
pub struct Credits(RwSignal<u32>);

/// Follows the person's credits in the current organization.
pub fn provide_credits() {
    let credits = Credits(RwSignal::new(0));
    let toasts = use_toasts();
    use_live().subscribe(&PointsCredited {}, move |message| {
        // An error ends the stream; the next connection asks for it again.
        if let Ok(data) = message {
            let credit = data.points_credited;
            let title = credit
                .source
                .and_then(|source| source.title)
                .unwrap_or_default();
            let text = if title.is_empty() {
                credit.reason
            } else {
                [&credit.reason, ": ", &title].concat()
            };
            if credit.points_change > 0 {
                toasts.celebrate(format::signed(credit.points_change), text);
            } else {
                toasts.say([&format::signed(credit.points_change), " ", &text].concat());
            }
            credits.0.update(|count| *count += 1);
        }
    });
    provide_context(credits);
}

/// The person's credits.
pub fn use_credits() -> Credits {
    use_context().expect("pages of an organization are shown inside its shell")
}

impl Credits {
    /// Makes the caller run again with each credit.
    pub fn track(self) {
        self.0.track();
    }
}
