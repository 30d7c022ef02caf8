using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using NUnit.Framework;

namespace ConditionalSync
{
    [TestFixture]
    public class CollectionMirrorTests
    {
        private static readonly Encoding Latin1 = Encoding.GetEncoding("ISO-8859-1");

        private List<Server> servers;
        private Server server;
        private List<double> sleeps;

        private sealed class Reply
        {
            public int Status = 200;
            public string[] Headers = new string[0];
            public string Body = "";
            public bool IsEndless;
            public bool IsCut;
            public bool IsClosed;
            public bool IsHeld;
        }

        /// <summary>Answers each request on a path with its next reply, and with the last one from then on.</summary>
        private sealed class Server : IDisposable
        {
            public readonly Dictionary<string, List<Reply>> Routes = new Dictionary<string, List<Reply>>();
            public readonly HashSet<string> Accepted = new HashSet<string>();
            private readonly List<string> requests = new List<string>();
            private readonly List<TcpClient> held = new List<TcpClient>();
            private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);

            public Server()
            {
                listener.Start();
                Port = ((IPEndPoint)listener.LocalEndpoint).Port;
                new Thread(Serve) { IsBackground = true }.Start();
            }

            public int Port { get; }

            public string Url(string path)
            {
                return "http://127.0.0.1:" + Port + path;
            }

            public void Route(string path, params Reply[] replies)
            {
                Routes[path] = replies.ToList();
            }

            /// <summary>The requests since the last call: path and If-None-Match.</summary>
            public string[] Taken()
            {
                lock (requests)
                {
                    var taken = requests.ToArray();
                    requests.Clear();
                    return taken;
                }
            }

            public void Dispose()
            {
                listener.Stop();
                held.ForEach(client => client.Close());
            }

            private void Serve()
            {
                while (true)
                {
                    try
                    {
                        Handle(listener.AcceptTcpClient());
                    }
                    catch (IOException)
                    {
                        // The client does not want the rest.
                    }
                    catch (Exception e) when (e is SocketException || e is InvalidOperationException) // stopped
                    {
                        return;
                    }
                }
            }

            private void Handle(TcpClient client)
            {
                var reader = new StreamReader(client.GetStream(), Latin1);
                var start = reader.ReadLine().Split(' ');
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                for (var line = reader.ReadLine(); line != ""; line = reader.ReadLine())
                {
                    var colon = line.IndexOf(':');
                    headers[line.Substring(0, colon)] = line.Substring(colon + 1).Trim();
                }
                lock (requests)
                {
                    requests.Add(start[1] + (headers.ContainsKey("If-None-Match") ? " " + headers["If-None-Match"] : ""));
                    Accepted.Add(start[0] + " " + headers["Accept"]);
                }
                var replies = Routes.ContainsKey(start[1]) ? Routes[start[1]] : new List<Reply> { new Reply { Status = 404 } };
                var reply = replies[0];
                if (replies.Count > 1)
                {
                    replies.RemoveAt(0);
                }
                Answer(client, reply);
            }

            private void Answer(TcpClient client, Reply reply)
            {
                if (!reply.IsClosed && !reply.IsHeld)
                {
                    var head = new List<string> { "HTTP/1.1 " + reply.Status + " Any", "Connection: close" };
                    head.AddRange(reply.Headers);
                    var length = reply.IsEndless || reply.IsCut ? 1000000 : reply.Body.Length;
                    head.AddRange(reply.Status == 304 ? new string[0] : new[] { "Content-Length: " + length });
                    var bytes = Latin1.GetBytes(string.Join("\r\n", head) + "\r\n\r\n" + reply.Body);
                    client.GetStream().Write(bytes, 0, bytes.Length);
                }
                if (reply.IsHeld || reply.IsEndless)
                {
                    held.Add(client);
                }
                else
                {
                    client.Close();
                }
            }
        }

        [SetUp]
        public void SetUp()
        {
            servers = new List<Server>();
            sleeps = new List<double>();
            server = Start();
        }

