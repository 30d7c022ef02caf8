using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using NUnit.Framework;

namespace LineServer
{
    /// <summary>Strings stand for bytes here, as characters of the same number.</summary>
    [TestFixture]
    public class KeyValueServerTests
    {
        private const int MaxLength = 200000;
        private const int BigReplies = 150;
        private const int BigReplyLength = 100007;
        private static readonly TimeSpan LongGrace = TimeSpan.FromSeconds(60);
        private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
        private static readonly Encoding Latin1 = Encoding.GetEncoding("ISO-8859-1");

        private readonly List<IDisposable> opened = new List<IDisposable>();
        private KeyValueServer server;

        private sealed class Client : IDisposable
        {
            private readonly byte[] received = new byte[65536];
            private int start;
            private int end;

            public Client(int port)
            {
                Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                Socket.Connect(IPAddress.Loopback, port);
                Socket.NoDelay = true;
                Socket.ReceiveTimeout = Socket.SendTimeout = 10000;
            }

            public Socket Socket { get; }

            public void Send(string bytes)
            {
                Socket.Send(Latin1.GetBytes(bytes));
            }

            /// <summary>A reply without its LF.</summary>
            public string Receive()
            {
                var line = new StringBuilder();
                while (true)
                {
                    Assert.IsTrue(start < end || Fill(), "the stream ended");
                    var lineFeed = Array.IndexOf(received, (byte)'\n', start, end - start);
                    var stop = lineFeed < 0 ? end : lineFeed;
                    line.Append(Latin1.GetString(received, start, stop - start));
                    start = lineFeed < 0 ? end : lineFeed + 1;
                    if (lineFeed >= 0)
                    {
                        return line.ToString();
                    }
                }
            }

            /// <summary>When a reply has come, so have all requests that were sent in one packet.</summary>
            public void WaitForReply()
            {
                Assert.AreEqual(1, Socket.Receive(new byte[1], SocketFlags.Peek));
            }

            public string Ask(string line)
            {
                Send(line + "\n");
                return Receive();
            }

            public void Expect(string line, string reply)
            {
                Assert.AreEqual(reply, Ask(line), line);
            }

            public void ExpectBigReplies()
            {
                for (var i = 0; i < BigReplies; i++)
                {
                    Assert.AreEqual(BigReplyLength - 1, Receive().Length);
                }
            }

            public void ExpectEnd()
            {
                Assert.IsFalse(start < end || Fill(), "more was received");
            }

            public long CountRest()
            {
                long count = end - start;
                try
                {
                    while (Fill())
                    {
                        count += end;
                    }
                }
                catch (SocketException)
                {
                    // A cut may be seen as a reset.
                }
                return count;
            }

            public void Reset()
            {
                Socket.LingerState = new LingerOption(true, 0);
                Socket.Close();
            }

            public void Dispose()
            {
                Socket.Dispose();
            }

            private bool Fill()
            {
                start = 0;
                end = Socket.Receive(received);
                return end > 0;
            }
        }

        [SetUp]
        public void StartServer()
        {
            server = Start(MaxLength);
        }

        [TearDown]
        public void DisposeAll()
        {
            opened.ForEach(one => one.Dispose());
            opened.Clear();
        }

        private KeyValueServer Start(int maxLineLength)
        {
            var started = KeyValueServer.Start(0, maxLineLength);
            Assert.IsNotNull(started);
            opened.Add(started);
            return started;
        }

        private Client Connect(KeyValueServer to = null)
        {
            var client = new Client((to ?? server).Port);
            opened.Add(client);
            return client;
        }

        /// <summary>Stores 100,000 bytes as big and asks for them so often that no buffer of the system holds the replies.</summary>
        private Client LeaveRepliesUnread(string more = "")
        {
            var client = Connect();
            client.Expect("SET big " + new string('x', 100000), "OK");
            client.Send(string.Concat(Enumerable.Repeat("GET big\n", BigReplies)) + more);
            client.WaitForReply();
            return client;
        }

        private static void AssertRefused(string address, int port)
        {
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                Assert.Throws<SocketException>(() => socket.Connect(IPAddress.Parse(address), port));
            }
        }

        private static string AllBytesBut(string excluded)
        {
            return new string(Enumerable.Range(0, 256).Select(number => (char)number).Except(excluded).ToArray());
        }

