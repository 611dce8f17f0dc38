//! The connection to Redis, where nodes share one.

use std::time::Duration;

use anyhow::Context as _;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, aio::PubSub};

/// How long Redis may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_millis(500);

/// Redis. Cheap to clone; the connection comes back by itself when it was lost.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    manager: ConnectionManager,
    prefix: String,
}

impl Redis {
    /// Connects, and asks for a sign of life.
    ///
    /// # Errors
    /// When Redis does not answer; says nothing of its password.
    pub async fn connect(url: &str, prefix: &str) -> anyhow::Result<Self> {
        let client = Client::open(url).context("REDIS_URL")?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE * 4))
            .set_response_timeout(Some(PATIENCE));
        let mut manager = ConnectionManager::new_with_config(client.clone(), config)
            .await
            .context("the Redis of REDIS_URL cannot be reached")?;
        redis::cmd("PING")
            .query_async::<String>(&mut manager)
            .await
            .context("the Redis of REDIS_URL does not answer")?;
        Ok(Self {
            client,
            manager,
            prefix: prefix.to_owned(),
        })
    }

    /// The name of a key or channel.
    pub fn name(&self, word: &str) -> String {
        format!("{}:{word}", self.prefix)
    }

    /// A connection for commands, shared with everybody.
    pub fn commands(&self) -> ConnectionManager {
        self.manager.clone()
    }

    /// A connection of its own for listening to channels.
    ///
    /// # Errors
    /// When Redis cannot be reached.
    pub async fn listening(&self) -> redis::RedisResult<PubSub> {
        self.client.get_async_pubsub().await
    }
}
