//! Sharing: subscriptions that read the same are executed once, and each result is serialized once.
//!
//! Only boards are shared: each of their messages is a whole state, so a slow reader may skip to the last one. What is not
//! proven to read the same for others is keyed by its viewer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use shared::ids::{ApiKeyId, OrganizationId, TeamId, UserId};
use shared::role::Role;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;

use super::super::ApiSchema;
use super::super::answer::Answer;
use super::super::request::RequestData;
use super::super::schema::{Ask, Prepared};
use super::rights;
use crate::access::{Actor, OrgScope, RequestInfo, WhichOrganization, org_scope};
use crate::contexts::identity::StandingChanged;
use crate::contexts::points::{Boards, Sight};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::bus::Receiver;

/// What makes two subscriptions the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    organization: OrganizationId,
    query: String,
    operation_name: Option<String>,
    variables: String,
    rights: Rights,
}

/// What a result may depend on beside the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Rights {
    role: Option<Role>,
    /// Where the request is about the viewer's own team.
    team: Option<TeamId>,
    /// Where the result may differ from viewer to viewer.
    viewer: Option<UserId>,
    /// Scopes differ from key to key.
    api_key: Option<ApiKeyId>,
}

/// The state of a shared subscription.
#[derive(Clone, Debug)]
enum State {
    /// Nothing came yet.
    Empty,
    /// The last result.
    Latest(Arc<Answer>),
    /// What it shows depends on the viewer by now: everyone subscribes anew.
    Dissolved,
}

/// What a subscriber reads.
pub(in crate::graphql) enum Message {
    /// A result.
    Answer(Arc<Answer>),
    /// The subscription has to be made again, as rights have changed.
    Again,
}

/// The shared subscriptions of a server. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    schema: ApiSchema,
    platform: Platform,
    boards: Boards,
    running: Mutex<HashMap<Key, Arc<watch::Sender<State>>>>,
}

/// Who subscribes.
#[derive(Clone)]
pub(in crate::graphql) struct Subscriber {
    /// None where nobody is signed in: there are questions for everybody, too.
    pub(in crate::graphql) actor: Option<Actor>,
    pub(in crate::graphql) info: RequestInfo,
    pub(in crate::graphql) organization: WhichOrganization,
}

impl Subscriber {
    fn data(&self) -> RequestData {
        RequestData::for_subscription(
            self.actor.clone(),
            self.info.clone(),
            self.organization.clone(),
        )
    }
}

impl Hub {
    pub(in crate::graphql) fn new(schema: ApiSchema, platform: Platform, boards: Boards) -> Self {
        Self {
            inner: Arc::new(Inner {
                schema,
                platform,
                boards,
                running: Mutex::default(),
            }),
        }
    }

