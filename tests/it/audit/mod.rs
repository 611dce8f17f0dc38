//! The log of who did what.

mod log;
