//! What the whole page knows: one newtype each, with `provide_…` and `use_…`.

pub mod clock;
pub mod credits;
pub mod organization;
pub mod pending;
pub mod remote;
pub mod session;
pub mod theme;
pub mod toasts;
