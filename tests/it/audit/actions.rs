//! What is in the list of actions is recorded somewhere.

use std::fs;
use std::path::Path;

use shared::audit::AuditAction;

/// Actions of what is not built yet. Whoever builds it takes its actions out of here.
const TO_COME: &[AuditAction] = &[
    AuditAction::SignInRefused,
    AuditAction::SignInLinked,
    AuditAction::SignInUnlinked,
    AuditAction::SecretsResealed,
    AuditAction::OrganizationUpdated,
    AuditAction::OrganizationDeleted,
    AuditAction::OrganizationRestored,
    AuditAction::OrganizationPurged,
    AuditAction::PlanChanged,
    AuditAction::InstanceUpdated,
    AuditAction::MemberLeft,
    AuditAction::AccountUnlinked,
    AuditAction::AccountsMerged,
    AuditAction::AccountsUnmerged,
    AuditAction::ProfileUpdated,
    AuditAction::PreferencesUpdated,
    AuditAction::DataExported,
    AuditAction::DataExportRequested,
    AuditAction::DataDeletionRequested,
    AuditAction::DataDeleted,
    AuditAction::Reauthenticated,
    AuditAction::TeamMetricsViewed,
    AuditAction::UserMetricsViewed,
    AuditAction::RepositoryConnected,
    AuditAction::RepositoryDisconnected,
    AuditAction::RepositorySettingsChanged,
];

#[test]
fn every_action_of_what_is_built_is_recorded() {
    let mut code = String::new();
    read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src"),
        &mut code,
    );

    let unrecorded: Vec<AuditAction> = AuditAction::ALL
        .iter()
        .copied()
        .filter(|action| !TO_COME.contains(action) && !is_named(&code, *action))
        .collect();

    assert!(unrecorded.is_empty(), "never recorded: {unrecorded:?}");
}

#[test]
fn a_name_within_a_longer_one_does_not_count() {
    let code = "audit::Action::TeamDeletedLater";
    assert!(!is_named(code, AuditAction::TeamDeleted));
    assert!(is_named(
        "Entry::new(Action::TeamDeleted)",
        AuditAction::TeamDeleted
    ));
}

fn is_named(code: &str, action: AuditAction) -> bool {
    let name = format!("Action::{action:?}");
    code.match_indices(&name).any(|(at, _)| {
        let next = code[at + name.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

fn read(directory: &Path, code: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
