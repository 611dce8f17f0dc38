//! The demo: an organization with people and history, and events that keep coming.

use super::Setting;
use super::reader::Reader;

/// The settings of this group.
pub(super) const SETTINGS: &[Setting] = &[
    Setting::plain(
        "DEMO",
        "false",
        "Fills an empty database with a demo organization and lets anyone sign in as its people; same as `serve --demo`.",
    ),
    Setting::plain(
        "DEMO_TRAFFIC",
        "true",
        "Whether the demo keeps sending itself events; same as leaving out `serve --no-demo-traffic`.",
    ),
    Setting::plain(
        "DEMO_HISTORY_DAYS",
        "90",
        "Days of made-up past that the demo begins with, 1 to 365.",
    ),
];

/// The demo.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// Whether there is one.
    pub enabled: bool,
    /// Whether events keep coming.
    pub traffic: bool,
    /// Days of made-up past.
    pub history_days: u32,
}

impl DemoSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader.flag("DEMO", false),
            traffic: reader.flag("DEMO_TRAFFIC", true),
            history_days: reader.number("DEMO_HISTORY_DAYS", 90, 1..=365),
        }
    }
}
