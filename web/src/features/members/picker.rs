//! Choosing a member: found by name, then chosen from a list.

use leptos::prelude::*;

use crate::{
    api::graphql::FindPeople,
    state::remote::remote,
    ui::{dynamic::switch, field::search_field, select::select_field},
};

/// A search and the list of who is found; `nobody` stands for no choice, which leaves `person` empty.
pub fn member_picker(
    id: &'static str,
    label: &'static str,
    nobody: &'static str,
    person: RwSignal<String>,
) -> AnyView {
    let words = RwSignal::new(String::new());
    let found = remote(move || FindPeople {
        search: words.get(),
    });
    let choices = move || {
        let mut choices = vec![(String::new(), nobody.to_owned())];
        found.data.with(|data| {
            let people = data
                .as_ref()
                .and_then(|data| data.organization.as_ref())
                .map_or(&[][..], |organization| &organization.members.nodes);
            choices.extend(
                people
                    .iter()
                    .map(|one| (one.user.id.clone(), one.user.name.clone())),
            );
        });
        select_field(id, label, choices, person)
    };
    view! {
        {search_field("Find a person by name", words.into(), Callback::new(move |text| words.set(text)))}
        {switch(choices)}
    }
    .into_any()
}
