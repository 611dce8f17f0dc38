//! The log of who did what.

mod actions;
mod exporting;
mod log;
mod reading;
mod retention;
