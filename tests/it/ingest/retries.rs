//! What goes wrong: counted, tried again, given up, replayed, and never half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use api::access::OrgScope;
use api::contexts::ingest::{Outcome, ProcessEvent, ReceivedEvent, Workers, replay_events};
use api::error::{AppError, ErrorCode, Result};
use api::platform::db::Transaction;
use api::workflows::process_event::EventProcessor;
use chrono::TimeDelta;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use shared::ids::{EventId, UserId};
use tests::gitlab::{self, Account, Delivery};

use super::ground::{Ground, Source, noon};

/// Does the whole work of an event, and then fails in its own way.
struct Failing {
    fault: fn() -> Result<()>,
    tries: AtomicUsize,
}

impl Failing {
    fn with(fault: fn() -> Result<()>) -> Arc<Self> {
        Arc::new(Self {
            fault,
            tries: AtomicUsize::new(0),
        })
    }
}

impl ProcessEvent for Failing {
    fn process<'a>(
        &'a self,
        tx: &'a mut Transaction,
        scope: &'a OrgScope,
        event: &'a ReceivedEvent,
    ) -> BoxFuture<'a, Result<Outcome>> {
        async move {
            self.tries.fetch_add(1, Ordering::SeqCst);
            let outcome = EventProcessor.process(tx, scope, event).await?;
            (self.fault)()?;
            Ok(outcome)
        }
        .boxed()
    }
}

/// Does the whole work of an event, and then never ends.
struct Hanging;

impl ProcessEvent for Hanging {
    fn process<'a>(
        &'a self,
        tx: &'a mut Transaction,
        scope: &'a OrgScope,
        event: &'a ReceivedEvent,
    ) -> BoxFuture<'a, Result<Outcome>> {
        async move {
            EventProcessor.process(tx, scope, event).await?;
            std::future::pending().await
        }
        .boxed()
    }
}

async fn start() -> (Ground, Source, UserId) {
    let ground = Ground::start().await;
    let source = ground.source("GitLab").await;
    let ada = ground.member("ada@example.com").await;
    (ground, source, ada)
}

fn push() -> Delivery {
    gitlab::push(&Account::new("ada@example.com"), 4, noon())
}

async fn only_event(ground: &Ground) -> EventId {
    EventId(
        ground
            .text("SELECT id::text FROM events")
            .await
            .parse()
            .unwrap(),
    )
}

#[tokio::test]
async fn a_failing_event_is_tried_after_2_and_4_seconds_and_is_then_a_dead_letter() {
    let (ground, source, ada) = start().await;
    ground.send(&source, &push()).await;
    let failing = Failing::with(|| {
        Err(AppError::Internal(anyhow::anyhow!(
            "the disk is made of cheese"
        )))
    });
    let workers = Workers::new(&ground.platform, failing.clone());
    let tried_after = async |milliseconds: i64| {
        ground
            .platform
            .clock
            .advance(TimeDelta::milliseconds(milliseconds));
        workers.process_due().await.unwrap()
    };
    assert_eq!(tried_after(0).await, 1);
    assert_eq!(tried_after(1_999).await, 0);
    assert_eq!(tried_after(1).await, 1);
    assert_eq!(tried_after(3_999).await, 0);
    let events = ground.events().await;
    assert_eq!(events[0].0, "PENDING");
    assert_eq!(tried_after(1).await, 1);
    assert_eq!(tried_after(1_000_000).await, 0);

    assert_eq!(failing.tries.load(Ordering::SeqCst), 3);
    let (status, reason) = ground.events().await.remove(0);
    assert_eq!(status, "DEAD");
    assert!(reason.unwrap().contains("made of cheese"));
    assert_eq!(ground.balance(ada).await, 0);
}