        [Test]
        public void ClientThatDoesNotReadAHugeReplyKeepsNobodyWaiting_R5()
        {
            const int length = 8000000; // more than the buffers of the system hold
            var roomy = Start(length + 100);
            var unread = Connect(roomy);
            unread.Expect("SET huge " + new string('x', length), "OK");
            unread.Send("GET huge\n");
            unread.WaitForReply();
            Connect(roomy).Expect("COUNT", "COUNT 1");
            Assert.AreEqual(length + 6, unread.Receive().Length);
        }

        [Test]
        public void CommandsHaveTheirEffectsAndReplies_R1()
        {
            var client = Connect();
            foreach (var exchange in new[]
            {
                "COUNT|COUNT 0", "GET a|NONE", "DEL a|NONE", "SET a 1|OK", "GET a|VALUE 1", "SET a 2|OK", "GET a|VALUE 2",
                "ADD a 3|EXISTS", "GET a|VALUE 2", "ADD b 4|OK", "GET b|VALUE 4", "COUNT|COUNT 2", "DEL a|OK", "DEL a|NONE",
                "GET a|NONE", "COUNT|COUNT 1", "ADD a 5|OK", "GET a|VALUE 5", "GET A|NONE", "ADD e |OK", "ADD e 1|EXISTS",
                "GET e|VALUE ", "COUNT|COUNT 3",
            })
            {
                var parts = exchange.Split('|');
                client.Expect(parts[0], parts[1]);
            }
            Connect().Expect("GET a", "VALUE 5");
            Connect(Start(MaxLength)).Expect("GET a", "NONE");
        }

        [Test]
        public void CountIsDecimalAndCountsKeys_R1()
        {
            var client = Connect();
            for (var number = 0; number < 120; number++)
            {
                client.Expect("SET key" + number + " value", "OK");
                client.Expect("SET key" + number + " other", "OK");
            }
            client.Expect("COUNT", "COUNT 120");
        }

        [Test]
        public void KeysAndValuesAreBytes_R1()
        {
            var client = Connect();
            foreach (var value in new[] { "", " ", "  two  ", "\0", "a\0b", "\u00ff\u00fe\u00c3", "a\rb", AllBytesBut("\n") })
            {
                client.Expect("SET key " + value, "OK");
                client.Expect("GET key", "VALUE " + value);
            }
            client.Expect("SET key a\r\r", "OK");
            client.Expect("GET key", "VALUE a\r");
            var keys = new[] { "a", "a\0", "a\0b", "\u00ff", "\u00fe", "\ra", AllBytesBut("\n ") };
            foreach (var key in keys)
            {
                client.Expect("SET " + key + " " + Array.IndexOf(keys, key), "OK");
            }
            foreach (var key in keys)
            {
                client.Expect("GET " + key, "VALUE " + Array.IndexOf(keys, key));
            }
        }

        [Test]
        public void RequestInSingleBytesIsAnsweredAtItsEnd_R2()
        {
            var client = Connect();
            var other = Connect();
            foreach (var part in "SET a 1 2\r")
            {
                client.Send(part.ToString());
                other.Expect("GET a", "NONE");
            }
            Assert.AreEqual(0, client.Socket.Available);
            client.Send("\n");
            Assert.AreEqual("OK", client.Receive());
            other.Expect("GET a", "VALUE 1 2");
        }

        [Test]
        public void ThousandsOfRequestsBeforeTheFirstReplyIsRead_R2()
        {
            var client = Connect();
            var requests = new StringBuilder();
            for (var number = 1; number <= 5000; number++)
            {
                requests.AppendFormat("SET key{0} {0}\nGET key{0}\nCOUNT\n", number);
            }
            client.Send(requests.ToString());
            for (var number = 1; number <= 5000; number++)
            {
                Assert.AreEqual("OK", client.Receive());
                Assert.AreEqual("VALUE " + number, client.Receive());
                Assert.AreEqual("COUNT " + number, client.Receive());
            }
        }

        [Test]
        public void GreatRepliesAreInOrder_R2()
        {
            var client = LeaveRepliesUnread();
            client.Send("COUNT\nGET big\nDEL big\n");
            client.ExpectBigReplies();
            Assert.AreEqual("COUNT 1", client.Receive());
            Assert.AreEqual(BigReplyLength - 1, client.Receive().Length);
            Assert.AreEqual("OK", client.Receive());
        }

        [Test]
        public void LineEndsAndPackets_R2()
        {
            var client = Connect();
            var other = Connect();
            foreach (var part in new[] { "SET a 1\nSET", " b 2\r", "\nGET a\r\nG", "ET b\nSET c \r\nGET c\n" })
            {
                client.Send(part);
                other.Ask("COUNT");
            }
            foreach (var reply in new[] { "OK", "OK", "VALUE 1", "VALUE 2", "OK", "VALUE " })
            {
                Assert.AreEqual(reply, client.Receive());
            }
        }

