//! Many at once, in any order: the ledger ends as if each had come alone.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use api::access::OrgScope;
use api::contexts::points::{
    Adjustment, Credit, UnclaimedCredit, adjust_points, claim, hold, verify_ledger,
};
use api::platform::Platform;
use chrono::NaiveDate;
use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::ids::{ProviderAccountId, UserId};
use shared::period::{Period, PeriodKind};
use shared::points::PointRule;

use super::arrange::{Ground, days, event, noon};

const PEOPLE: usize = 3;
const TASKS: usize = 6;

/// One thing that happens to a person.
#[derive(Clone, Debug)]
enum Step {
    /// A fact is heard of, perhaps again.
    Credit {
        person: usize,
        rule: usize,
        fact: u32,
    },
    /// A fact is heard of by the person's account, which is not linked yet or is just being linked.
    Hold {
        person: usize,
        rule: usize,
        fact: u32,
    },
    /// The account's kept credits are claimed.
    Claim { person: usize },
    /// An administrator changes points; with a key, perhaps again.
    Adjust {
        person: usize,
        points: i32,
        key: Option<u8>,
    },
}

const RULES: [PointRule; 4] = [
    PointRule::Push,
    PointRule::CodeReview,
    PointRule::IssueClosed,
    PointRule::PipelineFailed,
];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = 0..PEOPLE;
    let rule = 0..RULES.len();
    let step = prop_oneof![
        5 => (person.clone(), rule.clone(), 0u32..12).prop_map(|(person, rule, fact)| Step::Credit { person, rule, fact }),
        3 => (person.clone(), rule, 0u32..12).prop_map(|(person, rule, fact)| Step::Hold { person, rule, fact }),
        1 => person.clone().prop_map(|person| Step::Claim { person }),
        2 => (person, prop_oneof![-50i32..=-1, 1i32..=50], prop::option::of(0u8..3))
            .prop_map(|(person, points, key)| Step::Adjust { person, points, key }),
    ];
    prop::collection::vec(step, 1..60)
}

/// What a fact is does not depend on who hears of it: units and day follow from its number.
fn shape(fact: u32) -> (u32, i64) {
    (fact % 5, i64::from(fact) * 9 % 100)
}

struct Case {
    platform: Platform,
    scope: OrgScope,
    people: Vec<UserId>,
    accounts: Vec<ProviderAccountId>,
}

impl Case {
    async fn run(&self, step: &Step) {
        let scope = &self.scope;
        let db = &self.platform.db;
        match *step {
            Step::Credit { person, rule, fact } => {
                let account = self.accounts[person];
                let credit = self.kept(rule, fact).for_user(self.people[person], account);
                let credit = Credit {
                    account_id: None,
                    event: None,
                    ..credit
                };
                db.transaction(async |tx| api::contexts::points::credit(tx, scope, credit).await)
                    .await
                    .unwrap();
            }
            Step::Hold { person, rule, fact } => {
                let (account, credit) = (self.accounts[person], self.kept(rule, fact));
                db.transaction(async |tx| hold(tx, scope, account, credit).await)
                    .await
                    .unwrap();
            }
            Step::Claim { person } => self.claim(person).await,
            Step::Adjust {
                person,
                points,
                key,
            } => {
                let adjustment = Adjustment {
                    user_id: self.people[person],
                    // A key always means the same change.
                    points_change: key.map_or(points, |key| i32::from(key) + 1),
                    reason: "by hand".to_owned(),
                    idempotency_key: key.map(|key| format!("key {key}")),
                };
                adjust_points(&self.platform, scope, adjustment)
                    .await
                    .unwrap();
            }
        }
    }

    async fn claim(&self, person: usize) {
        let scope = &self.scope;
        let (account, user) = (self.accounts[person], self.people[person]);
        self.platform
            .db
            .transaction(async |tx| claim(tx, scope, account, user).await)
            .await
            .unwrap();
    }

    fn kept(&self, rule: usize, fact: u32) -> UnclaimedCredit {
        let (units, days_ago) = shape(fact);
        UnclaimedCredit {
            rule: RULES[rule],
            fact: format!("fact {fact}"),
            units,
            event: event(),
            occurred_at: noon() - days(days_ago),
        }
    }
}

type Totals = BTreeMap<(UserId, PeriodKind, NaiveDate), (i64, i64)>;

/// What each person's totals must be, whatever the order was.
fn expected(case: &Case, steps: &[Step]) -> Totals {
    let mut seen = HashSet::new();
    let mut totals = Totals::new();
    let mut pay = |person: usize, days_ago: i64, points: i32| {
        let day = (noon() - days(days_ago)).date_naive();
        for kind in PeriodKind::ALL {
            let period = Period::containing(*kind, day);
            let total = totals
                .entry((case.people[person], *kind, period.starts_on))
                .or_default();
            *total = (total.0 + i64::from(points), total.1 + 1);
        }
    };
    for step in steps {
        match *step {
            Step::Credit { person, rule, fact } | Step::Hold { person, rule, fact } => {
                let (units, days_ago) = shape(fact);
                let points = RULES[rule].default_value().points(units).unwrap();
                if seen.insert((person, rule, fact)) {
                    pay(person, days_ago, points);
                }
            }
            Step::Claim { .. } => {}
            Step::Adjust {
                person,
                points,
                key,
            } => match key {
                Some(key) if seen.insert((person, usize::MAX, u32::from(key))) => {
                    pay(person, 0, i32::from(key) + 1);
                }
                Some(_) => {}
                None => pay(person, 0, points),
            },
        }
    }
    totals
}

async fn totals(ground: &Ground, scope: &OrgScope) -> Totals {
    let rows = ground
        .client
        .query(
            "SELECT user_id, period, starts_on, points, entries FROM point_totals WHERE organization_id = $1",
            &[&scope.organization_id().0],
        )
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let kind = row.get::<_, &str>(1).parse().unwrap();
            (
                (UserId(row.get(0)), kind, row.get(2)),
                (row.get(3), row.get(4)),
            )
        })
        .collect()
}

#[test]
fn any_interleaving_ends_with_the_same_totals_and_a_clean_ledger() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let scope = ground.another_organization().await;
            let (mut people, mut accounts) = (Vec::new(), Vec::new());
            for _ in 0..PEOPLE {
                people.push(ground.member_of(&scope, "MEMBER", "ACTIVE").await);
                accounts.push(ground.account(&scope).await);
            }
            let platform = ground.platform.clone();
            let case = Arc::new(Case {
                platform,
                scope,
                people,
                accounts,
            });
            // Each task takes every so-many-th step; how they interleave is the scheduler's and the locks' affair.
            let tasks = (0..TASKS).map(|task| {
                let case = Arc::clone(&case);
                let own: Vec<Step> = steps.iter().skip(task).step_by(TASKS).cloned().collect();
                async move {
                    for step in &own {
                        case.run(step).await;
                    }
                }
            });
            join_all(tasks).await;
            for person in 0..PEOPLE {
                case.claim(person).await;
            }
            prop_assert_eq!(totals(&ground, &case.scope).await, expected(&case, &steps));
            let verification = verify_ledger(&ground.platform).await.unwrap();
            prop_assert!(verification.is_clean(), "{:?}", verification.discrepancies);
            Ok(())
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