    /// The results of a subscription, shared with whoever asks the same where that is possible.
    pub(in crate::graphql) async fn subscribe(
        &self,
        subscriber: Subscriber,
        ask: Ask,
        prepared: Prepared,
    ) -> BoxStream<'static, Message> {
        // Where the standing cannot be read, the execution says why.
        if prepared.is_snapshot()
            && let Ok(scope) = self.scope(&subscriber).await
            && let Ok(is_alike) = self.reads_alike(&scope).await
        {
            let viewer = scope.user_id();
            let rights = Rights {
                role: scope.role(),
                team: rights::names_own_team(&ask)
                    .then(|| scope.primary_team())
                    .flatten(),
                viewer: viewer.filter(|_| !is_alike || !prepared.is_viewer_independent()),
                api_key: scope.api_key_id(),
            };
            let key = Key {
                organization: scope.organization_id(),
                variables: serde_json::to_string(&ask.variables).unwrap_or_default(),
                query: ask.query,
                operation_name: ask.operation_name,
                rights,
            };
            return follow(self.join(key, subscriber, scope, prepared));
        }
        let answers = self
            .inner
            .schema
            .execute_stream(prepared, subscriber.data());
        answers
            .map(|answer| Message::Answer(Arc::new(answer)))
            .boxed()
    }

    async fn scope(&self, subscriber: &Subscriber) -> Result<OrgScope> {
        let actor = subscriber.actor.as_ref();
        let actor = actor.ok_or_else(AppError::unauthenticated)?;
        let mut conn = self.inner.platform.db.read().await?;
        org_scope(&mut conn, actor, &subscriber.organization).await
    }

    /// Whether the viewer sees of boards what others of the same role see.
    async fn reads_alike(&self, scope: &OrgScope) -> Result<bool> {
        let directory = self.inner.boards.directory(scope).await?;
        Ok(Sight::new(scope, &directory).is_shared(&directory))
    }

    fn join(
        &self,
        key: Key,
        subscriber: Subscriber,
        scope: OrgScope,
        prepared: Prepared,
    ) -> watch::Receiver<State> {
        let mut running = self.lock();
        if let Some(sender) = running.get(&key) {
            return sender.subscribe();
        }
        let (sender, states) = watch::channel(State::Empty);
        let sender = Arc::new(sender);
        running.insert(key.clone(), Arc::clone(&sender));
        drop(running);
        let hub = self.clone();
        self.inner.platform.tasks.start("subscription", async move {
            hub.run(key, subscriber, scope, prepared, sender).await;
        });
        states
    }

    /// Executes a shared subscription until it ends or nobody follows it any more. It runs under the rights of the first
    /// subscriber; when those change, all others subscribe anew under their own.
    async fn run(
        self,
        key: Key,
        subscriber: Subscriber,
        scope: OrgScope,
        prepared: Prepared,
        sender: Arc<watch::Sender<State>>,
    ) {
        let closing = self.inner.platform.tasks.closing();
        let mut standing = self.inner.platform.bus.subscribe::<StandingChanged>();
        let mut is_first = true;
        let mut answers = self
            .inner
            .schema
            .execute_stream(prepared, subscriber.data());
        loop {
            tokio::select! {
                biased;
                () = closing.cancelled() => break,
                hint = standing.recv() => {
                    if concerns(&hint, &scope) {
                        sender.send_replace(State::Dissolved);
                        break;
                    }
                }
                answer = answers.next() => {
                    let Some(answer) = answer else { break };
                    let is_for_all = (is_first || answer.refusal.is_none())
                        && !has_changed(&mut standing, &scope)
                        && (key.rights.viewer.is_some()
                            || self.reads_alike(&scope).await.unwrap_or(false));
                    if !is_for_all {
                        sender.send_replace(State::Dissolved);
                        break;
                    }
                    is_first = false;
                    sender.send_replace(State::Latest(Arc::new(answer)));
                }
                () = sender.closed() => {
                    // Somebody may have come between the last one's leaving and this look.
                    let mut running = self.lock();
                    if sender.receiver_count() == 0 {
                        running.remove(&key);
                        return;
                    }
                }
            }
        }
        self.lock().remove(&key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<watch::Sender<State>>>> {
        self.inner
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a hint is about the rights that a shared subscription runs under; missed ones may have been.
fn concerns(hint: &Result<StandingChanged, RecvError>, scope: &OrgScope) -> bool {
    match hint {
        Ok(hint) => hint.concerns(scope.organization_id(), scope.user_id()),
        Err(RecvError::Lagged(_)) => true,
        Err(RecvError::Closed) => false,
    }
}

/// Whether such a hint came while a result was made.
fn has_changed(hints: &mut Receiver<StandingChanged>, scope: &OrgScope) -> bool {
    loop {
        let hint = match hints.try_recv() {
            Ok(hint) => Ok(hint),
            Err(TryRecvError::Lagged(missed)) => Err(RecvError::Lagged(missed)),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return false,
        };
        if concerns(&hint, scope) {
            return true;
        }
    }
}

/// The states of a shared subscription as messages: the present one first, later ones as they come.
fn follow(states: watch::Receiver<State>) -> BoxStream<'static, Message> {
    stream::unfold((states, true), async |(mut states, is_first)| {
        let mut look_now = is_first;
        loop {
            if !look_now {
                states.changed().await.ok()?;
            }
            look_now = false;
            let state = states.borrow_and_update().clone();
            match state {
                State::Empty => {}
                State::Latest(answer) => return Some((Message::Answer(answer), (states, false))),
                State::Dissolved => return Some((Message::Again, (states, false))),
            }
        }
    })
    .boxed()
}