        [Test]
        public void UnknownCommands_R3()
        {
            var client = Connect();
            client.Expect("SET a 1", "OK");
            foreach (var line in new[]
            {
                "", "\r", " ", " SET a 2", "set a 2", "Set a 2", "get a", "SETS a 2", "SE a 2", "SET\ta 2", "GETa", "COUNTS",
                "count", "PING", "\0", "\rCOUNT", "DELETE a",
            })
            {
                client.Expect(line, "ERR unknown command");
            }
            client.Expect("GET a", "VALUE 1");
            client.Expect("COUNT", "COUNT 1");
        }

        [Test]
        public void WrongArguments_R3()
        {
            var client = Connect();
            client.Expect("SET a 1", "OK");
            foreach (var line in new[]
            {
                "SET", "SET ", "SET a", "SET b", "SET  ", "SET  2", "ADD", "ADD ", "ADD b", "ADD  b 2", "GET", "GET ", "GET  ",
                "GET  a", "GET a ", "GET a b", "DEL", "DEL ", "DEL  a", "DEL a ", "DEL a a", "COUNT ", "COUNT 1", "COUNT a b",
            })
            {
                client.Expect(line, "ERR wrong arguments");
            }
            client.Expect("GET a", "VALUE 1");
            client.Expect("COUNT", "COUNT 1");
        }

        [Test]
        public void LineOfTheGreatestLengthIsServed_R4()
        {
            var client = Connect(Start(10));
            client.Expect("SET a 1234", "OK");
            client.Expect("SET b 123\r", "OK");
            client.Expect("SET a 12345", "ERR line too long");
            client.Expect("SET b 1234\r", "ERR line too long");
            client.Expect("GET a", "VALUE 1234");
            client.Expect("GET b", "VALUE 123");
            client.Expect("ABCDEFGHIJ", "ERR unknown command");
            client.Expect("ABCDEFGHIJK", "ERR line too long");
            var least = Connect(Start(1));
            least.Expect("\r", "ERR unknown command");
            least.Expect("A", "ERR unknown command");
            least.Expect("A\r", "ERR line too long");
            Connect(Start(int.MaxValue)).Expect("SET a " + new string('x', 300000), "OK");
        }

        [Test]
        public void LineOfTheGreatestLengthMayComeBeforeItsLf_R4()
        {
            var strict = Start(10);
            var client = Connect(strict);
            var other = Connect(strict);
            client.Send("SET a 1234");
            other.Expect("COUNT", "COUNT 0");
            client.Send("\n");
            Assert.AreEqual("OK", client.Receive());
            other.Expect("GET a", "VALUE 1234");
        }

        [TestCase(101)]
        [TestCase(4096)]
        [TestCase(65536)]
        [TestCase(1000000)]
        public void LongerLineGetsOneErrorAndIsNotExecuted_R4(int length)
        {
            var client = Connect(Start(100));
            client.Send("SET a " + string.Concat(Enumerable.Repeat("SET b 1 ", length / 8 + 1)) + "\nCOUNT\n");
            Assert.AreEqual("ERR line too long", client.Receive());
            Assert.AreEqual("COUNT 0", client.Receive());
        }

        [Test]
        public void TooLongLineIsAnsweredAtItsEnd_R4()
        {
            var strict = Start(20);
            var client = Connect(strict);
            var other = Connect(strict);
            foreach (var part in new[] { "SET a 123456789012345", "6789", "SET b 1", "\r" })
            {
                client.Send(part);
                other.Expect("COUNT", "COUNT 0");
            }
            Assert.AreEqual(0, client.Socket.Available);
            client.Send("\nSET c 1\n");
            Assert.AreEqual("ERR line too long", client.Receive());
            Assert.AreEqual("OK", client.Receive());
            client.Expect("COUNT", "COUNT 1");
        }

        [Test]
        public void ListensOnOneAddressOnly_R4()
        {
            AssertRefused("127.0.0.2", server.Port);
            Connect().Expect("COUNT", "COUNT 0");
        }

        [Test]
        public void SilentClientsKeepNobodyWaiting_R5()
        {
            var silent = Enumerable.Range(0, 40).Select(number => Connect()).ToList();
            foreach (var client in silent.Where((client, number) => number % 2 == 0))
            {
                client.Send("SET half");
            }
            Connect().Expect("SET a 1", "OK");
            foreach (var client in silent.Where((client, number) => number % 2 == 1))
            {
                client.Expect("GET a", "VALUE 1");
            }
            silent[0].Expect(" line", "OK");
        }