#[tokio::test]
async fn a_dead_letter_that_is_replayed_pays_once() {
    let (ground, source, ada) = start().await;
    ground.send(&source, &push()).await;
    let workers = Workers::new(
        &ground.platform,
        Failing::with(|| Err(AppError::not_found("sense"))),
    );
    for _ in 0..3 {
        workers.process_due().await.unwrap();
        ground.platform.clock.advance(TimeDelta::seconds(10));
    }
    let id = only_event(&ground).await;
    let replayed = replay_events(&ground.platform, &ground.scope, &[id])
        .await
        .unwrap();
    assert_eq!(replayed[0].status, shared::vocabulary::EventStatus::Pending);
    assert_eq!(replayed[0].attempts, 0);
    ground.workers.process_due().await.unwrap();
    assert_eq!(ground.balance(ada).await, 6);

    // What is done may be replayed too: nothing is paid twice, and what was paid stays shown.
    replay_events(&ground.platform, &ground.scope, &[id])
        .await
        .unwrap();
    assert_eq!(ground.workers.process_due().await.unwrap(), 1);
    assert_eq!(ground.balance(ada).await, 6);
    assert_eq!(
        ground
            .number("SELECT points_awarded::bigint FROM events")
            .await,
        6
    );
    let audited = "SELECT count(*) FROM audit_entries WHERE action = 'EVENTS_REPLAYED'";
    assert_eq!(ground.number(audited).await, 2);
}

#[tokio::test]
async fn a_panic_costs_an_attempt_and_not_the_worker() {
    let (ground, source, ada) = start().await;
    ground.send(&source, &push()).await;
    let workers = Workers::new(&ground.platform, Failing::with(|| panic!("at the disco")));
    assert_eq!(workers.process_due().await.unwrap(), 1);
    let (status, reason) = ground.events().await.remove(0);
    assert_eq!(status, "PENDING");
    assert!(reason.unwrap().contains("at the disco"));
    ground.platform.clock.advance(TimeDelta::seconds(2));
    ground.workers.process_due().await.unwrap();
    assert_eq!(ground.balance(ada).await, 6);
}

#[tokio::test]
async fn trouble_of_the_database_costs_no_attempt() {
    let (ground, source, ada) = start().await;
    ground.send(&source, &push()).await;
    let workers = Workers::new(
        &ground.platform,
        Failing::with(|| Err(AppError::refused(ErrorCode::UpstreamUnavailable, "away"))),
    );
    assert!(workers.process_due().await.is_err());
    assert_eq!(
        ground
            .number("SELECT attempts::bigint FROM event_queue")
            .await,
        0
    );
    ground.workers.process_due().await.unwrap();
    assert_eq!(ground.balance(ada).await, 6);
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_leaves_the_event_whole() {
    let (ground, source, ada) = start().await;
    ground.send(&source, &push()).await;
    let hanging = Workers::new(&ground.platform, Arc::new(Hanging));
    let cut_off = tokio::time::timeout(Duration::from_millis(500), hanging.process_due()).await;
    assert!(cut_off.is_err());
    assert_eq!(ground.balance(ada).await, 0);

    // As when its process is killed: the database notices that the connection is gone.
    let others = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                  WHERE datname = current_database() AND state = 'idle in transaction'";
    ground.rows.batch_execute(others).await.unwrap();
    tests::wait::eventually("the event is free", async || {
        let tried = ground.workers.process_due().await.unwrap_or(0);
        (tried == 1).then_some(())
    })
    .await;
    assert_eq!(ground.balance(ada).await, 6);
    assert_eq!(ground.events().await, [("PROCESSED".to_owned(), None)]);
}

#[tokio::test]
async fn an_unreadable_event_becomes_a_dead_letter_that_says_why() {
    let (ground, source, _) = start().await;
    ground.send(&source, &push().with("/after", 7)).await;
    for _ in 0..3 {
        ground.workers.process_due().await.unwrap();
        ground.platform.clock.advance(TimeDelta::seconds(10));
    }
    let (status, reason) = ground.events().await.remove(0);
    assert_eq!(status, "DEAD");
    assert_eq!(reason.as_deref(), Some("the payload has no `after`"));
}
