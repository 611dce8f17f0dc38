//! Every stored secret is sealed with the first key, so that older ones can go.

use crate::contexts::audit::{self, Action, Entry, Origin};
use crate::contexts::{identity, ingest, invitations, mail, privacy};
use crate::error::Result;
use crate::platform::Platform;
use crate::platform::resealing::{SealedColumn, reseal};

/// Envelopes sealed in one transaction.
const BATCH: i64 = 200;

/// Every column that holds envelopes. Sign-ins that are under way are left: they live for minutes.
pub const SEALED: &[&[SealedColumn]] = &[
    mail::SEALED,
    identity::SEALED,
    invitations::SEALED,
    ingest::SEALED,
    privacy::SEALED,
];

/// Seals every envelope of an older key anew, table by table; answers how many there were in each. A run that is cut short
/// is begun again and goes on.
///
/// # Errors
/// When an envelope does not open, because its key is not configured any more; what was sealed before stays so.
pub async fn reseal_secrets(platform: &Platform) -> Result<Vec<(&'static str, usize)>> {
    let mut counts = Vec::new();
    for column in SEALED.iter().copied().flatten() {
        let mut count = 0;
        loop {
            let sealed = platform
                .db
                .transaction(async |tx| reseal(tx, &platform.crypto, column, BATCH).await)
                .await?;
            if sealed == 0 {
                break;
            }
            count += sealed;
        }
        counts.push((column.table, count));
    }
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    if total > 0 {
        let entry = Entry::new(Action::SecretsResealed).with(serde_json::json!({ "count": total }));
        platform
            .db
            .transaction(async |tx| audit::record_from(tx, Origin::default(), entry).await)
            .await?;
    }
    Ok(counts)
}