        [Test]
        public void ClientsThatDoNotReadKeepNobodyWaiting_R5()
        {
            var unread = LeaveRepliesUnread();
            LeaveRepliesUnread();
            var client = Connect();
            for (var number = 0; number < 100; number++)
            {
                client.Expect("SET a " + number, "OK");
                client.Expect("GET a", "VALUE " + number);
            }
            unread.ExpectBigReplies();
            unread.Expect("COUNT", "COUNT 2");
        }

        [Test]
        public void OneOfManyAddsWins_R5()
        {
            const int clients = 6;
            const int keys = 50;
            var wins = 0;
            using (var barrier = new Barrier(clients))
            {
                var threads = Enumerable.Range(0, clients).Select(number => Connect()).Select(client => new Thread(() =>
                {
                    barrier.SignalAndWait();
                    for (var key = 0; key < keys; key++)
                    {
                        if (client.Ask("ADD " + key + " x") == "OK")
                        {
                            Interlocked.Increment(ref wins);
                        }
                    }
                })).ToList();
                threads.ForEach(thread => thread.Start());
                threads.ForEach(thread => thread.Join());
            }
            Assert.AreEqual(keys, wins);
            Connect().Expect("COUNT", "COUNT " + keys);
        }

        [Test]
        public void EndOfInputIsAnsweredWithAllRepliesAndTheEnd_R6()
        {
            var client = Connect();
            var silent = Connect();
            var unread = LeaveRepliesUnread();
            client.Send("SET a 1\nGET a\nSET b 2");
            unread.Send("SET last 1\nGET last\n");
            client.Socket.Shutdown(SocketShutdown.Send);
            silent.Socket.Shutdown(SocketShutdown.Send);
            unread.Socket.Shutdown(SocketShutdown.Send);
            Assert.AreEqual("OK", client.Receive());
            Assert.AreEqual("VALUE 1", client.Receive());
            client.ExpectEnd();
            silent.ExpectEnd();
            unread.ExpectBigReplies();
            Assert.AreEqual("OK", unread.Receive());
            Assert.AreEqual("VALUE 1", unread.Receive());
            unread.ExpectEnd();
            Connect().Expect("GET b", "NONE");
        }

        [Test]
        public void ClientsThatGoAwayHarmNobody_R6()
        {
            var other = Connect();
            other.Expect("SET a 1", "OK");
            for (var i = 0; i < 5; i++)
            {
                var halfLine = Connect();
                halfLine.Send("SET a 2");
                halfLine.Socket.Close();
                var reset = Connect();
                reset.Expect("COUNT", "COUNT 1");
                reset.Send("SET a 3");
                reset.Reset();
                Connect().Reset();
            }
            other.Expect("GET a", "VALUE 1");
            LeaveRepliesUnread().Socket.Close();
            LeaveRepliesUnread().Reset();
            other.Expect("GET a", "VALUE 1");
            Connect().Expect("COUNT", "COUNT 2");
        }

        [Test]
        public void StopAnswersWhatWasReceived_R7()
        {
            var clients = Enumerable.Range(0, 20).Select(number => Connect()).ToList();
            clients.ForEach(client => client.Expect("COUNT", "COUNT 0"));
            clients.ForEach(client => client.Send("SET a 1\r\nGET a\nSET half"));
            clients.ForEach(client => client.WaitForReply());
            server.Stop(LongGrace);
            foreach (var client in clients)
            {
                Assert.AreEqual("OK", client.Receive());
                Assert.AreEqual("VALUE 1", client.Receive());
                client.ExpectEnd();
            }
        }

        [Test]
        public void StopAnswersWhatIsInTheReceiveBuffer_R7()
        {
            var client = LeaveRepliesUnread("SET last " + new string('x', 20000) + "\nADD last 2\nGET la");
            var stop = new Thread(() => server.Stop(LongGrace));
            stop.Start();
            Thread.Sleep(5); // Stop waits for the client now.
            client.ExpectBigReplies();
            Assert.AreEqual("OK", client.Receive());
            Assert.AreEqual("EXISTS", client.Receive());
            client.ExpectEnd();
            stop.Join();
        }

