//! Beginning sessions, and asking whether one is alive.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use shared::ids::{SessionId, UserId};
use uuid::Uuid;

use super::super::error::IdentityError;
use super::super::model::{IssuedSession, OpenSession, Session, SessionMethod, SessionSettings};
use super::super::{SessionEnded, store};
use super::access_token::{AccessTokens, Claims};
use crate::access::{Actor, RequestInfo};
use crate::contexts::audit::{self, Action, Entry, Origin, TargetKind};
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::platform::crypto::{is_equal, random_token, sha256};
use crate::platform::db::Transaction;
use crate::platform::remembered::Remembered;

/// The use of a session is noted at most this often.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Longest `User-Agent` that is kept, in characters.
const USER_AGENT_MAX: usize = 400;

/// Everything that sessions need beyond the database. Cheap to clone; one for the server.
#[derive(Clone)]
pub struct Sessions {
    inner: Arc<Inner>,
}

/// What is remembered of a live session.
#[derive(Clone, Copy)]
struct Live {
    user_id: UserId,
    expires_at: DateTime<Utc>,
}

struct Inner {
    platform: Platform,
    settings: SessionSettings,
    tokens: AccessTokens,
    /// Which sessions are alive, asked on every request.
    alive: Remembered<SessionId, Live, SessionEnded>,
}

impl Sessions {
    /// The sessions of a server.
    pub fn new(platform: Platform, settings: SessionSettings) -> Self {
        let alive = Remembered::new(platform.bus.subscribe(), |known, hint: &SessionEnded| {
            known.remove(&hint.session_id);
        });
        Self {
            inner: Arc::new(Inner {
                tokens: AccessTokens::new(&settings.secret),
                platform,
                settings,
                alive,
            }),
        }
    }

    /// How sessions are kept.
    pub fn settings(&self) -> &SessionSettings {
        &self.inner.settings
    }

    /// The database and clock that sessions live by.
    pub fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    /// Who holds an access token, as a program sends it.
    ///
    /// # Errors
    /// Unauthenticated where the token is not good or its session has ended.
    pub async fn authenticate_bearer(&self, token: &str, request: RequestInfo) -> Result<Actor> {
        let claims = self.claims(token)?;
        self.actor(claims, request).await
    }

    /// Who holds an access token, as a browser sends it: what changes anything must bring the session's CSRF token, which
    /// other sites cannot read. `csrf` is the cookie and the header, or nothing where the request only reads.
    ///
    /// # Errors
    /// Unauthenticated as above; forbidden where the CSRF token is not the session's.
    pub async fn authenticate_cookie(
        &self,
        token: &str,
        csrf: Option<CsrfPair<'_>>,
        request: RequestInfo,
    ) -> Result<Actor> {
        let claims = self.claims(token)?;
        let session_id = claims.session_id;
        let actor = self.actor(claims, request).await?;
        if let Some(pair) = csrf {
            self.check_csrf(session_id, pair)?;
        }
        Ok(actor)
    }

    /// Refuses a CSRF token that is not the session's.
    pub(super) fn check_csrf(&self, session: SessionId, pair: CsrfPair<'_>) -> Result<()> {
        let expected = self.inner.tokens.csrf_token(session);
        let matches = |given: Option<&str>| {
            given.is_some_and(|given| is_equal(given.as_bytes(), expected.as_bytes()))
        };
        if matches(pair.cookie) && matches(pair.header) {
            Ok(())
        } else {
            Err(IdentityError::CsrfMismatch.into())
        }
    }

    fn claims(&self, token: &str) -> Result<Claims> {
        self.inner
            .tokens
            .read(token, self.inner.platform.clock.now())
            .ok_or_else(AppError::unauthenticated)
    }

    async fn actor(&self, claims: Claims, request: RequestInfo) -> Result<Actor> {
        let now = self.inner.platform.clock.now();
        let live = match self.inner.alive.find(&claims.session_id, now) {
            Ok(live) => live,
            Err(asked) => {
                let live = self
                    .read_live(claims.session_id, now)
                    .await?
                    .ok_or_else(AppError::unauthenticated)?;
                let alive = &self.inner.alive;
                alive.remember(claims.session_id, live, now, asked);
                live
            }
        };
        if live.user_id != claims.user_id || live.expires_at <= now {
            return Err(AppError::unauthenticated());
        }
        Ok(Actor::person(claims.user_id, claims.session_id, request))
    }

