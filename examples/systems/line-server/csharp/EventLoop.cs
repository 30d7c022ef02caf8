using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace LineServer
{
    /// <summary>Serves all connections in one thread, so that each request is executed as a whole.</summary>
    internal sealed class EventLoop
    {
        private const int Forever = -1;
        /// <summary>How long no connection is accepted after the system had no descriptor for one.</summary>
        private const int AcceptPauseMicroseconds = 100000;
        private const int LongestWaitMicroseconds = 1000000000;

        private readonly Socket listener;
        /// <summary>Connected to itself: what Stop sends ends the waiting of Select.</summary>
        private readonly Socket wake;
        private readonly int maxLineLength;
        private readonly Store store = new Store();
        private readonly Dictionary<Socket, Connection> connections = new Dictionary<Socket, Connection>();
        private readonly object stopLock = new object();
        private TimeSpan? stopGrace;

        public EventLoop(Socket listener, int maxLineLength)
        {
            this.listener = listener;
            this.maxLineLength = maxLineLength;
            wake = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            wake.Connect(wake.LocalEndPoint);
        }

        /// <summary>Makes the loop come to its end; only the first call counts.</summary>
        public void RequestStop(TimeSpan grace)
        {
            lock (stopLock)
            {
                if (stopGrace == null)
                {
                    stopGrace = grace;
                    wake.Send(new byte[1]);
                }
            }
        }

        public void Run()
        {
            using (wake)
            {
                using (listener)
                {
                    Serve();
                }
                Finish(RequestedGrace().Value);
                CloseAll(connections.Keys.ToList());
            }
        }

        private TimeSpan? RequestedGrace()
        {
            lock (stopLock)
            {
                return stopGrace;
            }
        }

        private void Serve()
        {
            var canAccept = true;
            while (RequestedGrace() == null)
            {
                var sources = canAccept ? new[] { wake, listener } : new[] { wake };
                var ready = WaitAndAdvance(sources, canAccept ? Forever : AcceptPauseMicroseconds);
                canAccept = !ready.Contains(listener) || Accept();
            }
        }

        /// <summary>Returns whether more can be accepted when there is more.</summary>
        private bool Accept()
        {
            Socket socket;
            try
            {
                socket = listener.Accept();
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode == SocketError.WouldBlock || e.SocketErrorCode == SocketError.ConnectionAborted;
            }
            try
            {
                connections.Add(socket, new Connection(socket, maxLineLength));
            }
            catch (SocketException)
            {
                socket.Dispose(); // The client is gone already.
            }
            return true;
        }

        private void Finish(TimeSpan grace)
        {
            var clock = Stopwatch.StartNew();
            CloseAll(connections.Keys.Where(socket => !Try(socket, one => one.LimitInput())).ToList());
            while (connections.Count > 0)
            {
                var left = grace - clock.Elapsed;
                WaitAndAdvance(new Socket[0], Microseconds(left));
                if (left <= TimeSpan.Zero)
                {
                    return;
                }
            }
        }

        /// <summary>Waits until a source or a connection is ready, advances connections, and returns what can be read.</summary>
        private List<Socket> WaitAndAdvance(IEnumerable<Socket> sources, int timeout)
        {
            var waiting = connections.ToLookup(pair => pair.Value.WantsToSend, pair => pair.Key);
            var readable = sources.Concat(waiting[false]).ToList();
            var writable = waiting[true].ToList();
            Socket.Select(readable, writable, null, timeout);
            var ready = readable.Concat(writable).Where(connections.ContainsKey);
            CloseAll(ready.Where(socket => !Try(socket, one => one.Advance(store))).ToList());
            return readable;
        }

        /// <summary>Returns whether the connection is neither done nor failed after the action.</summary>
        private bool Try(Socket socket, Action<Connection> action)
        {
            var connection = connections[socket];
            try
            {
                action(connection);
                return !connection.IsDone;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        private void CloseAll(List<Socket> sockets)
        {
            foreach (var socket in sockets)
            {
                connections[socket].Dispose();
                connections.Remove(socket);
            }
        }

        private static int Microseconds(TimeSpan left)
        {
            return left <= TimeSpan.Zero ? 0 : (int)Math.Min(left.Ticks / 10 + 1, LongestWaitMicroseconds);
        }
    }
}