        [Test]
        public void StopClosesIdleConnectionsAtOnce_R7()
        {
            var clients = Enumerable.Range(0, 10).Select(number => Connect()).ToList();
            clients.ForEach(client => client.Expect("COUNT", "COUNT 0"));
            clients.Skip(5).ToList().ForEach(client => client.Send("SET a 1"));
            var clock = Stopwatch.StartNew();
            server.Stop(TimeSpan.MaxValue);
            Assert.Less(clock.Elapsed, Soon);
            clients.ForEach(client => client.ExpectEnd());
        }

        [TestCase(0)]
        [TestCase(20)]
        public void StopWaitsForTheGraceTimeAtMost_R7(int milliseconds)
        {
            var client = LeaveRepliesUnread();
            var clock = Stopwatch.StartNew();
            server.Stop(TimeSpan.FromMilliseconds(milliseconds));
            Assert.GreaterOrEqual(clock.ElapsedMilliseconds, milliseconds);
            Assert.Less(clock.Elapsed, Soon);
            Assert.Less(client.CountRest(), BigReplies * BigReplyLength);
        }

        [Test]
        public void PortAfterStop_R7()
        {
            var port = server.Port;
            var client = Connect();
            client.Expect("SET a 1", "OK");
            server.Stop(LongGrace);
            AssertRefused("127.0.0.1", port);
            Assert.AreEqual(port, server.Port);
            var second = KeyValueServer.Start(port, MaxLength);
            opened.Add(second);
            server.Stop(TimeSpan.Zero);
            server.Dispose();
            Connect(second).Expect("GET a", "NONE");
            client.ExpectEnd();
        }

        [Test]
        public void StopClosesAllDescriptorsAndEndsAllThreads_R7()
        {
            ServeOnce(); // What the runtime opens only once is open now.
            var before = CountDescriptors();
            ServeOnce();
            Assert.AreEqual(before, CountDescriptors());
        }

        private void ServeOnce()
        {
            var once = Start(100);
            var clients = Enumerable.Range(0, 10).Select(number => Connect(once)).ToList();
            clients.ForEach(client => client.Expect("COUNT", "COUNT 0"));
            once.Stop(LongGrace);
            clients.ForEach(client => client.Dispose());
        }

        private static int CountDescriptors()
        {
            return Directory.GetFileSystemEntries("/proc/self/fd").Length;
        }

        [Test]
        public void DisposeStopsWithoutGrace_R7()
        {
            LeaveRepliesUnread();
            var clock = Stopwatch.StartNew();
            server.Dispose();
            Assert.Less(clock.Elapsed, Soon);
            AssertRefused("127.0.0.1", server.Port);
        }

        [TestCase(-1, 1)]
        [TestCase(65536, 1)]
        [TestCase(int.MaxValue, 1)]
        [TestCase(0, 0)]
        [TestCase(0, -1)]
        public void InvalidPortOrLineLength_R8(int port, int maxLineLength)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => KeyValueServer.Start(port, maxLineLength));
        }

        [Test]
        public void ServerGoesOnAfterInvalidGraceTime_R8()
        {
            var client = Connect();
            client.Expect("SET a 1", "OK");
            Assert.Throws<ArgumentOutOfRangeException>(() => server.Stop(TimeSpan.FromTicks(-1)));
            Assert.Throws<ArgumentOutOfRangeException>(() => server.Stop(TimeSpan.MinValue));
            client.Expect("GET a", "VALUE 1");
            Connect().Expect("GET a", "VALUE 1");
        }

        [Test]
        public void PortInUse_R8()
        {
            var error = Assert.Throws<SocketException>(() => KeyValueServer.Start(server.Port, MaxLength));
            Assert.AreEqual(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
            Connect().Expect("COUNT", "COUNT 0");
        }

        [Test]
        public void FailedStartLeavesNoDescriptorOpen_R8()
        {
            Assert.Throws<SocketException>(() => KeyValueServer.Start(server.Port, MaxLength));
            var before = CountDescriptors(); // What the runtime opens only once is open now.
            for (var i = 0; i < 10; i++)
            {
                Assert.Throws<SocketException>(() => KeyValueServer.Start(server.Port, MaxLength));
            }
            Assert.AreEqual(before, CountDescriptors());
        }

        [Test]
        public void GreatestPortIsValid_R8()
        {
            try
            {
                using (var started = KeyValueServer.Start(65535, MaxLength))
                {
                    Assert.AreEqual(65535, started.Port);
                }
            }
            catch (SocketException e)
            {
                Assert.AreEqual(SocketError.AddressAlreadyInUse, e.SocketErrorCode); // Another program has the port.
            }
        }
    }
}
