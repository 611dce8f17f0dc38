//! Organizations, members, teams, and what outsiders learn of them.

mod addresses;
mod members;
mod outsiders;
mod standing;
mod teams;
