//! Reads settings by name and collects everything that is wrong with them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::Secret;

/// One setting as the documentation shows it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Name of the environment variable.
    pub name: &'static str,
    /// What holds where it is not set, in words or as a value.
    pub default: &'static str,
    /// One line of meaning.
    pub meaning: &'static str,
    /// Never printed, and may be given as a file by `<NAME>_FILE`.
    pub is_secret: bool,
}

impl Setting {
    /// A setting that may be printed.
    pub(super) const fn plain(
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            default,
            meaning,
            is_secret: false,
        }
    }

    /// A setting that is never printed.
    pub(super) const fn secret(
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            default,
            meaning,
            is_secret: true,
        }
    }
}

/// The environment: where settings come from. An empty value counts as not set.
#[derive(Clone, Default)]
pub struct Vars {
    values: BTreeMap<String, String>,
}

impl Vars {
    /// The variables of this process.
    pub fn from_process() -> Self {
        Self {
            values: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
        }
    }

    /// Exactly these variables.
    pub fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self {
            values: pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    /// Sets a variable, as an option of the command line does.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), value.into());
    }

    /// The value of a variable; none where it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }
}

/// What is wrong with the settings.
#[derive(Debug)]
pub struct SettingsError {
    problems: Vec<(&'static str, String)>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings are not right:")?;
        for (name, why) in &self.problems {
            write!(f, "\n  {name} {why}")?;
        }
        f.write_str("\n`devmetrics settings` lists every setting with its default and meaning.")
    }
}

impl std::error::Error for SettingsError {}

/// Reads one setting after the other.
pub(super) struct Reader<'v> {
    vars: &'v Vars,
    problems: Vec<(&'static str, String)>,
}

impl<'v> Reader<'v> {
    pub(super) fn new(vars: &'v Vars) -> Self {
        Self {
            vars,
            problems: Vec::new(),
        }
    }

    /// The settings, unless something was wrong.
    pub(super) fn finish<T>(self, settings: T) -> Result<T, SettingsError> {
        if self.problems.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError {
                problems: self.problems,
            })
        }
    }

    /// Notes what is wrong with a setting.
    pub(super) fn refuse(&mut self, name: &'static str, why: impl Into<String>) {
        self.problems.push((name, why.into()));
    }

    /// A variable that is no setting of ours, such as `HOME`.
    pub(super) fn foreign(&self, name: &str) -> Option<&'v str> {
        self.vars.get(name)
    }

    /// A text as it is.
    pub(super) fn text(&self, name: &'static str) -> Option<&'v str> {
        self.vars.get(name)
    }

    /// A secret, from the variable or from the file that `<NAME>_FILE` names.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<Secret> {
        let file = self.vars.get(&format!("{name}_FILE"));
        match (self.vars.get(name), file) {
            (Some(_), Some(_)) => {
                self.refuse(
                    name,
                    format!("is given twice: by itself and by {name}_FILE"),
                );
                None
            }
            (Some(value), None) => Some(Secret::new(value)),
            (None, None) => None,
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) if text.trim().is_empty() => {
                    self.refuse(name, format!("is empty in the file {path}"));
                    None
                }
                Ok(text) => Some(Secret::new(text.trim())),
                Err(error) => {
                    self.refuse(
                        name,
                        format!("cannot be read from the file {path}: {error}"),
                    );
                    None
                }
            },
        }
    }

    /// A value that can be parsed; `what` says what is expected, as in "an address like 127.0.0.1:8080".
    pub(super) fn parsed<T: FromStr>(&mut self, name: &'static str, default: T, what: &str) -> T {
        match self.vars.get(name) {
            None => default,
            Some(value) => value.parse().unwrap_or_else(|_| {
                self.refuse(name, format!("is `{value}`, which is not {what}"));
                default
            }),
        }
    }

    /// A number within bounds.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        default: u32,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> u32 {
        let what = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let value = self.parsed(name, default, &what);
        if !bounds.contains(&value) {
            self.refuse(name, format!("is {value}, which is not {what}"));
        }
        value
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.vars.get(name).map(str::to_ascii_lowercase).as_deref() {
            None => default,
            Some("1" | "true" | "yes" | "on") => true,
            Some("0" | "false" | "no" | "off") => false,
            Some(value) => {
                self.refuse(
                    name,
                    format!("is `{value}`, which is neither `true` nor `false`"),
                );
                default
            }
        }
    }

    /// Values separated by commas, each of which can be parsed.
    pub(super) fn list<T: FromStr>(&mut self, name: &'static str, what: &str) -> Vec<T> {
        let mut values = Vec::new();
        for part in self.vars.get(name).unwrap_or_default().split(',') {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            match part.parse() {
                Ok(value) => values.push(value),
                Err(_) => self.refuse(name, format!("holds `{part}`, which is not {what}")),
            }
        }
        values
    }
}
