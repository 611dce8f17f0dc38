//! One event through the contexts: its people are matched, what it proves is credited, and the event learns what it was.
//!
//! Runs within the transaction that marks the event done. Locks are taken in one order: accounts, then balances.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use shared::ids::{ProviderAccountId, UserId};
use shared::period::day_in_zone;

use super::link_identity::settle_linked_accounts;
use crate::access::OrgScope;
use crate::contexts::activity::{Activity, Fact, Person};
use crate::contexts::identity::{AccountRef, ProviderAccount, resolve_account};
use crate::contexts::ingest::{
    Normalized, Outcome, ProcessEvent, ReceivedEvent, Workers, normalize,
};
use crate::contexts::points::{self, Credit, EventSnapshot, LedgerEntry, UnclaimedCredit};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// The workers of a server: they carry events through this workflow.
pub fn workers(platform: &Platform) -> Workers {
    Workers::new(platform, Arc::new(EventProcessor))
}

/// Carries events through the contexts.
#[derive(Clone, Copy, Debug)]
pub struct EventProcessor;

impl ProcessEvent for EventProcessor {
    fn process<'a>(
        &'a self,
        tx: &'a mut Transaction,
        scope: &'a OrgScope,
        event: &'a ReceivedEvent,
    ) -> BoxFuture<'a, Result<Outcome>> {
        process(tx, scope, event).boxed()
    }
}

async fn process(tx: &mut Transaction, scope: &OrgScope, event: &ReceivedEvent) -> Result<Outcome> {
    let Normalized { instance, activity } = normalize(event).map_err(anyhow::Error::new)?;
    let people = Accounts::resolve(tx, scope, event, &instance, &activity).await?;
    let occurred_at = occurred_at(&activity, event.received_at);
    let credited = credit(tx, scope, event, &activity, &people, occurred_at).await?;
    settle_linked_accounts(tx, scope, people.linked_now()).await?;

    let actor = activity.actor.as_ref();
    let account = actor.and_then(|actor| people.account(actor));
    let actor_name = account.and_then(|account| account.display_name.clone());
    Ok(Outcome {
        event_type: activity.kind.as_str().to_owned(),
        title: activity.title,
        url: activity.url,
        repository_name: activity.repository_name,
        actor_account_id: account.map(|account| account.id),
        actor_name: actor
            .and_then(Person::shown_name)
            .map(str::to_owned)
            .or(actor_name),
        user_id: account.and_then(|account| account.user_id),
        occurred_at,
        points_awarded: credited.iter().map(|entry| entry.points_change).sum(),
        ignored_because: activity.ignored_because,
    })
}

/// The provider's time; reception where there is none, and never later than reception: nothing is heard of before it happens.
fn occurred_at(activity: &Activity, received_at: DateTime<Utc>) -> DateTime<Utc> {
    activity
        .occurred_at
        .map_or(received_at, |at| at.min(received_at))
}

/// Pays what the event proves to those who are known, and keeps it for those who are not.
async fn credit(
    tx: &mut Transaction,
    scope: &OrgScope,
    event: &ReceivedEvent,
    activity: &Activity,
    people: &Accounts,
    occurred_at: DateTime<Utc>,
) -> Result<Vec<LedgerEntry>> {
    let snapshot = EventSnapshot {
        id: event.id,
        provider: event.provider,
        event_type: activity.kind.as_str().to_owned(),
        title: Some(activity.title.clone()),
        url: activity.url.clone(),
    };
    let day = day_in_zone(occurred_at, scope.tenant().time_zone);
    let mut entries = Vec::new();
    let mut credits = Vec::new();
    for fact in &activity.facts {
        let Some(earner) = people.earner(fact) else {
            continue;
        };
        let unclaimed = UnclaimedCredit {
            rule: fact.rule,
            fact: fact.key_on(day),
            units: fact.units,
            event: snapshot.clone(),
            occurred_at,
        };
        match earner.user_id {
            Some(user) => credits.push(unclaimed.for_user(user, earner.id)),
            // Held before anybody is credited: accounts are locked before balances.
            None => entries.extend(points::hold(tx, scope, earner.id, unclaimed).await?),
        }
    }
    let credits: Vec<Credit> = credits;
    entries.extend(points::credit_all(tx, scope, credits).await?);
    Ok(entries)
}

/// The accounts of the people in an activity.
struct Accounts {
    known: Vec<(Person, ProviderAccount)>,
}

impl Accounts {
    /// Meets everybody whom the activity names, before the first balance is locked.
    async fn resolve(
        tx: &mut Transaction,
        scope: &OrgScope,
        event: &ReceivedEvent,
        instance: &str,
        activity: &Activity,
    ) -> Result<Self> {
        let mut known: Vec<(Person, ProviderAccount)> = Vec::new();
        for person in activity.people() {
            let seen = AccountRef {
                provider: event.provider,
                instance: instance.to_owned(),
                external_id: person.external_id.clone(),
                username: person.username.clone(),
                email: person.email.clone(),
                display_name: person.display_name.clone(),
                avatar_url: person.avatar_url.clone(),
                is_bot: person.is_bot,
            };
            let account = resolve_account(tx, scope, seen).await?;
            known.push((person.clone(), account));
        }
        Ok(Self { known })
    }

    fn account(&self, person: &Person) -> Option<&ProviderAccount> {
        let met = self.known.iter().find(|(met, _)| met == person);
        met.map(|(_, account)| account)
    }

    /// Who is to be paid; none for bots, and for whoever must not earn this by any of their accounts.
    fn earner(&self, fact: &Fact) -> Option<&ProviderAccount> {
        let earner = self.account(&fact.earner)?;
        let excluded = fact.not_by.as_ref().and_then(|person| self.account(person));
        let is_excluded = excluded.is_some_and(|excluded| {
            excluded.id == earner.id
                || (excluded.user_id.is_some() && excluded.user_id == earner.user_id)
        });
        (!earner.is_bot && !is_excluded).then_some(earner)
    }

    /// Accounts that meeting them linked to members just now.
    fn linked_now(&self) -> Vec<(ProviderAccountId, UserId)> {
        let linked = self.known.iter().filter_map(|(_, account)| {
            let user = account.user_id?;
            Some(account.linked_now.iter().map(move |id| (*id, user)))
        });
        linked.flatten().collect()
    }
}
