using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using NUnit.Framework;

namespace EventStreams
{
    [TestFixture]
    public class EventStreamParserTests
    {
        private const string Mark = "\ufeff";

        /// <summary>Notes what a parser tells: events as "[type|id]data;", reconnection times as "(500);".</summary>
        private sealed class Recorder
        {
            private readonly StringBuilder told = new StringBuilder();
            private readonly EventStreamParser parser;

            internal Recorder(int limit)
            {
                parser = new EventStreamParser(limit);
                parser.EventReceived += (sender, args) =>
                {
                    Assert.AreSame(parser, sender);
                    told.Append($"[{args.Type}|{args.LastId}]{args.Data};");
                };
                parser.RetryChanged += (sender, args) =>
                {
                    Assert.AreSame(parser, sender);
                    told.Append($"({args.Time.TotalMilliseconds});");
                };
            }

            internal string Feed(params byte[] chunk)
            {
                parser.Feed(chunk);
                return Told();
            }

            internal string Feed(string chunk)
            {
                return Feed(Encoding.UTF8.GetBytes(chunk));
            }

            internal string Told()
            {
                string text = told.ToString();
                told.Clear();
                return text;
            }
        }

        /// <summary>Feeds in chunks of several sizes.</summary>
        private static void Expect(string stream, string expected)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(stream);
            foreach (int size in new[] { 1, 2, 3, 5, bytes.Length + 1 })
            {
                var recorder = new Recorder(1000);
                var told = new StringBuilder();
                for (var start = 0; start < bytes.Length; start += size)
                {
                    told.Append(recorder.Feed(bytes.Skip(start).Take(size).ToArray()));
                }
                Assert.AreEqual(expected, told.ToString(), $"{stream} by {size}");
            }
        }

        [Test]
        public void Events__R1()
        {
            Expect("event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;");
            Expect("data: 1\n\ndata: 2\n\n", "[message|]1;[message|]2;");
            Expect("data: 1\nid: 7\nevent: b\n\n", "[b|7]1;");
            Expect("event: a\nevent: b\ndata: 1\n\n", "[b|]1;");
            Expect("event: é\nid: 好\ndata: 你好\n\n", "[é|好]你好;");
            Expect("data: a\0b\n\n", "[message|]a\0b;");
        }

        [Test]
        public void ToldWithTheByteThatCompletesIt__R2()
        {
            var recorder = new Recorder(100);
            Assert.AreEqual("", recorder.Feed("data: 1"));
            Assert.AreEqual("", recorder.Feed(0xe4));
            Assert.AreEqual("", recorder.Feed(0xbd, 0xa0, 0x0d));
            Assert.AreEqual("", recorder.Feed("\n"));
            Assert.AreEqual("", recorder.Feed(""));
            Assert.AreEqual("[message|]1你;", recorder.Feed("\r"));
            Assert.AreEqual("", recorder.Feed("\nretry: 5"));
            Assert.AreEqual("(5);", recorder.Feed("\n"));
            Assert.AreEqual("[message|];[message|]2;", recorder.Feed("data\n\ndata: 2\n\nda"));
        }

        [Test]
        public void NobodyListens__R2()
        {
            var parser = new EventStreamParser(100);
            parser.Feed(Encoding.UTF8.GetBytes("data: 1\nretry: 2\n\nid: 3\n"));
            var told = new List<string>();
            parser.EventReceived += (sender, args) => told.Add($"{args.LastId} {args.Data}");
            parser.Feed(Encoding.UTF8.GetBytes("data: 4\n\n"));
            CollectionAssert.AreEqual(new[] { "3 4" }, told);
        }

        [Test]
        public void LineEnds__R3()
        {
            Expect("data:1\r\rdata:2\n\ndata:3\r\n\r\n", "[message|]1;[message|]2;[message|]3;");
            Expect("data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;");
            Expect("data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;");
            Expect("data:1\n\rdata:2\n\n", "[message|]1;[message|]2;");
            Expect("data:1\r\r\ndata:2\n\n", "[message|]1;[message|]2;");
            Expect("data:1\r\n\ndata:2\n\n", "[message|]1;[message|]2;");
            Expect("data:1\v2\f3\u0085\u2028\u2029 4\n\n", "[message|]1\v2\f3\u0085\u2028\u2029 4;");
        }

        [Test]
        public void NamesAndValues__R4()
        {
            Expect("data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;");
            Expect("data: a:b: c\n\n", "[message|]a:b: c;");
            Expect(": data: 1\n:\n:data\ndata: 2\n\n", "[message|]2;");
            Expect("Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", "[message|]6;");
        }

        [Test]
        public void TheByteOrderMark__R4()
        {
            Expect(Mark + "data: 1\n\n", "[message|]1;");
            Expect(Mark + ": c\ndata: 1\n\n", "[message|]1;");
            Expect(Mark + Mark + "data: 1\n\ndata: 2\n\n", "[message|]2;");
            Expect("data: 1\n\n" + Mark + "data: 2\n\n", "[message|]1;");
            Expect("\n" + Mark + "data: 2\n\ndata: 3\n\n", "[message|]3;");
        }

