//! Redis, which nodes on one database share.

use super::reader::Reader;
use super::{Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::secret(
        "REDIS_URL",
        "none: hints and budgets stay in this process",
        "Redis that all nodes on the database share, as in redis://user:password@host:6379/0; rediss:// encrypts.",
    ),
    Setting::plain(
        "REDIS_PREFIX",
        "devmetrics",
        "Begins every key and channel in Redis; servers on different databases need different ones.",
    ),
];

/// Redis.
#[derive(Clone, Debug)]
pub struct RedisSettings {
    /// Where it is; none where there is no other node to share anything with.
    pub url: Option<Secret>,
    /// What keys and channels begin with.
    pub prefix: String,
}

impl RedisSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let url = reader.secret("REDIS_URL");
        if let Some(url) = &url
            && redis::IntoConnectionInfo::into_connection_info(url.expose()).is_err()
        {
            reader.refuse(
                "REDIS_URL",
                "is not the address of a Redis, such as redis://host:6379/0",
            );
        }
        let prefix = reader
            .text("REDIS_PREFIX")
            .unwrap_or("devmetrics")
            .to_owned();
        if prefix.len() > 64
            || !prefix
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'))
        {
            reader.refuse(
                "REDIS_PREFIX",
                "may have up to 64 letters, digits, hyphens, underscores and colons",
            );
        }
        Self { url, prefix }
    }
}
