//! Short messages at the corner of the page; never the only place of an error.

use std::time::Duration;

use leptos::prelude::*;

/// At most so many are shown; the oldest goes first.
const MOST: usize = 3;
const SHOWN_FOR: Duration = Duration::from_secs(6);

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Tells messages apart.
    pub id: u32,
    /// One line.
    pub text: String,
    /// A chip before the line, as `+10`.
    pub chip: Option<String>,
    /// Whether it is good news.
    pub is_positive: bool,
}

/// The messages shown now.
#[derive(Clone, Copy)]
pub struct Toasts {
    /// Oldest first.
    pub shown: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
}

/// Puts the messages into the context.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        shown: RwSignal::new(Vec::new()),
        next_id: StoredValue::new(1),
    };
    provide_context(toasts);
    toasts
}

/// The messages of this page.
pub fn use_toasts() -> Toasts {
    use_context().expect("the app provides toasts before anything is shown")
}

impl Toasts {
    /// Shows a plain message.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), None, false);
    }

    /// Shows good news with a chip.
    pub fn celebrate(self, chip: String, text: String) {
        self.push(text, Some(chip), true);
    }

    fn push(self, text: String, chip: Option<String>, is_positive: bool) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.shown.update(|shown| {
            shown.push(Toast {
                id,
                text,
                chip,
                is_positive,
            });
            let surplus = shown.len().saturating_sub(MOST);
            shown.drain(..surplus);
        });
        set_timeout(move || self.dismiss(id), SHOWN_FOR);
    }

    /// Takes a message away.
    pub fn dismiss(self, id: u32) {
        if self
            .shown
            .with_untracked(|shown| shown.iter().any(|toast| toast.id == id))
        {
            self.shown
                .update(|shown| shown.retain(|toast| toast.id != id));
        }
    }
}
