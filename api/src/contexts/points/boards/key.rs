//! Names for rows that do not tell whom the row is about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::ids::OrganizationId;
use shared::vocabulary::LeaderboardPeriod;
use uuid::Uuid;

use crate::platform::crypto::hmac_sha256;

/// How much of the hash a key keeps, in bytes: far more than two rows of one board could share by chance.
const KEY_BYTES: usize = 16;

/// Makes the keys of an organization's rows: the same for a row as long as the secret lasts, different for the same
/// person on boards of another period.
pub(super) struct RowKeys {
    secret: [u8; 32],
    organization_id: OrganizationId,
    made: Mutex<HashMap<(LeaderboardPeriod, Uuid), Arc<str>>>,
}

impl RowKeys {
    pub(super) fn new(secret: [u8; 32], organization_id: OrganizationId) -> Self {
        Self {
            secret,
            organization_id,
            made: Mutex::default(),
        }
    }

    /// The key of the row of a person, team or department.
    pub(super) fn key(&self, period: LeaderboardPeriod, subject: Uuid) -> Arc<str> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry((period, subject))
            .or_insert_with(|| {
                let message = [
                    self.organization_id.0.as_bytes().as_slice(),
                    period.as_str().as_bytes(),
                    subject.as_bytes(),
                ]
                .concat();
                let hash = hmac_sha256(&self.secret, &message);
                URL_SAFE_NO_PAD.encode(&hash[..KEY_BYTES]).into()
            })
            .clone()
    }
}

impl std::fmt::Debug for RowKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_stable_for_a_row_and_differs_between_boards() {
        let organization = OrganizationId(Uuid::from_u128(7));
        let person = Uuid::from_u128(1);
        let key = |period| RowKeys::new([1; 32], organization).key(period, person);
        assert_eq!(key(LeaderboardPeriod::Week), key(LeaderboardPeriod::Week));
        assert_ne!(key(LeaderboardPeriod::Week), key(LeaderboardPeriod::Day));
        assert!(!key(LeaderboardPeriod::Week).contains(&person.to_string()));
    }
}
