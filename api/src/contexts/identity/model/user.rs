//! People.

use shared::ids::UserId;

/// A person, with everything that only the server looks at.
#[derive(Clone, Debug)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// The address.
    pub email: String,
    /// Whether the address was proven.
    pub is_email_verified: bool,
    /// The name.
    pub name: String,
    /// Runs the instance.
    pub is_operator: bool,
}

/// A person as somebody else sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The person.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The address; none where the one who looks may not read it.
    pub email: Option<String>,
    /// A picture.
    pub avatar_url: Option<String>,
}

/// A person to create.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The address.
    pub email: String,
    /// Whether the address is proven.
    pub is_email_verified: bool,
    /// The name.
    pub name: String,
    /// A picture.
    pub avatar_url: Option<String>,
}

impl NewUser {
    /// A person whose address is proven.
    pub fn verified(email: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            is_email_verified: true,
            name: name.into(),
            avatar_url: None,
        }
    }
}
