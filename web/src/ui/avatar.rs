//! The picture of a person or a team.

use leptos::prelude::*;

use crate::format::{colour_of, initials};

/// A picture where there is one, else initials on a colour from the name. The name stands beside
/// it, so that it is silent.
pub fn avatar(name: &str, picture: Option<String>) -> AnyView {
    match picture {
        Some(url) => {
            view! { <img class="avatar" src=url alt="" width="28" height="28" loading="lazy"/> }
                .into_any()
        }
        None => {
            let class = ["avatar hue-", &colour_of(name).to_string()].concat();
            view! { <span class=class aria-hidden="true">{initials(name)}</span> }.into_any()
        }
    }
}
