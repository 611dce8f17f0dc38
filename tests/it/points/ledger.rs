//! Paying for facts.

use api::contexts::points::{
    Credit, UnclaimedCredit, Verification, claim, credit_all, hold, verify_ledger,
};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::join_all;
use shared::ids::{ProviderAccountId, UserId};
use shared::points::PointRule;

use super::arrange::{Ground, days, event, noon, push};

/// Totals of a person: kind, first day, points, entries.
async fn totals(ground: &Ground, user: UserId) -> Vec<(String, NaiveDate, i64, i64)> {
    let rows = ground
        .client
        .query(
            "SELECT period, starts_on, points, entries FROM point_totals WHERE user_id = $1 ORDER BY period, starts_on",
            &[&user.0],
        )
        .await
        .unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect()
}

async fn verified(ground: &Ground) -> Verification {
    let verification = verify_ledger(&ground.platform).await.unwrap();
    assert!(verification.is_clean(), "{:?}", verification.discrepancies);
    verification
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_credit_moves_the_balance_and_the_totals_of_its_periods() {
    let ground = Ground::new().await;
    let ada = ground.member().await;

    let paid = ground.credit(push(ada, "a", 3)).await.unwrap().unwrap();

    assert_eq!(
        (paid.sequence, paid.points_change, paid.balance_after),
        (1, 5, 5)
    );
    let of = |kind: &str, starts_on| (kind.to_owned(), day(starts_on), 5, 1);
    assert_eq!(
        totals(&ground, ada).await,
        [
            of("DAY", "2026-11-25"),
            of("MONTH", "2026-11-01"),
            of("QUARTER", "2026-10-01"),
            of("WEEK", "2026-11-23"),
        ]
    );
    verified(&ground).await;
}

#[tokio::test]
async fn a_fact_pays_a_person_once_and_another_person_too() {
    let ground = Ground::new().await;
    let [ada, ben] = [ground.member().await, ground.member().await];

    let paid = [ada, ada, ben, ada].map(|user| push(user, "the same", 1));
    let mut answers = Vec::new();
    for credit in paid {
        answers.push(
            ground
                .credit(credit)
                .await
                .unwrap()
                .map(|entry| entry.balance_after),
        );
    }

    assert_eq!(answers, [Some(3), None, Some(3), None]);
    assert_eq!(verified(&ground).await.entries, 2);
}

#[tokio::test]
async fn a_fact_under_another_rule_is_another_fact() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    let of = |rule| Credit {
        rule,
        ..push(ada, "pull request 7", 1)
    };

    let opened = ground
        .credit(of(PointRule::PullRequestOpened))
        .await
        .unwrap();
    let merged = ground
        .credit(of(PointRule::PullRequestMerged))
        .await
        .unwrap();

    assert_eq!(opened.unwrap().balance_after, 5);
    assert_eq!(merged.unwrap().balance_after, 15);
}

#[tokio::test]
async fn viewers_inactive_members_and_strangers_earn_nothing() {
    let ground = Ground::new().await;
    let viewer = ground.member_of(&ground.scope, "VIEWER", "ACTIVE").await;
    let inactive = ground.member_of(&ground.scope, "MEMBER", "INACTIVE").await;
    let other = ground.another_organization().await;
    let stranger = ground.member_of(&other, "MEMBER", "ACTIVE").await;

    for user in [viewer, inactive, stranger] {
        assert_eq!(ground.credit(push(user, "a", 1)).await.unwrap(), None);
    }

    assert_eq!(verified(&ground).await.balances, 0);
}

#[tokio::test]
async fn a_failed_pipeline_takes_points_away() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    let failed = Credit {
        rule: PointRule::PipelineFailed,
        ..push(ada, "run 1", 1)
    };

    let paid = ground.credit(failed).await.unwrap().unwrap();

    assert_eq!(paid.balance_after, -3);
    verified(&ground).await;
}

