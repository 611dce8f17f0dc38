//! Texts of stored events, to take somebody's words out of them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{EventId, OrganizationId};

use crate::schema::events;

/// Everything of an event that may hold a person's words.
#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
pub(in crate::contexts::ingest) struct EventTexts {
    pub(in crate::contexts::ingest) id: EventId,
    pub(in crate::contexts::ingest) received_at: DateTime<Utc>,
    pub(in crate::contexts::ingest) payload: Option<Vec<u8>>,
    pub(in crate::contexts::ingest) title: Option<String>,
    pub(in crate::contexts::ingest) url: Option<String>,
    pub(in crate::contexts::ingest) repository_name: Option<String>,
    pub(in crate::contexts::ingest) actor_name: Option<String>,
    pub(in crate::contexts::ingest) reason: Option<String>,
}

/// The next events of these organizations, by reception.
pub(in crate::contexts::ingest) async fn list_texts(
    conn: &mut AsyncPgConnection,
    organizations: &[OrganizationId],
    after: Option<(DateTime<Utc>, EventId)>,
    limit: i64,
) -> QueryResult<Vec<EventTexts>> {
    let mut query = events::table
        .filter(events::organization_id.eq_any(organizations))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            events::received_at
                .gt(at)
                .or(events::received_at.eq(at).and(events::id.gt(id))),
        );
    }
    query
        .order((events::received_at, events::id))
        .limit(limit)
        .select(EventTexts::as_select())
        .load(conn)
        .await
}

pub(in crate::contexts::ingest) async fn update_texts(
    conn: &mut AsyncPgConnection,
    texts: &EventTexts,
) -> QueryResult<()> {
    diesel::update(events::table)
        .filter(events::id.eq(texts.id))
        .filter(events::received_at.eq(texts.received_at))
        .set((
            events::payload.eq(&texts.payload),
            events::title.eq(&texts.title),
            events::url.eq(&texts.url),
            events::repository_name.eq(&texts.repository_name),
            events::actor_name.eq(&texts.actor_name),
            events::reason.eq(&texts.reason),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
