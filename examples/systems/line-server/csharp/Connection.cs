using System;
using System.Net.Sockets;
using System.Text;

namespace LineServer
{
    /// <summary>
    /// One client. It is read only while no reply waits: one that does not read costs a bounded amount of memory.
    /// </summary>
    internal sealed class Connection : IDisposable
    {
        private const int ChunkLength = 16 * 1024;
        /// <summary>From this on, replies are sent before more requests are executed.</summary>
        private const int OutputLimit = 64 * 1024;

        private readonly Socket socket;
        private readonly LineBuffer lines;
        private byte[] output = new byte[0];
        private int sent;
        private bool hasMoreLines;
        /// <summary>How many bytes are still to be received; null while there is no limit.</summary>
        private int? inputLeft;

        public Connection(Socket socket, int maxLineLength)
        {
            this.socket = socket;
            lines = new LineBuffer(maxLineLength);
            socket.Blocking = false;
            socket.NoDelay = true;
        }

        /// <summary>Whether Advance can get on only when sending is possible; otherwise it waits for input.</summary>
        public bool WantsToSend => hasMoreLines || sent < output.Length;

        /// <summary>Whether everything that was received is answered and nothing more will be.</summary>
        public bool IsDone => inputLeft == 0 && !WantsToSend;

        /// <summary>Receives, executes and replies as far as that needs no waiting; bounded, so that others get their turn.</summary>
        public void Advance(Store store)
        {
            if (sent == output.Length)
            {
                if (!hasMoreLines)
                {
                    Receive();
                }
                Answer(store);
            }
            Send();
        }

        /// <summary>Ends the input after what the system has received until now.</summary>
        public void LimitInput()
        {
            inputLeft = inputLeft ?? socket.Available;
        }

        public void Dispose()
        {
            try
            {
                // Closing with unread input resets the connection; the end of the stream has to be on its way before that.
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The client has reset the connection: there is no one to tell.
            }
            socket.Dispose();
        }

        private void Receive()
        {
            if (inputLeft == 0)
            {
                return;
            }
            var chunk = new byte[Math.Min(ChunkLength, inputLeft ?? ChunkLength)];
            var count = socket.Receive(chunk, 0, chunk.Length, SocketFlags.None, out var error);
            if (IsBlocked(error))
            {
                return;
            }
            lines.Append(chunk, count);
            inputLeft = count == 0 ? 0 : inputLeft - count;
        }

        private void Answer(Store store)
        {
            var replies = new StringBuilder();
            hasMoreLines = true;
            while (hasMoreLines && replies.Length < OutputLimit)
            {
                hasMoreLines = lines.TryTake(out var line);
                if (hasMoreLines)
                {
                    replies.Append(line == null ? "ERR line too long" : store.Execute(line)).Append('\n');
                }
            }
            output = LineBuffer.Bytes.GetBytes(replies.ToString());
            sent = 0;
        }

        private void Send()
        {
            // Mono tries again without end to send what does not fit: no more than what a writable socket has room for.
            while (sent < output.Length && socket.Poll(0, SelectMode.SelectWrite))
            {
                var count = socket.Send(output, sent, Math.Min(ChunkLength, output.Length - sent), SocketFlags.None, out var error);
                if (IsBlocked(error))
                {
                    return;
                }
                sent += count;
            }
        }

        private static bool IsBlocked(SocketError error)
        {
            if (error != SocketError.Success && error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }
            return error == SocketError.WouldBlock;
        }
    }
}