#[tokio::test]
async fn a_late_credit_belongs_to_the_periods_of_its_own_time() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    ground.credit(push(ada, "today", 1)).await.unwrap();
    let late = Credit {
        occurred_at: noon() - days(60),
        ..push(ada, "late", 1)
    };

    let paid = ground.credit(late).await.unwrap().unwrap();

    assert_eq!((paid.sequence, paid.occurred_on), (2, day("2026-09-26")));
    let quarters: Vec<_> = (totals(&ground, ada).await.into_iter())
        .filter(|(kind, ..)| kind == "QUARTER")
        .map(|(_, starts_on, points, _)| (starts_on, points))
        .collect();
    assert_eq!(quarters, [(day("2026-07-01"), 3), (day("2026-10-01"), 3)]);
    verified(&ground).await;
}

#[tokio::test]
async fn the_day_of_a_credit_is_that_of_the_organizations_zone() {
    let ground = Ground::in_zone("Pacific/Auckland").await;
    let ada = ground.member().await;

    // Noon in London is one in the morning of the next day in Auckland.
    let paid = ground.credit(push(ada, "a", 1)).await.unwrap().unwrap();

    assert_eq!(paid.occurred_on, day("2026-11-26"));
}

#[tokio::test]
async fn an_entry_keeps_the_event_as_it_was() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    let mut snapshot = event();
    snapshot.title = Some("nul\0byte".to_owned());
    let credit = Credit {
        event: Some(snapshot),
        ..push(ada, "a\0b", 1)
    };

    let paid = ground.credit(credit).await.unwrap().unwrap();

    let kept = paid.event.unwrap();
    assert_eq!(kept.title.as_deref(), Some("nulbyte"));
    assert_eq!(kept.url, event().url);
}

#[tokio::test]
async fn a_hundred_concurrent_credits_leave_the_exact_running_sum() {
    let ground = Ground::new().await;
    let ada = ground.member().await;

    let credits = (0..100).map(|n| ground.credit(push(ada, &format!("push {n}"), n % 8)));
    let paid = join_all(credits).await;

    let mut entries: Vec<_> = paid
        .into_iter()
        .map(|entry| entry.unwrap().unwrap())
        .collect();
    entries.sort_by_key(|entry| entry.sequence);
    let mut balance = 0;
    for (index, entry) in entries.iter().enumerate() {
        balance += i64::from(entry.points_change);
        assert_eq!(entry.sequence, i64::try_from(index + 1).unwrap());
        assert_eq!(entry.balance_after, balance, "entry {}", entry.sequence);
    }
    assert_eq!(verified(&ground).await.entries, 100);
}

#[tokio::test]
async fn credits_of_the_same_people_in_opposite_order_do_not_wait_for_each_other() {
    let ground = Ground::new().await;
    let [ada, ben] = [ground.member().await, ground.member().await];

    let both = |n: u32| {
        let (scope, db) = (&ground.scope, &ground.platform.db);
        let order = if n.is_multiple_of(2) {
            [ada, ben]
        } else {
            [ben, ada]
        };
        async move {
            let credits = order
                .map(|user| push(user, &format!("event {n}"), 1))
                .to_vec();
            db.transaction(async |tx| credit_all(tx, scope, credits).await)
                .await
        }
    };
    let paid = join_all((0..40).map(both)).await;

    assert!(paid.into_iter().all(|entries| entries.unwrap().len() == 2));
    verified(&ground).await;
}

#[tokio::test]
async fn a_hint_carries_the_sums_as_committed_and_none_comes_from_what_was_undone() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    ground.credit(push(ada, "first", 1)).await.unwrap();
    let mut hints = ground.hints();

    ground.credit(push(ada, "second", 2)).await.unwrap();
    let undone: api::error::Result<()> = ground
        .platform
        .db
        .transaction(async |tx| {
            api::contexts::points::credit(tx, &ground.scope, push(ada, "third", 3)).await?;
            Err(anyhow::anyhow!("changed its mind").into())
        })
        .await;

    assert!(undone.is_err());
    let hint = hints.try_recv().unwrap();
    assert_eq!((hint.balance, hint.entries), (7, 2));
    assert!(
        hint.totals
            .iter()
            .all(|total| (total.points, total.entries) == (7, 2))
    );
    assert!(hints.try_recv().is_err(), "nothing of what was undone");
    verified(&ground).await;
}

