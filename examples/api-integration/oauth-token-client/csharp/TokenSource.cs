using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;

namespace TokenClient
{
    /// <summary>Gives access tokens of an OAuth 2.0 token endpoint (client credentials grant). Threads may share one.</summary>
    public sealed class TokenSource
    {
        private const string FormType = "application/x-www-form-urlencoded";
        private const string Unreserved = "*-._";

        private static readonly Dictionary<string, object> NoMembers = new Dictionary<string, object>();

        private readonly Uri tokenUrl;
        private readonly TokenSettings settings;
        private readonly string basic;
        private readonly string body;
        private readonly object gate = new object();
        private Token cached;
        private Task<string> renewal;

        private sealed class Token
        {
            public string Value { get; set; }

            public double LifetimeSeconds { get; set; }

            public TimeSpan RequestedAt { get; set; }
        }

        public TokenSource(Uri tokenUrl, string clientId, string clientSecret, TokenSettings settings)
        {
            this.tokenUrl = tokenUrl;
            this.settings = settings;
            var pair = FormEncode(clientId) + ":" + FormEncode(clientSecret);
            basic = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(pair));
            body = "grant_type=client_credentials" + (settings.Scope == null ? "" : "&scope=" + FormEncode(settings.Scope));
        }

        /// <summary>Returns the cached token or a new one.</summary>
        /// <exception cref="TokenException">there is none</exception>
        public Task<string> GetTokenAsync()
        {
            lock (gate)
            {
                if (cached != null && IsGood(cached))
                {
                    return Task.FromResult(cached.Value);
                }
                renewal = renewal ?? Task.Run(() => Renew());
                return renewal;
            }
        }

        /// <summary>Forgets the cached token if it is this one.</summary>
        public void Invalidate(string token)
        {
            lock (gate)
            {
                if (cached?.Value == token)
                {
                    cached = null;
                }
            }
        }

        private bool IsGood(Token token)
        {
            var age = settings.Clock() - token.RequestedAt;
            return age.TotalSeconds < token.LifetimeSeconds - settings.Margin.TotalSeconds;
        }

        private string Renew()
        {
            Token token = null;
            try
            {
                token = RequestToken();
                return token.Value;
            }
            finally
            {
                lock (gate)
                {
                    cached = token;
                    renewal = null;
                }
            }
        }

        private Token RequestToken()
        {
            var requestedAt = settings.Clock();
            var response = Ask() ?? throw new TokenException(TokenErrorKind.Unavailable);
            var json = ParseObject(response.Body);
            if (response.Status == (int)HttpStatusCode.OK)
            {
                return Granted(json, requestedAt);
            }
            var mayReject = response.Status == (int)HttpStatusCode.BadRequest || response.Status == (int)HttpStatusCode.Unauthorized;
            if (mayReject && json.TryGetValue("error", out var value) && value is string error)
            {
                throw new TokenException(TokenErrorKind.Rejected, response.Status, CodeOf(error));
            }
            throw new TokenException(TokenErrorKind.Unavailable, response.Status);
        }

        /// <summary>Returns null if there is no response.</summary>
        private ApiResponse Ask()
        {
            try
            {
                return Http.Send(tokenUrl, settings.Timeout, "POST", basic, "application/json", FormType, body);
            }
            catch (Exception e) when (e is WebException || e is IOException)
            {
                return null;
            }
        }

        private static Token Granted(Dictionary<string, object> json, TimeSpan requestedAt)
        {
            json.TryGetValue("access_token", out var value);
            json.TryGetValue("token_type", out var type);
            if (!json.TryGetValue("expires_in", out var lifetime))
            {
                lifetime = double.PositiveInfinity;
            }
            if (value is string token && token.Length > 0 && token.All(c => c > ' ' && c <= '~')
                && string.Equals(type as string, "Bearer", StringComparison.OrdinalIgnoreCase)
                && lifetime is double seconds && seconds >= 0)
            {
                return new Token { Value = token, LifetimeSeconds = seconds, RequestedAt = requestedAt };
            }
            throw new TokenException(TokenErrorKind.InvalidResponse, (int)HttpStatusCode.OK);
        }

        private static RejectionCode CodeOf(string error)
        {
            switch (error)
            {
                case "invalid_request":
                    return RejectionCode.InvalidRequest;
                case "invalid_client":
                    return RejectionCode.InvalidClient;
                case "invalid_grant":
                    return RejectionCode.InvalidGrant;
                case "unauthorized_client":
                    return RejectionCode.UnauthorizedClient;
                case "unsupported_grant_type":
                    return RejectionCode.UnsupportedGrantType;
                case "invalid_scope":
                    return RejectionCode.InvalidScope;
                default:
                    return RejectionCode.Other;
            }
        }

        private static Dictionary<string, object> ParseObject(string text)
        {
            try
            {
                return JsonReader.Read(text) as Dictionary<string, object> ?? NoMembers;
            }
            catch (FormatException)
            {
                return NoMembers;
            }
        }

        private static string FormEncode(string text)
        {
            return string.Concat(Encoding.UTF8.GetBytes(text).Select(FormEncode));
        }

        private static string FormEncode(byte one)
        {
            var c = (char)one;
            var isAlphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (isAlphanumeric || Unreserved.IndexOf(c) >= 0)
            {
                return c.ToString();
            }
            return c == ' ' ? "+" : "%" + one.ToString("X2");
        }
    }
}
