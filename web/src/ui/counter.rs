//! A number that counts to its new value.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

use crate::format;

const FRAMES: i32 = 24;

/// The number; it counts when it changes, unless the person asked for less motion.
pub fn counter(value: Signal<i32>) -> AnyView {
    let element = NodeRef::<html::Span>::new();
    Effect::new(move |before: Option<i32>| {
        let goal = value.get();
        if let Some(element) = element.get() {
            let start = before.unwrap_or(goal);
            if start == goal || prefers_calm() {
                element.set_text_content(Some(&format::number(goal)));
            } else {
                count(element.unchecked_into(), value, start, goal, 1);
            }
        }
        goal
    });
    view! { <span class="counter" node_ref=element>{format::number(value.get_untracked())}</span> }
        .into_any()
}

fn count(element: web_sys::Element, value: Signal<i32>, start: i32, goal: i32, frame: i32) {
    let step = Closure::once_into_js(move || {
        // A newer value counts on its own.
        if value.try_get_untracked() != Some(goal) {
            return;
        }
        let rest = f64::from(FRAMES - frame) / f64::from(FRAMES);
        let shown = goal - (f64::from(goal - start) * rest * rest * rest) as i32;
        element.set_text_content(Some(&format::number(shown)));
        if frame < FRAMES {
            count(element, value, start, goal, frame + 1);
        }
    });
    // Without frames (a hidden page) the number stands where it is until the next change.
    let _ = window().request_animation_frame(step.unchecked_ref());
}

/// Whether the person asked for less motion.
pub fn prefers_calm() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
