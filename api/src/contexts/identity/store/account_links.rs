//! SQL of who an account belongs to. Writers hold the lock of [`super::lock_instance`].

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use shared::ids::{ProviderAccountId, UserId};
use shared::role::MembershipStatus;

use super::super::model::{LinkedBy, ProviderAccount};
use super::accounts::{AccountRow, Query, of_instance};
use crate::access::OrgScope;
use crate::schema::{memberships, provider_accounts as accounts, users};

/// Accounts that a member could still claim: bots never are.
fn unlinked_people(query: Query<'_>) -> Query<'_> {
    query
        .filter(accounts::user_id.is_null())
        .filter(accounts::is_bot.eq(false))
}

/// The member whom another account of the same name is linked to.
pub(in super::super) async fn find_member_by_username(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: &ProviderAccount,
) -> QueryResult<Option<UserId>> {
    let Some(username) = &account.username else {
        return Ok(None);
    };
    of_instance(scope.organization_id(), account.provider, &account.instance)
        .filter(accounts::username.eq(username))
        .filter(accounts::id.ne(account.id))
        .filter(accounts::user_id.is_not_null())
        .order((
            accounts::external_id.is_null(),
            accounts::last_seen_at.desc(),
        ))
        .select(accounts::user_id)
        .first::<Option<UserId>>(conn)
        .await
        .optional()
        .map(Option::flatten)
}

/// The one member who has an account of this name on another installation; none where several have.
pub(in super::super) async fn find_member_by_username_elsewhere(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: &ProviderAccount,
) -> QueryResult<Option<UserId>> {
    let Some(username) = &account.username else {
        return Ok(None);
    };
    let members: Vec<Option<UserId>> = accounts::table
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::provider.eq(account.provider))
        .filter(accounts::username.eq(username))
        .filter(accounts::user_id.is_not_null())
        .select(accounts::user_id)
        .distinct()
        .limit(2)
        .load(conn)
        .await?;
    Ok(match members[..] {
        [only] => only,
        _ => None,
    })
}

/// The active member who has proven an address.
pub(in super::super) async fn find_member_by_email(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    email: &str,
) -> QueryResult<Option<UserId>> {
    users::table
        .inner_join(memberships::table.on(memberships::user_id.eq(users::id)))
        .filter(memberships::organization_id.eq(scope.organization_id()))
        .filter(memberships::status.eq(MembershipStatus::Active))
        .filter(users::email.eq(email))
        .filter(users::email_verified_at.is_not_null())
        .select(users::id)
        .first(conn)
        .await
        .optional()
}

/// Unlinked accounts of people that share this account's name, itself included.
pub(in super::super) async fn list_unlinked_namesakes(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: &ProviderAccount,
    user: UserId,
    is_told: bool,
) -> QueryResult<Vec<ProviderAccountId>> {
    let query = unlinked_people(of_instance(
        scope.organization_id(),
        account.provider,
        &account.instance,
    ));
    let query = match &account.username {
        Some(username) => query.filter(
            accounts::id
                .eq(account.id)
                .or(accounts::username.eq(username)),
        ),
        None => query.filter(accounts::id.eq(account.id)),
    };
    let query = if is_told {
        query
    } else {
        query.filter(not_parted_from(user))
    };
    query
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)
        .await
}

/// Nobody has said that the account is not this member's.
fn not_parted_from(
    user: UserId,
) -> diesel::dsl::not<diesel::dsl::Contains<accounts::parted_from, Vec<uuid::Uuid>>> {
    diesel::dsl::not(accounts::parted_from.contains(vec![uuid::Uuid::from(user)]))
}

pub(in super::super) async fn link_accounts(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    ids: &[ProviderAccountId],
    (user, linked_by): (UserId, LinkedBy),
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let parted_from = diesel::dsl::array_remove(accounts::parted_from, uuid::Uuid::from(user));
    diesel::update(accounts::table)
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::id.eq_any(ids))
        .filter(accounts::user_id.is_null())
        .set((
            accounts::user_id.eq(user),
            accounts::linked_by.eq(linked_by.as_str()),
            accounts::linked_at.eq(now),
            accounts::parted_from.eq(parted_from),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Parts an account and its namesakes from the member they are linked to, and remembers that they are not the member's.
pub(in super::super) async fn part_accounts(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    account: &ProviderAccount,
    user: UserId,
) -> QueryResult<Vec<ProviderAccountId>> {
    let same_name = accounts::provider
        .eq(account.provider)
        .and(accounts::instance.eq(&account.instance))
        .and(accounts::username.eq(&account.username));
    diesel::update(accounts::table)
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::user_id.eq(user))
        .filter(accounts::id.eq(account.id).nullable().or(same_name))
        .set((
            accounts::user_id.eq(None::<UserId>),
            accounts::linked_by.eq(None::<String>),
            accounts::linked_at.eq(None::<DateTime<Utc>>),
            accounts::parted_from.eq(diesel::dsl::array_append(
                accounts::parted_from,
                uuid::Uuid::from(user),
            )),
        ))
        .returning(accounts::id)
        .get_results(conn)
        .await
}

/// Unlinked accounts of people that have this address.
pub(in super::super) async fn list_unlinked_by_email(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    email: &str,
    user: UserId,
) -> QueryResult<Vec<ProviderAccountId>> {
    unlinked_people(accounts::table.into_boxed())
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .filter(accounts::email.eq(email))
        .filter(not_parted_from(user))
        .order(accounts::id)
        .select(accounts::id)
        .load(conn)
        .await
}

/// Accounts of people that no member was matched to, the last met first.
pub(in super::super) async fn list_unmatched(
    conn: &mut AsyncPgConnection,
    scope: &OrgScope,
    limit: i64,
) -> QueryResult<Vec<ProviderAccount>> {
    let rows: Vec<AccountRow> = unlinked_people(accounts::table.into_boxed())
        .filter(accounts::organization_id.eq(scope.organization_id()))
        .order((accounts::last_seen_at.desc(), accounts::id))
        .limit(limit)
        .select(AccountRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
