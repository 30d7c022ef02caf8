using System;

namespace TokenClient
{
    /// <summary>What went wrong.</summary>
    public enum TokenErrorKind
    {
        Rejected,
        InvalidResponse,
        Unavailable,
    }

    /// <summary>Why the server rejected the request.</summary>
    public enum RejectionCode
    {
        InvalidRequest,
        InvalidClient,
        InvalidGrant,
        UnauthorizedClient,
        UnsupportedGrantType,
        InvalidScope,
        Other,
    }

    /// <summary>There is no token. Says nothing that came from the server or is secret.</summary>
    public sealed class TokenException : Exception
    {
        internal TokenException(TokenErrorKind kind, int? status = null, RejectionCode? code = null)
            : base("token request failed: " + kind + (code == null ? "" : " " + code) + (status == null ? "" : " (status " + status + ")"))
        {
            Kind = kind;
            Status = status;
            Code = code;
        }

        public TokenErrorKind Kind { get; }

        /// <summary>The status of the response, or null if there was none.</summary>
        public int? Status { get; }

        /// <summary>Not null if the kind is Rejected.</summary>
        public RejectionCode? Code { get; }
    }
}
