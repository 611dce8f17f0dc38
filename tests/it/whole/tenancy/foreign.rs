//! One thing of every kind that another tenant has, and everything that it holds.

use api::graphql::global_id::{self, NodeKind};
use serde_json::json;
use tests::TestApp;
use tests::gitlab;
use tests::org::Org;
use uuid::Uuid;

use crate::keys::arrange::Key;

/// Where the things of a kind are, and the column that says whose they are.
const fn place_of(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Organization => ("organizations", "id"),
        NodeKind::User => ("memberships", "user_id"),
        NodeKind::Membership => ("memberships", "id"),
        NodeKind::Team => ("teams", "id"),
        NodeKind::Department => ("departments", "id"),
        NodeKind::PointsEntry => ("points_ledger", "id"),
        NodeKind::Event => ("events", "id"),
        NodeKind::WebhookSource => ("webhook_sources", "id"),
        NodeKind::Session => ("sessions", "id"),
        NodeKind::ApiKey => ("api_keys", "id"),
        NodeKind::Mail => ("mails", "id"),
        NodeKind::Invitation => ("invitations", "id"),
        NodeKind::Absence => ("absences", "id"),
        NodeKind::ProviderAccount => ("provider_accounts", "id"),
        NodeKind::SignInAccount => ("sign_in_accounts", "id"),
        NodeKind::DataExport => ("data_exports", "id"),
        NodeKind::JoinRule => ("join_rules", "id"),
        NodeKind::AuditEntry => ("audit_entries", "id"),
    }
}

/// The id of one thing of every kind that the organization has.
pub(super) async fn ids_of(app: &TestApp, org: &Org) -> Vec<(NodeKind, String)> {
    furnish(app, org).await;
    let client = app.database().client().await;
    let mut ids = Vec::new();
    for kind in NodeKind::ALL {
        let (table, column) = place_of(*kind);
        let whose = match kind {
            NodeKind::Organization => "id = $1".to_owned(),
            NodeKind::Session | NodeKind::SignInAccount => {
                "user_id IN (SELECT user_id FROM memberships WHERE organization_id = $1)".to_owned()
            }
            _ => "organization_id = $1".to_owned(),
        };
        let query = format!("SELECT {column} FROM {table} WHERE {whose} LIMIT 1");
        let row = client
            .query_opt(&query, &[&Uuid::from(org.id)])
            .await
            .unwrap()
            .unwrap_or_else(|| panic!("the other tenant has no {kind:?}: furnish it"));
        let id: Uuid = row.get(0);
        ids.push((*kind, global_id::encode(*kind, id).to_string()));
    }
    ids
}

/// A source with an event, a department, an invitation with its mail, an absence, and a key.
async fn furnish(app: &TestApp, org: &Org) {
    let source = org.source().await;
    source
        .accept(&gitlab::push(&org.member.gitlab(), 1, app.now()))
        .await;
    app.run_jobs().await;
    let mutation = "mutation {
      createDepartment(input: { name: \"Research\" }) { department { id } }
      inviteMember(input: { people: [{ email: \"new@elsewhere.test\" }] }) { invitedCount }
      setAbsence(input: { startsOn: \"2026-04-01\", endsOn: \"2026-04-02\" }) { absence { id } }
    }";
    org.admin.graphql(mutation, json!({})).await.data();
    let export = "mutation ($id: ID!) { requestDataExport(input: { organizationId: $id }) { dataExports { id } } }";
    let which = json!({ "id": org.gid() });
    org.admin.graphql(export, which).await.data();
    Key::of_organization(app, &org.admin, &["READ_TEAM"]).await;
    let client = app.database().client().await;
    let account = "INSERT INTO sign_in_accounts (id, user_id, method, issuer, subject, created_at, last_used_at)
                   VALUES (gen_random_uuid(), $1, 'OIDC', 'https://id.elsewhere.test', 'someone', now(), now())";
    client
        .execute(account, &[&Uuid::from(org.member.id)])
        .await
        .unwrap();
    let rule = "INSERT INTO join_rules (id, organization_id, kind, value, created_at)
                VALUES (gen_random_uuid(), $1, 'EMAIL_DOMAIN', 'elsewhere.test', now())";
    client.execute(rule, &[&Uuid::from(org.id)]).await.unwrap();
}

/// Everything that the database holds of an organization, as one text.
pub(super) async fn holdings(app: &TestApp, org: &Org) -> String {
    let client = app.database().client().await;
    let tables = client
        .query(
            "SELECT DISTINCT c.table_name::text FROM information_schema.columns c
             JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = 'public'::regnamespace
             WHERE c.column_name = 'organization_id' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
             ORDER BY 1",
            &[],
        )
        .await
        .unwrap();
    let mut text = String::new();
    for table in tables {
        let table: String = table.get(0);
        let query = format!(
            "SELECT coalesce(string_agg(t::text, '\n' ORDER BY t::text), '') FROM {table} t WHERE organization_id = $1"
        );
        let row = client
            .query_one(&query, &[&Uuid::from(org.id)])
            .await
            .unwrap();
        text.push_str(&format!("{table}:\n{}\n", row.get::<_, String>(0)));
    }
    text
}
