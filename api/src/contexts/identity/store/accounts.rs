//! Accounts at providers. Writers hold the lock of [`lock_instance`], which is taken before any balance is locked.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{OrganizationId, ProviderAccountId, UserId};
use shared::vocabulary::Provider;

use super::super::model::{AccountRef, ProviderAccount};
use crate::access::OrgScope;
use crate::schema::provider_accounts as accounts;

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct AccountRow {
    id: ProviderAccountId,
    provider: Provider,
    instance: String,
    external_id: Option<String>,
    username: Option<String>,
    email: Option<String>,
    display_name: Option<String>,
    avatar_url: Option<String>,
    is_bot: bool,
    user_id: Option<UserId>,
    parted_from: Vec<UserId>,
    last_seen_at: DateTime<Utc>,
}

impl From<AccountRow> for ProviderAccount {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            provider: row.provider,
            instance: row.instance,
            external_id: row.external_id,
            username: row.username,
            email: row.email,
            display_name: row.display_name,
            avatar_url: row.avatar_url,
            is_bot: row.is_bot,
            user_id: row.user_id,
            parted_from: row.parted_from,
            last_seen_at: row.last_seen_at,
            linked_now: Vec::new(),
        }
    }
}

/// The lock under which the accounts of one installation change, until the end of the transaction.
pub(in super::super) async fn lock_instance(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    provider: Provider,
    instance: &str,
) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('accounts ' || $1::text || ' ' || $2 || ' ' || $3, 0))")
        .bind::<SqlUuid, _>(scope.organization_id())
        .bind::<Text, _>(provider)
        .bind::<Text, _>(instance)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) type Query<'q> = accounts::BoxedQuery<'q, Pg>;

pub(super) fn of_instance<'q>(
    organization: OrganizationId,
    provider: Provider,
    instance: &'q str,
) -> Query<'q> {
    accounts::table
        .filter(accounts::organization_id.eq(organization))
        .filter(accounts::provider.eq(provider))
        .filter(accounts::instance.eq(instance))
        .into_boxed()
}

async fn first(
    conn: &mut AsyncPgConnection,
    query: Query<'_>,
) -> QueryResult<Option<ProviderAccount>> {
    query
        // One that the provider has identified before one that is known by a word only; the last met before older ones.
        .order((
            accounts::external_id.is_null(),
            accounts::last_seen_at.desc(),
            accounts::id,
        ))
        .select(AccountRow::as_select())
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}

/// The account a payload speaks of: by id, else one without an id by username, else by address.
///
/// A payload without an id is content with an account that has one.
pub(in super::super) async fn find_account(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    seen: &AccountRef,
) -> QueryResult<Option<ProviderAccount>> {
    let all = || of_instance(scope.organization_id(), seen.provider, &seen.instance);
    if let Some(id) = &seen.external_id
        && let Some(found) = first(conn, all().filter(accounts::external_id.eq(id))).await?
    {
        return Ok(Some(found));
    }
    let needs_id = seen.external_id.is_some();
    if let Some(username) = &seen.username {
        let mut query = all().filter(accounts::username.eq(username));
        if needs_id {
            query = query.filter(accounts::external_id.is_null());
        }
        if let Some(found) = first(conn, query).await? {
            return Ok(Some(found));
        }
    }
    if let Some(email) = &seen.email {
        let mut query = all().filter(accounts::email.eq(email));
        if seen.username.is_some() {
            // Another name is another account, even where two share an address.
            query = query.filter(accounts::username.is_null());
        }
        if needs_id {
            query = query.filter(accounts::external_id.is_null());
        }
        return first(conn, query).await;
    }
    Ok(None)
}

pub(in super::super) async fn insert_account(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ProviderAccountId,
    seen: &AccountRef,
    now: DateTime<Utc>,
) -> QueryResult<ProviderAccount> {
    diesel::insert_into(accounts::table)
        .values((
            (
                accounts::id.eq(id),
                accounts::organization_id.eq(scope.organization_id()),
                accounts::provider.eq(seen.provider),
                accounts::instance.eq(&seen.instance),
                accounts::external_id.eq(&seen.external_id),
                accounts::username.eq(&seen.username),
            ),
            (
                accounts::email.eq(&seen.email),
                accounts::display_name.eq(&seen.display_name),
                accounts::avatar_url.eq(&seen.avatar_url),
                accounts::is_bot.eq(seen.is_bot),
                accounts::first_seen_at.eq(now),
                accounts::last_seen_at.eq(now),
            ),
        ))
        .returning(AccountRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

#[derive(AsChangeset)]
#[diesel(table_name = accounts)]
struct AccountChanges<'a> {
    external_id: Option<&'a String>,
    username: Option<&'a String>,
    email: Option<&'a String>,
    display_name: Option<&'a String>,
    avatar_url: Option<&'a String>,
    is_bot: bool,
    last_seen_at: DateTime<Utc>,
}

/// Adds what a payload says; what it leaves out stays.
pub(in super::super) async fn update_account(
    conn: &mut AsyncPgConnection,
    known: &ProviderAccount,
    seen: &AccountRef,
    now: DateTime<Utc>,
) -> QueryResult<ProviderAccount> {
    diesel::update(accounts::table.filter(accounts::id.eq(known.id)))
        .set(AccountChanges {
            external_id: seen.external_id.as_ref(),
            username: seen.username.as_ref(),
            email: seen.email.as_ref(),
            display_name: seen.display_name.as_ref(),
            avatar_url: seen.avatar_url.as_ref(),
            is_bot: known.is_bot || seen.is_bot,
            last_seen_at: now,
        })
        .returning(AccountRow::as_returning())
        .get_result(conn)
        .await
        .map(Into::into)
}

/// Takes a name from accounts of other ids: providers give a name to one account at a time, and this one has it now.
pub(in super::super) async fn clear_username(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    holder: &ProviderAccount,
) -> QueryResult<()> {
    let Some(username) = &holder.username else {
        return Ok(());
    };
    diesel::update(accounts::table)
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::provider.eq(holder.provider))
        .filter(accounts::instance.eq(&holder.instance))
        .filter(accounts::username.eq(username))
        .filter(accounts::external_id.is_not_null())
        .filter(accounts::id.ne(holder.id))
        .set(accounts::username.eq(None::<String>))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that an account was met; leaves it alone where somebody else is just changing it.
pub(in super::super) async fn touch_account(
    conn: &mut AsyncPgConnection,
    id: ProviderAccountId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let free = accounts::table
        .filter(accounts::id.eq(id))
        .select(accounts::id)
        .for_update()
        .skip_locked()
        .first::<ProviderAccountId>(conn)
        .await
        .optional()?;
    if free.is_some() {
        diesel::update(accounts::table.filter(accounts::id.eq(id)))
            .set(accounts::last_seen_at.eq(now))
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub(in super::super) async fn get_account(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    id: ProviderAccountId,
) -> QueryResult<Option<ProviderAccount>> {
    accounts::table
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::id.eq(id))
        .select(AccountRow::as_select())
        .first(conn)
        .await
        .optional()
        .map(|row| row.map(Into::into))
}