        [TearDown]
        public void TearDown()
        {
            servers.ForEach(one => one.Dispose());
        }

        private Server Start()
        {
            servers.Add(new Server());
            return servers.Last();
        }

        private static Reply Page(string ids, string link = null, string etag = null)
        {
            var items = ids.Select(id => "{\"id\":\"" + id + "\",\"name\":\"" + char.ToUpperInvariant(id) + "\"}");
            var headers = new List<string>();
            headers.AddRange(link == null ? new string[0] : new[] { "Link: " + link });
            headers.AddRange(etag == null ? new string[0] : new[] { "ETag: " + etag });
            return new Reply { Headers = headers.ToArray(), Body = "[" + string.Join(",", items) + "]" };
        }

        private static Reply Status(int status, params string[] headers)
        {
            return new Reply { Status = status, Headers = headers };
        }

        private CollectionMirror Mirror(string path = "/1", MirrorSettings settings = null)
        {
            settings = settings ?? new MirrorSettings();
            settings.Sleep = wait => sleeps.Add(wait.TotalSeconds);
            return new CollectionMirror(new Uri(server.Url(path)), settings);
        }

        private static string Ids(CollectionMirror mirror)
        {
            return string.Concat(mirror.Sync().Select(item => item.Id));
        }

        private SyncException AssertFails(
            SyncErrorKind kind, string path, int? status = null, CollectionMirror mirror = null, string message = null)
        {
            var error = Assert.Throws<SyncException>(() => (mirror ?? Mirror()).Sync(), message);
            Assert.AreEqual(kind, error.Kind, message);
            Assert.AreEqual(server.Url(path), error.Url.AbsoluteUri, message);
            Assert.AreEqual(status, error.Status, message);
            Assert.AreEqual(kind + " at " + error.Url + (status == null ? "" : " (status " + status + ")"), error.Message);
            return error;
        }

        [Test]
        public void AllItemsInOrderWithoutRepeatedIds_R1()
        {
            const string body = " [ {\"id\" : \"b\",\t\"name\":\"\\u00fc\\\"\\\\\\/\\b\\f\\n\\r\\t\"},\r\n"
                + "{\"x\":[1,-2.5e+3,1e999,{},[],{\"id\":0E1}],\"y\":true,\"z\":null,\"f\":false,\"id\":\"a\",\"name\":\"\u00c3\u00bc\"} ] ";
            server.Route("/1", new Reply { Headers = new[] { "Link: </2>; rel=\"next\"" }, Body = body });
            server.Route("/2", Page("bc", "</3>; rel=\"next\""));
            server.Route("/3", Page("cad"));
            var items = Mirror().Sync().Select(item => item.Id + "=" + item.Name);
            Assert.AreEqual(new[] { "b=\u00fc\"\\/\b\f\n\r\t", "a=\u00fc", "c=C", "d=D" }, items.ToArray());
            Assert.AreEqual(new[] { "/1", "/2", "/3" }, server.Taken());
            Assert.AreEqual(new[] { "GET application/json" }, server.Accepted.ToArray());
        }

        [Test]
        public void EmptyCollection_R1()
        {
            server.Route("/1", Page(""));
            Assert.AreEqual(0, Mirror().Sync().Count);
            Assert.AreEqual(new[] { "/1" }, server.Taken());
        }

        [TestCase("</2>; rel=next", "/2")]
        [TestCase("</2>;rel=next", "/2")]
        [TestCase("</2> ; REL = \"prefetch NEXT\"", "/2")]
        [TestCase("</0>; rel=\"prev\", </2>; title=\"x\"; rel=\"next\", </3>; rel=\"next\"", "/2")]
        [TestCase("</a,b;c>; rel=prev,</2?a=1,2;b>; title=x; rel=Next", "/2?a=1,2;b")]
        [TestCase("</0>; title=\"\\\", </3>; rel=next, <x>; rel=\\\"next\"; rel=first, , </2>; rel=\"next\"; crossorigin", "/2")]
        [TestCase("</0>; rel=prev; rel=next, </2>;; rel=next;", "/2")]
        [TestCase("<?page=2>; rel=next", "/1?page=2")]
        [TestCase("</2#top>; rel=next", "/2")]
        [TestCase("<//HOST/2>; rel=next", "/2")]
        [TestCase("<http://HOST/2>; rel=next", "/2")]
        public void NextPageAmongLinks_R2(string link, string path)
        {
            server.Route("/1?page=1", Page("a", link.Replace("HOST", "127.0.0.1:" + server.Port)));
            server.Route(path, Page("b"));
            Assert.AreEqual("ab", Ids(Mirror("/1?page=1")));
            Assert.AreEqual(new[] { "/1?page=1", path }, server.Taken());
        }