        [Test]
        public void LastEventId__R5()
        {
            Expect("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "[message|1]a;[message|1]b;[message|2]c;");
            Expect("id: 1\n\ndata: a\n\n", "[message|1]a;");
            Expect("id: 1\ndata: a\n\nid\ndata: b\n\n", "[message|1]a;[message|]b;");
            Expect("id: 1\nid:\ndata: a\n\n", "[message|]a;");
            Expect("id: 1\nid: 2\0\nid: \0\ndata: a\n\n", "[message|1]a;");
        }

        [Test]
        public void WhatIsNotTold__R6()
        {
            Expect("event: a\n\ndata: 1\n\n", "[message|]1;");
            Expect("event: a\nid: 3\n\n\n\ndata: 1\n\n", "[message|3]1;");
            Expect("data\n\n", "[message|];");
            Expect("data:\n\n", "[message|];");
            Expect("data\ndata\n\n", "[message|]\n;");
            Expect("data\ndata: 1\ndata\n\n", "[message|]\n1\n;");
            Expect("event: a\nevent:\ndata: 1\n\n", "[message|]1;");
            Expect("data: 1\n\ndata: 2\n", "[message|]1;");
            Expect("data: 1\n\ndata: 2", "[message|]1;");
            Expect("\n\n\r\r\ndata: 1\n\n\n", "[message|]1;");
        }

        [Test]
        public void ReconnectionTimes__R7()
        {
            Expect("data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", "(500);[message|]1;(0);(12);");
            Expect("retry: 999999999\n", "(999999999);");
        }

        [TestCase("1000000000")]
        [TestCase("")]
        [TestCase("-1")]
        [TestCase("+1")]
        [TestCase("1.5")]
        [TestCase("1 ")]
        [TestCase(" 1")]
        [TestCase("0x1")]
        [TestCase("1:2")]
        [TestCase("１")]
        [TestCase("1,000")]
        [TestCase("12a")]
        public void OtherValuesOfRetry__R7(string value)
        {
            Expect($"retry: {value}\nretry\nRetry: 1\nretry: 3\n", "(3);");
        }

        [Test]
        public void LinesOfTheLimit__R8()
        {
            var recorder = new Recorder(8);
            Assert.AreEqual("[message|4567]12;", recorder.Feed("data: 12\r\nid: 4567\n:234567\n\n"));
            Assert.Throws<TooLargeException>(() => recorder.Feed("data: 1\n\ndata: 123"));
            Assert.AreEqual("[message|4567]1;", recorder.Told());
            Assert.Throws<ObjectDisposedException>(() => recorder.Feed("\n\n"));
            Assert.Throws<ObjectDisposedException>(() => recorder.Feed(""));
            Assert.AreEqual("", recorder.Told());
        }

        [Test]
        public void ALineThatHasNotEnded__R8()
        {
            var recorder = new Recorder(8);
            Assert.AreEqual("", recorder.Feed(":1234567"));
            Assert.AreEqual("", recorder.Feed(""));
            Assert.Throws<TooLargeException>(() => recorder.Feed("8"));
        }

        [Test]
        public void TheByteOrderMarkCounts__R8()
        {
            Assert.AreEqual("[message|];", new Recorder(8).Feed(Mark + "data:\n\n"));
            Assert.Throws<TooLargeException>(() => new Recorder(8).Feed(Mark + "data:1\n"));
        }

        [Test]
        public void DataOfTheLimit__R8()
        {
            var recorder = new Recorder(7);
            Assert.AreEqual("[message|]12\n45\n;", recorder.Feed("data:12\ndata:45\ndata\n\n"));
            Assert.AreEqual("[message|]12\n45\n7;", recorder.Feed("data:12\ndata:45\ndata:7\n\n"));
            Assert.AreEqual("", recorder.Feed("data:12\ndata:45\ndata:78"));
            Assert.Throws<TooLargeException>(() => recorder.Feed("\n"));
            Assert.Throws<ObjectDisposedException>(() => recorder.Feed("\n"));
        }

        [Test]
        public void LineFeedsCountAsData__R8()
        {
            var recorder = new Recorder(5);
            Assert.AreEqual("", recorder.Feed(string.Concat(Enumerable.Repeat("data\n", 6))));
            Assert.Throws<TooLargeException>(() => recorder.Feed("data\n"));
        }

        [Test]
        public void TheLimitIsInBytes__R8()
        {
            var recorder = new Recorder(8);
            Assert.AreEqual("[message|]你\n好;", recorder.Feed("data:你\ndata:好\n\n"));
            Assert.Throws<TooLargeException>(() => recorder.Feed("data:你\ndata:好\ndata:1\n"));
        }

        [Test]
        public void LeastLimit__R8()
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamParser(0));
            Assert.Throws<ArgumentOutOfRangeException>(() => new EventStreamParser(-1));
            var recorder = new Recorder(1);
            Assert.AreEqual("", recorder.Feed(":\n"));
            Assert.Throws<TooLargeException>(() => recorder.Feed("::"));
        }
    }
}
