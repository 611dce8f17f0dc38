//! Small words with a meaning: states, points, movements.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::format;

/// The meaning of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Neutral,
    /// Good.
    Positive,
    /// Bad.
    Negative,
    /// Needs a look.
    Warning,
    /// Under way.
    Info,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Positive => "badge positive",
            Self::Negative => "badge negative",
            Self::Warning => "badge warning",
            Self::Info => "badge info",
        }
    }
}

/// A word with a tone.
pub fn badge(tone: Tone, word: impl Into<String>) -> AnyView {
    view! { <span class=tone.class()>{word.into()}</span> }.into_any()
}

/// A change of points: told by its sign, coloured as well.
pub fn points_chip(points: i32) -> AnyView {
    let class = match points {
        1.. => "chip positive",
        0 => "chip",
        _ => "chip negative",
    };
    view! { <span class=class>{format::signed(points)}</span> }.into_any()
}

/// A change told in words after its arrow.
pub fn told_movement(change: i32, words: String) -> AnyView {
    let (class, picture) = direction(change);
    view! { <span class=class>{icon(picture)}{words}</span> }.into_any()
}

fn direction(change: i32) -> (&'static str, Icon) {
    match change {
        1.. => ("movement positive", Icon::ArrowUp),
        0 => ("movement", Icon::Dash),
        _ => ("movement negative", Icon::ArrowDown),
    }
}

/// A change with an arrow; `words` are read aloud instead.
pub fn movement(change: i32, words: String) -> AnyView {
    let (class, picture) = direction(change);
    let figure = (change != 0).then(|| format::number(change.abs()));
    view! {
        <span class=class title=words.clone()>
            {icon(picture)}<span aria-hidden="true">{figure}</span><span class="only-read">{words.clone()}</span>
        </span>
    }
    .into_any()
}
