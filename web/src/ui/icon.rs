//! Icons: strokes on a grid of 16, drawn by hand so that only the used ones travel.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the pictures")]
pub enum Icon {
    Home,
    Podium,
    Ledger,
    Plug,
    People,
    Sun,
    Moon,
    Screen,
    Check,
    Copy,
    Close,
    Warning,
    ChevronDown,
    ChevronRight,
    ArrowUp,
    ArrowDown,
    Dash,
    Collapse,
    SignOut,
    Plus,
    Replay,
    Search,
    Chart,
    Table,
    External,
    Push,
    Merge,
    Review,
    Issue,
    Pipeline,
    Dot,
    Key,
    Trash,
    Gear,
    Mark,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M2.5 7.2 8 2.5l5.5 4.7M4 6.5v7h8v-7M6.7 13.5V9.7h2.6v3.8",
            Self::Podium => "M1.8 13.5h12.4M2.5 13.5v-4H6v4M6 13.5v-9h4v9M10 13.5V8h3.5v5.5",
            Self::Ledger => "M3.5 2.5h9v11h-9zM6 2.5v11M8.2 5.8h2.3M8.2 8.3h2.3",
            Self::People => {
                "M6 7.5a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6M1.8 13.2c0-2.3 1.9-3.7 4.2-3.7s4.2 1.4 4.2 3.7M10.5 3.2a2.2 2.2 0 0 1 0 4.2M12 9.8c1.4.5 2.3 1.7 2.3 3.4"
            }
            Self::Plug => "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2a4.5 4.5 0 0 1-9 0zM8 12v2.5",
            Self::Sun => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"
            }
            Self::Moon => "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8",
            Self::Screen => "M2 3h12v8H2zM6 13.5h4M8 11v2.5",
            Self::Check => "m3 8.5 3.2 3.2L13 4.8",
            Self::Copy => "M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3",
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Warning => "M8 2.2 14.2 13H1.8zM8 6.5v3M8 11.3v.2",
            Self::ChevronDown => "m4 6 4 4 4-4",
            Self::ChevronRight => "m6 4 4 4-4 4",
            Self::ArrowUp => "M8 13V3.5M4 7.2l4-4 4 4",
            Self::ArrowDown => "M8 3v9.5M4 8.8l4 4 4-4",
            Self::Dash => "M4.5 8h7",
            Self::Collapse => "M2.5 3h11v10h-11zM6.2 3v10",
            Self::SignOut => "M6.5 3H3v10h3.5M6.5 8H14M11 5l3 3-3 3",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Replay => "M3 3.5v3.3h3.3M3.3 6.6A5.2 5.2 0 1 1 3 9.5",
            Self::Search => "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3l3.5 3.5",
            Self::Chart => "M2.5 13.5h11M4 11V8M7 11V4M10 11V6.5M13 11V5",
            Self::Table => "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.7h11M6.5 6.3V13",
            Self::External => "M9 2.5h4.5V7M13.2 2.8 7.5 8.5M6.5 3.5h-4v10h10v-4",
            Self::Push => "M8 10.5v-8M4.7 5.6 8 2.3l3.3 3.3M3 13.5h10",
            Self::Merge => {
                "M4.5 5.5v8M4.5 5.3a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4M11.5 10.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4M4.5 5.5c0 2.3 2 3.5 5.2 3.5"
            }
            Self::Review => "M2.5 3h11v8h-6l-3 2.5V11h-2zM5.5 7l1.8 1.8L10.7 5.3",
            Self::Issue => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.5 8.2l1.8 1.8 3.2-3.7",
            Self::Pipeline => {
                "M3.5 5.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M12.5 5.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M5 7h6M8 7v5.5M8 12.5"
            }
            Self::Dot => "M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3",
            Self::Key => "M10.5 2.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8.3 7.7 2.5 13.5M4.5 11.5 6 13",
            Self::Gear => {
                "M8 5.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6M8 1.8v1.7M8 12.5v1.7M1.8 8h1.7M12.5 8h1.7M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M3.6 12.4l1.2-1.2M11.2 4.8l1.2-1.2"
            }
            Self::Trash => "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4",
            Self::Mark => "M2.5 13.5V9M6.2 13.5V5M9.9 13.5V7.5M13.5 13.5v-11",
        }
    }
}

/// The picture of an icon; words beside it say what it means.
pub fn icon(icon: Icon) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=icon.path()></path></svg> }.into_any()
}