    async fn read_live(&self, id: SessionId, now: DateTime<Utc>) -> Result<Option<Live>> {
        let mut conn = self.inner.platform.db.primary().await?;
        let Some(row) = store::find_session(&mut conn, id)
            .await?
            .filter(|row| row.is_live(now))
        else {
            return Ok(None);
        };
        drop(conn);
        if row.last_used_at + NOTED_EVERY <= now {
            self.inner
                .platform
                .db
                .transaction(async |tx| Ok(store::touch_session(tx, id, now).await?))
                .await?;
        }
        Ok(Some(Live {
            user_id: row.user_id,
            expires_at: row.expires_at,
        }))
    }

    /// Makes the tokens of a session; the refresh token is stored as its hash.
    pub(super) async fn issue(
        &self,
        tx: &mut Transaction,
        user_id: UserId,
        session_id: SessionId,
        is_remembered: bool,
    ) -> Result<IssuedSession> {
        let now = tx.now();
        let settings = &self.inner.settings;
        let access_expires_at = now + settings.access_lifetime();
        let refresh_expires_at = now + settings.session_lifetime(is_remembered);
        let refresh_token = random_token()?;
        let hash = sha256(refresh_token.as_bytes());
        store::insert_refresh_token(tx, &hash, session_id, now, refresh_expires_at).await?;
        Ok(IssuedSession {
            user_id,
            session_id,
            is_remembered,
            access_token: self
                .inner
                .tokens
                .sign(user_id, session_id, now, access_expires_at)?,
            access_expires_at,
            refresh_token,
            refresh_expires_at,
            csrf_token: self.inner.tokens.csrf_token(session_id),
        })
    }

    fn sign_access(&self, user: UserId, session: SessionId, now: DateTime<Utc>) -> Result<String> {
        let end = now + self.inner.settings.access_lifetime();
        Ok(self.inner.tokens.sign(user, session, now, end)?)
    }
}

/// The two places of a CSRF token; both must hold the session's.
#[derive(Clone, Copy, Debug)]
pub struct CsrfPair<'a> {
    /// The cookie.
    pub cookie: Option<&'a str>,
    /// The header, which only the product's own pages can set.
    pub header: Option<&'a str>,
}

/// Begins a session and issues its tokens.
///
/// # Errors
/// When the database does not answer.
pub async fn open_session(
    tx: &mut Transaction,
    sessions: &Sessions,
    open: OpenSession,
) -> Result<IssuedSession> {
    let lifetime = sessions.settings().session_lifetime(open.is_remembered);
    let id = insert_session(tx, &open, lifetime).await?;
    let now = tx.now();
    store::update_sign_in(tx, open.user_id, open.request.address.as_deref(), now).await?;
    let entry = Entry::new(Action::SignedIn)
        .on(TargetKind::Session, Uuid::from(id))
        .with(serde_json::json!({ "method": open.method.as_str() }));
    audit::record_from(tx, Origin::person(open.user_id, open.request), entry).await?;
    sessions
        .issue(tx, open.user_id, id, open.is_remembered)
        .await
}

async fn insert_session(
    tx: &mut Transaction,
    open: &OpenSession,
    lifetime: TimeDelta,
) -> Result<SessionId> {
    let now = tx.now();
    let row = store::NewSessionRow {
        id: tx.new_id().into(),
        user_id: open.user_id,
        method: open.method.as_str(),
        is_remembered: open.is_remembered,
        address: open.request.address.as_deref().map(str::to_owned),
        user_agent: open
            .request
            .user_agent
            .as_deref()
            .map(|agent| agent.chars().take(USER_AGENT_MAX).collect()),
        created_at: now,
        last_used_at: now,
        expires_at: now + lifetime,
    };
    store::insert_session(tx, &row).await?;
    Ok(row.id)
}

/// An access token for a person, for scripts: asked for by a command on the server itself, without a refresh token.
///
/// # Errors
/// Where there is no such person.
pub async fn issue_command_token(sessions: &Sessions, email: &str) -> Result<String> {
    sessions
        .platform()
        .db
        .transaction(async |tx| {
            let user = store::find_user_by_email(tx, email)
                .await?
                .ok_or(IdentityError::NoSuchUser)?;
            let open = OpenSession {
                user_id: user.id,
                method: SessionMethod::Command,
                is_remembered: false,
                request: RequestInfo::default(),
            };
            let id = insert_session(tx, &open, sessions.settings().access_lifetime()).await?;
            let entry =
                Entry::new(Action::CommandTokenIssued).on(TargetKind::Session, Uuid::from(id));
            audit::record_from(tx, Origin::default(), entry).await?;
            sessions.sign_access(user.id, id, tx.now())
        })
        .await
}

/// A person's live sessions, the last used first.
///
/// # Errors
/// When the database does not answer.
pub async fn list_sessions(platform: &Platform, actor: &Actor) -> Result<Vec<Session>> {
    let mut conn = platform.db.primary().await?;
    let rows =
        store::list_live_sessions(&mut conn, actor.signed_in()?.0, platform.clock.now()).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
