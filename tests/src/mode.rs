//! What behaves alike in one process and over Redis is tested in both.

use crate::app::{TestApp, TestAppBuilder};
use crate::redis;

/// Where a server keeps what nodes may share.
#[derive(Clone, Debug)]
pub enum Mode {
    /// In the process.
    InProcess,
    /// In the tests' Redis, below this prefix.
    OnRedis(String),
}

impl Mode {
    /// Over Redis, below a prefix of the test's own.
    pub fn on_redis() -> Self {
        Self::OnRedis(redis::prefix())
    }

    /// A server of this mode.
    pub fn builder(&self) -> TestAppBuilder {
        match self {
            Self::InProcess => TestApp::builder(),
            Self::OnRedis(prefix) => TestApp::builder().with_redis(prefix),
        }
    }
}

/// Makes two tests of each function that takes a [`Mode`].
#[macro_export]
macro_rules! in_both_modes {
    ($($name:ident),+ $(,)?) => {
        mod in_process {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::mode::Mode::InProcess).await;
                }
            )+
        }
        mod on_redis {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::mode::Mode::on_redis()).await;
                }
            )+
        }
    };
}

pub use in_both_modes;