        [Test]
        public void SeveralLinkFieldsAndOtherRelations_R2()
        {
            server.Route("/1", new Reply { Headers = new[] { "Link: </0>; rel=prev", "Link: </2>; rel=next" }, Body = Page("a").Body });
            server.Route("/2", Page("b", "</0>; rel=\"prev nextish\", </9>; title=next, </9>; rel, </9>"));
            Assert.AreEqual("ab", Ids(Mirror()));
        }

        [Test]
        public void OtherOriginsAreRefused_R3()
        {
            var other = Start();
            other.Route("/2", Page("b"));
            server.Route("/2", Page("b"));
            var references = new[]
            {
                other.Url("/2"), "//127.0.0.1:" + other.Port + "/2", "http://localhost:" + server.Port + "/2",
                "https://127.0.0.1:" + server.Port + "/2", "http://alice@127.0.0.1:" + server.Port + "/2",
                "http://:secret@127.0.0.1:" + server.Port + "/2", "ftp://127.0.0.1:" + server.Port + "/2",
                "javascript:alert(1)",
            };
            foreach (var reference in references)
            {
                server.Route("/1", Page("a", "<" + reference + ">; rel=next"));
                AssertFails(SyncErrorKind.Origin, "/1", null, null, reference);
                Assert.AreEqual(new[] { "/1" }, server.Taken(), reference);
                Assert.AreEqual(new string[0], other.Taken(), reference);
            }
        }

        [TestCase("</2; rel=next")]
        [TestCase("/2; rel=next")]
        [TestCase("</2> rel=next")]
        [TestCase("</2>; rel=next x")]
        [TestCase("</2>; rel=\"next")]
        [TestCase("</2>; rel=next </3>")]
        public void WhatIsNoListOfLinksIsRefused_R3(string link)
        {
            server.Route("/1", Page("a", link));
            AssertFails(SyncErrorKind.Link, "/1");
            Assert.AreEqual(new[] { "/1" }, server.Taken());
        }

        [TestCase(";    ")]
        [TestCase("; x =   ")]
        [TestCase("; x=\"\"  ")]
        public void LongHeaderIsRefusedSoon_R3(string parameter)
        {
            WhatIsNoListOfLinksIsRefused_R3("</2>" + string.Concat(Enumerable.Repeat(parameter, 500)) + "\"");
        }

        [Test]
        public void ReferencesOfOtherFormsAreRefused_R3()
        {
            foreach (var reference in new[] { "", "2", "./2", "#x", "/2 3", "/2\\3", "/2\"", "/2^", "/2`", "/2{", "/2|", "1x:/2" })
            {
                server.Route("/1", Page("a", "<" + reference + ">; rel=next"));
                AssertFails(SyncErrorKind.Link, "/1", null, null, reference);
                Assert.AreEqual(new[] { "/1" }, server.Taken(), reference);
            }
        }

        [Test]
        public void RedirectIsNotFollowed_R3()
        {
            server.Route("/1", Status(302, "Location: /2"));
            server.Route("/2", Page("b"));
            AssertFails(SyncErrorKind.Status, "/1", 302);
            Assert.AreEqual(new[] { "/1" }, server.Taken());
        }

