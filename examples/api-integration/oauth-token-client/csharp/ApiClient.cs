using System;
using System.IO;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace TokenClient
{
    /// <summary>Calls an API that wants bearer tokens. Threads may share one.</summary>
    public sealed class ApiClient
    {
        private static readonly Regex PathShape = 
            new Regex(@"^(?!.*%(?![0-9A-Fa-f]{2}))/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*\z");

        private readonly string origin;
        private readonly TokenSource tokens;
        private readonly TimeSpan timeout;

        /// <param name="origin">such as https://api.example.com</param>
        /// <param name="tokens">where tokens come from</param>
        /// <param name="timeout">how long is waited for a response</param>
        public ApiClient(string origin, TokenSource tokens, TimeSpan timeout)
        {
            this.origin = origin;
            this.tokens = tokens;
            this.timeout = timeout;
        }

        /// <summary>Sends a request and returns its response, whatever the status; after 401 it retries once with a new token.</summary>
        /// <param name="method">such as GET</param>
        /// <param name="path">with query</param>
        /// <param name="json">the body, or null for none</param>
        /// <exception cref="ArgumentException">the path is not allowed</exception>
        /// <exception cref="TokenException">there is no token</exception>
        /// <exception cref="WebException">there is no response</exception>
        /// <exception cref="IOException">the connection of a response is lost</exception>
        public async Task<ApiResponse> SendAsync(string method, string path, string json = null)
        {
            if (!PathShape.IsMatch(path))
            {
                throw new ArgumentException("not a path", nameof(path));
            }
            var token = await tokens.GetTokenAsync().ConfigureAwait(false);
            var response = await SendWithAsync(token, method, path, json).ConfigureAwait(false);
            if (response.Status != (int)HttpStatusCode.Unauthorized)
            {
                return response;
            }
            tokens.Invalidate(token);
            var renewed = await tokens.GetTokenAsync().ConfigureAwait(false);
            return await SendWithAsync(renewed, method, path, json).ConfigureAwait(false);
        }

        private Task<ApiResponse> SendWithAsync(string token, string method, string path, string json)
        {
            var url = new Uri(origin + path);
            return Task.Run(() => Http.Send(url, timeout, method, "Bearer " + token, null, "application/json", json));
        }
    }
}
