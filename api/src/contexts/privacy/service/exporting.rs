//! Everything that is known about a person, for the person.

use serde_json::Value;
use shared::ids::UserId;

use super::super::store;
use crate::access::Actor;
use crate::contexts::audit::{self, Action, Entry, TargetKind};
use crate::contexts::identity;
use crate::error::Result;
use crate::platform::Platform;

/// Permits and records an export of everything about the person who asks.
///
/// # Errors
/// Forbidden for keys, and where the session is not fresh.
pub(in super::super) async fn begin_export(platform: &Platform, actor: &Actor) -> Result<UserId> {
    let (user, session) = actor.signed_in()?;
    platform
        .db
        .transaction(async |tx| {
            identity::require_fresh(tx, session).await?;
            let entry = Entry::new(Action::DataExportRequested).on(TargetKind::User, user);
            audit::record_from(tx, actor, entry).await
        })
        .await?;
    Ok(user)
}

/// How many sections an export has.
pub(in super::super) const SECTION_COUNT: usize = store::SECTIONS.len();

/// A section of an export: its name and its rows.
///
/// # Errors
/// When the database does not answer.
pub(in super::super) async fn export_section(
    platform: &Platform,
    user: UserId,
    number: usize,
) -> Result<(&'static str, Vec<Value>)> {
    let (name, query) = store::SECTIONS[number];
    let mut conn = platform.db.read().await?;
    Ok((name, store::read_section(&mut conn, query, user).await?))
}
