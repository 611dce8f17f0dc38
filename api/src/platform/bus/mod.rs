//! Hints that something changed. A hint is a copy, never the truth: losing one costs freshness only.
//!
//! Within one process hints go from hand to hand. Where nodes share a Redis, hints with a topic also travel to the others
//! (`carrier`). Whoever watches is told when some may have been missed, and reads the truth again.

mod carrier;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, oneshot};

use super::redis::Redis;
use super::tasks::Tasks;
use carrier::Carrier;

/// How many hints a slow reader may fall behind before it is told that it missed some.
const CAPACITY: usize = 4096;
/// How long a change waits for other nodes to have heard of it. A node that hangs does not hold the others up.
const HEARD_WITHIN: Duration = Duration::from_millis(500);

/// Something that others are told after a commit.
pub trait Hint: Clone + Serialize + DeserializeOwned + Send + 'static {
    /// What it is called between nodes, which may run two releases side by side; `None` concerns this process alone.
    const TOPIC: Option<&'static str>;
    /// Whether who causes it goes on only when the other nodes have heard of it: for what must hold on the next request,
    /// wherever that arrives.
    const IS_AWAITED: bool = false;
}

/// Resolves when every node has heard of a hint, or nobody can tell.
pub type Heard = oneshot::Receiver<()>;

/// Carries hints of any type from those who commit changes to those who watch.
#[derive(Clone, Default)]
pub struct Bus {
    topics: Topics,
    carrier: Option<Carrier>,
}

#[derive(Clone, Default)]
struct Topics(Arc<Mutex<HashMap<TypeId, Topic>>>);

struct Topic {
    name: Option<&'static str>,
    /// A `broadcast::Sender<Message<T>>`.
    sender: Box<dyn Any + Send>,
    /// Tells those who watch what came from another node; false where it cannot be read.
    deliver: Box<dyn Fn(&serde_json::Value) -> bool + Send>,
    /// Tells those who watch that some may have been missed.
    miss: Box<dyn Fn() + Send>,
}

#[derive(Clone)]
enum Message<T> {
    Hint(T),
    Missed,
}

impl Bus {
    /// A bus between all nodes that share this Redis.
    pub fn between_nodes(redis: Redis, tasks: &Tasks) -> Self {
        let topics = Topics::default();
        let carrier = Carrier::start(redis, topics.clone(), tasks);
        Self {
            topics,
            carrier: Some(carrier),
        }
    }

    /// Publishes a hint to everyone who watches its type now. Gives what to wait for, where the hint asks for that.
    pub fn publish<T: Hint>(&self, hint: T) -> Option<Heard> {
        let heard = match (&self.carrier, T::TOPIC) {
            (Some(carrier), Some(topic)) => carrier.send(topic, &hint, T::IS_AWAITED),
            _ => None,
        };
        // No receiver is no error: nobody is watching.
        let _ = self.topics.sender::<T>().send(Message::Hint(hint));
        heard
    }

    /// Waits until the other nodes have heard, but not for ever.
    pub async fn until_heard(&self, heard: Vec<Heard>) {
        if !heard.is_empty() {
            // One that is away reads the truth again when it is back.
            let _ = tokio::time::timeout(HEARD_WITHIN, join_all(heard)).await;
        }
    }

    /// Watches the hints of a type from now on. `Lagged` means that some were missed: read the truth again.
    pub fn subscribe<T: Hint>(&self) -> Receiver<T> {
        Receiver(self.topics.sender::<T>().subscribe())
    }
}

impl Topics {
    fn lock(&self) -> MutexGuard<'_, HashMap<TypeId, Topic>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sender<T: Hint>(&self) -> broadcast::Sender<Message<T>> {
        self.lock()
            .entry(TypeId::of::<T>())
            .or_insert_with(Topic::of::<T>)
            .sender
            .downcast_ref::<broadcast::Sender<Message<T>>>()
            .expect("a topic is stored under its own type")
            .clone()
    }

    /// Tells those who watch what came from another node.
    fn deliver(&self, name: &str, hint: &serde_json::Value) {
        let topics = self.lock();
        let watched = topics.values().find(|topic| topic.name == Some(name));
        if let Some(topic) = watched
            && !(topic.deliver)(hint)
        {
            // Another release may say it otherwise: whatever it was, something changed.
            (topic.miss)();
        }
    }

    /// Tells everybody who watches what travels that some may have been missed.
    fn miss(&self) {
        for topic in self.lock().values() {
            if topic.name.is_some() {
                (topic.miss)();
            }
        }
    }
}

impl Topic {
    fn of<T: Hint>() -> Self {
        let sender = broadcast::channel::<Message<T>>(CAPACITY).0;
        let (delivering, missing) = (sender.clone(), sender.clone());
        Self {
            name: T::TOPIC,
            sender: Box::new(sender),
            deliver: Box::new(move |hint| match T::deserialize(hint) {
                Ok(hint) => {
                    let _ = delivering.send(Message::Hint(hint));
                    true
                }
                Err(_) => false,
            }),
            miss: Box::new(move || {
                let _ = missing.send(Message::Missed);
            }),
        }
    }
}

/// Watches the hints of a type.
pub struct Receiver<T>(broadcast::Receiver<Message<T>>);

impl<T: Clone> Receiver<T> {
    /// The next hint.
    ///
    /// # Errors
    /// `Lagged` where some were missed, `Closed` where no more come.
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        match self.0.recv().await? {
            Message::Hint(hint) => Ok(hint),
            Message::Missed => Err(RecvError::Lagged(1)),
        }
    }

    /// The next hint that is there already.
    ///
    /// # Errors
    /// `Empty` where there is none, else as [`Receiver::recv`].
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.0.try_recv()? {
            Message::Hint(hint) => Ok(hint),
            Message::Missed => Err(TryRecvError::Lagged(1)),
        }
    }

    /// Watches anew, from now on.
    #[must_use]
    pub fn resubscribe(&self) -> Self {
        Self(self.0.resubscribe())
    }
}
