//! Changing points by hand.

use shared::permission::Permission;
use shared::points::PointRule;
use shared::validation::points as validation;

use super::super::error::PointsError;
use super::super::model::{Adjustment, Earned, LedgerEntry};
use super::super::store::{balances, boards, ledger};
use super::credit::{Draft, append};
use crate::access::OrgScope;
use crate::contexts::audit::{self, Action, TargetKind};
use crate::error::{AppError, FieldError, Result};
use crate::platform::Platform;
use crate::platform::db::Transaction;

/// Longest idempotency key, in bytes.
const KEY_MAX: usize = 200;

/// Changes a member's points by hand, with a reason and an author. A repeat with the same key answers the first entry.
///
/// # Errors
/// Forbidden to all but administrators; not found for people who are no members; conflict for members who earn no
/// points and for a key that was used for something else; every wrong field at once.
pub async fn adjust_points(
    platform: &Platform,
    scope: &OrgScope,
    adjustment: Adjustment,
) -> Result<LedgerEntry> {
    scope.require_for(Permission::AdjustPoints, adjustment.user_id)?;
    let adjustment = validated(adjustment)?;
    platform
        .db
        .transaction(async |tx| adjust_within(tx, scope, adjustment).await)
        .await
}

async fn adjust_within(
    tx: &mut Transaction,
    scope: &OrgScope,
    adjustment: Adjustment,
) -> Result<LedgerEntry> {
    let user_id = adjustment.user_id;
    let Some(balance) = balances::lock_balance(tx, scope, user_id).await? else {
        let is_member = boards::is_member(tx, scope.organization_id(), user_id).await?;
        return Err(if is_member {
            PointsError::EarnsNoPoints.into()
        } else {
            PointsError::NoMember.into()
        });
    };
    // A key belongs to whoever made it: another administrator's is another key.
    let fact = adjustment.idempotency_key.map(|key| {
        let author = scope.user_id().map(|id| id.to_string()).unwrap_or_default();
        format!("key:{author}:{key}")
    });
    if let Some(fact) = &fact {
        let earlier = ledger::find_by_fact(tx, scope, user_id, PointRule::Adjustment, fact).await?;
        if let Some(earlier) = earlier {
            let is_repeat = earlier.points_change == adjustment.points_change
                && earlier.reason == adjustment.reason;
            return if is_repeat {
                Ok(earlier)
            } else {
                Err(PointsError::KeyReused.into())
            };
        }
    }
    let draft = Draft {
        user_id,
        points_change: adjustment.points_change,
        reason: adjustment.reason,
        rule: PointRule::Adjustment,
        fact,
        event: None,
        occurred_at: None,
        earned: Earned::default(),
    };
    let entry = append(tx, scope, draft, balance)
        .await?
        .ok_or_else(|| anyhow::anyhow!("an adjustment was paid twice under its lock"))?;
    let audited = audit::Entry::new(Action::PointsAdjusted)
        .on(TargetKind::LedgerEntry, entry.id)
        .with(serde_json::json!({
            "userId": user_id.0,
            "pointsChange": entry.points_change,
            "balanceAfter": entry.balance_after,
        }));
    audit::record(tx, scope, audited).await?;
    Ok(entry)
}

fn validated(adjustment: Adjustment) -> Result<Adjustment> {
    let mut errors = Vec::new();
    let points_change = validation::points_change(adjustment.points_change)
        .map_err(|error| errors.push(error))
        .unwrap_or_default();
    let reason = validation::reason(&adjustment.reason)
        .map_err(|error| errors.push(error))
        .unwrap_or_default();
    let key = adjustment.idempotency_key;
    if key
        .as_ref()
        .is_some_and(|key| key.is_empty() || key.len() > KEY_MAX || key.contains('\0'))
    {
        errors.push(FieldError::new(
            "idempotencyKey",
            format!("must have 1 to {KEY_MAX} bytes"),
        ));
    }
    if errors.is_empty() {
        Ok(Adjustment {
            user_id: adjustment.user_id,
            points_change,
            reason,
            idempotency_key: key,
        })
    } else {
        Err(AppError::Invalid(errors))
    }
}
