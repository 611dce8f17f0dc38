//! What people in the demo write: titles, branches, comments.

use super::chance::Chance;

const VERBS: [&str; 14] = [
    "Add",
    "Fix",
    "Speed up",
    "Simplify",
    "Document",
    "Test",
    "Cache",
    "Validate",
    "Log",
    "Retry",
    "Rework",
    "Translate",
    "Paginate",
    "Harden",
];

const THINGS: [&str; 32] = [
    "tide table import",
    "sensor pairing",
    "buoy map tiles",
    "alert thresholds",
    "offline queue",
    "calibration wizard",
    "export of readings",
    "sign-in redirect",
    "battery report",
    "firmware upload",
    "station search",
    "unit conversion",
    "forecast cards",
    "upload of field notes",
    "clock drift check",
    "harbour picker",
    "nightly aggregation",
    "gauge settings page",
    "empty state of the map",
    "rate limit of the public API",
    "backfill of missing readings",
    "health page",
    "deployment checklist",
    "colour scale of the chart",
    "webhook receiver",
    "session timeout",
    "time zone handling",
    "error messages of the importer",
    "keyboard navigation",
    "storm surge model",
    "maintenance calendar",
    "release notes",
];

const COMMENTS: [&str; 16] = [
    "Nice and small. One question about the error path below.",
    "Could this be a plain function?",
    "I would move this check up, then the branch goes away.",
    "Does this hold on the day the clocks change?",
    "Good catch.",
    "Let us name this after what it holds, not how.",
    "Is there a test for the empty list?",
    "This reads well now, thank you.",
    "I tried it on a slow connection: works.",
    "Should the limit be a setting?",
    "The comment says more than the code does; is it still true?",
    "Looks right to me once the pipeline is green.",
    "Can two of these run at the same time?",
    "Small thing: the label is cut at 360 pixels.",
    "I learned something here.",
    "Let us keep the old name for one release.",
];

const WIKI_PAGES: [&str; 5] = [
    "On call handbook",
    "Release calendar",
    "Station naming",
    "Glossary",
    "Data retention",
];

/// What a piece of work is about.
pub(super) fn title(chance: &mut Chance) -> String {
    format!("{} {}", chance.pick(&VERBS), chance.pick(&THINGS))
}

/// What is wrong.
pub(super) fn complaint(chance: &mut Chance) -> String {
    let thing = chance.pick(&THINGS);
    match chance.between(0, 3) {
        0 => format!("Broken: {thing}"),
        1 => format!("Slow on old phones: {thing}"),
        2 => format!("Confusing: {thing}"),
        _ => format!("Missing: {thing}"),
    }
}

/// A branch named after what it is for.
pub(super) fn branch_of(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

/// What a reviewer writes.
pub(super) fn comment(chance: &mut Chance) -> &'static str {
    chance.pick(&COMMENTS)
}

/// A page of the wiki.
pub(super) fn wiki_page(chance: &mut Chance) -> &'static str {
    chance.pick(&WIKI_PAGES)
}
