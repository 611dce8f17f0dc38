//! The app: what is provided to everything, and which path shows what.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    api::{client::provide_api, live::provide_live},
    features::{parts, shell, sign_in},
    state::{
        clock::provide_clock, session::provide_session, theme::provide_theme,
        toasts::provide_toasts,
    },
    ui::dynamic::effect,
};

/// The whole page.
pub fn app() -> AnyView {
    let api = provide_api();
    let clock = provide_clock();
    let session = provide_session(api, clock);
    let live = provide_live(api);
    provide_theme();
    provide_toasts();

    spawn_local(session.start());
    effect(move || {
        if api.expired.get() > 0 {
            live.disconnect();
            session.end();
        }
    });

    view! {
        <Router>
            <FlatRoutes fallback=shell::lost>
                <Route path=path!("/") view=shell::home/>
                <Route path=path!("/sign-in") view=sign_in::page/>
                <Route path=path!("/setup") view=parts::first_set_up/>
                <Route path=path!("/invite") view=parts::invitation/>
                <Route path=path!("/:org/*rest") view=shell::page/>
            </FlatRoutes>
        </Router>
        {shell::toasts()}
    }
    .into_any()
}