        [Test]
        public void RememberedPagesAreAskedForWithTheirEtags_R4()
        {
            server.Route("/1", Page("ab", "</2>; rel=next", "W/\"one\""));
            server.Route("/2", Page("cd", "</3>; rel=next", "\"two\""));
            server.Route("/3", Page("e"));
            var mirror = Mirror();
            Assert.AreEqual("abcde", Ids(mirror));
            server.Taken();
            server.Route("/1", Status(304, "ETag: \"other\""));
            server.Route("/2", Page("x", "</3>; rel=next", "\"new\""));
            Assert.AreEqual("abxe", Ids(mirror));
            Assert.AreEqual(new[] { "/1 W/\"one\"", "/2 \"two\"", "/3" }, server.Taken());
            server.Route("/2", Status(304));
            Assert.AreEqual("abxe", Ids(mirror));
            Assert.AreEqual(new[] { "/1 W/\"one\"", "/2 \"new\"", "/3" }, server.Taken());
            server.Route("/2", Page("y"));
            Assert.AreEqual("aby", Ids(mirror));
            Assert.AreEqual("aby", Ids(mirror));
            Assert.AreEqual(new[] { "/1 W/\"one\"", "/2" }, server.Taken().Skip(2).ToArray());
        }

        [Test]
        public void NobodyWhoHasTheItemsCanChangeWhatIsRemembered_R4()
        {
            server.Route("/1", Page("ab", null, "\"1\""), Status(304));
            var mirror = Mirror();
            var first = mirror.Sync();
            Assert.IsTrue(typeof(Item).GetProperties().All(property => !property.CanWrite));
            (first as IList<Item>)?.Clear();
            Assert.AreEqual("ab", Ids(mirror));
        }

        [Test]
        public void FailedRunChangesNothingOfWhatIsRemembered_R5()
        {
            server.Route("/1", Page("a", "</2>; rel=next", "\"1\""));
            server.Route("/2", Page("b", null, "\"2\""));
            var mirror = Mirror();
            Assert.AreEqual("ab", Ids(mirror));
            server.Route("/1", Page("c", "</2>; rel=next", "\"3\""));
            server.Route("/2", Status(500));
            AssertFails(SyncErrorKind.Status, "/2", 500, mirror);
            server.Taken();
            server.Route("/1", Status(304));
            server.Route("/2", Status(304));
            Assert.AreEqual("ab", Ids(mirror));
            Assert.AreEqual(new[] { "/1 \"1\"", "/2 \"2\"" }, server.Taken());
        }

        [Test]
        public void PagesThatAreGoneAreForgotten_R5()
        {
            var first = Page("a", "</2>; rel=next");
            server.Route("/1", first, Page("a"), first);
            server.Route("/2", Page("b", null, "\"2\""));
            var mirror = Mirror();
            Assert.AreEqual(new[] { "ab", "a", "ab" }, new[] { Ids(mirror), Ids(mirror), Ids(mirror) });
            Assert.AreEqual(new[] { "/1", "/2", "/1", "/1", "/2" }, server.Taken());
        }

        [Test]
        public void NotModifiedThatWasNotAskedFor_R5()
        {
            server.Route("/1", Status(304), Page("a"), Status(304));
            var mirror = Mirror();
            AssertFails(SyncErrorKind.Status, "/1", 304, mirror);
            Assert.AreEqual("a", Ids(mirror));
            AssertFails(SyncErrorKind.Status, "/1", 304, mirror);
        }

        [Test]
        public void RequestedAgainAfterTheWaitThatIsAskedFor_R6()
        {
            var waits = new[] { "0", "7", "60", "007", "", "-1", "1.5", "+2", "2 s", "Wed, 21 Oct 2026 07:28:00 GMT" };
            var replies = new List<Reply> { Page("a", null, "\"1\"") };
            replies.AddRange(waits.Select((wait, index) => Status(index % 2 == 1 ? 503 : 429, "Retry-After: " + wait)));
            replies.AddRange(new[] { Status(503), Status(304) });
            server.Route("/1", replies.ToArray());
            var mirror = Mirror("/1", new MirrorSettings { MaxRetries = 11 });
            Assert.AreEqual("a", Ids(mirror));
            server.Taken();
            Assert.AreEqual("a", Ids(mirror));
            Assert.AreEqual(new double[] { 0, 7, 60, 7, 1, 1, 1, 1, 1, 1, 1 }, sleeps.ToArray());
            Assert.AreEqual(new[] { "/1 \"1\"" }, server.Taken().Distinct().ToArray());
        }

