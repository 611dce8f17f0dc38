//! Who belongs to the organization, and who is asked in.

mod invite;
mod list;
mod manage;
mod outbox;
mod pending;
pub mod picker;
pub mod places;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::{
    permission::Permission,
    role::{MembershipStatus, Role},
};

use self::places::Place;
use crate::{
    state::organization::{role_word, use_organization},
    ui::{
        button::{Look, icon_text_button},
        dialog::dialog,
        dynamic::switch,
        icon::Icon,
        page::{page_head, set_title},
        select::Choice,
    },
};

/// Shows the page.
pub fn page() -> AnyView {
    set_title("Members");
    let organization = use_organization();
    let may_manage = organization.allows(Permission::ManageMembers);
    let query = use_location().query;
    let tab = Memo::new(
        move |_| match query.with(|query| query.get("tab")).as_deref() {
            Some("invitations") if may_manage => Place::Invitations,
            Some("mail") if may_manage => Place::Mail,
            _ => Place::Members,
        },
    );
    let is_inviting = RwSignal::new(false);
    // Counts what was changed from this page: the lists read again when it moves.
    let changed = RwSignal::new(0);
    let actions = if may_manage {
        icon_text_button(
            Look::Primary,
            Icon::Plus,
            "Invite people",
            Callback::new(move |()| is_inviting.set(true)),
        )
    } else {
        ().into_any()
    };
    let sentence = if may_manage {
        "Who belongs here, as what, and who is asked in."
    } else {
        "Who belongs here, and as what."
    };
    view! {
        {page_head("Members", sentence.into_any(), actions)}
        {places::places(&organization, tab.into())}
        {switch(move || match tab.get() {
            Place::Invitations => pending::card(changed),
            Place::Mail => outbox::card(changed),
            _ => list::card(may_manage, changed),
        })}
        {may_manage.then(|| dialog(is_inviting, "Invite people", move || invite::form(is_inviting, changed)))}
    }
    .into_any()
}

/// The roles to choose from.
fn role_choices() -> Vec<Choice> {
    [Role::Admin, Role::Member, Role::Viewer]
        .map(|role| (role.as_str().to_owned(), role_word(role).to_owned()))
        .to_vec()
}

/// The word for a status.
fn status_word(status: MembershipStatus) -> &'static str {
    match status {
        MembershipStatus::Active => "Active",
        MembershipStatus::Inactive => "Suspended",
        MembershipStatus::Invited => "Invited",
    }
}
