//! Who is signed in, and what the server said about itself.

use leptos::prelude::*;

use super::clock::Clock;
use crate::{
    api::{
        client::{Api, Renewal, has_session_cookie},
        graphql::{SignedIn, Start, StartServerInfo},
    },
    ui::trouble::Trouble,
};

/// How far the page knows the person.
#[derive(Clone, PartialEq)]
pub enum Phase {
    /// The server was not asked yet.
    Starting,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is.
    SignedIn(SignedIn),
    /// The server could not say.
    Failed(Trouble),
}

/// The session of this browser. Tokens are in cookies that scripts cannot read.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in.
    pub phase: RwSignal<Phase>,
    /// What the server said about itself.
    pub server: RwSignal<Option<StartServerInfo>>,
    api: Api,
    clock: Clock,
}

/// Puts the session into the context.
pub fn provide_session(api: Api, clock: Clock) -> Session {
    let session = Session {
        phase: RwSignal::new(Phase::Starting),
        server: RwSignal::new(None),
        api,
        clock,
    };
    provide_context(session);
    session
}

/// The session of this browser.
pub fn use_session() -> Session {
    use_context().expect("the app provides the session before anything is shown")
}

impl Session {
    /// Asks the server who this is. An access token that ran out is renewed first.
    pub async fn start(self) {
        let mut answer = self.api.execute(Start {}).await;
        if matches!(&answer, Ok(data) if data.viewer.is_none())
            && has_session_cookie()
            && self.api.refresh().await == Renewal::Renewed
        {
            answer = self.api.execute(Start {}).await;
        }
        match answer {
            Ok(data) => {
                self.clock.synchronize(data.server_info.now);
                self.server.set(Some(data.server_info));
                self.phase
                    .set(data.viewer.map_or(Phase::SignedOut, Phase::SignedIn));
            }
            Err(error) => self.phase.set(Phase::Failed(error.into())),
        }
    }

    /// Forgets the person.
    pub fn end(self) {
        self.api.set_organization(None);
        self.phase.set(Phase::SignedOut);
    }

    /// The person's places, empty while nobody is signed in.
    pub fn signed_in(self) -> Option<SignedIn> {
        match self.phase.get() {
            Phase::SignedIn(signed_in) => Some(signed_in),
            _ => None,
        }
    }
}
