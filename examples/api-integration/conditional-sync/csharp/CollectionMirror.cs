using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ConditionalSync
{
    /// <summary>Mirrors a paginated collection and fetches only pages that have changed. Not safe for use by several threads.</summary>
    public sealed class CollectionMirror
    {
        private const int Unavailable = (int)HttpStatusCode.ServiceUnavailable;
        private const int TooManyRequests = 429;

        private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);
        private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, true);
        /// <summary>What begins like an allowed reference and has only characters of URIs.</summary>
        private static readonly Regex Reference =
            new Regex(@"^(?:[A-Za-z][A-Za-z0-9+.-]*:|[/?])[A-Za-z0-9_\-.~:/?#\[\]@!$&'()*+,;=%]*\z");

        private readonly Uri first;
        private readonly MirrorSettings settings;
        private Dictionary<string, Page> remembered = new Dictionary<string, Page>();

        private sealed class Page
        {
            public IReadOnlyList<Item> Items { get; set; }

            public string NextReference { get; set; }

            public string ETag { get; set; }
        }

        public CollectionMirror(Uri first, MirrorSettings settings)
        {
            this.first = first;
            this.settings = settings;
        }

        /// <summary>Fetches all pages and returns their items, each id once.</summary>
        /// <exception cref="SyncException">the collection could not be read as a whole</exception>
        public IReadOnlyList<Item> Sync()
        {
            var pages = new Dictionary<string, Page>();
            var items = new List<Item>();
            var ids = new HashSet<string>();
            for (var url = first; url != null;)
            {
                if (pages.ContainsKey(url.AbsoluteUri))
                {
                    throw new SyncException(SyncErrorKind.Loop, url);
                }
                if (pages.Count >= settings.MaxPages)
                {
                    throw new SyncException(SyncErrorKind.Pages, url);
                }
                remembered.TryGetValue(url.AbsoluteUri, out var known);
                var page = Fetch(url, known);
                pages.Add(url.AbsoluteUri, page);
                items.AddRange(page.Items.Where(item => ids.Add(item.Id)));
                url = page.NextReference == null ? null : Resolve(page.NextReference, url);
            }
            remembered = pages;
            return items;
        }

        private Page Fetch(Uri url, Page known)
        {
            for (var retries = 0; ; retries++)
            {
                TimeSpan wait;
                using (var response = Request(url, known?.ETag))
                {
                    var status = (int)response.StatusCode;
                    if (status == (int)HttpStatusCode.OK)
                    {
                        return Read(response, url);
                    }
                    if (status == (int)HttpStatusCode.NotModified && known?.ETag != null)
                    {
                        return known;
                    }
                    if (status != Unavailable && status != TooManyRequests)
                    {
                        throw new SyncException(SyncErrorKind.Status, url, status);
                    }
                    wait = WaitOf(response.Headers["Retry-After"]);
                    if (retries == settings.MaxRetries || wait > settings.MaxWait)
                    {
                        throw new SyncException(SyncErrorKind.Unavailable, url, status);
                    }
                }
                settings.Sleep(wait);
            }
        }

        private HttpWebResponse Request(Uri url, string etag)
        {
            var request = WebRequest.CreateHttp(url);
            request.Accept = "application/json";
            request.AllowAutoRedirect = false;
            request.KeepAlive = false; // so that a body that is not wanted is dropped with its connection
            request.Proxy = null;
            request.Timeout = (int)settings.Timeout.TotalMilliseconds;
            request.ReadWriteTimeout = request.Timeout; // of the body, which is 5 minutes otherwise
            if (etag != null)
            {
                request.Headers[HttpRequestHeader.IfNoneMatch] = etag;
            }
            try
            {
                return (HttpWebResponse)request.GetResponse();
            }
            catch (WebException e) when (e.Response is HttpWebResponse response)
            {
                return response; // Statuses from 400 on come as exceptions.
            }
            catch (WebException e)
            {
                throw new SyncException(SyncErrorKind.Connection, url, null, e);
            }
        }

        private Page Read(HttpWebResponse response, Uri url)
        {
            try
            {
                var items = PageReader.Read(StrictUtf8.GetString(ReadBody(response, url)));
                return new Page { Items = items, NextReference = NextOf(response, url), ETag = response.Headers["ETag"] };
            }
            catch (Exception e) when (e is FormatException || e is DecoderFallbackException)
            {
                throw new SyncException(SyncErrorKind.Json, url, (int)response.StatusCode, e);
            }
        }

        private static string NextOf(HttpWebResponse response, Uri url)
        {
            try
            {
                return LinkHeader.NextReference(response.Headers["Link"] ?? "");
            }
            catch (FormatException e)
            {
                throw new SyncException(SyncErrorKind.Link, url, null, e);
            }
        }

        private byte[] ReadBody(HttpWebResponse response, Uri url)
        {
            var body = new MemoryStream();
            var chunk = new byte[16 * 1024];
            try
            {
                var stream = response.GetResponseStream();
                for (var count = stream.Read(chunk, 0, chunk.Length); count > 0; count = stream.Read(chunk, 0, chunk.Length))
                {
                    body.Write(chunk, 0, count);
                    if (body.Length > settings.MaxBodyBytes)
                    {
                        throw new SyncException(SyncErrorKind.Size, url, (int)response.StatusCode);
                    }
                }
            }
            catch (Exception e) when (e is IOException || e is WebException)
            {
                throw new SyncException(SyncErrorKind.Connection, url, null, e);
            }
            if (body.Length < response.ContentLength)
            {
                throw new SyncException(SyncErrorKind.Connection, url);
            }
            return body.ToArray();
        }

        private Uri Resolve(string reference, Uri page)
        {
            if (!Reference.IsMatch(reference))
            {
                throw new SyncException(SyncErrorKind.Link, page);
            }
            if (!Uri.TryCreate(Absolute(reference, page), UriKind.Absolute, out var url))
            {
                throw new SyncException(SyncErrorKind.Link, page);
            }
            const UriComponents origin = UriComponents.SchemeAndServer | UriComponents.UserInfo;
            if (Uri.Compare(url, first, origin, UriFormat.UriEscaped, StringComparison.Ordinal) != 0)
            {
                throw new SyncException(SyncErrorKind.Origin, page);
            }
            return new Uri(url.GetLeftPart(UriPartial.Query));
        }

        /// <summary>Mono's own resolution takes a reference that begins with a slash for the name of a file.</summary>
        private static string Absolute(string reference, Uri page)
        {
            if (reference.StartsWith("//", StringComparison.Ordinal))
            {
                return page.Scheme + ":" + reference;
            }
            switch (reference[0])
            {
                case '/':
                    return page.GetLeftPart(UriPartial.Authority) + reference;
                case '?':
                    return page.GetLeftPart(UriPartial.Path) + reference;
                default:
                    return reference;
            }
        }

        private static TimeSpan WaitOf(string retryAfter)
        {
            if (!Regex.IsMatch(retryAfter ?? "", @"^[0-9]+\z"))
            {
                return DefaultWait;
            }
            var isShort = int.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
            return isShort ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        }
    }
}
