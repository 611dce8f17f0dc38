//! Times on the page.

use leptos::prelude::*;

use super::dynamic::text;
use crate::{
    format::{self, Zone},
    time::Timestamp,
};

const WEEK_MS: i64 = 7 * 86_400_000;

/// How long ago, exact on hover; older than a week as a date.
pub fn ago(instant: Timestamp, now: Signal<Timestamp>, zone: &Zone) -> AnyView {
    let day = zone.day_of(instant);
    let words = move || {
        let past = now.get().since(instant);
        if past < WEEK_MS {
            format::ago(past)
        } else {
            format::short_day(day)
        }
    };
    view! { <time class="ago" title=zone.exact(instant)>{text(words)}</time> }.into_any()
}
