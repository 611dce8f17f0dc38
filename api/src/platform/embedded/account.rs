//! The account that PostgreSQL runs under: our own, or an unprivileged one where ours is root, whom it refuses.

use std::path::Path;

use anyhow::{Context as _, bail};
use nix::unistd::{Gid, Uid, User};
use std::os::unix::fs::MetadataExt as _;

/// Accounts that root hands PostgreSQL to, in order of preference.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// Who PostgreSQL runs as, and who talks to it.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// Its user id.
    pub(super) uid: Uid,
    /// Its group id.
    pub(super) gid: Gid,
    /// Its name.
    pub(super) name: String,
    /// The name of the account that the server itself runs under.
    pub(super) own_name: String,
    /// Whether the two differ, and PostgreSQL's processes and files are handed over.
    pub(super) is_handed_over: bool,
}

impl Account {
    /// Chooses the account.
    pub(super) fn choose() -> anyhow::Result<Self> {
        let own_id = nix::unistd::geteuid();
        let own = User::from_uid(own_id)
            .context("look up the account of this process")?
            .with_context(|| {
                format!(
                    "user id {own_id} has no name on this system, and PostgreSQL does not run under such an account; \
                     add it to /etc/passwd, or set DATABASE_URL"
                )
            })?;
        if !own_id.is_root() {
            return Ok(Self {
                uid: own.uid,
                gid: own.gid,
                own_name: own.name.clone(),
                name: own.name,
                is_handed_over: false,
            });
        }
        for name in UNPRIVILEGED {
            if let Some(user) = User::from_name(name).context("look up an account")? {
                return Ok(Self {
                    uid: user.uid,
                    gid: user.gid,
                    name: user.name,
                    own_name: own.name,
                    is_handed_over: true,
                });
            }
        }
        bail!(
            "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it as; \
             run as an ordinary user, or set DATABASE_URL"
        )
    }

    /// Gives a file or directory to the account.
    pub(super) fn own(&self, path: &Path) -> anyhow::Result<()> {
        if self.is_handed_over {
            std::os::unix::fs::chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
                .with_context(|| format!("give {} to {}", path.display(), self.name))?;
        }
        Ok(())
    }

    /// Checks that the account can enter a directory and all those above it.
    pub(super) fn check_can_enter(&self, directory: &Path) -> anyhow::Result<()> {
        if !self.is_handed_over {
            return Ok(());
        }
        for ancestor in directory.ancestors() {
            let metadata = ancestor
                .metadata()
                .with_context(|| format!("look at {}", ancestor.display()))?;
            let bit = if metadata.uid() == self.uid.as_raw() {
                0o100
            } else if metadata.gid() == self.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            if metadata.mode() & bit == 0 {
                bail!(
                    "PostgreSQL runs as `{}` here, who may not enter {}; choose another directory with --data-dir \
                     or DATA_DIR, such as /var/lib/devmetrics",
                    self.name,
                    ancestor.display()
                );
            }
        }
        Ok(())
    }
}
