//! Everything that talks to the server.

pub mod auth;
pub mod client;
pub mod decode;
pub mod errors;
pub mod json;
pub mod live;

/// The operations of every `.graphql` file, compiled against the schema by the build script.
pub mod graphql {
    include!(concat!(env!("OUT_DIR"), "/graphql.rs"));
}
