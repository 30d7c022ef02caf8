using System;
using System.IO;
using System.Net;
using System.Text;

namespace TokenClient
{
    /// <summary>Sends requests without redirects; every status is a result.</summary>
    internal static class Http
    {
        /// <exception cref="WebException">there is no response</exception>
        /// <exception cref="IOException">the connection of a response is lost</exception>
        public static ApiResponse Send(Uri url, TimeSpan timeout, string method, string authorization, string accept, string type, string body)
        {
            var request = WebRequest.CreateHttp(url);
            request.Method = method;
            request.AllowAutoRedirect = false;
            request.Proxy = null;
            request.Timeout = (int)timeout.TotalMilliseconds;
            request.ReadWriteTimeout = request.Timeout; // of the body, which is 5 minutes otherwise
            request.ServicePoint.Expect100Continue = false;
            request.Accept = accept;
            request.Headers[HttpRequestHeader.Authorization] = authorization;
            if (body != null)
            {
                request.ContentType = type;
                var bytes = new UTF8Encoding(false).GetBytes(body);
                request.ContentLength = bytes.Length;
                using (var stream = request.GetRequestStream())
                {
                    stream.Write(bytes, 0, bytes.Length);
                }
            }
            using (var response = ResponseOf(request))
            using (var bytes = new MemoryStream())
            {
                ReadBody(response, bytes);
                return new ApiResponse((int)response.StatusCode, Encoding.UTF8.GetString(bytes.ToArray()));
            }
        }

        private static void ReadBody(HttpWebResponse response, Stream bytes)
        {
            response.GetResponseStream().CopyTo(bytes);
            var hasBody = response.Method != "HEAD" && response.StatusCode != HttpStatusCode.NotModified;
            if (hasBody && bytes.Length < response.ContentLength)
            {
                throw new WebException("the response broke off", WebExceptionStatus.ReceiveFailure);
            }
        }

        private static HttpWebResponse ResponseOf(HttpWebRequest request)
        {
            try
            {
                return (HttpWebResponse)request.GetResponse();
            }
            catch (WebException e) when (e.Response is HttpWebResponse response)
            {
                return response; // Statuses from 400 on come as exceptions.
            }
        }
    }
}
