//! Every path of the client, once.

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Points, rank and activity of the person.
    Dashboard,
    /// Who stands where.
    Leaderboard,
    /// The person's ledger.
    Points,
    /// Who belongs to the organization.
    Members,
    /// Teams and departments.
    Teams,
    /// Whose accounts at providers are.
    Identities,
    /// When people are away.
    Absences,
    /// Where events come from, for administrators.
    Sources,
    /// By what programs act: the person's own, and to administrators all.
    Keys,
    /// How others know the person, and how the person comes in.
    Profile,
    /// Where the person is signed in.
    Sessions,
    /// What the organization is called and how it counts; the way out of it.
    Settings,
    /// What is known about the person, and the end of it.
    Data,
    /// Who did what, for administrators.
    Audit,
    /// All organizations of the instance, for its operators.
    Instance,
}

impl Page {
    /// The path below the organization's slug.
    fn tail(self) -> &'static str {
        match self {
            Self::Dashboard => "",
            Self::Leaderboard => "/leaderboard",
            Self::Points => "/points",
            Self::Members => "/members",
            Self::Teams => "/teams",
            Self::Identities => "/identities",
            Self::Absences => "/absences",
            Self::Sources => "/admin/sources",
            Self::Keys => "/keys",
            Self::Profile => "/account/profile",
            Self::Sessions => "/account/sessions",
            Self::Settings => "/settings",
            Self::Data => "/account/data",
            Self::Audit => "/admin/audit",
            Self::Instance => "/instance",
        }
    }

    /// The whole path.
    pub fn path(self, slug: &str) -> String {
        ["/", slug, self.tail()].concat()
    }

    /// The page of a path, whatever the organization; `None` for a path that is no page.
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.trim_end_matches('/').strip_prefix('/')?;
        let tail = path.find('/').map_or("", |slash| &path[slash..]);
        [
            Self::Dashboard,
            Self::Leaderboard,
            Self::Points,
            Self::Members,
            Self::Teams,
            Self::Identities,
            Self::Absences,
            Self::Sources,
            Self::Keys,
            Self::Profile,
            Self::Sessions,
            Self::Data,
            Self::Settings,
            Self::Audit,
            Self::Instance,
        ]
        .into_iter()
        .find(|page| page.tail() == tail)
    }
}

/// The sign-in page, which leads back to `next`.
pub fn sign_in(next: &str) -> String {
    if next.is_empty() || next == "/" {
        SIGN_IN.to_owned()
    } else {
        // Paths of this client hold slugs and fixed words: nothing to escape but the query.
        [
            SIGN_IN,
            "?next=",
            &next
                .replace('%', "%25")
                .replace('&', "%26")
                .replace('?', "%3F")
                .replace('#', "%23"),
        ]
        .concat()
    }
}

/// Where people sign in.
pub const SIGN_IN: &str = "/sign-in";

/// The first part of a path: an organization's slug.
pub fn slug_of(path: &str) -> &str {
    path.trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default()
}

/// Percent-encodes what may not stand in a query.
pub fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte.into());
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 0xf] {
                out.push(
                    char::from_digit(half.into(), 16)
                        .unwrap_or('0')
                        .to_ascii_uppercase(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_read_back_from_their_paths() {
        for page in [
            Page::Dashboard,
            Page::Leaderboard,
            Page::Points,
            Page::Members,
            Page::Teams,
            Page::Identities,
            Page::Absences,
            Page::Sources,
            Page::Keys,
            Page::Profile,
            Page::Sessions,
            Page::Data,
            Page::Settings,
            Page::Audit,
            Page::Instance,
        ] {
            assert_eq!(Page::parse(&page.path("acme")), Some(page));
            assert_eq!(Page::parse(&(page.path("acme") + "/")), Some(page));
        }
        assert_eq!(Page::parse("/acme/nowhere"), None);
        assert_eq!(Page::parse("/acme/admin"), None);
    }

    #[test]
    fn the_slug_is_the_first_part() {
        assert_eq!(slug_of("/acme/leaderboard"), "acme");
        assert_eq!(slug_of("/"), "");
    }

    #[test]
    fn sign_in_leads_back() {
        assert_eq!(sign_in("/"), "/sign-in");
        assert_eq!(
            sign_in("/acme/leaderboard?period=DAY&x=1"),
            "/sign-in?next=/acme/leaderboard%3Fperiod=DAY%26x=1"
        );
    }
}
