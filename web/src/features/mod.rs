//! One folder per part of the product.

pub mod absences;
pub mod account;
pub mod audit;
pub mod dashboard;
pub mod deleted;
pub mod identities;
pub mod instance;
pub mod invite;
pub mod keys;
pub mod leaderboard;
pub mod members;
pub mod parts;
pub mod points;
pub mod settings;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod sources;
pub mod teams;