fn kept(fact: &str, occurred_at: DateTime<Utc>) -> UnclaimedCredit {
    UnclaimedCredit {
        rule: PointRule::Push,
        fact: fact.to_owned(),
        units: 1,
        event: event(),
        occurred_at,
    }
}

async fn keep(ground: &Ground, account: ProviderAccountId, credit: UnclaimedCredit) -> bool {
    let scope = &ground.scope;
    let db = &ground.platform.db;
    let paid = db
        .transaction(async |tx| hold(tx, scope, account, credit).await)
        .await;
    paid.unwrap().is_some()
}

async fn claim_all(ground: &Ground, account: ProviderAccountId, user: UserId) -> usize {
    let scope = &ground.scope;
    let db = &ground.platform.db;
    let paid = db
        .transaction(async |tx| claim(tx, scope, account, user).await)
        .await;
    paid.unwrap().len()
}

#[tokio::test]
async fn what_a_stranger_earned_is_paid_when_the_account_is_linked_and_keeps_its_time() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    let account = ground.account(&ground.scope).await;
    for credit in [
        kept("a", noon() - days(40)),
        kept("b", noon()),
        kept("a", noon()),
    ] {
        assert!(!keep(&ground, account, credit).await);
    }

    ground.link(account, ada).await;
    let paid = claim_all(&ground, account, ada).await;

    assert_eq!(paid, 2);
    let months: Vec<_> = (totals(&ground, ada).await.into_iter())
        .filter(|(kind, ..)| kind == "MONTH")
        .map(|(_, starts_on, points, _)| (starts_on, points))
        .collect();
    assert_eq!(months, [(day("2026-10-01"), 3), (day("2026-11-01"), 3)]);
    assert_eq!(claim_all(&ground, account, ada).await, 0);
    verified(&ground).await;
}

#[tokio::test]
async fn accounts_claimed_in_any_order_give_the_same_totals() {
    let ground = Ground::new().await;
    let [ada, ben] = [ground.member().await, ground.member().await];
    let mut sums = Vec::new();
    for (user, is_reversed) in [(ada, false), (ben, true)] {
        let mut accounts = [
            ground.account(&ground.scope).await,
            ground.account(&ground.scope).await,
        ];
        for (index, account) in accounts.into_iter().enumerate() {
            let at = noon() - days(20 * i64::try_from(index).unwrap());
            keep(&ground, account, kept(&format!("own {index}"), at)).await;
            keep(&ground, account, kept("heard of twice", noon())).await;
        }
        if is_reversed {
            accounts.reverse();
        }
        for account in accounts {
            ground.link(account, user).await;
            claim_all(&ground, account, user).await;
        }
        sums.push(totals(&ground, user).await);
    }

    assert_eq!(sums[0], sums[1]);
    verified(&ground).await;
}

#[tokio::test]
async fn a_credit_for_an_account_that_was_linked_meanwhile_is_paid_at_once() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    let account = ground.account(&ground.scope).await;
    ground.link(account, ada).await;

    assert!(keep(&ground, account, kept("a", noon())).await);
}

#[tokio::test]
async fn what_a_viewer_would_be_paid_stays_kept() {
    let ground = Ground::new().await;
    let viewer = ground.member_of(&ground.scope, "VIEWER", "ACTIVE").await;
    let account = ground.account(&ground.scope).await;
    keep(&ground, account, kept("a", noon())).await;

    assert_eq!(claim_all(&ground, account, viewer).await, 0);

    let row = ground
        .client
        .query_one("SELECT count(*) FROM unclaimed_credits", &[])
        .await;
    assert_eq!(row.unwrap().get::<_, i64>(0), 1);
}
