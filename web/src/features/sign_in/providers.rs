//! Signing in at a provider: a link away from here and back.

use leptos::prelude::*;

use crate::{
    api::graphql::{SignInMethod, StartServerInfo},
    format,
    routes::escape,
};

/// Links to the providers that the server offers; nothing where there are none.
pub(super) fn offers(server: &StartServerInfo, next: &str) -> Option<AnyView> {
    let is_kept = RwSignal::new(false);
    let links: Vec<AnyView> = server
        .sign_in_methods
        .iter()
        .filter_map(|method| {
            let (path, name) = match method {
                SignInMethod::Microsoft => ("/auth/microsoft/login", "Microsoft"),
                SignInMethod::Github => ("/auth/github/login", "GitHub"),
                SignInMethod::Oidc => {
                    let name = server.single_sign_on_name.as_deref();
                    ("/auth/oidc/login", name.unwrap_or("single sign-on"))
                }
                _ => return None,
            };
            let (plain, kept) = (address(path, next, false), address(path, next, true));
            let href = move || {
                if is_kept.get() {
                    kept.clone()
                } else {
                    plain.clone()
                }
            };
            let words = ["Continue with ", name].concat();
            Some(
                view! { <a class="button provider" rel="external" href=href>{words}</a> }
                    .into_any(),
            )
        })
        .collect();
    if links.is_empty() {
        return None;
    }
    let offers = view! {
        <div class="providers">{links}</div>
        <label class="keep" for="keep">
            <input type="checkbox" id="keep" prop:checked=is_kept on:change=move |_| is_kept.update(|kept| *kept = !*kept)/>
            <span>"Keep me signed in on this device for 30 days"</span>
        </label>
    };
    Some(offers.into_any())
}

/// Where a provider's sign-in begins.
fn address(path: &str, next: &str, is_kept: bool) -> String {
    let mut address = path.to_owned();
    let zone = format::browser_zone();
    let kept = is_kept.then(|| "true".to_owned());
    let fields = [
        ("next", (!next.is_empty()).then(|| next.to_owned())),
        ("timeZone", zone),
        ("rememberMe", kept),
    ];
    let mut mark = '?';
    for (name, value) in fields {
        let Some(value) = value else { continue };
        address.push(mark);
        address.push_str(name);
        address.push('=');
        escape(&value, &mut address);
        mark = '&';
    }
    address
}

/// What happened, for the code that the server put into the address.
pub fn words_of(code: &str) -> &'static str {
    match code {
        "state" => {
            "That sign-in took too long, was finished already, or began in another browser. Try again."
        }
        "denied" => "The sign-in was not finished: you or the provider said no.",
        "unreachable" => "The provider does not answer. Try again in a moment.",
        "answer" => {
            "The provider's answer could not be trusted, so nobody was signed in. Try again; if it stays so, \
             tell whoever runs this server."
        }
        "address" => {
            "The provider has not confirmed an email address of yours. Confirm it there, then try again."
        }
        "not-invited" => {
            "Nobody has invited this address yet. Ask an administrator of your organization for an invitation."
        }
        "taken" => "Somebody else signs in by that account.",
        _ => "The sign-in came to nothing. Try again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_server_has_words_of_its_own() {
        let unknown = words_of("");
        for code in [
            "state",
            "denied",
            "unreachable",
            "answer",
            "address",
            "not-invited",
            "taken",
        ] {
            assert_ne!(words_of(code), unknown, "{code}");
        }
    }
}
