//! What becomes of a transaction that nobody waits for any more.

use std::time::Duration;

use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use tests::TestApp;
use tokio::sync::oneshot;

const LOCK: &str = "SELECT pg_advisory_xact_lock(7)";

#[tokio::test]
async fn an_abandoned_transaction_lets_go_of_its_locks() {
    let app = TestApp::start().await;
    let db = &app.platform().db;
    let (tell, locked) = oneshot::channel();

    let abandoned = db.transaction(async move |tx| {
        diesel::sql_query(LOCK).execute(&mut **tx).await?;
        tell.send(()).unwrap();
        std::future::pending().await
    });
    tokio::select! {
        done = abandoned => { let () = done.unwrap(); }
        heard = locked => heard.unwrap(),
    }

    let next = db.transaction(async |tx| {
        tx.batch_execute("SET LOCAL lock_timeout = '10s'").await?;
        diesel::sql_query(LOCK).execute(&mut **tx).await?;
        Ok(())
    });
    let within = tokio::time::timeout(Duration::from_secs(15), next).await;
    assert!(
        matches!(within, Ok(Ok(()))),
        "the lock is still held: {within:?}"
    );
}
