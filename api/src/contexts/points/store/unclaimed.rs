//! Credits of people nobody knows yet.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ProviderAccountId, UserId};
use shared::points::PointRule;
use shared::vocabulary::Provider;
use uuid::Uuid;

use super::super::model::{EventSnapshot, UnclaimedCredit};
use crate::access::OrgScope;
use crate::schema::{provider_accounts, unclaimed_credits};

/// What a held credit needs beside its columns: its units, and the event as it was.
#[derive(Serialize, Deserialize)]
struct Quantity {
    units: u32,
    provider: String,
    event_type: String,
    title: Option<String>,
    url: Option<String>,
}

/// Who an account belongs to, locked against being linked until the transaction ends.
pub(in super::super) async fn lock_account_owner(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
) -> QueryResult<Option<Option<UserId>>> {
    provider_accounts::table
        .filter(
            provider_accounts::id
                .eq(account)
                .and(provider_accounts::organization_id.eq(scope.organization_id())),
        )
        .select(provider_accounts::user_id.nullable())
        .for_share()
        .first::<Option<UserId>>(conn)
        .await
        .optional()
}

/// Who an account belongs to; none where it is nobody's or gone.
pub(in super::super) async fn find_account_owner(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
) -> QueryResult<Option<UserId>> {
    provider_accounts::table
        .filter(
            provider_accounts::id
                .eq(account)
                .and(provider_accounts::organization_id.eq(scope.organization_id())),
        )
        .select(provider_accounts::user_id.nullable())
        .first::<Option<UserId>>(conn)
        .await
        .optional()
        .map(Option::flatten)
}

/// Keeps a credit for an account; one that is kept already stays as it is.
pub(in super::super) async fn insert_unclaimed(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: Uuid,
    account: ProviderAccountId,
    credit: &UnclaimedCredit,
) -> QueryResult<usize> {
    let quantity = Quantity {
        units: credit.units,
        provider: credit.event.provider.to_string(),
        event_type: credit.event.event_type.clone(),
        title: credit.event.title.clone(),
        url: credit.event.url.clone(),
    };
    let quantity = serde_json::to_value(quantity)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(unclaimed_credits::table)
        .values((
            unclaimed_credits::id.eq(id),
            unclaimed_credits::organization_id.eq(scope.organization_id()),
            unclaimed_credits::account_id.eq(account),
            unclaimed_credits::event_id.eq(credit.event.id),
            unclaimed_credits::rule.eq(credit.rule),
            unclaimed_credits::fact.eq(&credit.fact),
            unclaimed_credits::quantity.eq(quantity),
            unclaimed_credits::occurred_at.eq(credit.occurred_at),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await
}

/// Takes everything that is kept for an account, in the order it happened.
pub(in super::super) async fn take_unclaimed(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: ProviderAccountId,
) -> QueryResult<Vec<UnclaimedCredit>> {
    let mut rows: Vec<TakenRow> = diesel::delete(
        unclaimed_credits::table.filter(
            unclaimed_credits::organization_id
                .eq(scope.organization_id())
                .and(unclaimed_credits::account_id.eq(account)),
        ),
    )
    .returning((
        unclaimed_credits::id,
        unclaimed_credits::event_id,
        unclaimed_credits::rule,
        unclaimed_credits::fact,
        unclaimed_credits::quantity,
        unclaimed_credits::occurred_at,
    ))
    .get_results(conn)
    .await?;
    rows.sort_by_key(|row| (row.occurred_at, row.id));
    rows.into_iter().map(TakenRow::into_credit).collect()
}

#[derive(Queryable)]
struct TakenRow {
    id: Uuid,
    event_id: EventId,
    rule: PointRule,
    fact: String,
    quantity: serde_json::Value,
    occurred_at: DateTime<Utc>,
}

impl TakenRow {
    fn into_credit(self) -> QueryResult<UnclaimedCredit> {
        let unreadable = |error: Box<dyn std::error::Error + Send + Sync>| {
            diesel::result::Error::DeserializationError(error)
        };
        let quantity: Quantity =
            serde_json::from_value(self.quantity).map_err(|error| unreadable(error.into()))?;
        let provider: Provider = quantity
            .provider
            .parse()
            .map_err(|error: shared::vocabulary::UnknownWord| unreadable(error.into()))?;
        Ok(UnclaimedCredit {
            rule: self.rule,
            fact: self.fact,
            units: quantity.units,
            event: EventSnapshot {
                id: self.event_id,
                provider,
                event_type: quantity.event_type,
                title: quantity.title,
                url: quantity.url,
            },
            occurred_at: self.occurred_at,
        })
    }
}
