//! What a person may ask of what is known: all of it, and to be erased.

mod erasing;
mod exporting;
mod traces;
