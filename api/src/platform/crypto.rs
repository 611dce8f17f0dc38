//! Sealing of secrets, hashing and making of tokens, comparison without timing.

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;
use rand::TryRngCore as _;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// First byte of a sealed secret, so that the form can change.
const ENVELOPE_VERSION: u8 = 1;
const NONCE_LENGTH: usize = 12;

/// Seals and opens secrets with AES-256-GCM under keys that rotate.
pub struct Crypto {
    /// The first key seals; all of them open.
    keys: Vec<SealingKey>,
}

/// A key and the name by which envelopes refer to it.
#[derive(Clone)]
pub struct SealingKey {
    /// 1 to 32 characters.
    pub id: String,
    /// 256 random bits.
    pub key: [u8; 32],
}

impl Crypto {
    /// Keys to seal and open with; the first seals.
    ///
    /// # Errors
    /// When there is none, or an id is empty, too long or twice there.
    pub fn new(keys: Vec<SealingKey>) -> anyhow::Result<Self> {
        ensure!(!keys.is_empty(), "at least one key is needed");
        for (index, key) in keys.iter().enumerate() {
            ensure!(
                (1..=32).contains(&key.id.len()),
                "a key id has 1 to 32 characters"
            );
            ensure!(
                !keys[..index].iter().any(|earlier| earlier.id == key.id),
                "key id {} is there twice",
                key.id
            );
        }
        Ok(Self { keys })
    }

    /// Seals a secret. The purpose is bound to it: an envelope moved to another place does not open.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        let SealingKey { id, key } = &self.keys[0];
        let nonce = random_bytes::<NONCE_LENGTH>()?;
        let sealed = Aes256Gcm::new(key.into())
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: secret,
                    aad: purpose.as_bytes(),
                },
            )
            .map_err(|_| anyhow::anyhow!("seal a secret"))?;
        let id_length = u8::try_from(id.len()).context("key id too long")?;
        Ok([
            &[ENVELOPE_VERSION, id_length],
            id.as_bytes(),
            &nonce,
            &sealed,
        ]
        .concat())
    }

    /// What every envelope of the first key begins with.
    pub fn envelope_prefix(&self) -> Vec<u8> {
        let id = self.keys[0].id.as_bytes();
        // An id has at most 32 characters.
        let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
        [&[ENVELOPE_VERSION, length], id].concat()
    }

    /// A secret of its own for a purpose that seals nothing, such as naming rows. The same on every server that has the
    /// same first key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        hmac_sha256(&self.keys[0].key, purpose.as_bytes())
    }

    /// Opens what [`Crypto::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// When the key is not there any more, or the envelope was changed or moved.
    pub fn open(&self, purpose: &str, envelope: &[u8]) -> anyhow::Result<Vec<u8>> {
        let [ENVELOPE_VERSION, id_length, rest @ ..] = envelope else {
            bail!("unknown envelope");
        };
        let (id, rest) = rest
            .split_at_checked(usize::from(*id_length))
            .context("cut envelope")?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE_LENGTH>()
            .context("cut envelope")?;
        let key = self
            .keys
            .iter()
            .find(|key| key.id.as_bytes() == id)
            .context("the key of this envelope is not configured")?;
        Aes256Gcm::new((&key.key).into())
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: purpose.as_bytes(),
                },
            )
            .map_err(|_| anyhow::anyhow!("the envelope does not open"))
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// When it has none to give.
pub fn random_bytes<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::OsRng
        .try_fill_bytes(&mut bytes)
        .context("read randomness")?;
    Ok(bytes)
}

/// A token of 256 random bits, in 43 characters that are safe in URLs and headers.
///
/// # Errors
/// When the operating system has no randomness.
pub fn random_token() -> anyhow::Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}

/// SHA-256. Fit for tokens of full entropy, not for passwords.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HMAC-SHA-256.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = <hmac::Hmac<Sha256> as hmac::Mac>::new_from_slice(key)
        .expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Whether two secrets are equal, in time that does not tell where they differ.
pub fn is_equal(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> SealingKey {
        SealingKey {
            id: id.to_owned(),
            key: [byte; 32],
        }
    }

    #[test]
    fn a_rotated_key_still_opens_what_it_sealed() {
        let envelope = Crypto::new(vec![key("old", 1)])
            .unwrap()
            .seal("purpose", b"secret")
            .unwrap();
        let rotated = Crypto::new(vec![key("new", 2), key("old", 1)]).unwrap();
        assert_eq!(rotated.open("purpose", &envelope).unwrap(), b"secret");
    }

    #[test]
    fn an_envelope_opens_for_its_own_purpose_only() {
        let crypto = Crypto::new(vec![key("k", 1)]).unwrap();
        let envelope = crypto.seal("source A", b"secret").unwrap();
        assert!(crypto.open("source B", &envelope).is_err());
    }

    #[test]
    fn a_changed_envelope_does_not_open() {
        let crypto = Crypto::new(vec![key("k", 1)]).unwrap();
        let envelope = crypto.seal("purpose", b"secret").unwrap();
        for index in 0..envelope.len() {
            let mut changed = envelope.clone();
            changed[index] ^= 1;
            assert!(crypto.open("purpose", &changed).is_err());
        }
        assert!(crypto.open("purpose", &[]).is_err());
    }
}
