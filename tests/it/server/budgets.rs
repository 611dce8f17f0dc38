//! Budgets that fill by the minute, in the process and on Redis.

use std::num::NonZeroU32;
use std::time::Duration;

use api::platform::clock::Clock;
use api::platform::rate_limit::RateLimits;
use api::platform::redis::Redis;
use chrono::TimeDelta;
use tests::app::default_time;
use tests::mode::{Mode, in_both_modes};
use tests::redis::server;

async fn limits(mode: &Mode) -> (Clock, RateLimits<&'static str>) {
    let clock = Clock::fixed_at(default_time());
    let redis = match mode {
        Mode::InProcess => None,
        Mode::OnRedis(prefix) => Some(Redis::connect(server().url(), prefix).await.unwrap()),
    };
    (clock.clone(), RateLimits::new(clock, redis))
}

fn of(limit: u32) -> NonZeroU32 {
    NonZeroU32::new(limit).unwrap()
}

async fn a_budget_is_spent_and_fills_by_the_minute(mode: Mode) {
    let (clock, limits) = limits(&mode).await;
    for left in (0..10).rev() {
        let spent = limits.spend(&"a", of(10), 1).await;
        assert_eq!(spent.map(|budget| budget.remaining), Ok(left));
    }
    let refused = limits.spend(&"a", of(10), 1).await.unwrap_err();
    assert_eq!(refused.retry_after, Duration::from_secs(6));
    assert_eq!(
        refused.budget.reset_at,
        clock.now() + TimeDelta::seconds(60)
    );
    clock.advance(TimeDelta::seconds(6));
    assert!(limits.spend(&"a", of(10), 1).await.is_ok());
    assert!(limits.spend(&"a", of(10), 1).await.is_err());
    clock.advance(TimeDelta::seconds(60));
    let all = limits.spend(&"a", of(10), 10).await;
    assert_eq!(all.map(|budget| budget.remaining), Ok(0));
}

async fn limits_that_do_not_divide_a_minute_come_out_even(mode: Mode) {
    let (clock, limits) = limits(&mode).await;
    for limit in [7, 999, 10_000] {
        for left in (0..limit.min(50)).map(|spent| limit - spent - 1) {
            let spent = limits.spend(&"a", of(limit), 1).await;
            assert_eq!(spent.map(|budget| budget.remaining), Ok(left), "{limit}");
        }
        clock.advance(TimeDelta::seconds(61));
        let all = limits.spend(&"a", of(limit), limit).await;
        assert_eq!(all.map(|budget| budget.remaining), Ok(0), "{limit}");
        assert!(limits.spend(&"a", of(limit), 1).await.is_err(), "{limit}");
    }
}

async fn one_s_spending_is_nothing_to_another(mode: Mode) {
    let (_, limits) = limits(&mode).await;
    assert!(limits.spend(&"a", of(1), 1).await.is_ok());
    assert!(limits.spend(&"a", of(1), 1).await.is_err());
    assert!(limits.spend(&"b", of(1), 1).await.is_ok());
}

async fn what_costs_more_than_everything_takes_everything(mode: Mode) {
    let (clock, limits) = limits(&mode).await;
    assert!(limits.spend(&"a", of(10), 50).await.is_ok());
    assert!(limits.spend(&"a", of(10), 1).await.is_err());
    clock.advance(TimeDelta::seconds(60));
    assert!(limits.spend(&"a", of(10), 50).await.is_ok());
}

async fn another_limit_holds_at_once(mode: Mode) {
    let (_, limits) = limits(&mode).await;
    assert!(limits.spend(&"a", of(1), 1).await.is_ok());
    assert!(limits.spend(&"a", of(1), 1).await.is_err());
    let more = limits.spend(&"a", of(5), 1).await;
    assert_eq!(more.map(|budget| budget.remaining), Ok(4));
}

in_both_modes! {
    a_budget_is_spent_and_fills_by_the_minute,
    limits_that_do_not_divide_a_minute_come_out_even,
    one_s_spending_is_nothing_to_another,
    what_costs_more_than_everything_takes_everything,
    another_limit_holds_at_once,
}

#[tokio::test]
async fn nodes_share_a_budget_and_have_their_own_while_redis_is_away() {
    let mut away = tests::redis::Redis::start();
    let clock = Clock::fixed_at(default_time());
    let node = async || {
        let redis = Redis::connect(away.url(), "nodes").await.unwrap();
        RateLimits::new(clock.clone(), Some(redis))
    };
    let (one, other) = (node().await, node().await);
    assert!(one.spend(&"a", of(2), 1).await.is_ok());
    assert!(other.spend(&"a", of(2), 1).await.is_ok());
    assert!(one.spend(&"a", of(2), 1).await.is_err());
    assert!(other.spend(&"a", of(2), 1).await.is_err());

    away.stop();

    assert!(one.spend(&"a", of(2), 2).await.is_ok());
    assert!(one.spend(&"a", of(2), 1).await.is_err());
    assert!(other.spend(&"a", of(2), 2).await.is_ok());
}
