using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace LineServer
{
    /// <summary>A TCP server that keeps a key-value store in memory and speaks a line protocol.</summary>
    public sealed class KeyValueServer : IDisposable
    {
        private readonly EventLoop eventLoop;
        private readonly Thread thread;

        private KeyValueServer(int port, EventLoop eventLoop)
        {
            Port = port;
            this.eventLoop = eventLoop;
            thread = new Thread(eventLoop.Run) { Name = "line-server", IsBackground = true };
        }

        /// <summary>The port the server listens on, or listened on before it was stopped.</summary>
        public int Port { get; }

        /// <summary>Starts a server on 127.0.0.1, on a free port if port is 0; it listens when this returns.</summary>
        /// <exception cref="ArgumentOutOfRangeException">the port or the line length is invalid</exception>
        /// <exception cref="SocketException">the system refuses, for example because the port is in use</exception>
        public static KeyValueServer Start(int port, int maxLineLength)
        {
            if (port < IPEndPoint.MinPort || port > IPEndPoint.MaxPort)
            {
                throw new ArgumentOutOfRangeException(nameof(port));
            }
            if (maxLineLength < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(maxLineLength));
            }
            // Mono sets SO_REUSEADDR itself; its option ReuseAddress would also let two servers share a port.
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
                listener.Listen((int)SocketOptionName.MaxConnections);
                listener.Blocking = false;
                var boundPort = ((IPEndPoint)listener.LocalEndPoint).Port;
                var server = new KeyValueServer(boundPort, new EventLoop(listener, maxLineLength));
                server.thread.Start();
                return server;
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }

        /// <summary>
        /// Answers what was received before, closes everything and returns when the server's thread has ended.
        /// Connections that are not done after the grace time are cut. Does nothing if the server is stopped already.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">grace is negative</exception>
        public void Stop(TimeSpan grace)
        {
            if (grace < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(grace));
            }
            eventLoop.RequestStop(grace);
            thread.Join();
        }

        /// <summary>Stops the server with no grace time, unless it is stopped already.</summary>
        public void Dispose()
        {
            Stop(TimeSpan.Zero);
        }
    }
}
