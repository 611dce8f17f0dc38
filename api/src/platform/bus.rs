//! Hints that something changed. A hint is a copy, never the truth: losing one costs freshness only.
//!
//! Within one process for now; the topics are typed, so that another carrier can stand behind the same methods.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::broadcast;

/// How many hints a slow reader may fall behind before it is told that it missed some.
const CAPACITY: usize = 4096;

/// Carries hints of any type from those who commit changes to those who watch.
#[derive(Clone, Default)]
pub struct Bus {
    topics: Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>,
}

impl Bus {
    /// Publishes a hint to everyone who watches its type now.
    pub fn publish<T: Clone + Send + 'static>(&self, hint: T) {
        // No receiver is no error: nobody is watching.
        let _ = self.sender::<T>().send(hint);
    }

    /// Watches the hints of a type from now on. `Lagged` means that some were missed: read the truth again.
    pub fn subscribe<T: Clone + Send + 'static>(&self) -> broadcast::Receiver<T> {
        self.sender::<T>().subscribe()
    }

    fn sender<T: Clone + Send + 'static>(&self) -> broadcast::Sender<T> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::new(broadcast::channel::<T>(CAPACITY).0))
            .downcast_ref::<broadcast::Sender<T>>()
            .expect("a topic is stored under its own type")
            .clone()
    }
}
