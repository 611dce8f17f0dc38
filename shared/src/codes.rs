//! Error codes of the API: `extensions.code` of a GraphQL error, `error.code` of a plain HTTP answer.

use crate::text_enum::text_enum;

text_enum! {
    /// Why a request was refused. Codes are stable: programs branch on them.
    ErrorCode {
        /// An input is wrong; `extensions.field` names it.
        BadUserInput = "BAD_USER_INPUT",
        /// Nobody is signed in, or the session has ended.
        Unauthenticated = "UNAUTHENTICATED",
        /// The caller may see it and may not do this.
        Forbidden = "FORBIDDEN",
        /// It does not exist, or the caller may not know that it does.
        NotFound = "NOT_FOUND",
        /// It conflicts with what is there.
        Conflict = "CONFLICT",
        /// Too many requests; `extensions.retryAfter` is in seconds.
        RateLimited = "RATE_LIMITED",
        /// The query is deeper or costlier than allowed.
        QueryTooComplex = "QUERY_TOO_COMPLEX",
        /// A system that this depends on did not answer.
        UpstreamUnavailable = "UPSTREAM_UNAVAILABLE",
        /// Ours to fix; `extensions.requestId` finds it in the logs.
        Internal = "INTERNAL",
    }
}
