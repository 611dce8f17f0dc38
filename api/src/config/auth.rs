//! Sessions, and the secrets that sign and seal.

use super::reader::Reader;
use super::{Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::secret(
        "JWT_SECRET",
        "generated and kept in DATA_DIR where PostgreSQL is embedded",
        "Signs access tokens; at least 32 characters, the same on every node.",
    ),
    Setting::secret(
        "TOKEN_ENCRYPTION_KEY",
        "generated and kept in DATA_DIR where PostgreSQL is embedded",
        "Seals stored secrets: `id:64 hexadecimal digits`, several separated by commas; the first seals, all open.",
    ),
    Setting::plain(
        "SESSION_HOURS",
        "8",
        "Hours that an access token is good for, 1 to 168.",
    ),
];

/// Sessions and secrets.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// Signs access tokens; none where it is to be generated.
    pub jwt_secret: Option<Secret>,
    /// Keys that seal, the first one new secrets; empty where one is to be generated.
    pub encryption_keys: Vec<EncryptionKey>,
    /// How long an access token is good for.
    pub session_hours: u32,
}

/// A key that seals stored secrets, and the name that envelopes know it by.
#[derive(Clone)]
pub struct EncryptionKey {
    /// 1 to 32 characters.
    pub id: String,
    /// 256 bits.
    pub key: [u8; 32],
}

impl std::fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl std::str::FromStr for EncryptionKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, digits) = text
            .split_once(':')
            .ok_or("has an entry that is not `id:64 hexadecimal digits`")?;
        if !(1..=32).contains(&id.len())
            || !id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        {
            return Err("has a key id that is not 1 to 32 letters and digits");
        }
        let mut key = [0; 32];
        hex::decode_to_slice(digits, &mut key)
            .map_err(|_| "has a key that is not 64 hexadecimal digits")?;
        Ok(Self {
            id: id.to_owned(),
            key,
        })
    }
}

impl AuthSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let jwt_secret = reader.secret("JWT_SECRET");
        if jwt_secret
            .as_ref()
            .is_some_and(|secret| secret.expose().len() < 32)
        {
            reader.refuse(
                "JWT_SECRET",
                "has fewer than 32 characters; make one with `openssl rand -hex 32`",
            );
        }
        Self {
            jwt_secret,
            encryption_keys: encryption_keys(reader),
            session_hours: reader.number("SESSION_HOURS", 8, 1..=168),
        }
    }
}

fn encryption_keys(reader: &mut Reader<'_>) -> Vec<EncryptionKey> {
    let Some(text) = reader.secret("TOKEN_ENCRYPTION_KEY") else {
        return Vec::new();
    };
    let mut keys: Vec<EncryptionKey> = Vec::new();
    for part in text.expose().split(',').map(str::trim) {
        match part.parse::<EncryptionKey>() {
            Err(why) => reader.refuse("TOKEN_ENCRYPTION_KEY", why),
            Ok(key) if keys.iter().any(|other| other.id == key.id) => {
                reader.refuse(
                    "TOKEN_ENCRYPTION_KEY",
                    format!("has the key id `{}` twice", key.id),
                );
            }
            Ok(key) => keys.push(key),
        }
    }
    keys
}
