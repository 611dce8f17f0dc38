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
];

/// The demo.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// Whether there is one.
    pub enabled: bool,
    /// Whether events keep coming.
    pub traffic: bool,
}

impl DemoSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            enabled: reader.flag("DEMO", false),
            traffic: reader.flag("DEMO_TRAFFIC", true),
        }
    }
}
