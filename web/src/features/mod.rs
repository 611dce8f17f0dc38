//! One folder per part of the product.

pub mod dashboard;
pub mod keys;
pub mod leaderboard;
pub mod points;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod sources;
