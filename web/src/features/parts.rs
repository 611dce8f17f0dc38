//! Pages that are loaded when somebody opens them: what belongs together is one part, one file.
//!
//! The first load brings what everybody opens (the frame, dashboard, leaderboard, points). A new
//! page goes into a part here, unless it is of that kind.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};

use crate::{
    features::{
        absences, account, audit, identities, instance, invite, keys, members, settings, setup,
        sources, teams,
    },
    ui::{
        dynamic::switch,
        skeleton,
        trouble::{Trouble, trouble_card},
    },
};

type Later<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

/// A page whose code may still have to be loaded.
#[derive(Clone, Copy)]
struct LazyPage {
    /// Brings the part that the page is in; done at once when it is there.
    load: fn() -> Later<()>,
    /// Builds the page; ready at its first poll once the part is there.
    show: fn() -> Later<AnyView>,
}

/// Lists each part with its pages: a function of the same name shows the page.
macro_rules! parts {
    ($($part:ident { $($name:ident: $page:path,)+ })+) => { $($(
        #[doc = concat!("Loads the part `", stringify!($part), "` and shows its page.")]
        pub fn $name() -> AnyView {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split(
                $part,
                wasm_split_path = leptos::wasm_split,
                preload(load),
                fallible,
            )]
            fn $name() -> Result<AnyView, SplitLoaderError> {
                Ok($page())
            }
            #[cfg(not(feature = "split"))]
            async fn load() -> Result<(), SplitLoaderError> {
                Ok(())
            }
            #[cfg(not(feature = "split"))]
            async fn $name() -> Result<AnyView, SplitLoaderError> {
                Ok($page())
            }
            lazy(LazyPage {
                load: || Box::pin(load()),
                show: || Box::pin($name()),
            })
        }
    )+)+ };
}

parts! {
    gates {
        invitation: invite::page,
        first_set_up: setup::page,
    }
    people {
        people_members: members::page,
        people_teams: teams::page,
        people_absences: absences::page,
        people_identities: identities::page,
    }
    account {
        account_profile: account::profile::page,
        account_sessions: account::sessions::page,
        account_data: account::data::page,
        account_keys: keys::page,
    }
    administration {
        admin_audit: audit::page,
        admin_instance: instance::page,
        admin_settings: settings::page,
        admin_sources: sources::page,
    }
}

/// What is known of the loading.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Loading,
    There,
    Failed,
}

fn lazy(page: LazyPage) -> AnyView {
    let progress = RwSignal::new(Progress::Loading);
    let load = Callback::new(move |()| {
        progress.set(Progress::Loading);
        spawn_local(async move {
            let reached = match (page.load)().await {
                Ok(()) => Progress::There,
                Err(_) => Progress::Failed,
            };
            // The page may have been left meanwhile.
            let _ = progress.try_set(reached);
        });
    });
    load.run(());
    // Built inside the reactive closure, and not where the loading ended: what the page asks of
    // its surroundings is there only here.
    switch(move || {
        match progress.get() {
        Progress::Loading => view! {
            <div class="skeletons" aria-busy="true"><span class="only-read">"Loading"</span>{skeleton::rows(3)}</div>
        }
        .into_any(),
        Progress::Failed => failed(load),
        Progress::There => untrack(|| at_once((page.show)())).unwrap_or_else(|| failed(load)),
    }
    })
}

/// The page of a part that is there.
fn at_once(page: Later<AnyView>) -> Option<AnyView> {
    match pin!(page).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(page) => page.ok(),
        Poll::Pending => None,
    }
}

fn failed(retry: Callback<()>) -> AnyView {
    let trouble = Trouble {
        title: "This page could not be loaded",
        detail: "The network failed, or a newer version is out. Try again, or load the page anew."
            .to_owned(),
        request_id: None,
    };
    trouble_card(trouble, retry)
}