        [Test]
        public void RetriesAreCountedForEachPage_R6()
        {
            var busy = Status(503);
            server.Route("/1", busy, busy, busy, Page("a", "</2>; rel=next"));
            server.Route("/2", busy, busy, busy, Status(429), Page("b"));
            AssertFails(SyncErrorKind.Unavailable, "/2", 429);
            Assert.AreEqual(6, sleeps.Count);
            Assert.AreEqual(8, server.Taken().Length);
        }

        [Test]
        public void WaitThatIsTooLongEndsTheRun_R6()
        {
            var waits = new[] { "61", new string('9', 400), "5", "6" };
            server.Route("/1", waits.Select(wait => Status(429, "Retry-After: " + wait)).ToArray());
            AssertFails(SyncErrorKind.Unavailable, "/1", 429);
            AssertFails(SyncErrorKind.Unavailable, "/1", 429);
            var settings = new MirrorSettings { MaxWait = TimeSpan.FromSeconds(5), MaxRetries = 2 };
            AssertFails(SyncErrorKind.Unavailable, "/1", 429, Mirror("/1", settings));
            Assert.AreEqual(new double[] { 5 }, sleeps.ToArray());
            Assert.AreEqual(4, server.Taken().Length);
        }

        [Test]
        public void LoopOfPagesEnds_R7()
        {
            server.Route("/1", Page("a", "</2>; rel=next"));
            server.Route("/2", Page("b", "</1#again>; rel=next"));
            AssertFails(SyncErrorKind.Loop, "/1");
            AssertFails(SyncErrorKind.Loop, "/1", null, Mirror("/1", new MirrorSettings { MaxPages = 2 }));
            Assert.AreEqual(new[] { "/1", "/2", "/1", "/2" }, server.Taken());
        }

        [Test]
        public void NoMorePagesThanTheLimit_R7()
        {
            server.Route("/1", Page("a", "</2>; rel=next"));
            server.Route("/2", Page("b", "</3>; rel=next"));
            server.Route("/3", Page("c"));
            Assert.AreEqual("abc", Ids(Mirror("/1", new MirrorSettings { MaxPages = 3 })));
            server.Taken();
            AssertFails(SyncErrorKind.Pages, "/3", null, Mirror("/1", new MirrorSettings { MaxPages = 2 }));
            Assert.AreEqual(new[] { "/1", "/2" }, server.Taken());
        }

        [Test]
        public void NoLongerBodyThanTheLimit_R7()
        {
            var body = Page("a").Body;
            server.Route("/1", new Reply { Body = body });
            server.Route("/2", new Reply { Body = body.PadRight(1 << 20) });
            server.Route("/3", new Reply { Body = body.PadRight((1 << 20) + 1) });
            server.Route("/4", new Reply { Body = body, IsEndless = true });
            Assert.AreEqual("a", Ids(Mirror("/1", new MirrorSettings { MaxBodyBytes = body.Length })));
            var smaller = new MirrorSettings { MaxBodyBytes = body.Length - 1 };
            AssertFails(SyncErrorKind.Size, "/1", 200, Mirror("/1", smaller));
            Assert.AreEqual("a", Ids(Mirror("/2")));
            AssertFails(SyncErrorKind.Size, "/3", 200, Mirror("/3"));
            AssertFails(SyncErrorKind.Size, "/4", 200, Mirror("/4", smaller));
        }

