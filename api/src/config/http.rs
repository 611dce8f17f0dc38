//! How the server is reached, by whom, and what it serves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use reqwest::Url;

use super::reader::Reader;
use super::{Network, Secret, Setting};

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain("BIND", "127.0.0.1:8080", "Address and port to listen on."),
    Setting::plain(
        "PUBLIC_URL",
        "http:// and the address of BIND",
        "Where people and providers reach the server; links and webhook addresses start with it.",
    ),
    Setting::plain(
        "CORS_ORIGINS",
        "none",
        "Origins of other web pages that may call the API, separated by commas.",
    ),
    Setting::plain(
        "TRUSTED_PROXIES",
        "none",
        "Addresses or ranges of proxies whose X-Forwarded-For is believed, separated by commas.",
    ),
    Setting::plain(
        "WEB_DIR",
        "`web` beside the program, else web/dist",
        "Directory of the built browser client.",
    ),
    Setting::plain(
        "REQUEST_RATE_PER_MINUTE",
        "10000",
        "Cost points that a person may spend at the API in a minute; a small request costs one. Keys have their own limit.",
    ),
    Setting::plain(
        "ANONYMOUS_RATE_PER_MINUTE",
        "600",
        "Cost points that all who are not signed in may spend in a minute from one address, signing in included.",
    ),
    Setting::secret(
        "METRICS_TOKEN",
        "none: /metrics answers this machine only",
        "Bearer token that /metrics asks for.",
    ),
];

/// How the server is reached.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Where to listen.
    pub bind: SocketAddr,
    /// What links start with; ends with a slash.
    pub public_url: Url,
    /// Origins of other pages that may call the API.
    pub cors_origins: Vec<String>,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<Network>,
    /// The client's files; none where it is not built.
    pub web_dir: Option<PathBuf>,
    /// Cost points of a person a minute.
    pub request_rate_per_minute: NonZeroU32,
    /// Cost points of everybody else from one address a minute.
    pub anonymous_rate_per_minute: NonZeroU32,
    /// What `/metrics` asks for.
    pub metrics_token: Option<Secret>,
}

impl HttpSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let bind = reader.parsed(
            "BIND",
            SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            "an address with a port, such as 127.0.0.1:8080",
        );
        let metrics_token = reader.secret("METRICS_TOKEN");
        if metrics_token
            .as_ref()
            .is_some_and(|token| token.expose().len() < 16)
        {
            reader.refuse("METRICS_TOKEN", "has fewer than 16 characters");
        }
        Self {
            bind,
            public_url: public_url(reader, bind),
            cors_origins: cors_origins(reader),
            trusted_proxies: reader
                .list("TRUSTED_PROXIES", "an address or a range like 10.0.0.0/8"),
            web_dir: web_dir(reader),
            request_rate_per_minute: rate(reader, "REQUEST_RATE_PER_MINUTE", 10_000),
            anonymous_rate_per_minute: rate(reader, "ANONYMOUS_RATE_PER_MINUTE", 600),
            metrics_token,
        }
    }

    /// The full address of a path that starts with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The public address as browsers name an origin: scheme, host and port.
    pub fn public_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// Whether cookies are marked `Secure`: over https, and on the machine itself, which browsers trust as much.
    pub fn has_secure_cookies(&self) -> bool {
        self.public_url.scheme() == "https" || self.is_loopback()
    }

    fn is_loopback(&self) -> bool {
        match self.public_url.host_str() {
            Some("localhost") => true,
            Some(host) => host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
            None => false,
        }
    }
}

fn rate(reader: &mut Reader<'_>, name: &'static str, default: u32) -> NonZeroU32 {
    let points = reader.number(name, default, 1..=1_000_000_000);
    // At least 1, as the reader refuses anything less.
    NonZeroU32::new(points).unwrap_or(NonZeroU32::MIN)
}

fn public_url(reader: &mut Reader<'_>, bind: SocketAddr) -> Url {
    let fallback = address_for_people(bind);
    let Some(text) = reader.text("PUBLIC_URL") else {
        return fallback;
    };
    let why = match Url::parse(text) {
        Err(error) => format!("is `{text}`, which is not a URL: {error}"),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("is `{text}`, which is neither http nor https")
        }
        Ok(url) if url.path() != "/" || url.query().is_some() || url.fragment().is_some() => {
            format!(
                "is `{text}`; it must be an origin without a path, such as https://metrics.example.com"
            )
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "must not hold a user name or password".to_owned()
        }
        Ok(url) => return url,
    };
    reader.refuse("PUBLIC_URL", why);
    fallback
}

/// What to call the server by where only its listening address is known: "every address" is reached on the loopback.
fn address_for_people(bind: SocketAddr) -> Url {
    let address = match bind.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    Url::parse(&format!(
        "http://{}/",
        SocketAddr::new(address, bind.port())
    ))
    .expect("an address and a port make a URL")
}

fn cors_origins(reader: &mut Reader<'_>) -> Vec<String> {
    let origins: Vec<Url> = reader.list("CORS_ORIGINS", "an origin like https://example.com");
    let mut texts = Vec::new();
    for origin in origins {
        if origin.path() == "/" && matches!(origin.scheme(), "http" | "https") {
            texts.push(origin.origin().ascii_serialization());
        } else {
            reader.refuse(
                "CORS_ORIGINS",
                format!("holds `{origin}`, which is not an origin like https://example.com"),
            );
        }
    }
    texts
}

fn web_dir(reader: &mut Reader<'_>) -> Option<PathBuf> {
    if let Some(path) = reader.text("WEB_DIR") {
        let path = PathBuf::from(path);
        if !path.join("index.html").is_file() {
            reader.refuse(
                "WEB_DIR",
                format!("is `{}`, which holds no index.html", path.display()),
            );
        }
        return Some(path);
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("web")));
    [beside, Some(PathBuf::from("web/dist"))]
        .into_iter()
        .flatten()
        .find(|path| path.join("index.html").is_file())
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Vars};

    fn with(public_url: &str) -> super::HttpSettings {
        Settings::read(&Vars::from_pairs(&[
            ("HOME", "/h"),
            ("PUBLIC_URL", public_url),
        ]))
        .unwrap()
        .http
    }

    #[test]
    fn cookies_are_secure_over_https_and_on_the_machine_itself() {
        for url in [
            "https://x.example",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:8080",
        ] {
            assert!(with(url).has_secure_cookies(), "{url}");
        }
        assert!(!with("http://metrics.example:8080").has_secure_cookies());
    }

    #[test]
    fn links_start_with_the_public_url() {
        assert_eq!(
            with("https://x.example").link("/webhooks/gitlab/1"),
            "https://x.example/webhooks/gitlab/1"
        );
        assert_eq!(
            with("https://x.example:8443").public_origin(),
            "https://x.example:8443"
        );
    }

    #[test]
    fn a_public_url_with_a_path_is_refused() {
        let vars = Vars::from_pairs(&[("HOME", "/h"), ("PUBLIC_URL", "https://x.example/metrics")]);
        assert!(
            Settings::read(&vars)
                .unwrap_err()
                .to_string()
                .contains("PUBLIC_URL")
        );
    }
}
