//! The secrets that sign and seal: given by settings, else generated once and kept in the data directory.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context as _;

use super::crypto::{self, Crypto, SealingKey};
use crate::config::Secret;
use crate::config::auth::{AuthSettings, EncryptionKey};

/// Name of the key that is generated.
const GENERATED_KEY_ID: &str = "generated";

/// What the server signs and seals with.
pub struct Secrets {
    /// Signs access tokens.
    pub jwt: Secret,
    /// Seals stored secrets.
    pub crypto: Crypto,
}

impl Secrets {
    /// Takes the secrets that are set; where one is not, the one kept in the directory, which is generated the first time.
    ///
    /// # Errors
    /// When the directory cannot be written, or what it holds is not a secret.
    pub fn resolve(settings: &AuthSettings, data_dir: &Path) -> anyhow::Result<Self> {
        let dir = data_dir.join("secrets");
        let jwt = match &settings.jwt_secret {
            Some(secret) => secret.clone(),
            None => kept_or_generated(&dir, "jwt_secret", || {
                Ok(hex::encode(crypto::random_bytes::<32>()?))
            })?,
        };
        let keys = if settings.encryption_keys.is_empty() {
            let text = kept_or_generated(&dir, "token_encryption_key", || {
                Ok(format!(
                    "{GENERATED_KEY_ID}:{}",
                    hex::encode(crypto::random_bytes::<32>()?)
                ))
            })?;
            vec![text.expose().parse::<EncryptionKey>().map_err(|why| {
                anyhow::anyhow!("{} {why}", dir.join("token_encryption_key").display())
            })?]
        } else {
            settings.encryption_keys.clone()
        };
        let keys = keys
            .into_iter()
            .map(|key| SealingKey {
                id: key.id,
                key: key.key,
            })
            .collect();
        Ok(Self {
            jwt,
            crypto: Crypto::new(keys)?,
        })
    }
}

fn kept_or_generated(
    dir: &Path,
    name: &str,
    generate: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<Secret> {
    let path = dir.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(Secret::new(text.trim())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    }
    let secret = generate()?;
    write(dir, &path, &secret).with_context(|| format!("write {}", path.display()))?;
    Ok(Secret::new(secret))
}

/// Written beside its place and renamed: a secret that is there is whole, also after a power cut.
fn write(dir: &Path, path: &Path, secret: &str) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let unfinished = path.with_extension("unfinished");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&unfinished)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::{Settings, Vars};

    #[test]
    fn generated_secrets_are_kept_and_closed_to_others() {
        let dir = std::env::temp_dir().join(format!("devmetrics-secrets-{}", std::process::id()));
        let settings = Settings::read(&Vars::from_pairs(&[("HOME", "/h")])).unwrap();
        let first = Secrets::resolve(&settings.auth, &dir).unwrap();
        let envelope = first.crypto.seal("purpose", b"text").unwrap();

        let second = Secrets::resolve(&settings.auth, &dir).unwrap();

        assert!(first.jwt == second.jwt && first.jwt.expose().len() == 64);
        assert_eq!(second.crypto.open("purpose", &envelope).unwrap(), b"text");
        for name in ["jwt_secret", "token_encryption_key"] {
            let mode = fs::metadata(dir.join("secrets").join(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        fs::remove_dir_all(&dir).unwrap();
    }
}
