//! The provider-neutral vocabulary: what happened, who did it, and what it proves.
//!
//! Every provider's payload becomes an [`Activity`]; points and everything else that follows hang on that alone. An activity
//! carries no row ids: its people are matched to accounts when it is processed.

mod model;

pub use model::{Activity, ActivityKind, Fact, Person};
