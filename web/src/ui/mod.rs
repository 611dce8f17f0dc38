//! The design system: knows neither the API nor the state of the app.
//!
//! Pieces are plain functions that return [`AnyView`](leptos::prelude::AnyView): one compiled
//! copy each, whatever uses them. What changes comes in as signals.

pub mod activity;
pub mod async_view;
pub mod avatar;
pub mod badge;
pub mod button;
pub mod card;
pub mod chart;
pub mod choice;
pub mod copied;
pub mod counter;
pub mod dialog;
pub mod dynamic;
pub mod empty;
pub mod field;
pub mod icon;
pub mod list;
pub mod menu;
pub mod page;
pub mod pager;
pub mod segments;
pub mod select;
pub mod skeleton;
pub mod time;
pub mod trouble;
