using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace TokenClient
{
    [TestFixture]
    public class ApiClientTests
    {
        private const string Closed = "";
        private const string Stalled = "HTTP/1.1 200 Any\r\nContent-Length: 100\r\n\r\n{";
        private const string Cut = Stalled + "\n";

        private Server server;
        private double now;

        private sealed class Received
        {
            public string Start;
            public Dictionary<string, string> Headers;
            public string Body;

            public string Header(string name)
            {
                return Headers.TryGetValue(name, out var value) ? value : null;
            }
        }

        /// <summary>Answers requests for tokens and for the API with their next reply each, and with the last one from then on.
        /// A reply returns what is sent; if that is null, nothing ever comes.</summary>
        private sealed class Server : IDisposable
        {
            public readonly List<Func<string>> TokenReplies = new List<Func<string>>();
            public readonly List<Func<string>> ApiReplies = new List<Func<string>>();
            public readonly List<Received> TokenRequests = new List<Received>();
            public readonly List<Received> ApiRequests = new List<Received>();
            private readonly List<TcpClient> held = new List<TcpClient>();
            private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);

            public Server()
            {
                listener.Start();
                Origin = "http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port;
                new Thread(Serve) { IsBackground = true }.Start();
            }

            public string Origin { get; }

            public int TokenCount
            {
                get
                {
                    lock (held)
                    {
                        return TokenRequests.Count;
                    }
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
                        var client = listener.AcceptTcpClient();
                        new Thread(() => Handle(client)) { IsBackground = true }.Start();
                    }
                    catch (Exception e) when (e is SocketException || e is InvalidOperationException)
                    {
                        return;
                    }
                }
            }

            private void Handle(TcpClient client)
            {
                try
                {
                    var reader = new StreamReader(client.GetStream(), new UTF8Encoding(false));
                    var received = new Received { Start = reader.ReadLine() };
                    received.Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                    for (var line = reader.ReadLine(); line != ""; line = reader.ReadLine())
                    {
                        var colon = line.IndexOf(':');
                        received.Headers[line.Substring(0, colon)] = line.Substring(colon + 1).Trim();
                    }
                    var body = new StringBuilder();
                    while (Encoding.UTF8.GetByteCount(body.ToString()) < int.Parse(received.Header("Content-Length") ?? "0"))
                    {
                        body.Append((char)reader.Read());
                    }
                    received.Body = body.ToString();
                    Answer(client, received);
                }
                catch (Exception e) when (e is IOException || e is NullReferenceException)
                {
                    client.Close(); // The client is gone.
                }
            }

            private void Answer(TcpClient client, Received received)
            {
                var isToken = received.Start.Contains(" /token ");
                var replies = isToken ? TokenReplies : ApiReplies;
                Func<string> reply;
                lock (held)
                {
                    (isToken ? TokenRequests : ApiRequests).Add(received);
                    held.Add(client);
                    reply = replies[0];
                    if (replies.Count > 1)
                    {
                        replies.RemoveAt(0);
                    }
                }
                var text = reply();
                if (text != null)
                {
                    var bytes = Encoding.UTF8.GetBytes(text);
                    client.GetStream().Write(bytes, 0, bytes.Length);
                }
                if (text != null && text != Stalled)
                {
                    client.Close();
                }
            }
        }

        [SetUp]
        public void SetUp()
        {
            server = new Server();
            now = 1000;
        }

        [TearDown]
        public void TearDown()
        {
            server.Dispose();
        }

        private static Func<string> Reply(int status, string body = "", string header = null)
        {
            return () => "HTTP/1.1 " + status + " Any\r\nConnection: close\r\n" + (header == null ? "" : header + "\r\n")
                + "Content-Length: " + Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body;
        }

        private static Func<string> Granted(string token, string lifetime = null, string type = "Bearer")
        {
            var rest = lifetime == null ? "" : ",\"expires_in\":" + lifetime;
            return Reply(200, "{\"access_token\":\"" + token + "\",\"token_type\":\"" + type + "\"" + rest + ",\"x\":[null]}");
        }

        private TokenSource Source(string id = "client-7", string secret = "s3cret value", TokenSettings settings = null)
        {
            settings = settings ?? new TokenSettings();
            settings.Clock = () => TimeSpan.FromSeconds(now);
            return new TokenSource(new Uri(server.Origin + "/token"), id, secret, settings);
        }

        private ApiClient Api(TokenSource source = null)
        {
            return new ApiClient(server.Origin, source ?? Source(), TimeSpan.FromSeconds(10));
        }

        private static T Wait<T>(Task<T> task)
        {
            return task.GetAwaiter().GetResult();
        }

        private static string Basic(string pair)
        {
            return "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(pair));
        }

        private static TokenException AssertFails<T>(
            Task<T> task, TokenErrorKind kind, int? status = null, RejectionCode? code = null, string message = null)
        {
            var error = Assert.Throws<TokenException>(() => Wait(task), message);
            Assert.AreEqual(kind, error.Kind, message);
            Assert.AreEqual(status, error.Status, message);
            Assert.AreEqual(code, error.Code, message);
            return error;
        }

        [Test]
        public void TokenRequest_R1()
        {
            server.TokenReplies.Add(Granted("t1"));
            Assert.AreEqual("t1", Wait(Source().GetTokenAsync()));
            var request = server.TokenRequests.Single();
            Assert.AreEqual("POST /token HTTP/1.1", request.Start);
            Assert.AreEqual("application/x-www-form-urlencoded", request.Header("Content-Type"));
            Assert.AreEqual("application/json", request.Header("Accept"));
            Assert.AreEqual(Basic("client-7:s3cret+value"), request.Header("Authorization"));
            Assert.AreEqual("grant_type=client_credentials", request.Body);
        }

        [Test]
        public void IdSecretAndScopeAreFormEncoded_R1()
        {
            server.TokenReplies.Add(Granted("t1"));
            var settings = new TokenSettings { Scope = "read:a write+\u00fc" };
            const string id = "a:b c%20+~*-._!'()\"azAZ09`{@[/";
            Wait(Source(id, "\u00fc\u20ac\U0001F600/=&:\u0001", settings).GetTokenAsync());
            var request = server.TokenRequests.Single();
            const string expected = "a%3Ab+c%2520%2B%7E*-._%21%27%28%29%22azAZ09%60%7B%40%5B%2F:%C3%BC%E2%82%AC%F0%9F%98%80%2F%3D%26%3A%01";
            Assert.AreEqual(Basic(expected), request.Header("Authorization"));
            Assert.AreEqual("grant_type=client_credentials&scope=read%3Aa+write%2B%C3%BC", request.Body);
        }

        [Test]
        public void CachedUntilTheMarginBeforeExpiry_R2()
        {
            server.TokenReplies.AddRange(new[] { Granted("t1", "100"), Granted("t2", "100.5", "bEARER"), Granted("t3") });
            var source = Source();
            Assert.AreEqual(0, server.TokenCount);
            var tokens = new[] { 1000, 1069.9, 1070, 1140.4, 1140.5, 1e9 }.Select(time =>
            {
                now = time;
                return Wait(source.GetTokenAsync());
            });
            Assert.AreEqual(new[] { "t1", "t1", "t2", "t2", "t3", "t3" }, tokens.ToArray());
            Assert.AreEqual(3, server.TokenCount);
        }

        [Test]
        public void LifetimeCountsFromBeforeTheRequest_R2()
        {
            server.TokenReplies.Add(() =>
            {
                now += 10;
                return Granted("t1", "1e2")();
            });
            server.TokenReplies.AddRange(new[] { Granted("t2", "0"), Granted("t3", "5"), Granted("t4", "5.1") });
            var source = Source("a", "b", new TokenSettings { Margin = TimeSpan.FromSeconds(5) });
            var tokens = new[] { 1000, 1094, 1095, 1095, 1095, 1095 }.Select(time =>
            {
                now = time;
                return Wait(source.GetTokenAsync());
            });
            Assert.AreEqual(new[] { "t1", "t1", "t2", "t3", "t4", "t4" }, tokens.ToArray());
        }

        [Test]
        public void DefaultClockAndALifetimeBeyondAllNumbers_R2()
        {
            server.TokenReplies.Add(Granted("t1", "1e400"));
            var source = new TokenSource(new Uri(server.Origin + "/token"), "a", "b", new TokenSettings());
            Assert.AreEqual("t1", Wait(source.GetTokenAsync()));
            Assert.AreEqual("t1", Wait(source.GetTokenAsync()));
            Assert.AreEqual(1, server.TokenCount);
        }

        /// <summary>Starts calls that all wait for the first reply, then lets it come.</summary>
        private List<Task<string>> Together(TokenSource source, Func<string> reply)
        {
            var opened = new ManualResetEventSlim();
            server.TokenReplies.Insert(0, () =>
            {
                opened.Wait();
                return reply();
            });
            var tasks = Enumerable.Range(0, 6).Select(_ => source.GetTokenAsync()).ToList();
            Assert.IsTrue(SpinWait.SpinUntil(() => server.TokenCount > 0, 3000));
            tasks.Add(source.GetTokenAsync());
            opened.Set();
            return tasks;
        }

        [Test]
        public void CallersShareARequestAndItsToken_R3()
        {
            server.TokenReplies.Add(Granted("t2"));
            var tasks = Together(Source(), Granted("t1", "100"));
            Assert.AreEqual(Enumerable.Repeat("t1", 7).ToArray(), tasks.Select(Wait).ToArray());
            Assert.AreEqual(1, server.TokenCount);
        }

        [Test]
        public void CallersShareAnErrorWhichIsNotKept_R3_R5()
        {
            server.TokenReplies.Add(Granted("t1"));
            var source = Source();
            Together(source, Reply(503)).ForEach(task => AssertFails(task, TokenErrorKind.Unavailable, 503));
            Assert.AreEqual(1, server.TokenCount);
            Assert.AreEqual("t1", Wait(source.GetTokenAsync()));
            Assert.AreEqual(2, server.TokenCount);
        }

        [Test]
        public void CallSendsItsRequestWithTheToken_R4()
        {
            server.TokenReplies.Add(Granted("t1"));
            server.ApiReplies.AddRange(new[] { Reply(200, "gr\u00fc\u00dfe"), Reply(201) });
            var api = Api();
            var first = Wait(api.SendAsync("GET", "/items?page=2&q=%20"));
            var second = Wait(api.SendAsync("PUT", "/", "{\"a\":\"\u00fc\"}"));
            Assert.AreEqual(new object[] { 200, "gr\u00fc\u00dfe", 201, "" }, new object[] { first.Status, first.Body, second.Status, second.Body });
            var sent = server.ApiRequests.Select(one => new[] { one.Start, one.Body, one.Header("Authorization"), one.Header("Content-Type") }).ToArray();
            Assert.AreEqual(new[] { "GET /items?page=2&q=%20 HTTP/1.1", "", "Bearer t1", null }, sent[0]);
            Assert.AreEqual(new[] { "PUT / HTTP/1.1", "{\"a\":\"\u00fc\"}", "Bearer t1", "application/json" }, sent[1]);
            Assert.AreEqual(1, server.TokenCount);
        }

        [Test]
        public void SentAgainWithANewTokenAfter401_R4()
        {
            server.TokenReplies.AddRange(new[] { Granted("t1"), Granted("t2"), Granted("t3") });
            server.ApiReplies.AddRange(new[] { Reply(401), Reply(200, "ok"), Reply(401) });
            var api = Api();
            Assert.AreEqual("ok", Wait(api.SendAsync("POST", "/items", "[1]")).Body);
            var sent = server.ApiRequests.Select(one => one.Start + " " + one.Header("Authorization") + " " + one.Body).ToArray();
            Assert.AreEqual(new[] { "POST /items HTTP/1.1 Bearer t1 [1]", "POST /items HTTP/1.1 Bearer t2 [1]" }, sent);
            Assert.AreEqual(401, Wait(api.SendAsync("GET", "/")).Status);
            Assert.AreEqual(3, server.TokenCount);
            Assert.AreEqual(4, server.ApiRequests.Count);
        }

        [TestCase(204)]
        [TestCase(400)]
        [TestCase(403)]
        [TestCase(500)]
        public void OtherStatusesAreResults_R4(int status)
        {
            server.TokenReplies.Add(Granted("t1"));
            server.ApiReplies.Add(Reply(status));
            Assert.AreEqual(status, Wait(Api().SendAsync("GET", "/")).Status);
            Assert.AreEqual(1, server.ApiRequests.Count);
        }

        [Test]
        public void ResponseToHeadHasNoBody_R4()
        {
            server.TokenReplies.Add(Granted("t1"));
            server.ApiReplies.Add(() => "HTTP/1.1 200 Any\r\nConnection: close\r\nContent-Length: 5\r\n\r\n");
            var response = Wait(Api().SendAsync("HEAD", "/"));
            Assert.AreEqual("200 ", response.Status + " " + response.Body);
        }

        [Test]
        public void OnlyTheCachedTokenIsForgotten_R5()
        {
            server.TokenReplies.AddRange(new[] { Granted("t1"), Granted("t2"), Granted("t3") });
            var source = Source();
            var tokens = new[] { "t1", "T1", "t1", "t1" }.Select(invalid =>
            {
                source.Invalidate(invalid);
                return Wait(source.GetTokenAsync());
            });
            Assert.AreEqual(new[] { "t1", "t1", "t2", "t2" }, tokens.ToArray());
        }

        [Test]
        public void TokenThatOthersRenewedIsUsed_R5()
        {
            server.TokenReplies.AddRange(new[] { Granted("t1"), Granted("t2"), Granted("t3") });
            var source = Source();
            server.ApiReplies.Add(() =>
            {
                source.Invalidate("t1");
                Wait(source.GetTokenAsync());
                return Reply(401)();
            });
            server.ApiReplies.Add(Reply(200));
            Assert.AreEqual(200, Wait(Api(source).SendAsync("GET", "/")).Status);
            Assert.AreEqual(new[] { "Bearer t1", "Bearer t2" }, server.ApiRequests.Select(one => one.Header("Authorization")).ToArray());
        }

        [TestCase("invalid_request", RejectionCode.InvalidRequest)]
        [TestCase("invalid_client", RejectionCode.InvalidClient)]
        [TestCase("invalid_grant", RejectionCode.InvalidGrant)]
        [TestCase("unauthorized_client", RejectionCode.UnauthorizedClient)]
        [TestCase("unsupported_grant_type", RejectionCode.UnsupportedGrantType)]
        [TestCase("invalid_scope", RejectionCode.InvalidScope)]
        [TestCase("Invalid_client", RejectionCode.Other)]
        [TestCase("", RejectionCode.Other)]
        public void RejectionsHaveCodes_R6(string error, RejectionCode code)
        {
            server.TokenReplies.AddRange(new[] { 400, 401 }.Select(status => Reply(status, "{\"error\":\"" + error + "\"}")));
            AssertFails(Api().SendAsync("GET", "/"), TokenErrorKind.Rejected, 400, code);
            AssertFails(Source().GetTokenAsync(), TokenErrorKind.Rejected, 401, code);
            Assert.AreEqual(0, server.ApiRequests.Count);
        }

        [TestCase(400, "")]
        [TestCase(400, "{}")]
        [TestCase(401, "{\"error\":7}")]
        [TestCase(401, "[\"error\"]")]
        [TestCase(400, "null")]
        [TestCase(402, "{\"error\":\"invalid_client\"}")]
        [TestCase(404, "")]
        [TestCase(500, "{\"error\":\"invalid_client\"}")]
        [TestCase(503, "")]
        [TestCase(201, "{\"access_token\":\"t1\",\"token_type\":\"Bearer\"}")]
        public void OtherResponses_R6(int status, string body)
        {
            server.TokenReplies.Add(Reply(status, body));
            AssertFails(Source().GetTokenAsync(), TokenErrorKind.Unavailable, status);
        }

        [Test]
        public void BodiesWithoutAToken_R6()
        {
            const string start = "{\"access_token\":\"t1\",\"token_type\":\"Bearer\"";
            var bodies = new List<string>
            {
                "", "[]", "null", "\"t1\"", "{}", "{\"access_token\":\"t1\"}", "{\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"t1\",\"token_type\":\"mac\"}", "{\"access_token\":\"t1\",\"token_type\":7}",
            };
            var tokens = new[] { "\"\"", "\"a b\"", "\"a\\n\"", "\"a\\u007f\"", "\"\u00fc\"", "7", "null", "\"a", "\"\\x\"", "\"\\u00g4\"", "\"a\tb\"", "t1" };
            bodies.AddRange(tokens.Select(token => "{\"token_type\":\"Bearer\",\"access_token\":" + token + "}"));
            var lifetimes = new[] { "-1", "-1e400", "\"60\"", "null", "01", "1.", ".5", "+1", "1e", "-", "true" };
            bodies.AddRange(lifetimes.Select(lifetime => start + ",\"expires_in\":" + lifetime + "}"));
            var rests = new[]
            {
                "", "}}", "} x", "}\0", ",}", "]", ",\"x\":}", ",\"x\"}", ",\"x\" 1}", ",x:1}", ",\"x\":[1,]}", ",\"x\":[1 2]}", ",\"x\":[1}",
                ",\"x\":tru}", ",\"x\":\"\\", ",\"x\":\"\\u12", ",\"x\":" + new string('[', 64) + new string(']', 64) + "}", new string('[', 100000),
            };
            bodies.AddRange(rests.Select(rest => start + rest));
            foreach (var body in bodies)
            {
                server.TokenReplies.Clear();
                server.TokenReplies.Add(Reply(200, body));
                AssertFails(Source().GetTokenAsync(), TokenErrorKind.InvalidResponse, 200, null, body.Substring(0, Math.Min(80, body.Length)));
            }
        }

        [Test]
        public void JsonOfEveryKind_R6()
        {
            var body = " { \"x\" : [ true , false , null , [ ] , {} ] ,\r\n\t\"\\\"\\\\\\/\\b\\f\\n\\r\\t\" : \"\\u00fc\", \"y\":" + new string('[', 63)
                + "-0.5E+2" + new string(']', 63) + ", \"\\u0061ccess_token\" : \"t\\u002F\\/1!~\", \"token_type\":\"Bearer\", \"expires_in\" : 0 } ";
            server.TokenReplies.Add(Reply(200, body));
            Assert.AreEqual("t//1!~", Wait(Source().GetTokenAsync()));
        }

        [Test]
        public void ConnectionsWithoutAResponse_R6()
        {
            server.TokenReplies.AddRange(new Func<string>[] { () => Closed, () => Cut, () => null, () => Stalled });
            AssertFails(Source().GetTokenAsync(), TokenErrorKind.Unavailable);
            AssertFails(Source().GetTokenAsync(), TokenErrorKind.Unavailable);
            var impatient = Source("a", "b", new TokenSettings { Timeout = TimeSpan.FromMilliseconds(100) });
            AssertFails(impatient.GetTokenAsync(), TokenErrorKind.Unavailable);
            AssertFails(impatient.GetTokenAsync(), TokenErrorKind.Unavailable);
            Assert.AreEqual(4, server.TokenCount);
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var url = new Uri("http://127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port + "/token");
            listener.Stop();
            AssertFails(new TokenSource(url, "a", "b", new TokenSettings()).GetTokenAsync(), TokenErrorKind.Unavailable);
        }

        [Test]
        public void ApiWithoutAResponse_R6()
        {
            server.TokenReplies.Add(Granted("t1"));
            server.ApiReplies.AddRange(new Func<string>[] { () => Closed, () => Cut, () => null, () => Stalled });
            Assert.Throws<WebException>(() => Wait(Api().SendAsync("GET", "/")));
            Assert.Throws<WebException>(() => Wait(Api().SendAsync("GET", "/")));
            var impatient = new ApiClient(server.Origin, Source(), TimeSpan.FromMilliseconds(100));
            var error = Assert.Throws<WebException>(() => Wait(impatient.SendAsync("GET", "/")));
            Assert.AreEqual(WebExceptionStatus.Timeout, error.Status);
            Assert.Throws<WebException>(() => Wait(impatient.SendAsync("GET", "/")));
            Assert.AreEqual(4, server.ApiRequests.Count);
        }

        [Test]
        public void NothingSecretAndNoTextOfTheServerIsTold_R7()
        {
            var basic = Basic("client-7:s3cret+value").Substring("Basic ".Length);
            var leak = "leak s3cret value " + basic;
            var replies = new[]
            {
                Reply(400, "{\"error\":\"invalid_client\",\"error_description\":\"" + leak + "\"}"), Reply(400, "{\"error\":\"" + leak + "\"}"),
                Reply(500, leak), Granted("t0ken leak"), Reply(200, "{\"access_token\":\"t0ken\",\"token_type\":leak " + leak), () => Closed,
            };
            server.TokenReplies.AddRange(replies);
            server.TokenReplies.Add(Granted("t0ken"));
            var source = Source();
            var said = new StringBuilder();
            foreach (var reply in replies)
            {
                var error = Assert.Throws<TokenException>(() => Wait(source.GetTokenAsync()));
                StringAssert.Contains("token request", error.Message);
                said.Append(error);
            }
            Assert.AreEqual("t0ken", Wait(source.GetTokenAsync()));
            said.Append(source);
            foreach (var secret in new[] { "s3cret", basic, "t0ken", "leak" })
            {
                StringAssert.DoesNotContain(secret, said.ToString());
            }
        }

        [Test]
        public void RedirectsAreNotFollowed_R7()
        {
            const string there = "Location: /elsewhere";
            server.TokenReplies.AddRange(new[] { Reply(307, "", there), Granted("t1") });
            server.ApiReplies.AddRange(new[] { Reply(302, "", there), Reply(200) });
            var source = Source();
            AssertFails(source.GetTokenAsync(), TokenErrorKind.Unavailable, 307);
            Assert.AreEqual(302, Wait(Api(source).SendAsync("GET", "/")).Status);
            Assert.AreEqual(2, server.TokenCount);
            Assert.AreEqual(1, server.ApiRequests.Count);
        }

        [Test]
        public void OtherPathsAreRefused_R7()
        {
            server.TokenReplies.Add(Granted("t1"));
            server.ApiReplies.Add(Reply(200));
            var api = Api();
            var paths = new List<string>
            {
                "", "items", "@192.0.2.7/", ".example.com/", "/a b", "/a\n", "/a\r\nX: y", "/\u007f", "/\u00fc", "/%", "/%2", "/%2g", "/?%g2",
            };
            paths.AddRange("\"#<>[\\]^`{|}".Select(c => "/a" + c + "b"));
            foreach (var path in paths)
            {
                var error = Assert.Throws<ArgumentException>(() => Wait(api.SendAsync("GET", path)), path);
                StringAssert.StartsWith("not a path", error.Message);
            }
            Assert.AreEqual(0, server.TokenCount + server.ApiRequests.Count);
            const string allowed = "//192.0.2.7/-._~!$&'()*+,;=:@%2F%C3?a=b/c?d&AZ09";
            Assert.AreEqual(200, Wait(api.SendAsync("GET", allowed)).Status);
            Assert.AreEqual("GET " + allowed + " HTTP/1.1", server.ApiRequests.Single().Start);
        }
    }
}