        [TestCase(201)]
        [TestCase(204)]
        [TestCase(400)]
        [TestCase(401)]
        [TestCase(404)]
        [TestCase(500)]
        [TestCase(502)]
        public void OtherStatuses_R8(int status)
        {
            server.Route("/1", Page("a", "</2>; rel=next"));
            server.Route("/2", Status(status));
            AssertFails(SyncErrorKind.Status, "/2", status);
        }

        [Test]
        public void BodiesThatAreNoListOfItems_R8()
        {
            const string item = "[{\"id\":\"a\",\"name\":\"b\"";
            var bodies = new[]
            {
                "", "[", item + "}", item + "}]]", item + "}],", item + "},]", item + "}] x", item + ",}]", item + "]", item + "}{}]",
                item + ",\"x\":}]", item + ",\"x\"}]", item + ",\"x\" 1}]", item + ",x:1}]", item + ",1:1}]", item + ",\"x\":01}]",
                item + ",\"x\":1.}]", item + ",\"x\":.5}]", item + ",\"x\":+1}]", item + ",\"x\":-}]", item + ",\"x\":1e}]",
                item + ",\"x\":nul}]", item + ",\"x\":True}]", item + ",\"x\":'a'}]", item + ",\"x\":\"\\x\"}]",
                item + ",\"x\":\"\\u12g4\"}]", item + ",\"x\":\"\\u123", item + ",\"x\":\"\\", item + ",\"x\":\"a\nb\"}]", item + ",\"x\":[1 2]}]",
                item + ",\"x\":[1,]}]", item + ",\"x\":[1}]", item + "}]\0", "{\"id\":\"a\",\"name\":\"b\"}", "null", "[null]", "[\"a\"]",
                "[[]]", "[{}]", "[{\"id\":\"a\"}]", "[{\"name\":\"b\"}]", "[{\"id\":1,\"name\":\"b\"}]",
                "[{\"id\":\"a\",\"name\":null}]", "[{\"id\":\"a\",\"name\":\"b\"},{\"id\":\"c\",\"name\":true}]",
                "[{\"id\":\"\u00ff\",\"name\":\"b\"}]", new string('[', 100000),
            };
            foreach (var body in bodies)
            {
                server.Route("/1", new Reply { Body = body });
                AssertFails(SyncErrorKind.Json, "/1", 200, null, body.Substring(0, Math.Min(60, body.Length)));
            }
        }

        [Test]
        public void NestedJson_R8()
        {
            foreach (var depth in new[] { 62, 63 })
            {
                var value = new string('[', depth) + new string(']', depth);
                server.Route("/1", new Reply { Body = "[{\"x\":[[],{}],\"id\":\"a\",\"name\":\"b\",\"y\":" + value + "}]" });
                if (depth == 62)
                {
                    Assert.AreEqual("a", Ids(Mirror()));
                }
                else
                {
                    AssertFails(SyncErrorKind.Json, "/1", 200);
                }
            }
        }

        [Test]
        public void NoResponse_R8()
        {
            server.Route("/1", new Reply { IsClosed = true });
            server.Route("/2", new Reply { IsHeld = true });
            Assert.IsInstanceOf<WebException>(AssertFails(SyncErrorKind.Connection, "/1").InnerException);
            var settings = new MirrorSettings { Timeout = TimeSpan.FromMilliseconds(50) };
            AssertFails(SyncErrorKind.Connection, "/2", null, Mirror("/2", settings));
            server.Route("/3", new Reply { Body = "[]", IsCut = true });
            server.Route("/4", new Reply { Body = "[]", IsEndless = true });
            AssertFails(SyncErrorKind.Connection, "/3", null, Mirror("/3"));
            AssertFails(SyncErrorKind.Connection, "/4", null, Mirror("/4", settings));
        }

        [Test]
        public void NobodyListens_R8()
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var url = "http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port + "/1";
            listener.Stop();
            var mirror = new CollectionMirror(new Uri(url), new MirrorSettings());
            var error = Assert.Throws<SyncException>(() => mirror.Sync());
            Assert.AreEqual(SyncErrorKind.Connection, error.Kind);
            Assert.AreEqual(url, error.Url.AbsoluteUri);
        }
    }
}
