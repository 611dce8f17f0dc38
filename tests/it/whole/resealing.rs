//! Keys rotate: what an older one has sealed is sealed anew, and then opens without it.

use std::collections::BTreeSet;

use api::workflows::{SEALED, reseal_secrets};
use serde_json::json;
use tests::TestApp;

const OLD: &str = "old:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const NEW: &str = "new:ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

#[tokio::test]
async fn what_an_older_key_has_sealed_opens_without_it_afterwards() {
    let old = TestApp::builder()
        .with("TOKEN_ENCRYPTION_KEY", OLD)
        .start()
        .await;
    let org = old.org().await;
    let source = org.source().await;
    let invite = "mutation { inviteMember(input: { people: [{ email: \"new@elsewhere.test\" }] }) { invitedCount } }";
    org.admin.graphql(invite, json!({})).await.data();
    let both = TestApp::builder()
        .with("TOKEN_ENCRYPTION_KEY", &format!("{NEW},{OLD}"))
        .beside(&old)
        .start()
        .await;

    let counts = reseal_secrets(both.platform()).await.unwrap();
    let again = reseal_secrets(both.platform()).await.unwrap();

    let sealed: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(
        sealed,
        [&("mails", 1), &("invitations", 1), &("webhook_sources", 1)]
    );
    assert!(again.iter().all(|(_, count)| *count == 0), "{again:?}");
    let new = TestApp::builder()
        .with("TOKEN_ENCRYPTION_KEY", NEW)
        .beside(&old)
        .start()
        .await;
    let admin = org.admin.at(&new);
    let links = "{ organization { invitations { nodes { url } } outbox { nodes { text } } } }";
    let answer = admin.graphql(links, json!({})).await;
    let url = answer.text("/organization/invitations/nodes/0/url");
    // The address before it is that of the node.
    let token = url.rsplit(['=', '/', '#']).next().unwrap();
    let text = answer.text("/organization/outbox/nodes/0/text");
    assert!(
        token.len() > 20 && text.contains(token),
        "mail and link are the same as before: {url}"
    );
    let push = tests::gitlab::push(&org.member.gitlab(), 1, new.now());
    let taken = source.at(&new).deliver(&push).await;
    assert_eq!(taken, 202, "the secret of the source is the same");
    new.run_jobs().await;
}

/// A new sealed column is found here, and has to be listed.
#[tokio::test]
async fn every_sealed_column_is_listed() {
    let app = TestApp::start().await;
    let client = app.database().client().await;
    let there: BTreeSet<(String, String)> = client
        .query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed'",
            &[],
        )
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let listed: BTreeSet<(String, String)> = SEALED
        .iter()
        .copied()
        .flatten()
        .map(|sealed| (sealed.table.to_owned(), sealed.column.to_owned()))
        .collect();
    assert_eq!(listed, there);
}
