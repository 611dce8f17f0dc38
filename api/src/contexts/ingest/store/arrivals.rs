//! The one statement that stores a group of arrivals.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::contexts::ingest::Delivery;

/// The channel on which workers hear of new events.
pub(in crate::contexts::ingest) const CHANNEL: &str = "devmetrics_events";

/// A delivery and the id it gets where it is new.
#[derive(Clone, Debug)]
pub(in crate::contexts::ingest) struct Arrival {
    pub(in crate::contexts::ingest) id: Uuid,
    pub(in crate::contexts::ingest) received_at: DateTime<Utc>,
    pub(in crate::contexts::ingest) delivery: Delivery,
}

/// Stores arrivals whose keys are new, with their place in the queue, and says which those are.
///
/// One statement is one transaction and one round trip. Keys must differ within the group. Groups of several committers may
/// share keys: each group inserts in the order of its keys, so that none waits for another in a circle.
pub(in crate::contexts::ingest) async fn insert_new(
    conn: &mut AsyncPgConnection,
    arrivals: &[&Arrival],
) -> QueryResult<HashSet<Uuid>> {
    let mut sorted: Vec<&Arrival> = arrivals.to_vec();
    sorted.sort_unstable_by_key(|arrival| (arrival.delivery.source_id, &arrival.delivery.key));
    let mut rows = Rows::default();
    for arrival in sorted {
        rows.push(arrival);
    }
    let fresh: Vec<Uuid> = InsertNew { rows }.load(conn).await?;
    Ok(fresh.into_iter().collect())
}

/// The events that already hold these keys.
pub(in crate::contexts::ingest) async fn find_known(
    conn: &mut AsyncPgConnection,
    keys: &[(Uuid, &str)],
) -> QueryResult<HashMap<(Uuid, String), Uuid>> {
    #[derive(QueryableByName)]
    struct Known {
        #[diesel(sql_type = SqlUuid)]
        source_id: Uuid,
        #[diesel(sql_type = Text)]
        key: String,
        #[diesel(sql_type = SqlUuid)]
        event_id: Uuid,
    }
    let (sources, keys): (Vec<Uuid>, Vec<&str>) = keys.iter().copied().unzip();
    let known: Vec<Known> = diesel::sql_query(
        "SELECT k.source_id, k.key, k.event_id FROM unnest($1, $2) AS asked (source_id, key)
         JOIN delivery_keys k ON k.source_id = asked.source_id AND k.key = asked.key",
    )
    .bind::<Array<SqlUuid>, _>(sources)
    .bind::<Array<Text>, _>(keys)
    .load(conn)
    .await?;
    Ok(known
        .into_iter()
        .map(|known| ((known.source_id, known.key), known.event_id))
        .collect())
}

/// Columns of the arrivals.
#[derive(Debug, Default)]
struct Rows<'a> {
    ids: Vec<Uuid>,
    organizations: Vec<Uuid>,
    sources: Vec<Uuid>,
    providers: Vec<&'static str>,
    keys: Vec<&'a str>,
    provider_events: Vec<Option<&'a str>>,
    instances: Vec<Option<&'a str>>,
    payloads: Vec<&'a [u8]>,
    received: Vec<DateTime<Utc>>,
}

impl<'a> Rows<'a> {
    fn push(&mut self, arrival: &'a Arrival) {
        let delivery = &arrival.delivery;
        self.ids.push(arrival.id);
        self.organizations.push(delivery.organization_id.into());
        self.sources.push(delivery.source_id.into());
        self.providers.push(delivery.provider.as_str());
        self.keys.push(&delivery.key);
        self.provider_events
            .push(delivery.provider_event.as_deref());
        self.instances.push(delivery.instance.as_deref());
        self.payloads.push(&delivery.payload);
        self.received.push(arrival.received_at);
    }
}

/// A query of its own and not `sql_query`: that one is prepared anew each time, which costs a second round trip.
#[derive(Debug)]
struct InsertNew<'a> {
    rows: Rows<'a>,
}

impl QueryId for InsertNew<'_> {
    type QueryId = InsertNew<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for InsertNew<'_> {
    type SqlType = SqlUuid;
}

impl QueryFragment<Pg> for InsertNew<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let rows = &self.rows;
        out.push_sql("WITH arrived AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&rows.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&rows.organizations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SqlUuid>, _>(&rows.sources)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&rows.providers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&rows.keys)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&rows.provider_events)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&rows.instances)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&rows.payloads)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Timestamptz>, _>(&rows.received)?;
        out.push_sql(
            ") AS a (id, organization_id, source_id, provider, delivery_key, provider_event, instance, payload, received_at)
             ), fresh AS (
                 INSERT INTO delivery_keys (source_id, key, event_id, received_at)
                 SELECT source_id, delivery_key, id, received_at FROM arrived
                 ON CONFLICT DO NOTHING RETURNING event_id
             ), stored AS (
                 INSERT INTO events (id, organization_id, source_id, provider, delivery_key, provider_event, instance, payload, received_at)
                 SELECT a.* FROM arrived a JOIN fresh ON fresh.event_id = a.id
             ), queued AS (
                 INSERT INTO event_queue (event_id, organization_id, received_at, available_at)
                 SELECT a.id, a.organization_id, a.received_at, a.received_at FROM arrived a JOIN fresh ON fresh.event_id = a.id
             )
             SELECT event_id FROM fresh WHERE pg_notify('devmetrics_events', '') IS NOT NULL",
        );
        Ok(())
    }
}
