//! Words about how people come into an organization, what it mails them, and when they are away.

use crate::text_enum::text_enum;

text_enum! {
    /// What became of an invitation.
    InvitationStatus {
        /// Waits for the person.
        Pending = "PENDING",
        /// The person joined.
        Accepted = "ACCEPTED",
        /// Withdrawn.
        Revoked = "REVOKED",
        /// Nobody came in time; sending it again opens it anew.
        Expired = "EXPIRED",
    }
}

text_enum! {
    /// What became of one line of those to invite.
    InviteOutcome {
        /// Invited; the mail is on its way.
        Invited = "INVITED",
        /// There was an invitation already: it stays as it is, and no second mail goes out.
        AlreadyInvited = "ALREADY_INVITED",
        /// The person is a member already.
        AlreadyMember = "ALREADY_MEMBER",
        /// Something about the line is wrong.
        Refused = "REFUSED",
    }
}

text_enum! {
    /// How far an export came.
    DataExportStatus {
        /// It is being gathered.
        Preparing = "PREPARING",
        /// It can be downloaded.
        Ready = "READY",
    }
}

text_enum! {
    /// How an account at a provider stands to the members.
    MatchStatus {
        /// It is nobody's, and somebody is likely to be meant.
        Suggested = "SUGGESTED",
        /// It is nobody's, and nothing tells whose it may be.
        Unmatched = "UNMATCHED",
        /// It is a member's.
        Matched = "MATCHED",
    }
}

text_enum! {
    /// Why an account at a provider may be a member's.
    MatchReason {
        /// The member has this address, which is not proven.
        Email = "EMAIL",
        /// The member has an account of this name elsewhere.
        Username = "USERNAME",
        /// The member is called so.
        Name = "NAME",
        /// The member's address begins so.
        LocalPart = "LOCAL_PART",
    }
}

text_enum! {
    /// By what people join an organization without being asked.
    JoinRuleKind {
        /// They belong to a directory of Microsoft Entra, named by its id.
        EntraTenant = "ENTRA_TENANT",
        /// They have proven an address of a domain.
        EmailDomain = "EMAIL_DOMAIN",
    }
}

text_enum! {
    /// What a mail tells.
    MailKind {
        /// Somebody is invited into an organization.
        Invitation = "INVITATION",
        /// An organization is about to be deleted, or was restored.
        Organization = "ORGANIZATION",
        /// Something about the person's own account, such as an export that is ready.
        Account = "ACCOUNT",
    }
}

text_enum! {
    /// How far a mail came.
    MailStatus {
        /// Waits to be sent, for the first time or again.
        Pending = "PENDING",
        /// Taken by the mail server.
        Sent = "SENT",
        /// Given up.
        Dead = "DEAD",
    }
}

text_enum! {
    /// Why somebody is away.
    AbsenceKind {
        /// Holiday of one's own.
        Vacation = "VACATION",
        /// Ill.
        Sick = "SICK",
        /// Parental leave.
        Parental = "PARENTAL",
        /// Anything else.
        Other = "OTHER",
    }
}
