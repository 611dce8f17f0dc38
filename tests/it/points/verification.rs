//! Verifying the ledger finds everything that is not as it should be.

use api::contexts::points::{Discrepancy, verify_ledger};

use super::arrange::{Ground, push};

async fn tampered(statement: &str) -> Vec<Discrepancy> {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    for fact in ["a", "b", "c"] {
        ground.credit(push(ada, fact, 1)).await.unwrap();
    }
    ground
        .client
        .batch_execute(&format!("SET devmetrics.maintenance = 'on'; {statement}"))
        .await
        .unwrap();
    let verification = verify_ledger(&ground.platform).await.unwrap();
    for discrepancy in &verification.discrepancies {
        assert!(discrepancy.to_string().contains(&ada.to_string()));
    }
    verification.discrepancies
}

#[tokio::test]
async fn an_untouched_ledger_is_clean() {
    assert_eq!(tampered("").await, []);
}

#[tokio::test]
async fn a_balance_that_was_changed_by_hand_is_found() {
    let found = tampered("UPDATE point_balances SET balance = balance + 1").await;
    let [
        Discrepancy::Balance {
            cached: (10, 3),
            ledger: (9, 3),
            ..
        },
    ] = found[..]
    else {
        panic!("{found:?}");
    };
}

#[tokio::test]
async fn a_total_that_is_wrong_and_one_that_is_missing_are_found() {
    let found = tampered(
        "UPDATE point_totals SET points = 0 WHERE period = 'DAY'; DELETE FROM point_totals WHERE period = 'WEEK'",
    )
    .await;
    let kinds: Vec<_> = found
        .iter()
        .map(|one| match one {
            Discrepancy::Total {
                period,
                cached,
                ledger: (9, 3),
                ..
            } => (period.as_str(), *cached),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, [("DAY", (0, 3)), ("WEEK", (0, 0))]);
}

#[tokio::test]
async fn a_gap_in_the_ledger_is_found_with_everything_behind_it() {
    let found = tampered("DELETE FROM points_ledger WHERE sequence = 2").await;
    let entries = found.iter().filter(|one| {
        matches!(
            one,
            Discrepancy::Entry {
                sequence: (3, 2),
                balance: (9, 6),
                ..
            }
        )
    });
    assert_eq!(entries.count(), 1, "{found:?}");
    assert_eq!(
        found.len(),
        6,
        "the entry, the balance and four totals: {found:?}"
    );
}

#[tokio::test]
async fn an_entry_that_was_rewritten_is_found() {
    let found = tampered("UPDATE points_ledger SET balance_after = 7 WHERE sequence = 2").await;
    assert!(
        matches!(
            found[..],
            [Discrepancy::Entry {
                sequence: (2, 2),
                balance: (7, 6),
                ..
            }]
        ),
        "{found:?}"
    );
}

#[tokio::test]
async fn the_database_refuses_to_rewrite_the_ledger() {
    let ground = Ground::new().await;
    let ada = ground.member().await;
    ground.credit(push(ada, "a", 1)).await.unwrap();

    for statement in [
        "UPDATE points_ledger SET points_change = 9",
        "DELETE FROM points_ledger",
    ] {
        let error = ground.client.batch_execute(statement).await.unwrap_err();
        assert!(
            error
                .as_db_error()
                .unwrap()
                .message()
                .contains("append-only")
        );
    }
}
