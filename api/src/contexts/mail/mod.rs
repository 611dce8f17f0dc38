//! Mail: queued in the transaction of the change that it tells of, sent afterwards.
//!
//! - A mail is queued once for each idempotency key, and only if the change commits.
//! - Where a mail server is set, due mails are sent with growing pauses between attempts, and given up after the last; a
//!   crash between sending and the commit may send one twice, under the same message id.
//! - Where none is set, mails wait in the outbox, which administrators of their organization read.
//! - Bodies may hold links with tokens: they are stored sealed and gone once a mail is sent. Nothing is kept past 30 days.

mod error;
pub mod graphql;
mod letter;
mod model;
mod sender;
mod service;
mod smtp;
mod store;

pub use letter::Letter;
pub use model::{Mail, MailBody, MailQueued, NewMail};
pub use sender::Mailer;
pub use service::{SEALED, forget_recipient, queue};
