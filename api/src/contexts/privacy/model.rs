//! What people ask of what is known, as the rest of the product speaks of it.

use chrono::{DateTime, Utc};
use shared::ids::{DataExportId, OrganizationId};

/// Everything that is known about a person, or of an organization, gathered for whoever asked.
#[derive(Clone, Debug)]
pub(super) struct DataExport {
    /// The export.
    pub(super) id: DataExportId,
    /// Of what organization; none where it is about the person.
    pub(super) organization_id: Option<OrganizationId>,
    /// What the organization is called.
    pub(super) organization_name: Option<String>,
    /// How long the document is so far.
    pub(super) size_bytes: i64,
    /// When it was asked for.
    pub(super) created_at: DateTime<Utc>,
    /// Since when it can be downloaded.
    pub(super) ready_at: Option<DateTime<Utc>>,
    /// Until when it can be downloaded.
    pub(super) expires_at: Option<DateTime<Utc>>,
}
