//! Settings: each with one name, one default and one line of meaning, read from the environment and checked at the start.
//!
//! One file per group. A bad setting stops the start, and all bad ones are named at once.

pub mod auth;
pub mod database;
pub mod demo;
pub mod http;
pub mod ingest;
pub mod mail;
mod network;
mod reader;
pub mod redis;
mod secret;
pub mod sign_in;
mod sign_up;
pub mod telemetry;

pub use network::Network;
pub use reader::{Setting, SettingsError, Vars};
pub use secret::Secret;

pub use sign_up::SignUp;

use reader::Reader;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the data is.
    pub database: database::DatabaseSettings,
    /// How the server is reached.
    pub http: http::HttpSettings,
    /// Sessions and secrets.
    pub auth: auth::AuthSettings,
    /// What nodes share.
    pub redis: redis::RedisSettings,
    /// Signing in at identity providers.
    pub sign_in: sign_in::SignInSettings,
    /// Receiving and processing of events.
    pub ingest: ingest::IngestSettings,
    /// Sending mail.
    pub mail: mail::MailSettings,
    /// The demo.
    pub demo: demo::DemoSettings,
    /// Logs.
    pub telemetry: telemetry::TelemetrySettings,
}

impl Settings {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// Names every bad setting and what is wrong with it, never its value where that is secret.
    pub fn read(vars: &Vars) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(vars);
        let settings = Self {
            database: database::DatabaseSettings::read(&mut reader),
            http: http::HttpSettings::read(&mut reader),
            auth: auth::AuthSettings::read(&mut reader),
            redis: redis::RedisSettings::read(&mut reader),
            sign_in: sign_in::SignInSettings::read(&mut reader),
            ingest: ingest::IngestSettings::read(&mut reader),
            mail: mail::MailSettings::read(&mut reader),
            demo: demo::DemoSettings::read(&mut reader),
            telemetry: telemetry::TelemetrySettings::read(&mut reader),
        };
        settings.check_together(&mut reader);
        reader.finish(settings)
    }

    /// Rules between settings of different groups.
    fn check_together(&self, reader: &mut Reader<'_>) {
        if matches!(self.database.mode, database::Mode::Url(_)) {
            // A secret that a node made up for itself would differ on the next node.
            if self.auth.jwt_secret.is_none() {
                reader.refuse(
                    "JWT_SECRET",
                    "is needed together with DATABASE_URL; make one with `openssl rand -hex 32`",
                );
            }
            if self.auth.encryption_keys.is_empty() {
                reader.refuse(
                    "TOKEN_ENCRYPTION_KEY",
                    "is needed together with DATABASE_URL; make one with `echo \"k1:$(openssl rand -hex 32)\"`",
                );
            }
        }
    }
}

/// Every setting there is, by group.
pub fn catalogue() -> impl Iterator<Item = &'static Setting> {
    [
        database::SETTINGS,
        http::SETTINGS,
        redis::SETTINGS,
        auth::SETTINGS,
        sign_in::SETTINGS,
        ingest::SETTINGS,
        mail::SETTINGS,
        demo::SETTINGS,
        telemetry::SETTINGS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(vars: &[(&str, &str)]) -> String {
        Settings::read(&Vars::from_pairs(vars))
            .expect_err("these settings are bad")
            .to_string()
    }

    #[test]
    fn nothing_set_is_a_complete_embedded_server() {
        let settings = Settings::read(&Vars::from_pairs(&[("HOME", "/home/someone")])).unwrap();
        assert!(matches!(settings.database.mode, database::Mode::Embedded));
        assert_eq!(settings.http.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.http.public_url.as_str(), "http://127.0.0.1:8080/");
        assert!(!settings.demo.enabled);
    }

    #[test]
    fn every_bad_setting_is_named_at_once() {
        let message = error_of(&[
            ("BIND", "nowhere"),
            ("POOL_SIZE", "0"),
            ("SESSION_HOURS", "-1"),
        ]);
        for name in ["BIND", "POOL_SIZE", "SESSION_HOURS"] {
            assert!(message.contains(name), "{message}");
        }
    }

    #[test]
    fn a_database_of_ones_own_needs_secrets_of_ones_own() {
        let message = error_of(&[("DATABASE_URL", "postgres://db/devmetrics")]);
        assert!(
            message.contains("JWT_SECRET") && message.contains("TOKEN_ENCRYPTION_KEY"),
            "{message}"
        );
    }

    #[test]
    fn no_value_of_a_secret_is_printed() {
        let message = error_of(&[
            ("DATABASE_URL", "mysql://user:hunter2@db/x"),
            ("JWT_SECRET", "hunter2"),
            ("TOKEN_ENCRYPTION_KEY", "k1:hunter2"),
        ]);
        assert!(!message.contains("hunter2"), "{message}");
        let settings = Settings::read(&Vars::from_pairs(&[
            ("DATABASE_URL", "postgres://user:hunter2@db/x"),
            ("JWT_SECRET", "hunter2hunter2hunter2hunter2hunter2"),
            ("TOKEN_ENCRYPTION_KEY", &format!("k1:{}", "ab".repeat(32))),
            ("METRICS_TOKEN", "hunter2hunter2hunter2"),
        ]))
        .unwrap();
        let shown = format!("{settings:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("abab"),
            "{shown}"
        );
    }

    #[test]
    fn each_name_is_there_once_with_one_line_of_meaning() {
        let mut names: Vec<_> = catalogue().map(|setting| setting.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        for setting in catalogue() {
            assert!(
                setting.meaning.ends_with('.') && !setting.meaning.contains('\n'),
                "{}",
                setting.name
            );
        }
    }
}
