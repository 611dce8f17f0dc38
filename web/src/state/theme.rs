//! Light, dark, or as the system says: the only thing kept in web storage.

use leptos::prelude::*;

/// The choice of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in storage and on the root element.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == text)
            .unwrap_or(Self::System)
    }
}

/// The theme in use.
#[derive(Clone, Copy)]
pub struct CurrentTheme(RwSignal<Theme>);

const KEY: &str = "theme";

/// Puts the theme into the context. `theme.js` has set it on the page before the first paint.
pub fn provide_theme() {
    let stored = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    provide_context(CurrentTheme(RwSignal::new(
        stored.map_or(Theme::System, |text| Theme::parse(&text)),
    )));
}

/// The theme in use.
pub fn use_theme() -> CurrentTheme {
    use_context().expect("the app provides the theme before anything is shown")
}

impl CurrentTheme {
    /// The choice.
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Changes the choice, now and for the next visit.
    pub fn choose(self, theme: Theme) {
        self.0.set(theme);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme.as_str());
        }
        if let Some(storage) = storage() {
            // Storage may be full or forbidden: the choice then holds for this visit.
            let _ = storage.set_item(KEY, theme.as_str());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_theme_reads_back_and_nonsense_is_the_system() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.as_str()), theme);
        }
        assert_eq!(Theme::parse("purple"), Theme::System);
    }
}
