//! Signing in and out: the plain HTTP beside GraphQL. The session itself stays in cookies that
//! scripts cannot read.

use super::{
    client::post,
    decode::{Fields, ObjectWriter, write_object},
    errors::ApiError,
};

/// Signs in as one of the demo accounts.
pub async fn sign_in_demo(email: String) -> Result<(), ApiError> {
    struct Body(String);
    impl Fields for Body {
        fn write_fields(&self, object: &mut ObjectWriter<'_>) {
            object.field("email", &self.0);
        }
    }
    send("/auth/demo", &Body(email)).await
}

/// What a one-time link takes. Everything but the token matters on the first use only.
pub struct Link {
    /// The token of the link.
    pub token: String,
    /// How the person wants to be called.
    pub name: Option<String>,
    /// The name of the organization to create.
    pub organization_name: Option<String>,
    /// The browser's time zone, for the organization's days.
    pub time_zone: Option<String>,
}

impl Fields for Link {
    fn write_fields(&self, object: &mut ObjectWriter<'_>) {
        object.field("token", &self.token);
        object.field("name", &self.name);
        object.field("organizationName", &self.organization_name);
        object.field("timeZone", &self.time_zone);
    }
}

/// Signs in by a one-time link; the first use creates the person and the organization.
pub async fn sign_in_link(link: Link) -> Result<(), ApiError> {
    send("/auth/link", &link).await
}

/// Ends the session of this browser.
pub async fn sign_out() -> Result<(), ApiError> {
    struct Nothing;
    impl Fields for Nothing {
        fn write_fields(&self, _: &mut ObjectWriter<'_>) {}
    }
    send("/auth/logout", &Nothing).await
}

async fn send(path: &str, body: &dyn Fields) -> Result<(), ApiError> {
    let mut text = String::new();
    write_object(body, &mut text);
    let (status, answer) = post(path, &text, None).await?;
    if status < 300 {
        return Ok(());
    }
    // One error, or GraphQL's list of them.
    Err(match (answer.get("errors"), answer.get("error")) {
        (Some(errors), _) => ApiError::from_errors(errors),
        (None, Some(error)) => ApiError::from_error(error),
        (None, None) => ApiError::from_error(&answer),
    })
}
